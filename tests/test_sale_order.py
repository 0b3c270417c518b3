from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import DealflowCommon


@tagged('post_install', '-at_install')
class TestSaleOrder(DealflowCommon):
    def test_quotation_for_the_legal_entity(self):
        entity = self._new_partner("Ромашка ООО", counterparty_role='entity')
        self._link(self.partner, entity, is_default=True)
        lead = self._new_lead(self.rep_north, partner_id=self.contact.id, user_id=self.rep_north.id)
        lead.action_convert_to_deal()
        deal = lead.deal_ids
        deal.line_ids = [(0, 0, {'product_id': self.product.id, 'quantity': 2, 'price_unit': 90, 'discount': 5})]
        order = self.env['sale.order'].with_user(self.rep_north).browse(deal.action_new_quotation()['res_id'])
        self.assertRecordValues(
            order,
            [
                {
                    'partner_id': entity.id,
                    'deal_id': deal.id,
                    'opportunity_id': lead.id,
                    'state': 'draft',
                    'business_partner_id': self.partner.id,
                    'user_id': self.rep_north.id,
                }
            ],
        )
        self.assertRecordValues(
            order.order_line,
            [
                {
                    'product_id': self.product.id,
                    'product_uom_qty': 2.0,
                    'price_unit': 90.0,
                    'discount': 5.0,
                }
            ],
        )
        self.assertEqual(deal.order_count, 1)
        self.assertEqual(order.action_view_deal()['res_id'], deal.id)

    def test_quotation_without_legal_entity_is_refused(self):
        deal = self._new_deal(self.rep_north, business_partner_id=False)
        with self.assertRefused(UserError, "Legal Entity"):
            deal.action_new_quotation()
        self.assertFalse(deal.order_ids)

    def test_order_of_another_opportunity_is_refused(self):
        deal = self._new_deal(lead_id=self._new_lead().id)
        with self.assertRefused(ValidationError, "belongs to the opportunity"):
            self._new_order(self.partner, deal_id=deal.id, opportunity_id=self._new_lead().id)
