from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .event_common import EventCommon


@tagged('post_install', '-at_install')
class TestEventLog(EventCommon):
    """A call that has taken place is logged in one dialog (B04, B26)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['dealflow.event.type'].search([]).is_call = False
        cls.call_type.is_call = True
        cls.deal = cls._new_deal(cls.rep_north, user_id=cls.rep_north.id)

    def _open(self, document, user=None):
        user = user or self.rep_north
        action = document.with_user(user).action_dealflow_log_call()
        return Form(self.env['dealflow.event.log'].with_user(user).with_context(**action['context']))

    def _apply(self, dialog):
        before = self.env['calendar.event'].search([])
        dialog.save().action_apply()
        return (self.env['calendar.event'].search([]) - before).sorted('start')

    def test_call_has_happened(self):
        """The call ends now, has the given duration, and belongs to the record on which it was logged."""
        dialog = self._open(self.deal)
        dialog.result = "Wants two variants"
        dialog.duration = 0.5
        before = fields.Datetime.now().replace(microsecond=0)
        call = self._apply(dialog)
        self.assertGreaterEqual(call.stop, before)
        self.assertLessEqual(call.stop, fields.Datetime.now())
        self.assertEqual(call.stop - call.start, timedelta(minutes=30))
        self.assertRecordValues(
            call,
            [
                {
                    'name': f"Test call: {self.partner.name}",
                    'event_type_id': self.call_type.id,
                    'event_status_id': self.done.id,
                    'dealflow_state': 'done',
                    'result': "Wants two variants",
                    'work_hours': 0.5,
                    'user_id': self.rep_north.id,
                    'deal_id': self.deal.id,
                    'business_partner_id': self.partner.id,
                    'client_contact_id': self.contact.id,
                }
            ],
        )
        self.assertFalse(self._get_notified_partners(call) & self.contact, "nobody is written to")

    def test_next_step_is_planned(self):
        dialog = self._open(self.deal)
        dialog.result = "Wants two variants"
        self.assertFalse(dialog.next_start)
        dialog.next_step = "Send two variants"
        self.assertGreater(dialog.next_start, fields.Datetime.now())
        dialog.next_start = self.tomorrow
        call, following = self._apply(dialog)
        self.assertEqual(call.next_step, "Send two variants")
        self.assertRecordValues(
            following,
            [
                {
                    'name': "Send two variants",
                    'start': self.tomorrow,
                    'deal_id': self.deal.id,
                    'client_contact_id': self.contact.id,
                    'event_status_id': self.planned.id,
                }
            ],
        )

    def test_next_step_is_proposed_for_a_day_of_work(self):
        """The next step is proposed in a week, moved to a working day of the company; extra working days count."""
        with freeze_time('2026-03-04 10:10:00'):
            starts = self.env['calendar.event'].with_user(self.rep_north).with_context(tz='UTC')
            in_a_week = datetime(2026, 3, 11, 10, 30)
            self.assertEqual(starts._dealflow_get_next_step_start(), in_a_week)
            self.env['resource.calendar.leaves'].create(
                {
                    'name': "Two days off",
                    'calendar_id': self.env.company.resource_calendar_id.id,
                    'date_from': datetime(2026, 3, 11),
                    'date_to': datetime(2026, 3, 12, 23, 59),
                }
            )
            call = self._new_event(self.rep_north, start=self.yesterday)
            closing = self.env['dealflow.event.close'].with_context(default_event_id=call.id)
            for dialog in (self._open(self.deal), Form(closing.with_user(self.rep_north))):
                dialog.next_step = "Send two variants"
                self.assertEqual(dialog.next_start, in_a_week + timedelta(days=2), "the Friday after the days off")
        with freeze_time('2026-03-07 10:10:00'):
            self.assertEqual(starts._dealflow_get_next_step_start().time(), datetime(2026, 3, 16, 10, 30).time())
            saturday = date(2026, 3, 14)
            self.assertEqual(starts._dealflow_get_next_step_start().date(), date(2026, 3, 16))
            self.env['dealflow.working.day'].create(
                {'company_id': self.env.company.id, 'date': saturday, 'works_like': '0'}
            )
            self.assertEqual(starts._dealflow_get_next_step_start().date(), saturday)

    def test_next_step_at_night_is_proposed_for_the_beginning_of_work(self):
        """By the clock of the user: 22:10 in UTC is one in the morning of the next day in Istanbul."""
        for moment, zone, expected in (
            ('2026-03-04 04:10:00', 'UTC', datetime(2026, 3, 11, 8)),
            ('2026-03-04 22:10:00', 'UTC', datetime(2026, 3, 11, 8)),
            ('2026-03-04 22:10:00', 'Europe/Istanbul', datetime(2026, 3, 12, 5)),
            ('2026-03-04 05:10:00', 'Europe/Istanbul', datetime(2026, 3, 11, 5, 30)),
        ):
            with self.subTest(moment=moment, zone=zone), freeze_time(moment):
                starts = self.env['calendar.event'].with_user(self.rep_north).with_context(tz=zone)
                self.assertEqual(starts._dealflow_get_next_step_start(), expected)

    def test_next_step_without_a_day_is_noted_only(self):
        dialog = self._open(self.deal)
        dialog.result = "Wants two variants"
        dialog.next_step = "Send two variants"
        dialog.next_start = False
        self.assertEqual(self._apply(dialog).next_step, "Send two variants")

    def test_who_is_known_on_each_card(self):
        """The dialog proposes the contact of the document, the only contact of a company, else the company (B26)."""
        entity = self._new_partner("Ромашка Trade", counterparty_role='entity')
        self._link(self.partner, entity)
        two = self._new_partner("Two people")
        for name in ("Ole", "Kari"):
            self._new_contact(name, two)
        lead = self._new_lead(user_id=self.rep_north.id, partner_id=self.contact.id)
        claim = self.env['dealflow.claim'].create(
            {'name': "Broken", 'business_partner_id': self.partner.id, 'user_id': self.rep_north.id}
        )
        for document, who, field_name, value in (
            (self.partner, self.contact, 'business_partner_id', self.partner),
            (self.contact, self.contact, 'business_partner_id', self.partner),
            (two, two, 'business_partner_id', two),
            (entity, self.contact, 'legal_entity_id', entity),
            (lead, self.contact, 'opportunity_id', lead),
            (claim, self.contact, 'claim_id', claim),
            (self.deal, self.contact, 'deal_id', self.deal),
        ):
            with self.subTest(document=document):
                dialog = self._open(document)
                self.assertEqual(dialog.partner_id, who)
                dialog.result = "Fine"
                call = self._apply(dialog)
                self.assertEqual(call[field_name], value)

    def test_result_is_required_when_one_talked(self):
        dialog = self._open(self.deal)
        with self.assertRaises(AssertionError):
            dialog.save()
        dialog.event_status_id = self.no_answer
        self.assertEqual(self._apply(dialog).dealflow_state, 'cancelled')

    def test_only_calls_are_logged(self):
        dialog = self._open(self.deal)
        dialog.event_status_id = self.no_answer
        wizard = dialog.save()
        wizard.write({'event_type_id': self.meeting_type.id, 'event_status_id': self.held.id})
        with self.assertRefused(UserError, "is not a call"):
            wizard.action_apply()

    def test_nothing_is_half_done(self):
        """When the call cannot be saved, no next event is planned: here the deal belongs to another client."""
        dialog = self._open(self.deal)
        dialog.partner_id = self.other_partner
        dialog.result = "Fine"
        dialog.next_step = "Call again"
        wizard = dialog.save()
        before = self.env['calendar.event'].search_count([])
        with self.assertRefused(ValidationError, "belongs to"):
            wizard.action_apply()
        self.assertEqual(self.env['calendar.event'].search_count([]), before)

    def test_viewers_log_nothing(self):
        with self.assertRefused(AccessError, ""):
            self.env['dealflow.event.log'].with_user(self.viewer).create({'partner_id': self.contact.id})

    def test_calls_that_the_module_brings_are_calls(self):
        types = self.env['dealflow.event.type'].create(
            [{'name': "Call in", 'code': code} for code in ('call_video', 'greeting')]
        )
        self.assertEqual(types.mapped('is_call'), [False, False])
        shipped = self.env.ref('dealflow.event_type_call_in') + self.env.ref('dealflow.event_type_call_out')
        shipped._compute_is_call()
        self.assertEqual(shipped.mapped('is_call'), [True, True])
