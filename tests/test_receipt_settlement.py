from datetime import date, timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .accounting_common import AccountingCommon
from .property_common import holds_for

STEPS = [
    'create',
    'link',
    'unlink',
    'post',
    'draft',
    'cancel',
    'pay',
    'pay part',
    'reject',
    'unpay',
    'unreconcile',
    'credit',
    'flush',
    'forget',
]


class SettlementCommon(AccountingCommon):
    """Test case with a deal of a rep, its invoices, and their payments."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep = cls._new_user('settlement_rep', 'dealflow.group_user_own', company_id=cls.company.id)
        cls.funnel = cls._new_funnel(
            "Settlements", {'name': "Talk", 'probability': 10}, {'name': "Signed", 'is_won': True}
        )
        cls.reason = cls.env['crm.lost.reason'].create({'name': "No budget"})
        cls.deal_values = {**cls.deal_values, 'user_id': cls.rep.id, 'funnel_id': cls.funnel.id}
        cls.deal = cls._new_deal()

    def _new_receipt_of(self, invoice, amount=1000, **values):
        return self._new_receipt(amount=amount, invoice_ids=[Command.set(invoice.ids)], **values)

    def _credit(self, invoice, amount):
        credit_note = self._new_posted_invoice(amount, move_type='out_refund')
        (invoice + credit_note).line_ids.filtered(
            lambda line: line.account_type == 'asset_receivable' and not line.reconciled
        ).reconcile()

    def _remind(self):
        with self.enter_registry_test_mode():
            self.env.ref('dealflow.ir_cron_receipt_remind').method_direct_trigger()
        self.env.invalidate_all()

    def _lose(self, deal=None):
        (deal or self.deal).with_user(self.rep).action_lose(self.reason.id, "They have no money this year")
        self.env.flush_all()
        self.env.invalidate_all()

    def _reopen(self, deal=None):
        (deal or self.deal).with_user(self.rep).action_reopen("They found some")
        self.env.flush_all()
        self.env.invalidate_all()


@tagged('post_install', '-at_install')
class TestOpenRemainder(SettlementCommon):
    """Expected, overdue and requested amounts are those neither paid nor credited yet (rule 4)."""

    def setUp(self):
        super().setUp()
        self.env['dealflow.receipt'].search([('state', '=', 'planned')])._action_set_state('cancelled')
        self.company.write(
            {
                'dealflow_receipt_remind': True,
                'dealflow_receipt_escalation_days': 7,
                'dealflow_receipt_mail_client': True,
            }
        )
        self.partner_a.email = 'client@example.com'
        head = self._new_user('settlement_head', 'dealflow.group_user', company_id=self.company.id)
        self.deal.team_id = self.env['crm.team'].create(
            {
                'name': "Team",
                'user_id': head.id,
                'member_ids': [Command.set((head + self.rep).ids)],
            }
        )

    def _get_letters(self, receipt):
        return self.env['mail.mail'].search([('res_id', '=', receipt.id), ('recipient_ids', 'in', self.partner_a.ids)])

    def _check_quiet(self, receipt):
        self.assertRecordValues(receipt, [{'is_overdue': False, 'open_amount': 0, 'open_amount_company': 0}])
        self.assertFalse(receipt.search([('id', '=', receipt.id), ('is_overdue', '=', True)]))
        self.assertEqual(receipt._read_group([('id', '=', receipt.id)], ['is_overdue'], ['__count']), [(False, 1)])
        self.assertEqual(self.deal.overdue_total, 0)
        self._remind()
        self.assertFalse(receipt.activity_ids)
        self.assertFalse(self._get_letters(receipt))
        self.assertEqual(receipt.get_plan_summary()['overdue'], {'count': 0, 'amount': 0})

    def test_paid_receipt_is_not_overdue(self):
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt_of(invoice)
        self._pay(invoice, 1000)
        self.assertEqual(receipt.state, 'planned', "closing by accounting is off")
        self._check_quiet(receipt)

    def test_credited_receipt_is_not_overdue(self):
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt_of(invoice)
        self._credit(invoice, 1000)
        self._check_quiet(receipt)

    def test_receipt_paid_and_credited_is_not_overdue(self):
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt_of(invoice)
        self._credit(invoice, 400)
        self._pay(invoice, 600)
        self._check_quiet(receipt)

    def test_remainder_is_overdue_summed_and_asked_for(self):
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt_of(invoice)
        self._pay(invoice, 650)
        self._credit(invoice, 50)
        self.assertRecordValues(receipt, [{'is_overdue': True, 'open_amount': 300, 'open_amount_company': 300}])
        self.assertEqual(self.deal.overdue_total, 300)
        self._remind()
        self.assertEqual(len(receipt.activity_ids), 2)
        for activity in receipt.activity_ids:
            self.assertIn("300.00", activity.summary)
        letter = self._get_letters(receipt)
        self.assertEqual(len(letter), 1)
        self.assertIn("300.00", letter.body_html)
        self.assertNotIn("1,000.00", letter.body_html)
        summary = receipt.get_plan_summary()
        self.assertEqual(summary['overdue'], {'count': 1, 'amount': 300})
        self.assertEqual(sum(section['promised']['amount'] for section in summary['sections']), 300)
        day = self.env['dealflow.receipt.day'].search([('state', '=', 'overdue'), ('date', '=', date(2017, 3, 31))])
        self.assertEqual(day.amount, 300)

    def test_reminder_ends_when_the_money_comes(self):
        invoice = self._new_posted_invoice()
        paid, open_receipt = self._new_receipt_of(invoice, 400), self._new_receipt(amount=500)
        self._remind()
        self.assertEqual(len(paid.activity_ids), 2)
        self._pay(invoice, 1000)
        self._remind()
        self.assertFalse(paid.activity_ids)
        self.assertEqual(len(open_receipt.activity_ids), 2)

    def test_remainder_is_in_company_currency(self):
        """The open part is converted at the rate of the plan."""
        currency = self.setup_other_currency('EUR')
        receipt = self._new_receipt(amount=900, currency_id=currency.id)
        self.assertEqual(receipt.open_amount_company, receipt.amount_company)
        invoice = self._new_posted_invoice(900, currency_id=currency.id)
        receipt.invoice_ids = invoice
        self._pay(invoice, 300)
        self.assertEqual(receipt.open_amount, 600)
        self.assertAlmostEqual(receipt.open_amount_company, receipt.amount_company * 2 / 3, 2)


@tagged('post_install', '-at_install')
class TestReceiptsOfLostDeal(SettlementCommon):
    """A lost deal expects no money, and keeps what was planned."""

    def test_losing_cancels_what_is_in_plan(self):
        received = self._new_receipt(amount=100)
        received.action_set_state('received')
        by_hand = self._new_receipt(amount=200)
        by_hand.action_set_state('cancelled')
        planned = self._new_receipt(amount=300) + self._new_receipt(amount=400)
        self._lose()
        self.assertEqual(
            (received + by_hand + planned).mapped('state'), ['received', 'cancelled', 'cancelled', 'cancelled']
        )
        self.assertEqual(planned.mapped('open_amount'), [0, 0])
        row = self.deal.log_ids.filtered(lambda log: log.kind == 'lose')
        self.assertRecordValues(row, [{'cancelled_receipt_count': 2, 'cancelled_receipt_amount': 700}])
        self._reopen()
        self.assertEqual(
            (received + by_hand + planned).mapped('state'), ['received', 'cancelled', 'planned', 'planned']
        )
        self.assertEqual(planned.mapped('open_amount'), [300, 400])

    def test_receipt_paid_in_part_closes_at_what_came(self):
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt_of(invoice)
        self._pay(invoice, 600)
        self._lose()
        self.assertRecordValues(
            receipt,
            [
                {
                    'state': 'received',
                    'date_received': date(2017, 4, 10),
                    'amount': 1000,
                    'received_amount': 600,
                    'open_amount': 0,
                    'cancelled_amount': 400,
                    'gap': 0,
                }
            ],
        )
        self.assertEqual((self.deal.planned_total, self.deal.received_total), (600, 600))
        row = self.deal.log_ids.filtered(lambda log: log.kind == 'lose')
        self.assertRecordValues(row, [{'cancelled_receipt_count': 1, 'cancelled_receipt_amount': 400}])
        self._reopen()
        self.assertRecordValues(
            receipt,
            [
                {
                    'state': 'planned',
                    'date_received': False,
                    'open_amount': 400,
                    'cancelled_amount': 0,
                    'gap': 400,
                }
            ],
        )

    def test_covered_receipt_is_left_alone(self):
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt_of(invoice)
        self._pay(invoice, 1000)
        self._lose()
        self.assertRecordValues(receipt, [{'state': 'planned', 'open_amount': 0, 'cancelled_amount': 0}])
        row = self.deal.log_ids.filtered(lambda log: log.kind == 'lose')
        self.assertRecordValues(row, [{'cancelled_receipt_count': 0, 'cancelled_receipt_amount': 0}])

    def test_money_that_comes_after_the_loss_is_received(self):
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt_of(invoice)
        self._lose()
        self.assertEqual(receipt.state, 'cancelled')
        payment = self._pay(invoice, 250)
        self.assertRecordValues(
            receipt,
            [
                {
                    'state': 'received',
                    'date_received': date(2017, 4, 10),
                    'received_amount': 250,
                    'cancelled_amount': 750,
                }
            ],
        )
        payment.action_reject()
        self.assertRecordValues(receipt, [{'state': 'cancelled', 'date_received': False, 'received_amount': 0}])

    def test_reopened_receipt_is_closed_by_money_that_covers_it(self):
        self.company.dealflow_receipt_autoclose = True
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt_of(invoice)
        self._lose()
        self._pay(invoice, 1000)
        self._reopen()
        self.assertRecordValues(
            receipt,
            [
                {
                    'state': 'received',
                    'date_received': date(2017, 4, 10),
                    'is_closed_by_match': True,
                }
            ],
        )

    def test_nothing_is_expected_from_a_lost_deal(self):
        """Receipts of a lost deal can neither be created nor planned again; imported ones keep their state."""
        receipt = self._new_receipt()
        self._lose()
        for attempt in (
            lambda: self._new_receipt(),
            lambda: receipt.with_user(self.rep).action_set_state('planned'),
            lambda: self.deal.write(
                {'receipt_ids': [Command.create({'name': "More", 'date_planned': date(2017, 5, 1), 'amount': 5})]}
            ),
        ):
            with self.assertRaisesRegex(ValidationError, "is lost.*[Rr]eopen"), self.env.cr.savepoint():
                attempt()
        self.assertEqual(self._new_receipt(state='cancelled').state, 'cancelled')

    def test_receipt_moved_to_a_lost_deal_and_back(self):
        other = self._new_deal()
        receipt = self._new_receipt(deal_id=other.id)
        self._lose()
        receipt.deal_id = self.deal
        self.assertEqual(receipt.state, 'cancelled')
        receipt.deal_id = other
        self.assertEqual(receipt.state, 'planned')

    def test_losing_by_any_way_of_writing(self):
        """A list, an import or an automation may write the lost reason."""
        receipt = self._new_receipt()
        self.deal.with_user(self.rep).write(
            {
                'lost_reason_id': self.reason.id,
                'move_comment': "No answer",
                'short_status': "Silent",
            }
        )
        self.assertEqual(receipt.state, 'cancelled')

    def test_why_a_receipt_was_cancelled_cannot_be_made_up(self):
        receipt = self._new_receipt()
        with self.assertRaises(UserError):
            receipt.with_user(self.rep).write({'is_closed_by_loss': True})

    def test_nobody_is_reminded_of_a_lost_deal(self):
        self.company.dealflow_receipt_mail_client = True
        self.partner_a.email = 'client@example.com'
        receipt = self._new_receipt()
        self._lose()
        self._remind()
        self.assertFalse(receipt.activity_ids)
        self.assertFalse(self.env['mail.mail'].search([('res_id', '=', receipt.id), ('model', '=', receipt._name)]))

    def test_reminders_end_with_the_deal(self):
        receipt = self._new_receipt()
        self._remind()
        self.assertTrue(receipt.activity_ids)
        self.deal.action_archive()
        self._remind()
        self.assertFalse(receipt.activity_ids)

    def test_dialog_of_the_loss_tells_what_leaves_the_plan(self):
        invoice = self._new_posted_invoice()
        self._new_receipt_of(invoice)
        self._pay(invoice, 600)
        self._new_receipt(amount=300)
        dialog = (
            self.env['dealflow.deal.lose']
            .with_user(self.rep)
            .create({'deal_ids': self.deal.ids, 'lost_reason_id': self.reason.id, 'comment': "No budget"})
        )
        self.assertIn("2", dialog.receipt_warning)
        self.assertIn("700.00", dialog.receipt_warning)
        dialog.action_apply()
        self.assertEqual(self.deal.state, 'lost')

    def test_copy_of_a_lost_deal_plans_anew(self):
        self._new_receipt(amount=400).action_set_state('cancelled')
        self._new_receipt(amount=600)
        self._lose()
        self.assertRecordValues(self.deal.copy().receipt_ids, [{'amount': 600, 'state': 'planned'}])

    def test_archived_deal_leaves_the_plan(self):
        receipt = self._new_receipt()
        mine = [('id', '=', receipt.id)]
        day = [('state', '=', 'overdue'), ('date', '=', date(2017, 3, 31)), ('company_id', '=', self.company.id)]
        before = receipt.get_plan_summary()
        self.assertEqual(self.env['dealflow.receipt.day'].search(day).amount, 1000)
        self.assertTrue(self.env['dealflow.receipt.report'].search([('receipt_id', '=', receipt.id)]))
        self.deal.with_user(self.rep).action_archive()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(receipt.search(mine))
        after = receipt.get_plan_summary()
        self.assertEqual(before['overdue']['amount'] - after['overdue']['amount'], 1000)
        self.assertFalse(self.env['dealflow.receipt.day'].search(day))
        self.assertFalse(self.env['dealflow.receipt.report'].search([('receipt_id', '=', receipt.id)]))
        self._remind()
        self.assertFalse(receipt.activity_ids)
        self.assertEqual(self.deal.receipt_ids, receipt, "the card of the deal still shows its plan")
        self.deal.with_user(self.rep).action_unarchive()
        self.assertEqual(receipt.search(mine), receipt)

    def test_money_of_an_archived_deal_stays_with_its_receipt(self):
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt_of(invoice, 300)
        other = self._new_receipt_of(invoice, 700, deal_id=self._new_deal().id, date_planned=date(2017, 5, 1))
        self.deal.action_archive()
        self._pay(invoice, 300)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((receipt.received_amount, other.received_amount), (300, 0))


@tagged('post_install', '-at_install')
class TestReceiptOrder(SettlementCommon):
    """State, date and money of a receipt follow accounting, in any order of events."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.dealflow_receipt_autoclose = True

    def test_receipt_made_for_a_paid_invoice_is_closed(self):
        invoice = self._new_posted_invoice()
        self._pay(invoice, 1000)
        receipt = self._new_receipt_of(invoice)
        self.assertRecordValues(receipt, [{'state': 'received', 'date_received': date(2017, 4, 10)}])

    def test_receipt_made_with_its_state_for_a_paid_invoice_is_closed(self):
        """A form sends every field, including the unchanged state."""
        invoice = self._new_posted_invoice()
        self._pay(invoice, 1000)
        receipt = self._new_receipt_of(invoice, state='planned')
        self.assertRecordValues(receipt, [{'state': 'received', 'date_received': date(2017, 4, 10)}])

    def test_paid_invoice_linked_with_the_state_in_one_write(self):
        invoice = self._new_posted_invoice()
        self._pay(invoice, 1000)
        receipt = self._new_receipt()
        receipt.write({'state': 'planned', 'invoice_ids': [Command.set(invoice.ids)]})
        self.assertRecordValues(receipt, [{'state': 'received', 'date_received': date(2017, 4, 10)}])

    def test_made_linked_and_paid_without_a_flush(self):
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt()
        receipt.invoice_ids = invoice
        self._pay(invoice, 1000)
        self.assertRecordValues(receipt, [{'state': 'received', 'date_received': date(2017, 4, 10)}])

    def test_receipt_and_payment_in_one_transaction_read_late(self):
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt_of(invoice)
        self._pay(invoice, 400, date(2017, 4, 3))
        self._pay(invoice, 600, date(2017, 4, 10))
        self.env.flush_all()
        self.assertRecordValues(receipt, [{'state': 'received', 'date_received': date(2017, 4, 10)}])

    @holds_for(
        60,
        amount=lambda st: st.sampled_from([400, 1000, 1500]),
        steps=lambda st: st.lists(st.sampled_from(STEPS), min_size=3, max_size=9),
        is_closing=lambda st: st.booleans(),
    )
    def test_any_order(self, amount, steps, is_closing):
        """After any sequence of steps, with or without a flush in between, the receipt agrees with accounting."""
        self.company.dealflow_receipt_autoclose = is_closing
        self.invoice = self._new_invoice(self.partner_a, 1000, '2017-03-01')
        self.receipt = self.env['dealflow.receipt']
        self.payments = self.env['account.payment']
        for number, step in enumerate(['create', *steps, 'link']):
            if not (number and step == 'create'):
                self._do(step, amount, number)
        self.env.flush_all()
        self.env.invalidate_all()
        self._check_receipt(self.receipt, is_closing)

    def _do(self, step, amount, number):
        if step == 'create':
            self.receipt = self._new_receipt(amount=amount)
        elif step in ('link', 'unlink'):
            self.receipt.invoice_ids = self.invoice if step == 'link' else False
        elif step == 'flush':
            self.env.flush_all()
        elif step == 'forget':
            self.env.invalidate_all()
        else:
            self._do_in_accounting(step, number)

    def _do_in_accounting(self, step, number):
        """Do a step if the state in accounting allows it."""
        invoice = self.invoice
        day = date(2017, 4, 1) + timedelta(days=number)
        is_open = invoice.state == 'posted' and invoice.amount_residual > 0
        payment = self.payments[-1:]
        if step == 'post' and invoice.state == 'draft':
            invoice.action_post()
        elif step == 'draft' and invoice.state != 'draft':
            invoice.button_draft()
        elif step == 'cancel' and invoice.state == 'draft':
            invoice.button_cancel()
        elif step in ('pay', 'pay part') and is_open:
            residual = invoice.amount_residual
            paid = residual if step == 'pay' else invoice.currency_id.round(residual / 3)
            self.payments += self._pay(invoice, paid, day)
        elif step == 'reject' and payment.state in ('in_process', 'paid'):
            payment.action_reject()
        elif step == 'unpay' and payment.state not in (False, 'draft'):
            payment.action_draft()
        elif step == 'unreconcile' and invoice.state == 'posted':
            invoice.line_ids.remove_move_reconcile()
        elif step == 'credit' and is_open:
            self._credit(invoice, min(200, invoice.amount_residual))

    def _check_receipt(self, receipt, is_closing):
        lines = self.invoice.line_ids.filtered(lambda line: line.account_type == 'asset_receivable')
        money = credited = 0.0
        days = []
        for part in lines.matched_debit_ids | lines.matched_credit_ids if self.invoice.state == 'posted' else ():
            counterpart = part.credit_move_id.move_id
            if counterpart.move_type == 'out_refund':
                credited += part.amount
            elif counterpart.origin_payment_id.state in ('in_process', 'paid') and counterpart.state == 'posted':
                money += part.amount
                days.append(counterpart.date)
        currency = receipt.currency_id
        room = currency.round(receipt.amount - money - credited)
        is_covered = bool(money) and room <= 0
        is_received = is_covered and is_closing
        self.assertRecordValues(
            receipt,
            [
                {
                    'received_amount': currency.round(money),
                    'credited_amount': currency.round(credited),
                    'cover_date': max(days) if is_covered else False,
                    'state': 'received' if is_received else 'planned',
                    'date_received': max(days) if is_received else False,
                    'open_amount': 0 if is_received else max(0.0, room),
                    'is_overdue': not is_received and room > 0,
                }
            ],
        )
