from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import DealflowCommon

# A Wednesday, within everybody's working hours.
NOW = '2026-03-04 10:00:00'


@tagged('post_install', '-at_install')
class TestClaim(DealflowCommon):
    """Appeals, feedback, complaints and wishes of clients, from entry to decision (B48)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clock = cls.startClassPatcher(freeze_time(NOW))
        cls.calendar = cls.env['resource.calendar'].create(
            {
                'name': "Mon to Fri, 8 to 16",
                'tz': 'UTC',
                'attendance_ids': [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                'name': "Day",
                                'dayofweek': str(day),
                                'hour_from': 8,
                                'hour_to': 16,
                                'day_period': 'morning',
                            }
                        )
                        for day in range(5)
                    ),
                ],
            }
        )
        cls.env.company.resource_calendar_id = cls.calendar
        cls.cause = cls.env['dealflow.claim.cause'].create({'name': "Damage"})

    @classmethod
    def _new_claim(cls, user=None, **values):
        return (
            cls.env['dealflow.claim']
            .with_user(user or cls.rep_north)
            .create(
                {
                    'name': "Two chairs arrived broken",
                    'business_partner_id': cls.partner.id,
                    **values,
                }
            )
        )

    # Money

    def test_each_claim_needs_the_rate_of_its_own_company_only(self):
        """ZZA has a rate in one company, ZZB in the other: each claim is converted, none is refused."""
        other = self.env['res.company'].create({'name': "Other company"})
        currencies = self.env['res.currency'].create([{'name': name, 'symbol': name} for name in ('ZZA', 'ZZB')])
        companies = self.env.company + other
        self.env['res.currency.rate'].create(
            [
                {'currency_id': currency.id, 'company_id': company.id, 'name': '2026-01-01', 'rate': 4.0}
                for currency, company in zip(currencies, companies, strict=True)
            ]
        )
        claims = self.env['dealflow.claim'].create(
            [
                {'name': company.name, 'company_id': company.id, 'currency_id': currency.id, 'cost': 100}
                for currency, company in zip(currencies, companies, strict=True)
            ]
        )
        self.assertEqual(claims.mapped('cost_amount_company'), [25.0, 25.0])
        with self.assertRefused(ValidationError, "ZZB has no rate"):
            claims[0].currency_id = currencies[1]

    # Card

    def test_rep_enters_a_claim_about_a_deal(self):
        deal = self._new_deal(self.rep_north)
        with Form(self.env['dealflow.claim'].with_user(self.rep_north)) as form:
            form.name = "Two chairs arrived broken"
            form.kind = 'claim'
            form.subject = 'product'
            form.product_id = self.product
            form.deal_id = deal
            form.contact_id = self.contact
        self.assertRecordValues(
            form.record,
            [
                {
                    'business_partner_id': self.partner.id,
                    'legal_entity_id': self.partner.id,
                    'product_id': self.product.id,
                    'email_from': 'anna@example.com',
                    'user_id': self.rep_north.id,
                    'team_id': self.team_north.id,
                    'state': 'new',
                    'priority': '1',
                    'currency_id': deal.currency_id.id,
                    'company_id': deal.company_id.id,
                }
            ],
        )
        self.assertRegex(form.record.number, r'^CL\d+')

    def test_parties_come_from_the_document(self):
        order = self._new_order(self.other_partner, user_id=self.rep_north.id)
        invoice = self._new_invoice(self.other_partner, invoice_user_id=self.rep_north.id)
        for values in ({'order_id': order.id}, {'invoice_id': invoice.id}):
            claim = self.env['dealflow.claim'].with_user(self.rep_north).create({'name': "Late", **values})
            self.assertRecordValues(
                claim,
                [
                    {
                        'business_partner_id': self.other_partner.id,
                        'legal_entity_id': self.other_partner.id,
                    }
                ],
            )
        claim = self.env['dealflow.claim'].create({'name': "Late", 'contact_id': self.contact.id})
        self.assertEqual(claim.business_partner_id, self.partner)

    def test_four_kinds_about_product_employee_and_department(self):
        claims = (
            self.env['dealflow.claim']
            .with_user(self.rep_north)
            .create(
                [
                    {'name': "Appeal", 'kind': 'appeal', 'subject': 'department', 'department': "Warehouse"},
                    {'name': "Feedback", 'kind': 'feedback', 'subject': 'employee', 'employee_id': self.rep_south.id},
                    {'name': "Claim", 'kind': 'claim', 'subject': 'product', 'product_id': self.product.id},
                    {'name': "Wish", 'kind': 'wish', 'subject': 'other'},
                ]
            )
        )
        found = self.env['dealflow.claim'].with_user(self.viewer)
        domain = [('id', 'in', claims.ids)]
        self.assertEqual(found.search([*domain, ('kind', '=', 'wish')]).name, "Wish")
        self.assertEqual(found.search([*domain, ('department', 'ilike', "ware")]).name, "Appeal")
        self.assertEqual(found.search([*domain, ('employee_id', '=', self.rep_south.id)]).name, "Feedback")

    def test_departments_of_odoo_are_used_where_there_are_some(self):
        claim = self._new_claim(subject='department', department="Warehouse")
        self.assertEqual(claim.has_departments, 'hr.department' in self.env)
        if claim.has_departments:
            department = self.env['hr.department'].create({'name': "Shipping"})
            claim.department_ref = department
            self.assertEqual(claim.department, department.display_name)

    # Deadline

    def test_deadline_counts_working_hours(self):
        """From Wednesday 10:00, 40 hours are 5 working days of 8 hours, without the weekend."""
        for priority, deadline in (
            ('3', datetime(2026, 3, 4, 14)),
            ('2', datetime(2026, 3, 6, 10)),
            ('1', datetime(2026, 3, 11, 10)),
            ('0', datetime(2026, 3, 18, 10)),
        ):
            self.assertEqual(self._new_claim(priority=priority).date_deadline, deadline)

    def test_deadline_leaves_out_holidays(self):
        self.env['resource.calendar.leaves'].create(
            {
                'name': "Holiday",
                'calendar_id': self.calendar.id,
                'company_id': self.env.company.id,
                'date_from': '2026-03-05 00:00:00',
                'date_to': '2026-03-05 23:59:59',
            }
        )
        self.assertEqual(self._new_claim(priority='2').date_deadline, datetime(2026, 3, 9, 10))

    def test_settings_of_the_company_decide(self):
        self.env.company.dealflow_claim_hours_urgent = 2
        claim = self._new_claim(priority='3')
        self.assertEqual(claim.date_deadline, datetime(2026, 3, 4, 12))
        self.env.company.dealflow_claim_hours_urgent = 0
        self.assertFalse(self._new_claim(priority='3').date_deadline)
        self.assertEqual(claim.date_deadline, datetime(2026, 3, 4, 12), "what was promised stays")
        with mute_logger('odoo.sql_db'), self.assertRefused(Exception, "check_claim_hours"):
            self.env.company.dealflow_claim_hours_urgent = -1
            self.env.company.flush_recordset()

    def test_new_priority_moves_the_deadline(self):
        claim = self._new_claim(priority='1')
        claim.priority = '3'
        self.assertEqual(claim.date_deadline, datetime(2026, 3, 4, 14))

    def test_company_without_working_hours(self):
        self.env.company.resource_calendar_id = False
        self.assertEqual(self._new_claim(priority='2').date_deadline, datetime(2026, 3, 5, 2))

    def test_overdue_is_found_and_reminded_of_once(self):
        late = self._new_claim(priority='3')
        closed = self._new_claim(priority='3', name="Settled", state='resolved', resolution="Paid")
        self._new_claim(name="In time")
        self.clock.move_to('2026-03-04 15:00:00')
        self.env.invalidate_all()
        mine = [('id', 'in', (late | closed).ids)]
        claims = self.env['dealflow.claim'].with_user(self.rep_north)
        self.assertEqual(claims.search([*mine, ('is_overdue', '=', True)]), late)
        self.assertEqual(claims.search([*mine, ('is_overdue', '=', False)]), closed)
        self.assertEqual((late | closed).mapped('is_overdue'), [True, False])
        cron = self.env.ref('dealflow.ir_cron_claim_remind')
        for _run in range(2):
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
        self.assertRecordValues(late.activity_ids, [{'user_id': self.rep_north.id, 'summary': late.name}])
        self.assertFalse(closed.activity_ids)
        self.clock.move_to(NOW)

    # States

    def test_states_and_their_history(self):
        claim = self._new_claim()
        self.clock.move_to('2026-03-04 11:30:00')
        claim.action_start()
        claim.with_user(self.head_north).action_wait()
        self.clock.move_to('2026-03-05 09:00:00')
        claim.with_user(self.head_north).action_start()
        claim.write({'resolution': "New chairs sent", 'cause_id': self.cause.id, 'cost': 80.5})
        claim.action_resolve()
        self.assertRecordValues(
            claim.log_ids.sorted('id'),
            [
                {'state_from': False, 'state_to': 'new', 'user_id': self.rep_north.id, 'hours': 0.0},
                {'state_from': 'new', 'state_to': 'work', 'user_id': self.rep_north.id, 'hours': 1.5},
                {'state_from': 'work', 'state_to': 'waiting', 'user_id': self.head_north.id, 'hours': 0.0},
                {'state_from': 'waiting', 'state_to': 'work', 'user_id': self.head_north.id, 'hours': 21.5},
                {'state_from': 'work', 'state_to': 'resolved', 'user_id': self.rep_north.id, 'hours': 0.0},
            ],
        )
        self.assertEqual(claim.date_closed, datetime(2026, 3, 5, 9))
        self.assertEqual(claim.resolve_hours, 7.0, "six working hours on Wednesday, one on Thursday")
        claim.action_start()
        self.assertRecordValues(claim, [{'date_closed': False, 'resolve_hours': 0.0, 'is_overdue': False}])
        self.clock.move_to(NOW)

    def test_nothing_is_closed_without_a_decision(self):
        claim = self._new_claim()
        for action in (claim.action_resolve, claim.action_reject):
            with self.assertRefused(ValidationError, "without a decision. Write into the field “Decision”"):
                action()
        with self.assertRefused(ValidationError, "without a decision"):
            self._new_claim(state='resolved')
        claim.resolution = "Not our chairs"
        claim.action_reject()
        with self.assertRefused(ValidationError, "without a decision"):
            claim.resolution = "  "

    def test_way_between_states(self):
        claim = self._new_claim(resolution="Paid")
        claim.action_resolve()
        for state in ('new', 'waiting', 'rejected'):
            with self.assertRefused(ValidationError, "“Resolved” and cannot become .* it goes to: In progress"):
                claim.state = state
        claim.state = 'work'
        with self.assertRefused(ValidationError, "cannot become “New”"):
            claim.state = 'new'

    def test_history_is_append_only(self):
        claim = self._new_claim()
        log = claim.with_user(self.manager).log_ids
        for refused in (
            lambda: log.sudo().write({'state_to': 'work'}),
            lambda: log.sudo().unlink(),
            lambda: log.sudo().create(
                {
                    'claim_id': claim.id,
                    'company_id': claim.company_id.id,
                    'date': '2026-01-01',
                    'state_to': 'work',
                    'user_id': self.manager.id,
                }
            ),
            lambda: claim.sudo().write({'log_ids': [Command.clear()]}),
        ):
            with self.assertRefused(UserError, "Log|log"):
                refused()
        claim.action_start()
        with self.assertRefused(UserError, "has log entries and cannot be deleted"):
            claim.with_user(self.manager).unlink()

    # Money

    def test_cost_in_another_currency(self):
        currency = self.env['res.currency'].create({'name': "TST", 'symbol': "T"})
        with self.assertRefused(ValidationError, "TST"):
            self._new_claim(currency_id=currency.id)
        self.env['res.currency.rate'].create(
            {
                'currency_id': currency.id,
                'company_id': self.env.company.id,
                'name': '2026-03-01',
                'rate': 3.0,
            }
        )
        claim = self._new_claim(currency_id=currency.id, cost=100.0)
        self.assertEqual(claim.cost_amount_company, 33.33)
        with mute_logger('odoo.sql_db'), self.assertRefused(Exception, "check_cost"):
            claim.cost = -1.0
            claim.flush_recordset()

    def test_report_by_kind_cause_and_product(self):
        for name, hour, cost in (("First", 12, 10.10), ("Second", 14, 5.05)):
            claim = self._new_claim(name=name, cause_id=self.cause.id, product_id=self.product.id, cost=cost)
            self.clock.move_to(f'2026-03-04 {hour}:00:00')
            claim.write({'resolution': "Paid", 'state': 'resolved'})
            claim.flush_recordset()
            self.clock.move_to(NOW)
        self._new_claim(name="Still open", cause_id=self.cause.id, product_id=self.product.id)
        groups = (
            self.env['dealflow.claim']
            .with_user(self.viewer)
            ._read_group(
                [('cause_id', '=', self.cause.id)],
                ['kind', 'cause_id', 'product_id'],
                ['__count', 'resolve_hours:avg', 'cost_amount_company:sum'],
            )
        )
        [(kind, cause, product, count, hours, cost)] = groups
        self.assertEqual((kind, cause, product, count, hours), ('claim', self.cause, self.product, 3, 3.0))
        self.assertAlmostEqual(cost, 15.15, 2)

    # Duplicates

    def test_open_claim_about_the_same_thing_is_shown(self):
        deal = self._new_deal(self.rep_north)
        first = self._new_claim(deal_id=deal.id)
        self._new_claim(name="Wrong bill", kind='appeal')
        same_deal = self._new_claim(name="Something else", kind='wish', deal_id=deal.id)
        self.assertEqual(same_deal.duplicate_ids, first)
        self.assertEqual(self._new_claim(name="Broken: two chairs").duplicate_ids, first)
        self.assertFalse(self._new_claim(name="Broken: two chairs", kind='wish').duplicate_ids)
        self.assertFalse(
            self._new_claim(name="Two chairs arrived broken", business_partner_id=self.other_partner.id).duplicate_ids
        )
        product = self._new_claim(name="Sinks", kind='feedback', product_id=self.product.id)
        self.assertEqual(self._new_claim(name="Squeaks", product_id=self.product.id).duplicate_ids, product)
        first.write({'resolution': "Paid", 'state': 'resolved'})
        same_deal.invalidate_recordset(['duplicate_ids'])
        self.assertFalse(same_deal.duplicate_ids, "only open claims")

    def test_duplicates_of_strangers_go_by_their_address(self):
        first = self._new_claim(business_partner_id=False, email_from='"Eva" <eva@example.com>')
        second = self._new_claim(business_partner_id=False, email_from='EVA@example.com')
        self.assertEqual(second.duplicate_ids, first)
        self.assertFalse(self._new_claim(business_partner_id=False).duplicate_ids)

    def test_duplicate_with_a_colleague_is_only_counted(self):
        theirs = self._new_claim(self.rep_south)
        claim = self._new_claim()
        self.assertRecordValues(claim, [{'duplicate_ids': [], 'hidden_duplicate_count': 1}])
        with self.assertRaises(AccessError):
            theirs.with_user(self.rep_north).read(['name'])

    # Where claims are shown

    def test_open_claim_on_the_card_of_the_client(self):
        claim = self._new_claim(self.rep_south, contact_id=self.contact.id)
        for partner, count in ((self.partner, 1), (self.contact, 1), (self.other_partner, 0)):
            self.assertEqual(partner.with_user(self.rep_north).dealflow_open_claim_count, count)
        claim.write({'resolution': "Paid", 'state': 'resolved'})
        self.env.invalidate_all()
        self.assertEqual(self.partner.with_user(self.rep_north).dealflow_open_claim_count, 0)
        action = self.partner.with_user(self.rep_south).action_dealflow_view_claims()
        self.assertEqual(self.env['dealflow.claim'].with_user(self.rep_south).search(action['domain']), claim)

    def test_warning_when_a_deal_of_the_client_is_moved(self):
        """Moving a deal of the client shows a warning but is not blocked, even when a colleague handles the claim."""
        deal = self._new_deal(self.rep_north)
        claim = self._new_claim(self.rep_south, priority='3')
        dialog = (
            self.env['dealflow.deal.move']
            .with_user(self.rep_north)
            .with_context(active_model='dealflow.deal', active_ids=deal.ids)
        )
        values = {'stage_id': self.stage_offer.id, 'comment': "They want it", 'short_status': "offer"}
        wizard = dialog.create(values)
        self.assertIn(f"Claim {claim.number} of Ромашка", wizard.claim_warning)
        self.assertIn(self.rep_south.name, wizard.claim_warning)
        self.assertNotIn("overdue", wizard.claim_warning)
        self.clock.move_to('2026-03-05 10:00:00')
        self.env.invalidate_all()
        self.assertIn("overdue", dialog.create(values).claim_warning)
        wizard.action_apply()
        self.assertEqual(deal.stage_id, self.stage_offer)
        claim.write({'resolution': "Paid", 'state': 'resolved'})
        self.assertFalse(dialog.create(values).claim_warning)
        self.clock.move_to(NOW)

    def test_claims_are_in_the_history_of_the_client(self):
        claim = self._new_claim(contact_id=self.contact.id, cost=12.0)
        self.env.flush_all()
        action = self.partner.action_dealflow_view_history()
        entries = self.env['dealflow.history'].with_user(self.rep_north).search(action['domain'])
        entry = entries.filtered(lambda entry: entry.kind == 'claim')
        self.assertRecordValues(
            entry,
            [
                {
                    'res_id': claim.id,
                    'res_model': 'dealflow.claim',
                    'partner_id': self.contact.id,
                    'amount': 12.0,
                    'business_partner_id': self.partner.id,
                    'summary': f"New: {claim.number} {claim.name}",
                }
            ],
        )
        self.assertEqual(entry.action_open()['res_model'], 'dealflow.claim')

    def test_open_claims_are_handed_over_with_the_client(self):
        """Handing over a client also hands over its open claims, but not the closed ones (B07)."""
        self.partner.user_id = self.rep_north
        claim = self._new_claim()
        closed = self._new_claim(name="Old", resolution="Paid", state='resolved')
        self.env['dealflow.partner.handover'].with_user(self.manager).with_context(
            active_model='res.partner', active_ids=self.partner.ids
        ).create({'user_id': self.rep_second.id}).action_hand_over()
        self.assertEqual((claim | closed).user_id.mapped('login'), ['test_rep_second', 'test_rep_north'])

    def test_events_about_a_claim(self):
        claim = self._new_claim(contact_id=self.contact.id)
        context = claim.action_dealflow_new_event()['context']
        self.assertEqual(context['default_claim_id'], claim.id)
        self.assertEqual(context['default_client_contact_id'], self.contact.id)

    # Access

    def test_who_sees_and_changes_what(self):
        deal = self._new_deal(self.rep_second)
        north = self._new_claim(self.rep_north, name="North")
        on_deal = self._new_claim(self.manager, name="On the deal", deal_id=deal.id, user_id=self.manager.id)
        south = self._new_claim(self.rep_south, name="South")
        entered = self._new_claim(self.rep_south, name="Entered for a colleague", user_id=self.manager.id)
        claims = north | on_deal | south | entered
        for user, names in (
            (self.rep_north, {"North"}),
            (self.rep_second, {"On the deal"}),
            (self.rep_south, {"South", "Entered for a colleague"}),
            (self.head_north, {"North", "On the deal"}),
            (self.seller_all, set(claims.mapped('name'))),
            (self.viewer, set(claims.mapped('name'))),
        ):
            with self.subTest(user.login):
                found = self.env['dealflow.claim'].with_user(user).search([('id', 'in', claims.ids)])
                self.assertEqual(set(found.mapped('name')), names)
                logs = self.env['dealflow.claim.log'].with_user(user).search([('claim_id', 'in', claims.ids)])
                self.assertEqual(logs.claim_id, found)
        stranger = self._new_user('stranger', 'base.group_user')
        portal = self._new_user('portal', 'base.group_portal')
        for refused in (
            lambda: north.with_user(self.viewer).write({'name': "x"}),
            lambda: north.with_user(self.rep_south).write({'name': "x"}),
            lambda: self._new_claim(self.viewer),
            lambda: north.with_user(stranger).read(['name']),
            lambda: north.with_user(portal).read(['name']),
            lambda: self.cause.with_user(self.seller_all).write({'name': "x"}),
            lambda: self.env['dealflow.claim.desk'].with_user(self.seller_all).create({'name': "x"}),
        ):
            with self.assertRaises(AccessError):
                refused()
        self.cause.with_user(self.manager).name = "Damage on the way"
        desk = (
            self.env['dealflow.claim.desk']
            .with_user(self.manager)
            .create({'name': "Quality", 'alias_name': 'quality.test'})
        )
        self.assertEqual(desk.alias_id.alias_name, 'quality.test')

    def test_companies_are_apart(self):
        claim = self._new_claim()
        foreign = self._new_foreigner()
        self.assertFalse(self.env['dealflow.claim'].with_user(foreign).search([('id', '=', claim.id)]))
        self.assertEqual(self.partner.with_user(foreign).dealflow_open_claim_count, 0)
        theirs = (
            self.env['dealflow.claim']
            .with_user(foreign)
            .create(
                {
                    'name': claim.name,
                    'business_partner_id': self.partner.id,
                }
            )
        )
        self.assertEqual(theirs.company_id, foreign.company_id)
        self.assertFalse(theirs.duplicate_ids)
        self.assertFalse(theirs.hidden_duplicate_count)
        with self.assertRefused(UserError, "may not use"):
            theirs.sudo().deal_id = self._new_deal(self.rep_north)

    def test_calls_about_the_claim(self):
        """A new event of a claim is prefilled with the client and shown on the claim (X41)."""
        claim = self._new_claim(self.rep_north, contact_id=self.contact.id)
        context = claim.action_dealflow_new_event()['context']
        self.assertEqual(context['default_claim_id'], claim.id)
        self.assertEqual(context['default_client_contact_id'], self.contact.id)
        self.assertEqual(context['default_business_partner_id'], claim.business_partner_id.id)
        call = (
            self.env['calendar.event']
            .with_user(self.rep_north)
            .create(
                {
                    'name': "Ask about the broken chair",
                    'start': '2026-03-02 10:00:00',
                    'stop': '2026-03-02 10:30:00',
                    'event_type_id': self.env.ref('dealflow.event_type_call_out').id,
                    'claim_id': claim.id,
                    'client_contact_id': self.contact.id,
                }
            )
        )
        self.assertEqual(claim.client_event_count, 1)
        self.assertEqual(call.search(claim.action_dealflow_view_client_events()['domain']), call)
