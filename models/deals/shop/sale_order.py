from odoo import SUPERUSER_ID, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import float_round


class SaleOrder(models.Model):
    """Creates a deal in the funnel of the shop for each order of the web shop, Odoo's eCommerce (X06).

    eCommerce is not a dependency: without it, orders have no website and get no deals.
    """

    _inherit = 'sale.order'

    def _dealflow_create_shop_deals(self):
        """Create a deal for each shop order that is no longer a cart and has no deal.

        It is created by the superuser, because the buyer may be a visitor, a portal user, or an employee without CRM
        rights. An error does not stop the purchase: it is logged on the order, and the next change of the order's state
        tries again.
        """
        if 'website_id' not in self._fields:
            return
        # sudo - sale.order, res.company: the buyer may read neither the deal of the order nor the setting.
        for order in self.sudo().filtered(
            lambda order: order.website_id and order.state in ('sent', 'sale') and not order.deal_id
        ):
            funnel = order.company_id.dealflow_shop_funnel_id
            if not funnel.active:
                continue
            # As eCommerce does for its carts. The language is that of the people who work on the deal.
            lang = order._dealflow_get_shop_seller().lang or order.company_id.partner_id.lang
            order = order.with_user(SUPERUSER_ID).with_company(order.company_id).with_context(lang=lang)
            try:
                with self.env.cr.savepoint():
                    deal = order.env['dealflow.deal'].create(order._prepare_dealflow_shop_deal_values(funnel))
                    # After the order is linked: the first stage may require one.
                    deal.line_ids = [Command.create(values) for values in order._prepare_dealflow_shop_line_values()]
            except UserError as error:
                order._message_log(
                    body=order.env._("No deal was opened for this order of the shop: %(reason)s", reason=error)
                )

    def _dealflow_get_shop_seller(self):
        """Return who is responsible for a shop order; eCommerce sets the salesperson only when it is confirmed."""
        self.ensure_one()
        return (
            self.user_id
            or self.website_id.salesperson_id
            or self.partner_id.user_id
            or self.partner_id.commercial_partner_id.user_id
            or self.team_id.user_id
        )

    def _prepare_dealflow_shop_deal_values(self, funnel):
        """Return the values of the deal of a shop order.

        :param funnel: the ``dealflow.funnel`` chosen in the settings of the company
        """
        self.ensure_one()
        # All anonymous visitors share the contact of the website's public user.
        buyer = self.partner_id - self.website_id.user_id.partner_id
        entity = buyer.commercial_partner_id
        return {
            'name': self.env._("Order %(order)s of the shop", order=self.name),
            'company_id': self.company_id.id,
            'funnel_id': funnel.id,
            'business_partner_id': self.business_partner_id.id if buyer else False,
            'legal_entity_id': entity.id,
            'contact_ids': [Command.set((buyer - entity).filtered(lambda contact: contact._dealflow_is_person()).ids)],
            'user_id': self._dealflow_get_shop_seller().id,
            'team_id': self.team_id.id,
            'lead_id': self.opportunity_id.id,
            'currency_id': self.currency_id.id,
            'amount': self.amount_untaxed,
            'order_ids': [Command.link(self.id)],
            'payment_term_id': self.payment_term_id.id,
            'campaign_id': self.campaign_id.id,
            'medium_id': self.medium_id.id,
            'source_id': self.source_id.id,
            'tag_ids': [Command.set(self.tag_ids.ids)],
            # The first stage of the funnel may require a comment.
            'move_comment': self.env._("Ordered on the website “%(website)s”.", website=self.website_id.name),
            'short_status': self.env._("Ordered in the shop"),
        }

    def _prepare_dealflow_shop_line_values(self):
        """Return the values of the deal lines: without taxes, and with the untaxed total of the order as their sum.

        Shop prices often include taxes, so the unit price without them may not be exact: the difference is put on a
        line of its own. An order with a voucher gets no lines, only an amount: deals have no negative lines.
        """
        self.ensure_one()
        sold = self.order_line.filtered(lambda line: not line.display_type and line.price_subtotal)
        if any(line.price_subtotal < 0 or line.product_uom_qty <= 0 for line in sold):
            return []
        digits = self.env['decimal.precision'].precision_get('Product Price')
        values_list, rest = [], self.amount_untaxed
        for line in sold:
            values = {
                'product_id': line.product_id.id,
                'name': line.name,
                'quantity': line.product_uom_qty,
                'uom_id': line.product_uom_id.id,
                'price_unit': line.price_unit,
                'discount': line.discount,
            }
            subtotal = self._dealflow_get_shop_subtotal(values)
            if self.currency_id.compare_amounts(subtotal, line.price_subtotal):
                price = line.price_subtotal / line.product_uom_qty
                values.update(
                    price_unit=float_round(price, precision_digits=digits, rounding_method='DOWN'), discount=0.0
                )
                subtotal = self._dealflow_get_shop_subtotal(values)
            values_list.append(values)
            rest -= subtotal
        if self.currency_id.compare_amounts(rest, 0.0) < 0:
            return []
        if not self.currency_id.is_zero(rest):
            values_list.append({'name': self.env._("Rounding"), 'price_unit': self.currency_id.round(rest)})
        return values_list

    def _dealflow_get_shop_subtotal(self, values):
        return self.currency_id.round(values['quantity'] * values['price_unit'] * (1 - values['discount'] / 100))
