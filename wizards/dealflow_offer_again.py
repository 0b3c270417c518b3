from odoo import api, fields, models
from odoo.fields import Command

from ..tools.public_methods import public_method


class DealflowOfferAgain(models.TransientModel):
    """Shows what an expired offer would cost today, and makes the new offer (C24)."""

    _name = 'dealflow.offer.again'
    _description = "Offer Again"
    _inherit = 'dealflow.reference.mixin'

    order_id = fields.Many2one('sale.order', string="Expired Offer", required=True, readonly=True, ondelete='cascade')
    currency_id = fields.Many2one(related='order_id.currency_id')
    validity_date = fields.Date(
        string="Valid Until",
        compute='_compute_validity_date',
        store=True,
        readonly=False,
        precompute=True,
        help="Empty means without an end.",
    )
    line_ids = fields.One2many(
        'dealflow.offer.again.line', 'dialog_id', string="Prices", compute='_compute_line_ids', store=True
    )
    old_total = fields.Monetary(string="Offered", compute='_compute_totals')
    new_total = fields.Monetary(string="Today", compute='_compute_totals')

    @api.depends('order_id')
    def _compute_validity_date(self):
        for dialog in self:
            order = dialog.order_id
            dialog.validity_date = order and order._dealflow_get_renewal_date()

    @api.depends('order_id')
    def _compute_line_ids(self):
        for dialog in self:
            prices = dialog.order_id._dealflow_get_new_prices() if dialog.order_id else ()
            dialog.line_ids = [
                Command.clear(),
                *(
                    Command.create({'line_id': line.id, 'old_price': old_price, 'new_price': new_price})
                    for line, old_price, new_price in prices
                ),
            ]

    @api.depends('line_ids')
    def _compute_totals(self):
        for dialog in self:
            dialog.old_total = sum(line.old_price * line.quantity for line in dialog.line_ids)
            dialog.new_total = sum(line.new_price * line.quantity for line in dialog.line_ids)

    @public_method(one=True, once=True)
    def action_offer(self):
        """Make the new offer in place of the expired one, and open it.

        :raise UserError: the quotation was changed meanwhile, so that it has not expired any more
        """
        new = self.order_id._dealflow_offer_again(self.validity_date)
        return {'type': 'ir.actions.act_window', 'res_model': 'sale.order', 'res_id': new.id, 'view_mode': 'form'}
