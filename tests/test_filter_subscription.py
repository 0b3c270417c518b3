from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .filter_common import FilterCommon


@tagged('post_install', '-at_install')
class TestFilterSubscription(FilterCommon):
    """Who subscribes to a filter is told once a day what it newly finds (X28)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mark = cls.env['res.partner.category'].create({'name': "Of this test"})
        cls.filter = cls._new_filter(
            cls.rep_north, 'res.partner', name="Marked", domain=f"[('category_id', 'in', {cls.mark.ids})]"
        )
        cls.old = cls._new_partner("Old", category_id=cls.mark.ids)
        cls.filter.action_dealflow_subscribe()

    def _tell(self):
        """Return the messages to people that a run of the job sends."""
        last = self.env['mail.message'].search([], order='id desc', limit=1).id
        with self.enter_registry_test_mode():
            self.env.ref('dealflow.ir_cron_filter_subscription_tell').method_direct_trigger()
        return self.env['mail.message'].search([('id', '>', last), ('message_type', '=', 'user_notification')])

    def test_what_newly_matches_is_told_once(self):
        self.assertFalse(self._tell())
        new = self._new_partner("New", category_id=self.mark.ids)
        changed = self._new_partner("Changed")
        changed.category_id = self.mark
        message = self._tell()
        self.assertEqual(message.partner_ids, self.rep_north.partner_id)
        self.assertIn("“Marked” newly finds 2", message.body)
        for record in new | changed:
            self.assertIn(record.name, message.body)
        self.assertNotIn("Old", message.body)
        self.assertFalse(self._tell())

    def test_subscribing_twice_does_it_once(self):
        self.filter.action_dealflow_subscribe()
        self.assertEqual(len(self.filter.sudo().dealflow_subscription_ids), 1)
        self.filter.action_dealflow_subscribe(on=False)
        self.assertFalse(self.filter.sudo().dealflow_subscription_ids)
        self._new_partner("New", category_id=self.mark.ids)
        self.assertFalse(self._tell())

    def test_own_rights_decide(self):
        shared = self._new_filter(
            self.seller_all, name="All", user_ids=[Command.set((self.seller_all | self.rep_south).ids)]
        )
        shared.domain = "[('name', '=', 'Told')]"
        for user in (self.seller_all, self.rep_south):
            shared.with_user(user).action_dealflow_subscribe()
        self._new_deal(self.seller_all, name="Told", user_id=self.rep_north.id)
        self.assertEqual(self._tell().partner_ids, self.seller_all.partner_id)

    def test_archived_people_are_told_nothing(self):
        self.rep_north.active = False
        self._new_partner("New", category_id=self.mark.ids)
        self.assertFalse(self._tell())

    def test_no_longer_shared(self):
        self.filter.user_ids = self.rep_north | self.rep_second
        self.filter.with_user(self.rep_second).action_dealflow_subscribe()
        self.filter.user_ids = self.rep_north
        self._new_partner("New", category_id=self.mark.ids)
        self.assertEqual(self._tell().partner_ids, self.rep_north.partner_id)

    def test_broken_filter_stops_no_other(self):
        broken = self._new_filter(self.rep_south, 'res.partner')
        broken.action_dealflow_subscribe()
        broken.domain = "[('lost_field', '=', 1)]"
        self._new_partner("New", category_id=self.mark.ids)
        self.assertEqual(self._tell().partner_ids, self.rep_north.partner_id)
        with self.assertRefused(UserError, "no longer exists"):
            broken.with_user(self.rep_south).action_dealflow_subscribe(on=False)
            broken.with_user(self.rep_south).action_dealflow_subscribe()

    def test_others_filters_and_subscriptions(self):
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.filter.with_user(self.outsider).action_dealflow_subscribe()
        mine = self.filter.sudo().dealflow_subscription_ids
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            mine.with_user(self.outsider).unlink()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.env['dealflow.filter.subscription'].with_user(self.outsider).create(
                {'filter_id': self.filter.id, 'user_id': self.rep_north.id}
            )
