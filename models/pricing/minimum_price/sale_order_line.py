from odoo import api, fields, models

# What a price that was allowed follows from: a change is judged anew.
PRICE_FIELDS = ('product_id', 'product_uom_id', 'product_uom_qty', 'price_unit', 'discount', 'tax_ids')


class SaleOrderLine(models.Model):
    """The minimum price of a line, and the bonus for what it is sold above (C19, C20)."""

    _inherit = 'sale.order.line'

    dealflow_minimum_price = fields.Monetary(
        string="Minimum Price",
        compute='_compute_dealflow_minimum_price',
        groups='dealflow.group_viewer',
        help="Without taxes, for one unit of measure of the line. It is compared with the price without taxes, after "
        "all discounts.",
    )
    dealflow_is_below_minimum = fields.Boolean(
        string="Below Minimum", compute='_compute_dealflow_minimum_price', groups='dealflow.group_viewer'
    )
    dealflow_bonus = fields.Monetary(
        string="Bonus",
        compute='_compute_dealflow_bonus',
        groups='dealflow.group_price_margin',
        help="What the sales rep gets of the margin above the minimum price.",
    )

    @api.depends(*PRICE_FIELDS, 'price_subtotal', 'order_id.company_id', 'order_id.currency_id')
    def _compute_dealflow_minimum_price(self):
        self.dealflow_minimum_price = 0.0
        self.dealflow_is_below_minimum = False
        if not self.env['dealflow.minimum.price']._has_rules():
            return
        for (company, currency), lines in self.grouped(lambda line: (line.company_id, line.currency_id)).items():
            if not company or not currency:
                continue
            minimums = lines.product_id._dealflow_get_minimum_prices(company, currency, company._dealflow_get_today())
            for line in lines:
                if minimum := minimums.get(line.product_id._origin.id):
                    line.dealflow_minimum_price = line.product_id._dealflow_convert_to_uom(minimum, line.product_uom_id)
        below = {line.id for line, *_prices in self.order_id._dealflow_find_lines_below_minimum()}
        for line in self:
            line.dealflow_is_below_minimum = line.id in below

    @api.depends('dealflow_minimum_price', 'order_id.team_id')
    def _compute_dealflow_bonus(self):
        self.dealflow_bonus = 0.0
        if not self.env['dealflow.minimum.price']._has_rules():
            return
        for order in self.order_id:
            # sudo - crm.team: the reader of margins need not be able to read the team.
            percent = order.sudo().team_id.dealflow_bonus_percent
            prices = {price.line.id: price.price for price in order._dealflow_get_net_prices()} if percent else {}
            for line in self.filtered(lambda line, order=order: line.order_id == order):
                line.dealflow_bonus = self.env['product.product']._dealflow_get_bonus(
                    prices.get(line.id, 0.0),
                    line.dealflow_minimum_price,
                    line.product_uom_qty,
                    order.currency_id,
                    percent,
                )

    @api.constrains(*PRICE_FIELDS)
    def _check_dealflow_minimum_price(self):
        """Judge what becomes of lines after their order was sent or confirmed.

        A discount on the whole order and an item of a combo lower the prices of other lines, so that these are judged
        again as well.
        """
        for order, lines in self.filtered(lambda line: line.state in ('sent', 'sale')).grouped('order_id').items():
            discounts = order.order_line.filtered(lambda line: line._dealflow_is_order_discount())
            combos = lines.mapped(lambda line: line._get_linked_line())
            order._dealflow_check_prices(order.order_line if discounts else lines | combos)

    def _dealflow_is_priced(self):
        """Return whether the line sells something at a price of its own.

        Notes, down payments, deliveries, expenses at cost, rewards of loyalty programmes and returns do not. Odoo
        orders nothing with a down payment or an expense; with a quantity it is a sale, whatever it is called.
        """
        self.ensure_one()
        return not (
            self.display_type
            or not self.product_id
            or self.product_uom_qty < 0
            or ((self.is_downpayment or self.is_expense) and not self.product_uom_qty)
            or self._is_delivery()
            or ('is_reward_line' in self._fields and self.is_reward_line)
        )

    def _dealflow_is_order_discount(self):
        """Return whether the line lowers the price of all others."""
        self.ensure_one()
        return self._dealflow_is_priced() and self.price_unit < 0 < self.product_uom_qty

    def _dealflow_get_net_price(self):
        """Return the price of one unit of measure without taxes, after the discount of the line, not rounded."""
        self.ensure_one()
        tax = self.env['account.tax']
        # Lines without a quantity are offered too. Taxes of a fixed amount do not depend on the price.
        quantity = self.product_uom_qty or 1.0
        base_line = self._prepare_base_line_for_taxes_computation(quantity=quantity)
        tax._add_tax_details_in_base_line(base_line, self.company_id or self.env.company)
        return base_line['tax_details']['raw_total_excluded_currency'] / quantity
