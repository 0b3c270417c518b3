from datetime import timedelta

from odoo import fields

from .common import DealflowCommon


class EventCommon(DealflowCommon):
    """Test case with event types that have their own statuses, besides the people and clients of ``DealflowCommon``.

    ::

        type "Test call": Planned -> Done | No answer; never invites, the client is fixed
        type "Test meeting": Planned -> Held; invites the client, may take part in the external sync

    A new event is a call planned for tomorrow with the contact of the client.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.planned, cls.done, cls.no_answer, cls.held = cls.env['dealflow.event.status'].create(
            [
                {'name': "Planned", 'code': 'test_planned', 'sequence': 1},
                {'name': "Done", 'code': 'test_done', 'sequence': 2, 'is_done': True},
                {'name': "No answer", 'code': 'test_no_answer', 'sequence': 3, 'is_closed': True},
                {'name': "Held", 'code': 'test_held', 'sequence': 4, 'is_done': True},
            ]
        )
        cls.call_type, cls.meeting_type = cls.env['dealflow.event.type'].create(
            [
                {
                    'name': "Test call",
                    'code': 'test_call',
                    'default_status_id': cls.planned.id,
                    'status_ids': [(6, 0, (cls.planned + cls.done + cls.no_answer).ids)],
                },
                {
                    'name': "Test meeting",
                    'code': 'test_meeting',
                    'is_meeting': True,
                    'invite_client': True,
                    'allows_external_sync': True,
                    'status_ids': [(6, 0, (cls.planned + cls.held).ids)],
                },
            ]
        )
        cls.tomorrow = fields.Datetime.now().replace(microsecond=0) + timedelta(days=1)
        cls.yesterday = fields.Datetime.now().replace(microsecond=0) - timedelta(days=1)
        cls.event_values = {
            'start': cls.tomorrow,
            'event_type_id': cls.call_type.id,
            'client_contact_id': cls.contact.id,
        }

    def _get_notified_partners(self, event):
        """Return the partners that Odoo notified about the event."""
        messages = (
            self.env['mail.message'].sudo().search([('model', '=', 'calendar.event'), ('res_id', 'in', event.ids)])
        )
        return messages.notified_partner_ids | messages.partner_ids
