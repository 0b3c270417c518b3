from odoo import fields, models

from ..tools.public_methods import public_method


class DealflowPriceRefuse(models.TransientModel):
    """Asks what the sales rep is told when the prices of an order are refused (C19)."""

    _name = 'dealflow.price.refuse'
    _description = "Refuse Prices"

    reason = fields.Text(required=True)

    @public_method(one=True, once=True)
    def action_refuse(self):
        order = self.env['sale.order'].browse(self.env.context.get('active_ids', []))
        return order.action_dealflow_refuse_prices(self.reason) and {'type': 'ir.actions.act_window_close'}
