from odoo.tests import tagged

from .tour_common import TourCommon


@tagged('post_install', '-at_install')
class TestOfferTours(TourCommon):
    """The price form in a real browser, with the rights of a rep (C15, C24)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep = cls._new_user('rep', 'dealflow.group_user_own', name="Tour Seller", email='seller@example.com')
        cls.client = cls._new_partner("Tour Client", user_id=cls.rep.id)
        cls.buyer = cls._new_contact("Tour Buyer", cls.client, email='buyer@example.com')
        cls.table, cls.lamp, cls.shelf = cls.env['product.product'].create(
            [{'name': name, 'list_price': 100.0} for name in ("Tour Table", "Tour Lamp", "Tour Shelf")]
        )

    def _get_card(self):
        return f'/odoo/res.partner/{self.client.id}'

    def test_offer_in_seconds(self):
        self._start_tour('dealflow_offer_in_seconds', self.rep, self._get_card())
        offer = self.env['dealflow.offer'].search([('user_id', '=', self.rep.id)])
        self.assertRecordValues(offer, [{'state': 'queued', 'sent_count': 1}])
        order = offer.order_id
        self.assertEqual(order.state, 'sent')
        self.assertEqual(order.order_line.product_id, self.table | self.lamp | self.shelf)
        self.assertEqual(order.order_line.mapped('product_uom_qty'), [1.0] * 3)
        self.assertEqual(order.deal_id.user_id, self.rep)
        self.assertEqual(offer.message_id.notification_ids.res_partner_id, self.buyer)

    def test_offer_below_the_minimum(self):
        self.env.company.dealflow_minimum_price_policy = 'refuse'
        self.env['dealflow.minimum.price'].create(
            {'applied_on': 'variant', 'product_id': self.table.id, 'amount': 80.0}
        )
        self._start_tour('dealflow_offer_below_minimum', self.rep, self._get_card())
        order = self.env['sale.order'].search([('partner_id', '=', self.client.id)])
        self.assertEqual(order.order_line.price_unit, 100.0, "the refused try left no order behind")
