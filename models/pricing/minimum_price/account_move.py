from odoo import api, models
from odoo.exceptions import UserError

from .dealflow_minimum_price import Price


class AccountMove(models.Model):
    """Customer invoices that no order stands behind are held to the minimum prices when they are posted (C19)."""

    _name = 'account.move'
    _inherit = ['account.move', 'dealflow.minimum.price.mixin']

    @api.depends(
        'state',
        'company_id',
        'currency_id',
        'invoice_user_id',
        'dealflow_price_reason',
        'invoice_line_ids.product_id',
        'invoice_line_ids.product_uom_id',
        'invoice_line_ids.price_subtotal',
    )
    @api.depends_context('uid')
    def _compute_dealflow_price_problem(self):
        self.dealflow_price_problem = False
        rows = self.filtered(lambda move: move.state == 'draft')._dealflow_find_lines_below_minimum()
        for move in self if rows else ():
            own = [row for row in rows if row[0].move_id == move]
            move.dealflow_price_problem = '\n'.join(move._dealflow_get_price_problems(own))

    # In a constraint and not in the button, so that every way of posting an invoice passes here.
    @api.constrains('state')
    def _check_dealflow_minimum_prices(self):
        posted = self.filtered(lambda move: move.state == 'posted')
        rows = posted._dealflow_find_lines_below_minimum()
        if problems := posted._dealflow_get_price_problems(rows):
            raise UserError('\n'.join(problems))
        for move in posted if rows else ():
            if own := [row for row in rows if row[0].move_id == move]:
                move._message_log(body=move._dealflow_describe_low_prices(own, self.env._("Below the minimum price:")))

    def _dealflow_get_price_problems(self, rows=None):
        """Return why the invoices may not be posted: one sentence for each line, and the way out (C19).

        Where the head approves prices, people with the right to approve them post such invoices; those that they sell
        themselves are posted by somebody else.

        :param rows: the lines below the minimum, where they are known already
        :return: ``[]`` if the invoices may be posted
        :rtype: list[str]
        """
        if rows is None:
            rows = self._dealflow_find_lines_below_minimum()
        problems = []
        for move in self if rows else ():
            own = [row for row in rows if row[0].move_id == move]
            policy = move._dealflow_get_price_policy()
            if not own:
                continue
            if policy == 'reason':
                if move._dealflow_has_price_reason():
                    continue
                way_out = self.env._("Raise the prices, or fill in “Reason for the Price” of the invoice.")
            elif policy == 'approval':
                if move._dealflow_may_approve_prices():
                    continue
                way_out = self.env._(
                    "Raise the prices, or let somebody else with the right “%(right)s” post the invoice.",
                    # sudo - res.groups: the name of the right explains the refusal.
                    right=self.env.ref('dealflow.group_price_approver').sudo().display_name,
                )
            else:
                way_out = self.env._("Raise the prices.")
            problems += [*move._dealflow_list_low_prices(own), way_out]
        return problems

    def _dealflow_may_approve_prices(self):
        self.ensure_one()
        user = self.env.user
        if user._is_superuser() or user.has_group('dealflow.group_manager'):
            return True
        return user.has_group('dealflow.group_price_approver') and user != self.invoice_user_id

    def _dealflow_find_lines_below_minimum(self):
        """Return the lines of customer invoices below the minimum price, whether they are let through or not.

        Credit notes, down payments, returns and notes are none of them; nor are invoices of the till, whose prices have
        been paid, and lines of an order at the price of the order or more, which the order was judged by.

        :return: list of ``(line, price, minimum)``, as of :meth:`sale.order._dealflow_find_lines_below_minimum`
        """
        if not self.env['dealflow.minimum.price']._has_rules():
            return []
        invoices = self.filtered(lambda move: move.move_type in ('out_invoice', 'out_receipt'))
        if 'pos_order_ids' in self._fields:
            # sudo - pos.order: whoever posts the invoice need not work at the till.
            invoices = invoices.filtered(lambda move: not move.sudo().pos_order_ids)
        rows = []
        for (company, currency), moves in invoices.grouped(lambda move: (move.company_id, move.currency_id)).items():
            prices = [price for move in moves for price in move._dealflow_get_net_prices()]
            rows += [
                (price.line, price.price, minimum)
                for price, minimum in self.env['product.product']._dealflow_find_below_minimum(
                    prices, company, currency, company._dealflow_get_today()
                )
                if not price.line._dealflow_is_ordered_at(price.price)
            ]
        return rows

    def _dealflow_get_net_prices(self):
        """Return the price of each line that sells something, with its part of the discounts on the whole invoice.

        :rtype: list[Price]
        """
        self.ensure_one()
        lines = self.invoice_line_ids.filtered(lambda line: line._dealflow_is_priced())
        discounts = lines.filtered(lambda line: line.price_unit < 0 and not line._dealflow_get_sale_lines())
        sold = lines.filtered(lambda line: line.price_unit >= 0)
        net = {line: line._dealflow_get_net_price() for line in sold | discounts}
        # What comes from orders has its discounts there.
        free = sold.filtered(lambda line: not line._dealflow_get_sale_lines())
        total = sum(net[line] * line.quantity for line in free)
        lowered = sum(net[line] * line.quantity for line in discounts)
        factor = max(1.0 + lowered / total, 0.0) if total else 1.0
        return [
            Price(line, line.product_id, line.product_uom_id, net[line] * (factor if line in free else 1.0))
            for line in sold
        ]
