from odoo import api, fields, models


class DealflowOfferAgainLine(models.TransientModel):
    """A line of an expired offer with its price of today; discounts are deducted from both prices."""

    _name = 'dealflow.offer.again.line'
    _description = "Price Then and Now"

    dialog_id = fields.Many2one('dealflow.offer.again', required=True, ondelete='cascade', index=True)
    line_id = fields.Many2one('sale.order.line', required=True, readonly=True, ondelete='cascade')
    name = fields.Text(related='line_id.name', string="Product")
    quantity = fields.Float(related='line_id.product_uom_qty', string="Quantity")
    currency_id = fields.Many2one(related='dialog_id.currency_id')
    old_price = fields.Monetary(readonly=True)
    new_price = fields.Monetary(string="Price Today", readonly=True)
    change = fields.Float(compute='_compute_change', help="By how much the price has changed, in per cent.")
    is_sold = fields.Boolean(string="Still Sold", compute='_compute_is_sold')

    @api.depends('old_price', 'new_price')
    def _compute_change(self):
        for line in self:
            line.change = (line.new_price / line.old_price - 1) if line.old_price else 0.0

    @api.depends('line_id')
    def _compute_is_sold(self):
        for line in self:
            product = line.line_id.product_id
            line.is_sold = not product or product.active and product.sale_ok
