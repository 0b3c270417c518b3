from odoo.tests import HttpCase, tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import mute_logger

from .event_common import EventCommon


@tagged('post_install', '-at_install')
class TestEventRpc(EventCommon, HttpCase):
    """RPC calls of users without the right, without any view."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = cls._new_user('portal', 'base.group_portal')
        cls.colleague = cls._new_user('colleague', 'base.group_user')
        cls.meeting = cls._new_event(
            cls.rep_north,
            event_type_id=cls.meeting_type.id,
            client_contact_id=cls.portal.partner_id.id,
            business_partner_id=cls.partner.id,
        )
        cls.meeting.write({'result': "They would pay more", 'next_step': "Raise the price"})
        cls.sheet = (
            cls.env['dealflow.meeting.sheet']
            .with_user(cls.rep_north)
            .create({'event_id': cls.meeting.id, 'goal': "Two hundred chairs", 'discussion': "Much was said"})
        )
        cls.sheet.message_post(body="Between us")
        cls.attachment = (
            cls.env['ir.attachment']
            .with_user(cls.rep_north)
            .create({'name': "plan.txt", 'raw': b"plan", 'res_model': 'dealflow.meeting.sheet', 'res_id': cls.sheet.id})
        )

    def _call(self, user, model, method, *args, **kwargs):
        self.authenticate(user.login, user.login)
        return self.make_jsonrpc_request(
            f'/web/dataset/call_kw/{model}/{method}',
            {'model': model, 'method': method, 'args': list(args), 'kwargs': kwargs},
        )

    def assertAccessError(self, user, model, method, *args, **kwargs):
        with self.assertRaises(JsonRpcException) as refusal, mute_logger('odoo.http'):
            self._call(user, model, method, *args, **kwargs)
        self.assertEqual(str(refusal.exception), 'odoo.exceptions.AccessError')

    def test_sheets_are_read_by_nobody_else(self):
        """Portal users, employees without rights, and sellers who do not take part cannot read the sheet."""
        sheet_ids = self.sheet.ids
        for user in (self.portal, self.colleague, self.rep_south, self.seller_all):
            self.assertAccessError(user, 'dealflow.meeting.sheet', 'read', sheet_ids, ['goal'])
            self.assertAccessError(user, 'dealflow.meeting.sheet', 'web_read', sheet_ids, {'discussion': {}})
            self.assertAccessError(user, 'dealflow.meeting.sheet', 'write', sheet_ids, {'goal': "Nothing"})
            self.assertAccessError(user, 'dealflow.meeting.sheet', 'unlink', sheet_ids)
            self.assertAccessError(user, 'dealflow.meeting.sheet', 'action_finish_minutes', sheet_ids)
            self.assertAccessError(user, 'calendar.event', 'action_dealflow_open_meeting_sheet', self.meeting.ids)
        for user in (self.portal, self.colleague):
            self.assertAccessError(user, 'dealflow.meeting.sheet', 'search_read', [], ['goal'])
        for user in (self.rep_south, self.seller_all):
            self.assertFalse(self._call(user, 'dealflow.meeting.sheet', 'search_read', [], ['goal']))
            self.assertFalse(
                self._call(user, 'dealflow.meeting.sheet', 'formatted_read_group', [], ['goal'], ['__count'])
            )
        self.assertEqual(
            self._call(self.rep_north, 'dealflow.meeting.sheet', 'read', sheet_ids, ['goal'])[0]['goal'],
            "Two hundred chairs",
        )

    def test_messages_and_files_of_the_sheet_are_read_by_nobody_else(self):
        domain = [('model', '=', 'dealflow.meeting.sheet'), ('res_id', '=', self.sheet.id)]
        for user in (self.portal, self.colleague, self.rep_south):
            self.assertFalse(self._call(user, 'mail.message', 'search_read', domain, ['body']))
            self.assertAccessError(user, 'ir.attachment', 'read', self.attachment.ids, ['raw'])

    def test_joining_the_event_opens_no_sheet(self):
        """Every employee may write on the events of others, but adding oneself to one does not open its sheet."""
        self._call(
            self.rep_south,
            'calendar.event',
            'write',
            self.meeting.ids,
            {'partner_ids': [[4, self.rep_south.partner_id.id]], 'user_id': self.rep_south.id},
        )
        self.assertIn(self.rep_south.partner_id, self.meeting.partner_ids)
        self.assertAccessError(self.rep_south, 'dealflow.meeting.sheet', 'read', self.sheet.ids, ['goal'])

    def test_invited_client_reads_its_invitation_only(self):
        self.assertEqual(
            self._call(self.portal, 'calendar.event', 'read', self.meeting.ids, ['name', 'notes'])[0]['name'],
            self.meeting.name,
        )
        for name in ('result', 'next_step', 'deal_id', 'work_hours', 'meeting_sheet_ids', 'client_participant_ids'):
            self.assertAccessError(self.portal, 'calendar.event', 'read', self.meeting.ids, [name])
            self.assertAccessError(self.portal, 'calendar.event', 'search_read', [(name, '!=', False)], ['name'])

    def test_viewer_and_colleague_write_nothing_of_ours(self):
        for user in (self.viewer, self.colleague):
            self.assertAccessError(user, 'calendar.event', 'write', self.meeting.ids, {'result': "Nothing"})
            self.assertAccessError(
                user, 'calendar.event', 'create', {'name': "Call", 'event_type_id': self.call_type.id}
            )
        for user in (self.viewer, self.colleague, self.seller_all):
            self.assertAccessError(user, 'dealflow.event.type', 'write', self.call_type.ids, {'invite_client': True})
