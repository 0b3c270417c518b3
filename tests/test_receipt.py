from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .receipt_common import ReceiptCommon


@tagged('post_install', '-at_install')
class TestReceipt(ReceiptCommon):
    def setUp(self):
        super().setUp()
        self.startPatcher(freeze_time("2026-05-20 12:00:00"))

    def test_takes_parties_and_currency_from_the_deal(self):
        receipt = self._new_receipt()
        self.assertRecordValues(
            receipt,
            [
                {
                    'business_partner_id': self.partner.id,
                    'legal_entity_id': self.partner.id,
                    'user_id': self.rep_north.id,
                    'currency_id': self.company.currency_id.id,
                    'company_id': self.company.id,
                    'amount_company': 300,
                    'state': 'planned',
                    'date_planned_initial': date(2026, 5, 20),
                }
            ],
        )

    def test_planned_receipts_follow_the_deal_and_received_ones_stay(self):
        planned, received = self._new_receipt(), self._new_receipt()
        received.action_set_state('received')
        self.deal.user_id = self.rep_south
        self.assertEqual(planned.user_id, self.rep_south)
        self.assertEqual(received.user_id, self.rep_north)

    def test_several_receipts_pay_one_deal(self):
        """Several receipts may pay one deal; the deal shows their totals (E31)."""
        self._new_receipt(amount=300, date_planned=date(2026, 5, 1))
        self._new_receipt(amount=500, date_planned=date(2026, 6, 1)).action_set_state('received')
        self._new_receipt(amount=200, date_planned=date(2026, 7, 1))
        self._new_receipt(amount=999, date_planned=date(2026, 7, 2)).action_set_state('cancelled')
        self.assertRecordValues(self.deal, [{'planned_total': 1000, 'received_total': 500, 'overdue_total': 300}])

    def test_status_goes_by_hand_with_its_date(self):
        """The state is set by hand together with its date, and taken back (E40, E43-E45)."""
        receipt = self._new_receipt()
        receipt.with_user(self.rep_north).action_set_state('received', "Paid in full")
        self.assertRecordValues(receipt, [{'state': 'received', 'date_received': date(2026, 5, 20)}])
        receipt.with_user(self.rep_north).action_set_state('planned', "A mistake")
        self.assertRecordValues(receipt, [{'state': 'planned', 'date_received': False}])
        receipt.with_user(self.rep_north).action_set_state('cancelled')
        self.assertRecordValues(receipt, [{'state': 'cancelled', 'date_received': False}])

    def test_unknown_status_is_refused_in_words(self):
        with self.assertRaisesRegex(UserError, 'cannot be "paid".*received'):
            self._new_receipt().action_set_state('paid')

    def test_comment_on_the_status_stays_in_the_chatter(self):
        receipt = self._new_receipt().with_context(tracking_disable=False)
        self.env.cr.precommit.run()
        receipt.action_set_state('received', "Paid by order 118")
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.assertIn("Paid by order 118", receipt.message_ids[0].body)
        self.assertEqual(receipt.message_ids[0].sudo().tracking_value_ids.mapped('field_id.name').count('state'), 1)

    def test_dialog_changes_the_status_of_many_rows(self):
        receipts = self._new_receipt() + self._new_receipt()
        wizard = Form(
            self.env['dealflow.receipt.status']
            .with_user(self.rep_north)
            .with_context(
                active_model='dealflow.receipt',
                active_ids=receipts.ids,
            )
        )
        wizard.state = 'received'
        wizard.date_received = date(2026, 5, 18)
        wizard.comment = "Both in one payment"
        wizard.save().action_apply()
        self.assertEqual(receipts.mapped('state'), ['received', 'received'])
        self.assertEqual(set(receipts.mapped('date_received')), {date(2026, 5, 18)})

    def test_postponing_is_kept_with_its_reason(self):
        """Postponing is logged with its reason: three times, 41 days in total."""
        receipt = self._new_receipt()
        receipt = receipt.with_user(self.rep_north)
        receipt.action_postpone(date(2026, 5, 30), "Budget not signed")
        receipt.action_postpone(date(2026, 6, 10), "Director on holiday")
        receipt.write({'date_planned': date(2026, 6, 30), 'postpone_reason': " Signed for July "})
        self.assertRecordValues(
            receipt,
            [
                {
                    'date_planned_initial': date(2026, 5, 20),
                    'postponement_count': 3,
                    'moved_days': 41,
                }
            ],
        )
        self.assertRecordValues(
            receipt.postponement_ids,
            [
                {
                    'date_from': date(2026, 5, 20),
                    'date_to': date(2026, 5, 30),
                    'days': 10,
                    'reason': "Budget not signed",
                },
                {
                    'date_from': date(2026, 5, 30),
                    'date_to': date(2026, 6, 10),
                    'days': 11,
                    'reason': "Director on holiday",
                },
                {'date_from': date(2026, 6, 10), 'date_to': date(2026, 6, 30), 'days': 20, 'reason': "Signed for July"},
            ],
        )
        self.assertEqual(receipt.postponement_ids.user_id, self.rep_north)

    def test_postponing_by_dialog_asks_for_the_reason(self):
        receipts = self._new_receipt(date_planned=date(2026, 5, 21))
        receipts += self._new_receipt(date_planned=date(2026, 5, 25))
        wizard = (
            self.env['dealflow.receipt.postpone']
            .with_user(self.rep_north)
            .create(
                {
                    'receipt_ids': receipts.ids,
                    'method': 'days',
                    'days': 10,
                    'reason': "Late delivery",
                }
            )
        )
        wizard.action_apply()
        self.assertEqual(receipts.mapped('date_planned'), [date(2026, 5, 31), date(2026, 6, 4)])
        self.assertEqual(set(receipts.postponement_ids.mapped('reason')), {"Late delivery"})

    def _check_not_moved(self, receipt, move):
        message = r"“Advance” changes from 05/20/2026 to 06/01/2026. Say why in “Why the Date Changes”"
        with self.assertRefused(ValidationError, message):
            move()
        self.assertEqual(receipt.date_planned, date(2026, 5, 20))
        self.assertFalse(receipt.postponement_ids)

    def test_date_moves_by_no_way_without_a_reason(self):
        """No way to write the date works without a reason: method, write, multi-edit, the deal form, automation."""
        receipt = self._new_receipt().with_user(self.rep_north)
        other = self._new_receipt().with_user(self.rep_north)
        moved = {'date_planned': date(2026, 6, 1)}
        self._check_not_moved(receipt, lambda: receipt.action_postpone(date(2026, 6, 1), "  "))
        self._check_not_moved(receipt, lambda: receipt.write(moved))
        self._check_not_moved(receipt, lambda: receipt.web_save_multi([moved], {'name': {}}))
        self._check_not_moved(receipt, lambda: (receipt + other).write(moved))
        self._check_not_moved(receipt, lambda: receipt.sudo().write(moved | {'state': 'planned'}))
        self._check_not_moved(
            receipt,
            lambda: self.deal.with_user(self.rep_north).write({'receipt_ids': [Command.update(receipt.id, moved)]}),
        )
        receipt.write({'date_planned': date(2026, 5, 20)})
        self.assertFalse(receipt.postponement_ids, "the same date is no change")

    def test_form_asks_why_as_soon_as_the_date_is_changed(self):
        receipt = self._new_receipt()
        with Form(receipt.with_user(self.rep_north)) as form:
            self.assertFalse(form.is_date_changed)
            form.date_planned = date(2026, 6, 1)
            self.assertTrue(form.is_date_changed)
            with self.assertRaisesRegex(AssertionError, "postpone_reason is a required field"):
                form.save()
            form.postpone_reason = "Budget"
        self.assertEqual(receipt.postponement_ids.reason, "Budget")

    def test_date_moves_by_import_with_its_reason(self):
        deal = self._name_deal()
        columns = ['id', 'deal_id/id', 'name', 'date_planned', 'amount', 'postpone_reason']
        receipts = self.env['dealflow.receipt'].with_user(self.rep_north).with_context(import_file=True)
        row = ['__import__.moved', deal, "Part", '2026-05-20', '10']
        receipt = receipts.browse(receipts.load(columns, [[*row, '']])['ids'])
        row[3] = '2026-06-01'
        result = receipts.load(columns, [[*row, '']])
        self.assertIn("Say why", result['messages'][0]['message'])
        self.assertEqual(receipt.date_planned, date(2026, 5, 20))
        result = receipts.load(columns, [[*row, 'Holiday']])
        self.assertFalse(result['messages'], result['messages'])
        self.assertRecordValues(receipt.postponement_ids, [{'date_to': date(2026, 6, 1), 'reason': "Holiday"}])

    def test_history_of_dates_cannot_be_changed(self):
        receipt = self._new_receipt()
        receipt.action_postpone(date(2026, 6, 1), "Budget")
        with self.assertRaises(AccessError):
            receipt.postponement_ids.with_user(self.head).write({'days': 0})
        with self.assertRaises(AccessError):
            receipt.postponement_ids.with_user(self.head).unlink()
        with self.assertRaises(AccessError):
            receipt.with_user(self.rep_north).write({'date_planned_initial': date(2026, 6, 1)})

    def test_promised_date_of_received_money_stays(self):
        receipt = self._new_receipt()
        receipt.action_set_state('received')
        with self.assertRaisesRegex(ValidationError, "Advance.*stays"):
            receipt.date_planned = date(2026, 6, 1)

    def test_slip_is_counted_from_the_promise_in_force(self):
        receipt = self._new_receipt(date_planned=date(2026, 5, 10))
        receipt.action_set_state('received')
        self.assertEqual(receipt.slip_days, 10)

    def test_question_becomes_an_activity_and_its_answer_is_shown(self):
        """A question creates an activity, and the receipt shows its answer (E39)."""
        receipt = self._new_receipt().with_user(self.plan_viewer)
        receipt.action_ask_question(self.rep_north.id, "Has the client confirmed the date?")
        question = receipt.question_ids
        self.assertEqual(question.user_id, self.rep_north)
        self.assertIn("confirmed the date", question.note)
        question.with_user(self.rep_north).action_feedback(feedback="Yes, by phone today")
        receipt.invalidate_recordset()
        self.assertEqual(receipt.question_ids, question)
        self.assertEqual(receipt.question_ids.feedback, "Yes, by phone today")
        self.assertTrue(receipt.question_ids.date_done)
        self.assertIn(self.plan_viewer.partner_id, receipt.message_partner_ids)

    def test_question_to_somebody_who_cannot_see_the_receipt_is_refused(self):
        receipt = self._new_receipt()
        with self.assertRaisesRegex(UserError, "rep_south.*may not see"):
            receipt.action_ask_question(self.rep_south.id, "When?")
        with self.assertRaisesRegex(UserError, "Write the question"):
            receipt.action_ask_question(self.rep_north.id, "  ")

    def test_comment_by_a_person_who_only_looks(self):
        """A viewer of the plan may comment on a receipt (E38)."""
        receipt = self._new_receipt()
        wizard = (
            self.env['dealflow.receipt.comment']
            .with_user(self.plan_viewer)
            .create(
                {
                    'receipt_ids': receipt.ids,
                    'comment': "Call the accountant <b>first</b>",
                }
            )
        )
        wizard.action_apply()
        self.assertIn("Call the accountant &lt;b&gt;first", receipt.message_ids[0].body)

    # Rights

    def test_rep_works_on_receipts_of_own_deals_only(self):
        own, foreign = self._new_receipt(self.deal), self._new_receipt(self.other_deal)
        receipts = self.env['dealflow.receipt'].with_user(self.rep_north)
        self.assertEqual(receipts.search([('id', 'in', (own + foreign).ids)]), own)
        own.with_user(self.rep_north).write({'amount': 310})
        for action in (
            lambda: foreign.with_user(self.rep_north).write({'amount': 1}),
            lambda: foreign.with_user(self.rep_north).action_set_state('received'),
            lambda: receipts.create(
                {
                    'name': "X",
                    'deal_id': self.other_deal.id,
                    'date_planned': date(2026, 6, 1),
                    'amount': 5,
                }
            ),
        ):
            with self.assertRaises(AccessError):
                action()
        self.assertEqual(foreign.state, 'planned')

    def test_head_of_a_team_works_on_the_receipts_of_the_team(self):
        self.head_north.group_ids |= self.env.ref('dealflow.group_receipts')
        of_team = self._new_receipt()
        of_others = self._new_receipt(self.other_deal)
        of_team.action_postpone(date(2026, 6, 1), "Budget")
        seen = self.env['dealflow.receipt'].with_user(self.head_north).search([('id', 'in', (of_team + of_others).ids)])
        self.assertEqual(seen, of_team)
        seen.action_set_state('received')
        self.assertEqual(seen.postponement_ids.reason, "Budget")
        with self.assertRaises(AccessError):
            of_others.with_user(self.head_north).action_set_state('received')
        self.assertEqual(of_others.state, 'planned')

    def test_viewer_sees_all_and_changes_nothing(self):
        receipt = self._new_receipt().with_user(self.plan_viewer)
        self.env.invalidate_all()
        self.assertEqual(receipt.name, "Advance")
        with self.assertRaises(AccessError):
            receipt.action_set_state('received')
        with self.assertRaises(AccessError):
            receipt.unlink()

    def test_head_works_on_all(self):
        receipt = self._new_receipt(self.other_deal)
        receipt.with_user(self.head).action_set_state('received')
        self.assertEqual(receipt.state, 'received')

    def test_section_of_the_menu_has_its_own_right(self):
        """The menu of the receipts plan has its own group (E09)."""
        menu = self.env.ref('dealflow.menu_receipts_plan')
        visible = self.env['ir.ui.menu']
        self.assertIn(menu.id, visible.with_user(self.plan_viewer)._visible_menu_ids())
        self.assertNotIn(menu.id, visible.with_user(self.rep_north)._visible_menu_ids())
        self.assertNotIn(menu.id, visible.with_user(self.viewer)._visible_menu_ids())

    # Bad input: a clear error, nothing half-written

    def _check_refused(self, message, **values):
        count = self.env['dealflow.receipt'].search_count([])
        with self.assertRefused(ValidationError, message):
            self._new_receipt(**values)
        self.assertEqual(self.env['dealflow.receipt'].search_count([]), count)

    def test_receipt_without_date(self):
        self._check_refused("“Advance” has no “Planned Date”", date_planned=False)
        with self.assertRaisesRegex(ValidationError, "needs a “Planned Date”"):
            self._new_receipt().date_planned = False

    def test_receipt_without_deal(self):
        self._check_refused("“Advance” has no “Deal”", deal_id=False)

    def test_zero_and_negative_amount(self):
        self._check_refused("has no “Amount”", amount=0)
        self._check_refused("“Advance” is -5.0", amount=-5)
        self._check_refused("“Advance” is 0.0", amount=0.001)
        receipt = self._new_receipt()
        with self.assertRaisesRegex(ValidationError, "greater than zero"):
            receipt.amount = 0

    def test_date_before_the_deal(self):
        self._check_refused("before its deal “Chairs” was opened on", date_planned=date(2019, 12, 31))

    def test_money_cannot_have_come_in_the_future(self):
        self._check_refused("in the future", state='received', date_received=date(2026, 5, 21))

    def test_date_of_money_that_has_not_come(self):
        self._check_refused("status is “In plan”", date_received=date(2026, 5, 19))

    def test_currency_without_rate(self):
        currency = self.env['res.currency'].create({'name': 'ZZZ', 'symbol': 'Z'})
        self._check_refused("ZZZ has no rate", currency_id=currency.id)

    def test_deal_of_another_company(self):
        other_company = self.env['res.company'].create({'name': "Other"})
        funnel = self.env['dealflow.funnel']._get_default(other_company)
        deal = self._new_deal(user_id=self.env.uid, company_id=other_company.id, funnel_id=funnel.id, team_id=False)
        with self.assertRaises(AccessError):
            self.env['dealflow.receipt'].with_user(self.head).create(
                {
                    'name': "Advance",
                    'deal_id': deal.id,
                    'date_planned': date(2026, 6, 1),
                    'amount': 5,
                }
            )
        with self.assertRefused(AccessError, "“Company” of .* follows from Deal"):
            self._new_receipt().company_id = other_company

    def test_received_receipt_is_not_deleted(self):
        receipt = self._new_receipt()
        receipt.action_set_state('received')
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            receipt.unlink()
        receipt.action_set_state('planned')
        receipt.with_user(self.rep_north).unlink()

    # Currencies, copy, import

    def _create_currency(self):
        return self.env['res.currency'].create(
            {
                'name': 'TST',
                'symbol': 'T',
                'rate_ids': [
                    (0, 0, {'name': '2026-01-01', 'rate': 2.0}),
                    (0, 0, {'name': '2026-05-01', 'rate': 4.0}),
                ],
            }
        )

    def test_amount_is_converted_at_the_date_of_the_money(self):
        currency = self._create_currency()
        receipt = self._new_receipt(amount=100, currency_id=currency.id)
        self.assertEqual(receipt.amount_company, 25)
        receipt._action_set_state('received', date_received=date(2026, 3, 1))
        self.assertEqual(receipt.amount_company, 50)
        for day in (date(2025, 1, 1), date(2026, 4, 30), date(2026, 5, 1)):
            self.assertAlmostEqual(
                currency._dealflow_get_rate_finder(self.company)(currency, day),
                currency._get_conversion_rate(currency, self.company.currency_id, self.company, day),
            )

    def test_copy_of_a_deal_takes_the_plan_along(self):
        """A copied plan starts today; cancelled receipts are left out, received ones are planned again."""
        deal = self._new_deal(opened_on=date(2026, 3, 1))
        self._new_receipt(
            deal,
            amount=300,
            date_planned=date(2026, 3, 11),
            state='received',
            date_received=date(2026, 3, 12),
        )
        self._new_receipt(deal, amount=100, date_planned=date(2026, 3, 20), state='cancelled')
        self._new_receipt(deal, amount=700, date_planned=date(2026, 3, 31))
        copy = deal.with_user(self.rep_north).copy()
        self.assertRecordValues(
            copy.receipt_ids,
            [
                {'amount': 300, 'date_planned': date(2026, 5, 30), 'state': 'planned', 'date_received': False},
                {'amount': 700, 'date_planned': date(2026, 6, 19), 'state': 'planned', 'date_received': False},
            ],
        )

    def test_inline_edit_in_the_deal_form(self):
        with Form(self.deal.with_user(self.rep_north)) as form:
            with form.receipt_ids.new() as line:
                line.name = "Advance"
                line.date_planned = date(2026, 6, 1)
                line.amount = 400
        receipt = self.deal.receipt_ids
        with Form(self.deal.with_user(self.rep_north)) as form:
            with form.receipt_ids.edit(0) as line:
                line.state = 'received'
        self.assertRecordValues(receipt, [{'amount': 400, 'state': 'received', 'date_received': date(2026, 5, 20)}])

    def _load(self, rows, user=None):
        columns = ['id', 'deal_id/id', 'name', 'date_planned', 'amount', 'state', 'date_received']
        receipts = self.env['dealflow.receipt'].with_user(user or self.head).with_context(import_file=True)
        return receipts.load(columns, rows)

    def _name_deal(self):
        self.env['ir.model.data'].create(
            {
                'module': '__import__',
                'name': 'receipt_deal',
                'model': 'dealflow.deal',
                'res_id': self.deal.id,
            }
        )
        return '__import__.receipt_deal'

    def test_history_comes_in_by_import_and_again_without_change(self):
        deal = self._name_deal()
        rows = [
            [f'__import__.receipt_{number}', deal, f"Part {number}", '2024-03-01', '150.5', 'received', '2024-03-11']
            for number in range(3)
        ]
        for _run in range(2):
            result = self._load(rows)
            self.assertFalse(result['messages'], result['messages'])
        receipts = self.env['dealflow.receipt'].browse(result['ids'])
        self.assertEqual(self.deal.receipt_ids, receipts)
        self.assertEqual(receipts.mapped('slip_days'), [10, 10, 10])
        self.assertEqual(self.deal.received_total, 451.5)
        self.assertFalse(receipts.postponement_ids)

    def test_bad_row_of_an_import_writes_nothing(self):
        deal = self._name_deal()
        result = self._load(
            [
                ['__import__.good', deal, "Good", '2024-03-01', '1', 'planned', ''],
                ['__import__.bad', deal, "Bad", '2024-03-01', '-1', 'planned', ''],
            ]
        )
        self.assertFalse(result['ids'])
        self.assertIn("“Bad” is -1.0", result['messages'][0]['message'])
        self.assertFalse(self.deal.receipt_ids)

    def test_queries_of_an_import_do_not_grow_with_its_rows(self):
        currency = self._create_currency()

        def count_queries(size):
            vals_list = [
                {
                    'name': f"Part {number}",
                    'deal_id': self.deal.id,
                    'date_planned': date(2024, 3, 1 + number % 28),
                    'amount': 10,
                    'state': 'received',
                    'date_received': date(2024, 4, 1 + number % 28),
                    'currency_id': currency.id,
                }
                for number in range(size)
            ]
            receipts = self.env['dealflow.receipt'].with_user(self.head).with_context(tracking_disable=False)
            return self._count_queries(lambda: receipts.create(vals_list))

        count_queries(1)
        few, many = count_queries(20), count_queries(400)
        # The ORM inserts up to a hundred rows in one statement: receipts, messages, followers.
        self.assertLessEqual(many, few + 4 * 4)

    def test_moving_one_date_costs_a_constant_number_of_queries(self):
        receipts = self.env['dealflow.receipt'].create(
            [
                {'name': f"Part {number}", 'deal_id': self.deal.id, 'date_planned': date(2026, 6, 1), 'amount': 10}
                for number in range(50)
            ]
        )

        def count_queries(receipt):
            receipt = receipt.with_user(self.rep_north)
            return self._count_queries(lambda: receipt.action_postpone(date(2026, 7, 1), "Later"))

        count_queries(receipts[0])
        alone = self._new_receipt(self._new_deal())
        self.assertEqual(count_queries(receipts[1]), count_queries(alone))

    def test_archived_responsible_can_be_named_in_a_history(self):
        gone = self._new_user('gone', 'dealflow.group_user_own')
        deal = self._new_deal(user_id=gone.id)
        gone.active = False
        self.assertEqual(self._new_receipt(deal).user_id, gone)
