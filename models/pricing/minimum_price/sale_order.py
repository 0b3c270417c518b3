from odoo import api, models
from odoo.exceptions import UserError

from .dealflow_minimum_price import Price


class SaleOrder(models.Model):
    """Orders below the minimum price are neither sent nor confirmed, unless the company allows it (C19, C76)."""

    _name = 'sale.order'
    _inherit = ['sale.order', 'dealflow.minimum.price.mixin']

    @api.depends(
        'state',
        'company_id',
        'currency_id',
        'dealflow_price_reason',
        'order_line.product_id',
        'order_line.product_uom_id',
        'order_line.price_subtotal',
    )
    def _compute_dealflow_price_problem(self):
        self.dealflow_price_problem = False
        rows = self.filtered(lambda order: order.state in ('draft', 'sent'))._dealflow_find_lines_below_minimum()
        for order in self if rows else ():
            own = [row for row in rows if row[0].order_id == order]
            order.dealflow_price_problem = '\n'.join(order._dealflow_get_price_problems(own))

    # In a constraint and not in the button, so that every way of sending and confirming passes here. What is stored at
    # the end counts, not the values that were passed.
    @api.constrains('state', 'dealflow_price_reason', 'pricelist_id', 'company_id')
    def _check_dealflow_minimum_prices(self):
        self.filtered(lambda order: order.state in ('sent', 'sale'))._dealflow_check_prices()

    def _dealflow_check_prices(self, lines=None):
        """Refuse orders with prices below the minimum, or note why they were let through.

        :param lines: only these lines count; by default all
        :raise UserError: names each product with its price and its minimum, and the way out; a client is told to ask us
        """
        below = self._dealflow_find_lines_below_minimum()
        if lines is not None:
            below = [row for row in below if row[0] in lines]
        for order in self:
            rows = [row for row in below if row[0].order_id == order]
            if not rows:
                continue
            if order._dealflow_is_bought_online():
                order._dealflow_note_prices(rows, self.env._("Paid online, below the minimum price:"))
            elif problems := order._dealflow_get_price_problems(rows):
                raise UserError(order._dealflow_get_price_refusal(problems))
            else:
                order._dealflow_note_prices(rows, self.env._("Below the minimum price:"))

    def _dealflow_check_prices_before_sending(self):
        """Refuse to send offers below the minimum price; what is confirmed has been judged.

        :raise UserError: as :meth:`_dealflow_check_prices`
        """
        for order in self.filtered(lambda order: order.state in ('draft', 'sent')):
            if not order._dealflow_is_bought_online() and (problems := order._dealflow_get_price_problems()):
                raise UserError(order._dealflow_get_price_refusal(problems))

    def _dealflow_get_price_refusal(self, problems):
        """Return the message of a refusal; a client does not learn our minimum prices."""
        if self.env.user.share:
            return self.env._("We have to look at the prices of this order first. Please get in touch with us.")
        return '\n'.join(problems)

    def _dealflow_get_price_problems(self, rows=None):
        """Return why the orders may not be sent or confirmed: one sentence for each line, and the way out (C19).

        Lines below the minimum pass when they are approved, or explained as the company demands.

        :param rows: the lines below the minimum, where they are known already
        :return: ``[]`` if the orders may go
        :rtype: list[str]
        """
        if rows is None:
            rows = self._dealflow_find_lines_below_minimum()
        problems = []
        for order in self if rows else ():
            open_rows = order._dealflow_filter_refused([row for row in rows if row[0].order_id == order])
            if not open_rows:
                continue
            problems += [*order._dealflow_list_low_prices(open_rows), order._dealflow_get_price_way_out()]
        return problems

    def _dealflow_filter_refused(self, rows):
        """Return those of the lines below the minimum that the policy of the company does not let through.

        :param rows: as :meth:`_dealflow_find_lines_below_minimum` returns them, of this order
        """
        self.ensure_one()
        return [] if self._dealflow_get_price_policy() == 'reason' and self._dealflow_has_price_reason() else rows

    def _dealflow_get_price_way_out(self):
        self.ensure_one()
        if self._dealflow_get_price_policy() == 'reason':
            if not self.id:
                return self.env._("Raise the prices, or give the reason.")
            return self.env._("Raise the prices, or fill in “Reason for the Price” of the order.")
        return self.env._("Raise the prices.")

    def _dealflow_find_lines_below_minimum(self):
        """Return the lines below the minimum price, whether they are let through or not.

        :return: list of ``(line, price, minimum)``: for one unit of measure of the line, without taxes, after all
            discounts, in the currency of the order
        """
        if not self.env['dealflow.minimum.price']._has_rules():
            return []
        own = {line.id: line for line in self.order_line}
        rows = []
        # sudo - sale.order: a client who confirms need not be allowed to read what is judged.
        groups = self.sudo().grouped(lambda order: (order.company_id or self.env.company, order.currency_id))
        for (company, currency), orders in groups.items():
            prices = [price for order in orders for price in order._dealflow_get_net_prices()]
            rows += [
                (own[price.line.id], price.price, minimum)
                for price, minimum in self.env['product.product']._dealflow_find_below_minimum(
                    prices, company, currency or company.currency_id, company._dealflow_get_today()
                )
            ]
        return rows

    def _dealflow_get_net_prices(self):
        """Return the price of each line that sells something, with its part of the discounts on the whole order.

        :rtype: list[Price]
        """
        self.ensure_one()
        priced = self.order_line.filtered(lambda line: line._dealflow_is_priced())
        discounts = priced.filtered(lambda line: line._dealflow_is_order_discount())
        sold = priced - discounts
        if self.state == 'sale':
            # An optional line that the client has not chosen is not sold.
            sold = sold.filtered('product_uom_qty')
        net = {line: line._dealflow_get_net_price() for line in priced}
        total = sum(net[line] * line.product_uom_qty for line in sold)
        lowered = sum(net[line] * line.product_uom_qty for line in discounts)
        factor = max(1.0 + lowered / total, 0.0) if total else 1.0
        combos = {line: line._get_linked_line() for line in sold if line.combo_item_id}
        prices = []
        for line in sold:
            price = net[line]
            if line.product_type == 'combo':
                # The line itself is free, its items have the price.
                items = [item for item, combo in combos.items() if combo == line]
                price = sum(net[item] * item.product_uom_qty for item in items) / (line.product_uom_qty or 1.0)
            combo = combos[line].product_id if line in combos else None
            prices.append(Price(line, line.product_id, line.product_uom_id, price * factor, combo))
        return prices

    def _dealflow_note_prices(self, rows, title):
        """Log on the order which products went below their minimum price, and why."""
        self._message_log(body=self._dealflow_describe_low_prices(rows, title))

    def action_quotation_send(self):
        # Before the letter is written, not after.
        self._dealflow_check_prices_before_sending()
        return super().action_quotation_send()

    def message_post(self, **kwargs):
        # An offer that was sent before does not change its state when it is sent again.
        if self.env.context.get('mark_so_as_sent'):
            self._dealflow_check_prices_before_sending()
        return super().message_post(**kwargs)
