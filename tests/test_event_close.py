from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .event_common import EventCommon


@tagged('post_install', '-at_install')
class TestEventClose(EventCommon):
    def _open(self, event, user=None):
        action = event.action_dealflow_open_close()
        wizards = self.env['dealflow.event.close'].with_user(user or self.rep_north)
        return Form(wizards.with_context(**action['context']))

    def test_one_dialog_finishes_the_event_and_plans_the_next(self):
        """One dialog asks for the result, the working time and the next event (P31)."""
        deal = self._new_deal(self.rep_north)
        call = self._new_event(self.rep_north, start=self.yesterday, deal_id=deal.id)
        dialog = self._open(call)
        self.assertEqual(dialog.event_status_id, self.done)
        self.assertEqual(dialog.work_hours, 1)
        dialog.result = "Wants two variants"
        dialog.next_step = "Send two variants"
        dialog.next_start = self.tomorrow
        dialog.next_type_id = self.meeting_type
        dialog.save().action_apply()
        self.assertRecordValues(
            call,
            [
                {
                    'dealflow_state': 'done',
                    'result': "Wants two variants",
                    'next_step': "Send two variants",
                    'work_hours': 1,
                    'distance_km': 0,
                }
            ],
        )
        following = self.env['calendar.event'].search([('deal_id', '=', deal.id), ('id', '!=', call.id)])
        self.assertRecordValues(
            following,
            [
                {
                    'name': "Send two variants",
                    'event_type_id': self.meeting_type.id,
                    'start': self.tomorrow,
                    'stop': self.tomorrow + timedelta(hours=1),
                    'client_contact_id': self.contact.id,
                    'business_partner_id': self.partner.id,
                    'user_id': self.rep_north.id,
                    'event_status_id': self.planned.id,
                }
            ],
        )

    def test_kilometres_are_asked_for_meetings_only(self):
        """The distance is asked for when the type is a meeting (P32)."""
        meeting = self._new_event(self.rep_north, start=self.yesterday, event_type_id=self.meeting_type.id)
        dialog = self._open(meeting)
        dialog.result = "Agreed"
        dialog.distance_km = 42
        dialog.plan_next = False
        dialog.save().action_apply()
        self.assertEqual(meeting.distance_km, 42)
        call = self._new_event(self.rep_north, start=self.yesterday)
        dialog = self._open(call)
        with self.assertRaises(AssertionError):
            dialog.distance_km = 42

    def test_result_is_required_when_it_took_place(self):
        call = self._new_event(self.rep_north, start=self.yesterday)
        dialog = self._open(call)
        dialog.plan_next = False
        with self.assertRaises(AssertionError):
            dialog.save()
        dialog.event_status_id = self.no_answer
        dialog.save().action_apply()
        self.assertEqual(call.dealflow_state, 'cancelled')

    def test_nothing_is_half_done(self):
        """When the event cannot be finished, the next one is not planned either."""
        self.call_type.lock_past = True
        call = self._new_event(self.rep_north, start=self.yesterday, event_status_id=self.done.id)
        before = self.env['calendar.event'].search_count([])
        dialog = self._open(call)
        dialog.result = "Again"
        with self.assertRefused(UserError, "can only be viewed"):
            dialog.save().action_apply()
        self.assertEqual(self.env['calendar.event'].search_count([]), before)

    def test_default_of_the_next_event_is_in_the_future(self):
        dialog = self._open(self._new_event(self.rep_north, start=self.yesterday))
        self.assertGreater(dialog.next_start, fields.Datetime.now())

    def test_done_on_the_card_leads_back(self):
        """Finishing on the form returns to where it was opened from; finishing in a list stays there."""
        call = self._new_event(self.rep_north, start=self.yesterday)
        action = call.with_context(dealflow_go_back=True).action_dealflow_open_close()
        dialog = Form(self.env['dealflow.event.close'].with_user(self.rep_north).with_context(**action['context']))
        dialog.result = "Wants two variants"
        self.assertEqual(dialog.save().action_apply().get('tag'), 'dealflow.go_back')
        dialog = self._open(self._new_event(self.rep_north, start=self.yesterday))
        dialog.result = "Wants two variants"
        self.assertEqual(dialog.save().action_apply()['type'], 'ir.actions.act_window_close')

    def test_form_of_a_call_asks_for_no_place_or_guests(self):
        self.call_type.is_call = True
        form = Form(
            self._new_event(self.rep_north, start=self.yesterday), view='dealflow.calendar_event_view_form_card'
        )
        for name, is_asked in (('location', False), ('client_participant_ids', False), ('user_id', True)):
            self.assertEqual(not form._get_modifier(name, 'invisible'), is_asked, name)
        form.event_type_id = self.meeting_type
        self.assertFalse(form._get_modifier('location', 'invisible'))

    def test_history_tells_status_and_result(self):
        call = self._new_event(self.rep_north, start=self.yesterday)
        call.write({'event_status_id': self.done.id, 'result': "Wants two variants"})
        self.env.flush_all()
        entry = self.env['dealflow.history'].with_user(self.rep_north).search([('res_id', '=', call.id)])
        entry = entry.filtered(lambda entry: entry.res_model == 'calendar.event')[:1]
        self.assertEqual(entry.summary, "Test call: Ask about the chairs. Done: Wants two variants")

    def test_new_event_begins_with_what_is_planned_most(self):
        action = self._new_deal(self.rep_north).action_dealflow_view_client_events()
        events = self.env['calendar.event'].with_user(self.rep_north).with_context(**action['context'])
        values = events.default_get(['event_type_id', 'name', 'business_partner_id', 'deal_id'])
        planned = self.env['dealflow.event.type']._get_planned_type()
        self.assertEqual((values['event_type_id'], values['name']), (planned.id, planned.name))
        self.assertEqual(values['business_partner_id'], self.partner.id)
        self.assertTrue(values['deal_id'])
