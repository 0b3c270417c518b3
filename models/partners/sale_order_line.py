from odoo import api, models


class SaleOrderLine(models.Model):
    _inherit = 'sale.order.line'

    @api.depends('order_id.business_partner_id')
    def _compute_discount(self):
        super()._compute_discount()
        for line in self:
            discount = line.order_id.business_partner_id.dealflow_discount
            if discount and not line.discount and line.product_id and not line.display_type:
                line.discount = discount
