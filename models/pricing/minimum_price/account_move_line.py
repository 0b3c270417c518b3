from odoo import models
from odoo.tools import float_compare


class AccountMoveLine(models.Model):
    _inherit = 'account.move.line'

    def _dealflow_is_priced(self):
        """Return whether the line sells something; notes, down payments and returns do not."""
        self.ensure_one()
        return (
            self.display_type == 'product' and bool(self.product_id) and self.quantity > 0 and not self.is_downpayment
        )

    def _dealflow_get_sale_lines(self):
        # sudo - sale.order.line: whoever posts an invoice need not be able to read orders.
        return self.sudo().sale_line_ids

    def _dealflow_get_net_price(self):
        """Return the price of one unit of measure without taxes, after the discount of the line, not rounded."""
        self.ensure_one()
        base_line = self.move_id._prepare_product_base_line_for_taxes_computation(self)
        self.env['account.tax']._add_tax_details_in_base_line(base_line, self.company_id)
        return base_line['tax_details']['raw_total_excluded_currency'] / self.quantity

    def _dealflow_is_ordered_at(self, price):
        """Return whether the line comes from an order that has been judged at this price, or at a lower one."""
        self.ensure_one()
        digits = self.env['decimal.precision'].precision_get('Product Price')
        return any(
            not line._dealflow_is_priced()
            or line.product_id == self.product_id
            and float_compare(
                price,
                line.product_uom_id._compute_price(line._dealflow_get_net_price(), self.product_uom_id),
                precision_digits=digits,
            )
            >= 0
            for line in self._dealflow_get_sale_lines()
        )
