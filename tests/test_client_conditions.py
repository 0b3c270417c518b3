from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .rule_common import RuleCommon


@tagged('post_install', '-at_install')
class TestClientConditions(RuleCommon):
    """What conditions may ask of a client that is no stored field (C32): searching finds what the form shows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.new = cls._new_partner("New")
        cls.clients = cls.partner + cls.other_partner + cls.new + cls.contact
        for client, amount, days in ((cls.partner, 70000, 10), (cls.other_partner, 3000, 90)):
            deal = cls._new_deal(business_partner_id=client.id, legal_entity_id=client.id, amount=amount)
            deal.action_win("They have signed")
            cls.env.flush_all()
            day = fields.Date.today() - timedelta(days=days)
            cls.env.cr.execute("UPDATE dealflow_deal SET closed_on = %s WHERE id = %s", [day, deal.id])
        cls.env.invalidate_all()

    def _find(self, *condition):
        partners = self.env['res.partner'].with_user(self.manager)
        return partners.search([('id', 'in', self.clients.ids), condition]).with_user(self.env.user)

    def _filter(self, *condition):
        clients = self.clients.with_user(self.manager)
        return clients.filtered_domain([condition]).with_user(self.env.user)

    def assertFound(self, condition, expected):
        self.assertEqual(self._find(*condition).sorted('id'), expected.sorted('id'), condition)
        self.assertEqual(self._filter(*condition).sorted('id'), expected.sorted('id'), condition)

    def test_total_sales(self):
        large, small, new, contact = self.partner, self.other_partner, self.new, self.contact
        self.assertFound(('total_sales', '>', 50000), large + contact)
        self.assertFound(('total_sales', '<=', 50000), small + new)
        self.assertFound(('total_sales', '=', 0), new)
        self.assertFound(('total_sales', '!=', 0), large + small + contact)
        self.assertFound(('deal_count', '>=', 1), large + small + contact)
        self.assertFound(('average_bill', '<', 5000), small + new)

    def test_last_purchase(self):
        large, small, new, contact = self.partner, self.other_partner, self.new, self.contact
        day = fields.Date.today() - timedelta(days=30)
        self.assertFound(('dealflow_last_sale_on', '>=', fields.Date.to_string(day)), large + contact)
        self.assertFound(('dealflow_last_sale_on', '<', fields.Date.to_string(day)), small)
        self.assertFound(('dealflow_last_sale_on', '=', False), new)
        self.assertFound(('dealflow_last_sale_on', '!=', False), large + small + contact)
        # An order counts as well.
        self._new_order(small, self.product).action_confirm()
        self.env.invalidate_all()
        self.assertFound(('dealflow_last_sale_on', '>=', fields.Date.to_string(day)), large + small + contact)

    def test_days_since_the_last_event(self):
        now = fields.Datetime.now()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = %s WHERE id IN %s",
            [now - timedelta(days=50), tuple(self.clients.ids)],
        )
        self.env.invalidate_all()
        for days in (3, 8, -5):
            self._new_event(start=now - timedelta(days=days), business_partner_id=self.partner.id)
        self._new_event(start=now - timedelta(days=20), business_partner_id=self.other_partner.id)
        self.env.flush_all()
        field = 'dealflow_days_since_event'
        self.assertEqual(self.clients[:3].mapped(field), [3, 20, 50])
        self.assertFound((field, '>=', 20), self.clients - self.partner)
        self.assertFound((field, '>', 20), self.new + self.contact)
        self.assertFound((field, '<', 20), self.partner)
        self.assertFound((field, '<=', 20), self.partner + self.other_partner)
        self.assertFound((field, '=', 20), self.other_partner)
        self.assertFound((field, '!=', 20), self.clients - self.other_partner)

    def test_days_of_a_deal(self):
        quiet, busy = self._new_deal(name="Quiet"), self._new_deal(name="Busy")
        self.env.flush_all()
        self.env.cr.execute("UPDATE dealflow_deal SET create_date = create_date - interval '40 days'")
        self.env.invalidate_all()
        self._new_event(start=fields.Datetime.now() - timedelta(days=2), deal_id=busy.id)
        deals = self.env['dealflow.deal']
        for condition, expected in ((('days_since_event', '>', 7), quiet), (('days_since_event', '<', 7), busy)):
            self.assertEqual(deals.search([('id', 'in', (quiet + busy).ids), condition]), expected)
            self.assertEqual((quiet + busy).filtered_domain([condition]), expected)

    def test_rule_on_what_the_client_has_bought(self):
        """Only clients whose purchases are above 50 thousand, as set off by a rep (C32)."""
        rule = self._new_rule(
            {'kind': 'message', 'person': 'head', 'text': "A good client"},
            trigger='created',
            domain="[('business_partner_id.total_sales', '>', 50000)]",
        )
        self._new_deal(self.rep_north, business_partner_id=self.other_partner.id, name="Small")
        self._new_deal(self.rep_north, business_partner_id=self.partner.id, name="Large")
        self.env.flush_all()
        self.assertEqual(rule.run_ids.mapped('record_name'), ["Large"])
        self.assertIn("Records that fit today", rule.preview)

    def test_rule_of_contacts_by_the_last_purchase(self):
        """The condition of a rule on companies is asked in memory and in the database alike."""
        rule = self._new_rule(
            {'kind': 'message', 'person': 'user', 'user_id': self.head_north.id, 'text': "Ask"},
            object='company',
            watched_field_ids=[(6, 0, self._get_field('res.partner', 'city').ids)],
            domain="[('dealflow_last_sale_on', '<', 'today -30d')]",
        )
        self._begin_save(self.partner)
        (self.partner + self.other_partner).write({'city': "Sofia"})
        self.env.flush_all()
        self.assertEqual(rule.run_ids.mapped('res_id'), self.other_partner.ids)
        self.assertIn(self.other_partner, self.env['res.partner'].search(rule.action_view_fitting()['domain']))
