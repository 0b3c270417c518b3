from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .tour_common import TourCommon


@tagged('post_install', '-at_install')
class TestEventTours(TourCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep = cls._new_user('rep', 'dealflow.group_user_own', name="Tour Planner")
        cls.client = cls._new_partner("Tour Client")
        cls.event_values = {'business_partner_id': cls.client.id}
        cls.now = fields.Datetime.now().replace(microsecond=0)

    def test_call(self):
        """A call from the form of a partner to the result and the next event (P29, P31, X41)."""
        self._start_tour('dealflow_event_call', self.rep, f'/odoo/res.partner/{self.client.id}')
        events = self.env['calendar.event'].search([('business_partner_id', '=', self.client.id)], order='id')
        self.assertEqual(events.mapped('name'), ["Tour call", "Send two variants"])
        self.assertEqual(events.mapped('dealflow_state'), ['done', 'current'])
        self.assertEqual(events[0].result, "Wants two variants")
        self.assertEqual(events.partner_ids, self.rep.partner_id)

    def test_meeting(self):
        """A meeting is prepared, held and minuted (B30, B44, P32)."""
        self.env['dealflow.technique'].create({'name': "Tour technique", 'code': 'tour', 'kind': 'closing'})
        meeting = self._new_event(
            self.rep, event_type_id=self.env.ref('dealflow.event_type_meeting').id, name="Tour meeting"
        )
        self._start_tour('dealflow_event_meeting', self.rep)
        sheet = meeting.meeting_sheet_ids
        self.assertRecordValues(
            meeting, [{'dealflow_state': 'done', 'result': "They take the blue ones", 'distance_km': 12}]
        )
        self.assertRecordValues(
            sheet, [{'goal': "They choose a variant", 'discussion': "They liked the blue ones", 'state': 'minuted'}]
        )
        self.assertEqual(sheet.technique_ids.plan, "Blue or grey")
        self.assertRecordValues(
            sheet.agreement_ids.activity_id,
            [{'summary': "Send samples", 'user_id': self.rep.id, 'date_deadline': fields.Date.to_date('2030-12-31')}],
        )

    def test_register(self):
        """Colours, and the search by state and type (B23, B24, P24, P25)."""
        call = self.env.ref('dealflow.event_type_call_out')
        self._new_event(
            self.rep,
            event_type_id=call.id,
            name="Tour planned",
            crm_priority='2',
            start=self.now + timedelta(days=3000),
        )
        self._new_event(
            self.rep,
            event_type_id=call.id,
            name="Tour overdue",
            start=self.now + timedelta(days=2999),
        ).sudo().write({'start': self.now - timedelta(days=1), 'stop': self.now - timedelta(hours=23)})
        done = self.env.ref('dealflow.event_status_done')
        own_type = self.env['dealflow.event.type'].create(
            {'name': "Tour type", 'code': 'tour', 'status_ids': [(6, 0, done.ids)]}
        )
        self._new_event(
            self.rep, event_type_id=own_type.id, name="Tour done", crm_priority='0', start=self.now - timedelta(days=1)
        )
        self._start_tour('dealflow_event_register', self.rep)
