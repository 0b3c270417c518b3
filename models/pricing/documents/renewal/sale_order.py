from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from .....tools.public_methods import public_method


class SaleOrder(models.Model):
    """Offers again what an expired quotation offered, at today's prices (C24)."""

    _inherit = 'sale.order'
    _dealflow_code_only_fields = ('dealflow_replaced_by_id',)

    dealflow_replaced_by_id = fields.Many2one(
        'sale.order',
        string="Replaced by",
        copy=False,
        readonly=True,
        index='btree_not_null',
        ondelete='set null',
        prefetch='dealflow',
        groups='base.group_user',
        help="The offer that took the place of this one after its date.",
    )

    @public_method(one=True)
    def action_dealflow_offer_again(self):
        """Open the dialog that shows the prices of today beside those of an expired quotation.

        :raise UserError: the quotation has not expired
        """
        self._check_dealflow_is_expired()
        dialog = self.env['dealflow.offer.again'].create({'order_id': self.id})
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Offer Again"),
            'res_model': 'dealflow.offer.again',
            'res_id': dialog.id,
            'view_mode': 'form',
            'target': 'new',
        }

    def _check_dealflow_is_expired(self):
        self.ensure_one()
        if self.state not in ('draft', 'sent') or not self.is_expired:
            raise UserError(
                self.env._(
                    "%(order)s cannot be offered again: it is no quotation whose date has passed. Change it, or copy "
                    "it.",
                    order=self.name,
                )
            )

    def _dealflow_get_new_prices(self):
        """Return the lines of a quotation with the price per unit that they had and have today, discounts deducted.

        Nothing is stored.

        :rtype: list[tuple[sale.order.line, float, float]]
        """
        self.ensure_one()
        lines = self._get_copiable_order_lines()
        new = self.new(self._dealflow_prepare_renewal_values())
        new._recompute_prices()
        return [
            (line, _get_net_price(line), _get_net_price(new_line))
            for line, new_line in zip(lines, new.order_line, strict=True)
            if not line.display_type
        ]

    def _dealflow_prepare_renewal_values(self):
        """Return the values of the quotation that takes the place of this one, before its prices are computed."""
        self.ensure_one()
        return {
            **self.copy_data()[0],
            'deal_id': self.deal_id.id,
            'validity_date': self._dealflow_get_renewal_date(),
        }

    def _dealflow_get_renewal_date(self):
        """Return until when a new offer is valid: as the company has set, else as long as this one was."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        days = self.company_id.quotation_validity_days
        if days > 0:
            return fields.Date.add(today, days=days)
        begun = fields.Date.context_today(self, self.date_order)
        return fields.Date.add(today, days=max(1, (self.validity_date - begun).days)) if self.validity_date else False

    def _dealflow_offer_again(self, validity_date):
        """Make a new quotation in place of an expired one, which is cancelled; both tell of the other.

        :return: the new ``sale.order``
        """
        self._check_dealflow_is_expired()
        new = self.create({**self._dealflow_prepare_renewal_values(), 'validity_date': validity_date})
        new._recompute_prices()
        changes = [
            (line, _get_net_price(line), _get_net_price(new_line))
            for line, new_line in zip(self._get_copiable_order_lines(), new.order_line, strict=True)
            if not line.display_type
        ]
        self._action_cancel()
        self._dealflow_set_derived({'dealflow_replaced_by_id': new.id})
        new._message_log(body=self._dealflow_describe_changes(changes))
        self._message_log(body=Markup("%s") % self.env._("Replaced by %(order)s.", order=new._get_html_link()))
        return new

    def _dealflow_describe_changes(self, changes):
        head = self.env._("Offered again instead of %(order)s.", order=self._get_html_link())
        rows = Markup().join(
            Markup("<li>%s: %s → %s</li>")
            % (
                line.product_id.display_name or line.name,
                format_amount(self.env, old, self.currency_id),
                format_amount(self.env, new, self.currency_id),
            )
            for line, old, new in changes
            if self.currency_id.compare_amounts(old, new)
        )
        rows = rows and Markup("<ul>%s</ul>") % rows or self.env._("The prices are the same.")
        return Markup("<p>%s</p>%s") % (head, rows)


def _get_net_price(line):
    return line.price_unit * (1 - line.discount / 100)
