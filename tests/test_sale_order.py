from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import DealflowCommon


@tagged('post_install', '-at_install')
class TestSaleOrder(DealflowCommon):

    def test_quotation_for_the_legal_entity(self):
        entity = self.env['res.partner'].create(
            {'name': "Ромашка ООО", 'is_company': True, 'counterparty_role': 'entity'}
        )
        self.env['dealflow.entity.link'].create({
            'partner_id': self.partner.id, 'entity_id': entity.id, 'role': 'owns', 'is_default': True,
        })
        lead = self.env['crm.lead'].with_user(self.rep_north).create({
            'name': "Desks", 'type': 'opportunity', 'partner_id': self.contact.id, 'user_id': self.rep_north.id})
        lead.action_convert_to_deal()
        deal = lead.deal_ids
        deal.line_ids = [(0, 0, {'product_id': self.product.id, 'quantity': 2, 'price_unit': 90, 'discount': 5})]
        order = self.env['sale.order'].with_user(self.rep_north).browse(deal.action_new_quotation()['res_id'])
        self.assertRecordValues(order, [{
            'partner_id': entity.id, 'deal_id': deal.id, 'opportunity_id': lead.id, 'state': 'draft',
            'business_partner_id': self.partner.id, 'user_id': self.rep_north.id,
        }])
        self.assertRecordValues(order.order_line, [{
            'product_id': self.product.id, 'product_uom_qty': 2.0, 'price_unit': 90.0, 'discount': 5.0,
        }])
        self.assertEqual(deal.order_count, 1)
        self.assertEqual(order.action_view_deal()['res_id'], deal.id)

    def test_quotation_without_legal_entity_is_refused(self):
        deal = self._new_deal(self.rep_north, business_partner_id=False)
        with self.assertRefused(UserError, "Legal Entity"):
            deal.action_new_quotation()
        self.assertFalse(deal.order_ids)

    def test_order_of_another_opportunity_is_refused(self):
        leads = self.env['crm.lead'].create(
            [{'name': "A", 'type': 'opportunity'}, {'name': "B", 'type': 'opportunity'}]
        )
        deal = self._new_deal(lead_id=leads[0].id)
        with self.assertRefused(ValidationError, "belongs to the opportunity"):
            self.env['sale.order'].create({
                'partner_id': self.partner.id, 'deal_id': deal.id, 'opportunity_id': leads[1].id,
            })
