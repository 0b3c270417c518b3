from odoo import api, fields, models


class DealflowDealLine(models.Model):
    """A product sold in a deal (E24)."""

    _name = 'dealflow.deal.line'
    _description = "Deal Line"
    _inherit = ['dealflow.derived.mixin', 'dealflow.reference.mixin']
    _is_guarded = True
    _order = 'sequence, id'
    _check_company_auto = True

    deal_id = fields.Many2one('dealflow.deal', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='deal_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='deal_id.currency_id', store=True)
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        'product.product',
        check_company=True,
        index=True,
        ondelete='restrict',
        domain="[('sale_ok', '=', True)]",
    )
    name = fields.Char(
        string="Description",
        compute='_compute_name',
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    quantity = fields.Float(digits='Product Unit', default=1.0)
    uom_id = fields.Many2one(
        'uom.uom',
        string="Unit",
        compute='_compute_uom_id',
        store=True,
        readonly=False,
        precompute=True,
    )
    price_unit = fields.Float(
        string="Unit Price",
        digits='Product Price',
        compute='_compute_price_unit',
        store=True,
        readonly=False,
        precompute=True,
        aggregator='avg',
    )
    discount = fields.Float(string="Discount (%)", digits='Discount', aggregator='avg')
    price_subtotal = fields.Monetary(string="Amount", compute='_compute_price_subtotal', store=True)

    _check_quantity = models.Constraint('CHECK (quantity >= 0)', "The quantity of a deal line cannot be negative.")
    _check_price_unit = models.Constraint(
        'CHECK (price_unit >= 0)', "The unit price of a deal line cannot be negative."
    )
    _check_discount = models.Constraint(
        'CHECK (discount >= 0 AND discount <= 100)',
        "The discount of a deal line must be between 0 and 100 per cent.",
    )

    @api.depends('product_id')
    def _compute_name(self):
        for line in self:
            line.name = line.product_id.display_name or line.name or ""

    @api.depends('product_id')
    def _compute_uom_id(self):
        for line in self:
            line.uom_id = line.product_id.uom_id or line.uom_id

    @api.depends('product_id', 'uom_id')
    def _compute_price_unit(self):
        """Take the price from the client's pricelist, in the deal's currency; without a product, keep the typed one."""
        for line in self:
            if not line.product_id:
                line.price_unit = line.price_unit
                continue
            deal = line.deal_id
            line.price_unit = deal._get_pricelist()._get_product_price(
                line.product_id.with_company(deal.company_id),
                line.quantity or 1.0,
                currency=deal.currency_id,
                uom=line.uom_id,
                date=fields.Date.context_today(line),
            )

    @api.depends('quantity', 'price_unit', 'discount', 'currency_id')
    def _compute_price_subtotal(self):
        for line in self:
            subtotal = line.quantity * line.price_unit * (1 - line.discount / 100)
            line.price_subtotal = line.currency_id.round(subtotal) if line.currency_id else subtotal

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.deal_id._log_movements()
        return lines

    def write(self, vals):
        deals = self.deal_id
        result = super().write(vals)
        (deals | self.deal_id)._log_movements()
        return result

    def unlink(self):
        deals = self.deal_id
        result = super().unlink()
        deals.exists()._log_movements()
        return result
