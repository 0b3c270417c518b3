from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common import DealflowCommon


@tagged('post_install', '-at_install')
class TestDealGuests(DealflowCommon):
    """What other apps know about the orders of a deal. None is a dependency: each test says which one it needs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deal = cls._new_deal(cls.rep_north)

    def _new_order_of_deal(self, user=None, **values):
        return self._new_order(
            self.partner, self.product, deal_id=self.deal.id, user_id=(user or self.rep_north).id, **values
        )

    def _read(self, user, *names):
        self.env.flush_all()
        self.env.invalidate_all()
        return [self.deal.with_user(user)[name] for name in names]

    def test_nothing_is_shown_without_the_other_apps(self):
        order = self._new_order_of_deal()
        order.state = 'sale'
        if 'margin' not in order._fields:
            self.assertEqual(self._read(self.rep_north, 'has_order_margin', 'order_margin'), [False, 0])
        if 'delivery_status' not in order._fields:
            self.assertEqual(self._read(self.rep_north, 'delivery_state'), [False])
        if 'project.project' not in self.env:
            self.assertEqual(self._read(self.rep_north, 'project_count'), [0])
        new = self.env['dealflow.deal'].with_user(self.rep_north).new({'name': "New"})
        self.assertEqual((new.order_margin, new.delivery_state, new.project_count), (0, False, 0))

    def test_margin_of_the_confirmed_orders(self):
        if 'margin' not in self.env['sale.order']._fields:
            self.skipTest("Odoo's margins of orders (sale_margin) are not installed")
        self.product.standard_price = 60
        self.product.type = 'service'
        foreign = self.env.ref('base.EUR')
        foreign.active = True
        self.env['res.currency.rate'].create(
            {'currency_id': foreign.id, 'rate': 2, 'name': fields.Date.today(), 'company_id': self.company.id}
        )
        pricelist = self.env['product.pricelist'].create({'name': "Foreign", 'currency_id': foreign.id})
        first = self._new_order_of_deal()
        second = self._new_order_of_deal(pricelist_id=pricelist.id)
        self._new_order_of_deal()
        self.assertEqual(self._read(self.rep_north, 'has_order_margin'), [False], "quotations are no sales")
        (first + second).action_confirm()
        self.assertEqual(second.margin, 80)
        self.assertEqual(self._read(self.rep_north, 'has_order_margin', 'order_margin'), [True, 80])

    def test_margin_counts_what_the_reader_may_read(self):
        if 'margin' not in self.env['sale.order']._fields:
            self.skipTest("Odoo's margins of orders (sale_margin) are not installed")
        self.product.write({'standard_price': 60, 'type': 'service'})
        trader = self._new_user('trader', 'dealflow.group_viewer,sales_team.group_sale_salesman')
        (self._new_order_of_deal() + self._new_order_of_deal(trader)).action_confirm()
        self.assertEqual(self._read(self.seller_all, 'order_margin'), [80])
        self.assertEqual(self._read(trader, 'order_margin'), [40], "sees all deals, and the orders that are his")
        fields_of_viewer = self.env['dealflow.deal'].with_user(self.viewer).fields_get()
        self.assertFalse({'order_margin', 'has_order_margin'} & fields_of_viewer.keys())
        self.assertIn('delivery_state', fields_of_viewer)

    def test_delivery_of_the_confirmed_orders(self):
        if 'delivery_status' not in self.env['sale.order']._fields:
            self.skipTest("Odoo's deliveries of orders (sale_stock) are not installed")
        goods = self.env['product.product'].create({'name': "Table", 'type': 'consu', 'is_storable': True})
        self.product.type = 'service'
        service = self._new_order_of_deal()
        service.action_confirm()
        self.assertEqual(self._read(self.rep_north, 'delivery_state'), [False], "nothing to deliver")
        first, second = (
            self._new_order(
                self.partner,
                goods,
                deal_id=self.deal.id,
                user_id=self.rep_north.id,
                order_line=[Command.create({'product_id': goods.id, 'product_uom_qty': 1})],
            )
            for _number in range(2)
        )
        (first + second).action_confirm()
        self.assertEqual(self._read(self.rep_north, 'delivery_state'), ['pending'])
        for order, expected in ((first, 'partial'), (second, 'full')):
            order.picking_ids.move_ids.write({'quantity': 1, 'picked': True})
            order.picking_ids.button_validate()
            self.assertEqual(self._read(self.rep_north, 'delivery_state'), [expected])
            self.assertEqual(self._read(self.viewer, 'delivery_state'), [expected])

    def test_projects_made_from_an_order(self):
        if 'sale_line_id' not in self._get_project_fields():
            self.skipTest("Odoo's projects of orders (sale_project) are not installed")
        user = self._new_user('planner', 'dealflow.group_user,project.group_project_manager')
        self.product.write({'type': 'service', 'service_tracking': 'project_only'})
        order = self._new_order_of_deal()
        order.action_confirm()
        project = order.project_ids
        self.assertEqual(len(project), 1)
        other = self.env['project.project'].create({'name': "Charged on the order", 'partner_id': self.partner.id})
        other.reinvoiced_sale_order_id = order
        self.env['project.project'].create({'name': "Of the client", 'partner_id': self.partner.id})
        self.assertEqual(self._read(user, 'project_count'), [2])
        action = self.deal.with_user(user).action_view_projects()
        self.assertEqual(self.env['project.project'].search(action['domain']), project + other)
        self.assertEqual(self.partner.with_user(user).dealflow_project_count, 3)
        (project + other).privacy_visibility = 'followers'
        self.assertEqual(self._read(self.viewer, 'project_count'), [0], "who may not read the projects sees none")
        self.assertEqual(self._read(user, 'project_count'), [2])

    def _get_project_fields(self):
        return self.env['project.project']._fields if 'project.project' in self.env else {}
