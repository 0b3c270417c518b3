from datetime import date, datetime

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import mute_logger

from .event_common import EventCommon


@tagged('post_install', '-at_install')
class TestConfidentialEdges(EventCommon, HttpCase):
    """Records around a confidential record: attachments, logs, tasks, activity plans."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.marketer = new_test_user(cls.env, 'test_edges_marketer', groups='dealflow.group_marketing')
        cls.fair = cls.env['dealflow.marketing.event'].create({'title': "Fair", 'date_start': date(2024, 3, 1)})
        cls.file = cls.env['ir.attachment'].create(
            {'name': "budget.txt", 'raw': b"10,000", 'res_model': cls.fair._name, 'res_id': cls.fair.id}
        )
        cls.message = cls.fair.message_post(body="They asked for a rebate")

    def _call(self, user, model, method, *args, **kwargs):
        self.authenticate(user.login, user.login)
        return self.make_jsonrpc_request(
            f'/web/dataset/call_kw/{model}/{method}',
            {'model': model, 'method': method, 'args': list(args), 'kwargs': kwargs},
        )

    def assertCallRefused(self, user, model, method, *args, **kwargs):
        with self.assertRaises(JsonRpcException) as refusal, mute_logger('odoo.http'):
            self._call(user, model, method, *args, **kwargs)
        self.assertEqual(str(refusal.exception), 'odoo.exceptions.AccessError')

    def test_files_and_messages_of_marketing_events(self):
        for user in (self.viewer, self.rep_north, self.manager):
            with self.subTest(user.login):
                self.authenticate(user.login, user.login)
                self.assertNotEqual(self.url_open(f'/web/content/{self.file.id}').status_code, 200)
                self.assertCallRefused(user, 'ir.attachment', 'read', self.file.ids, ['raw'])
                self.assertFalse(self._call(user, 'ir.attachment', 'search', [('id', '=', self.file.id)]))
                self.assertCallRefused(user, 'mail.message', 'read', self.message.ids, ['body'])
                self.assertEqual(
                    self._call(user, 'dealflow.marketing.event', 'read', self.fair.ids, ['title'])[0]['title'], "Fair"
                )
        self.authenticate(self.marketer.login, self.marketer.login)
        self.assertEqual(self.url_open(f'/web/content/{self.file.id}').content, b"10,000")
        self.assertTrue(self._call(self.marketer, 'mail.message', 'read', self.message.ids, ['body']))
        own = self._call(
            self.marketer,
            'ir.attachment',
            'create',
            {'name': "plan.txt", 'raw': 'plan', 'res_model': self.fair._name, 'res_id': self.fair.id},
        )
        self.assertTrue(own)

    def test_status_log_of_a_private_event(self):
        """The status log of a private event is hidden, and so is the name of the event that it would read with sudo."""
        private = self._new_event(self.rep_north, name="Medical", privacy='private')
        by_setting = self._new_event(self.rep_second, name="At home")
        settings = self.env['res.users.settings']._find_or_create_for_user(self.rep_second)
        settings.sudo().calendar_default_privacy = 'private'
        usual = self._new_event(self.rep_north, name="Chairs")
        self.env.flush_all()

        def see(user, event):
            return self._call(
                user,
                'dealflow.event.status.log',
                'web_search_read',
                [('event_id', 'in', event.ids)],
                {'event_id': {'fields': {'display_name': {}}}},
            )['records']

        self.assertEqual(see(self.rep_south, private), [])
        self.assertEqual(see(self.rep_south, by_setting), [])
        self.assertEqual(see(self.rep_south, usual)[0]['event_id']['display_name'], "Chairs")
        self.assertTrue(see(self.rep_north, private))
        self.assertTrue(see(self.rep_second, by_setting))
        log = private.sudo().status_log_ids
        self.assertCallRefused(self.rep_south, 'dealflow.event.status.log', 'read', log.ids, ['date'])

    def test_agreement_takes_no_task_of_others(self):
        meeting = self._new_event(self.rep_north, event_type_id=self.meeting_type.id)
        sheet = self.env['dealflow.meeting.sheet'].with_user(self.rep_north).create({'event_id': meeting.id})
        agreement = (
            self.env['dealflow.meeting.agreement']
            .with_user(self.rep_north)
            .create(
                {
                    'sheet_id': sheet.id,
                    'name': "Send the offer",
                    'partner_id': self.rep_north.partner_id.id,
                    'date_deadline': date(2024, 3, 8),
                }
            )
        )
        secret = self.env['mail.activity'].create(
            {
                'activity_type_id': self.env.ref('mail.mail_activity_data_todo').id,
                'summary': "Confidential",
                'user_id': self.manager.id,
            }
        )
        self.env.flush_all()
        self.assertCallRefused(
            self.rep_north, 'dealflow.meeting.agreement', 'write', agreement.ids, {'activity_id': secret.id}
        )
        self.assertCallRefused(
            self.rep_north,
            'dealflow.meeting.agreement',
            'create',
            [{'sheet_id': sheet.id, 'name': "x", 'activity_id': secret.id}],
        )
        sheet.action_finish_minutes()
        self.assertEqual(agreement.sudo().activity_id.summary, "Send the offer")

    def test_minutes_are_closed_by_who_may_write_them(self):
        meeting = self._new_event(
            self.rep_north, event_type_id=self.meeting_type.id, partner_ids=[Command.link(self.viewer.partner_id.id)]
        )
        sheet = self.env['dealflow.meeting.sheet'].with_user(self.rep_north).create({'event_id': meeting.id})
        self.env.flush_all()
        self.assertTrue(self._call(self.viewer, 'dealflow.meeting.sheet', 'read', sheet.ids, ['state']))
        self.assertCallRefused(self.viewer, 'dealflow.meeting.sheet', 'action_finish_minutes', sheet.ids)
        self.assertEqual(sheet.state, 'preparation')
        sheet.action_finish_minutes()
        self.assertEqual(sheet.state, 'minuted')

    def test_moved_promises_outlive_their_receipt(self):
        deal = self._new_deal(user_id=self.rep_north.id, opened_on=date(2024, 3, 1))
        moved, fresh = (
            self.env['dealflow.receipt']
            .with_user(self.rep_north)
            .create(
                [
                    {'name': name, 'deal_id': deal.id, 'amount': 100, 'date_planned': date(2024, 4, 1)}
                    for name in ("Moved", "Fresh")
                ]
            )
        )
        moved.action_postpone(date(2024, 5, 1), "They asked for it")
        for way_in in (moved, moved.sudo()):
            with self.assertRefused(UserError, "“Moved”.*Set its status to cancelled"):
                way_in.unlink()
        with self.assertRefused(UserError, "“Moved”"):
            deal.with_user(self.rep_north).receipt_ids = [Command.delete(moved.id)]
        fresh.unlink()
        plan = (
            self.env['dealflow.receipt.plan']
            .with_user(self.rep_north)
            .create(
                {
                    'deal_id': deal.id,
                    'method': 'instalments',
                    'count': 2,
                    'is_replacing': True,
                    'date_start': fields.Date.add(deal.opened_on, months=3),
                }
            )
        )
        plan.action_apply()
        self.assertEqual((moved.state, moved.postponement_count), ('cancelled', 1))
        planned = deal.receipt_ids.filtered(lambda receipt: receipt.state == 'planned')
        self.assertEqual(sum(planned.mapped('amount')), 1000)

    def test_plan_of_activities_stays_with_its_documents(self):
        """Changing an activity plan needs rights on its old and its new model; the rule sees only the old one."""
        todo = self.env.ref('mail.mail_activity_data_todo').id
        for user, ours, theirs in (
            (self.marketer, 'dealflow.marketing.event', 'crm.lead'),
            (self.manager, 'dealflow.deal', 'res.partner'),
        ):
            plan = (
                self.env['mail.activity.plan']
                .with_user(user)
                .create(
                    {
                        'name': "Preparation",
                        'res_model': ours,
                        'template_ids': [Command.create({'activity_type_id': todo, 'summary': "Call"})],
                    }
                )
            )
            foreign = self.env['mail.activity.plan'].create({'name': "Theirs", 'res_model': theirs})
            with self.subTest(user.login):
                with self.assertRefused(AccessError, ""):
                    plan.res_model = theirs
                with self.assertRefused(AccessError, ""):
                    plan.template_ids.plan_id = foreign
                plan.name = "Before the event"
                self.assertEqual((plan.res_model, plan.name), (ours, "Before the event"))

    def test_events_take_their_day(self):
        """A user with the least rights creates, logs and minutes a meeting as before."""
        event = self._new_event(self.rep_north, start=datetime(2024, 3, 4, 10))
        event.event_status_id = self.done
        self.assertEqual(len(event.status_log_ids), 2)
