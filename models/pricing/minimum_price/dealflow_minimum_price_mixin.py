from markupsafe import Markup

from odoo import fields, models

from .dealflow_minimum_price import format_price


class DealflowMinimumPriceMixin(models.AbstractModel):
    """What orders and invoices have in common where their prices are held to a minimum (C19, C76)."""

    _name = 'dealflow.minimum.price.mixin'
    _description = "Document with Minimum Prices"

    dealflow_price_reason = fields.Text(
        string="Reason for the Price",
        copy=False,
        tracking=True,
        groups='base.group_user',
        help="Why products are sold below their minimum price.",
    )
    dealflow_price_problem = fields.Text(
        string="Problem with the Price",
        compute='_compute_dealflow_price_problem',
        groups='base.group_user',
        export_string_translation=False,
    )

    def _dealflow_get_price_policy(self):
        # sudo - res.company: the setting applies to everybody, to clients too.
        return (self.company_id or self.env.company).sudo().dealflow_minimum_price_policy

    def _dealflow_has_price_reason(self):
        # sudo: a client who confirms may not read the reason.
        return bool((self.sudo().dealflow_price_reason or '').strip())

    def _dealflow_list_low_prices(self, rows):
        """Return one sentence for each line below the minimum, for the message of a refusal.

        :param rows: list of ``(line, price, minimum)`` of this document
        :rtype: list[str]
        """
        self.ensure_one()
        return [
            self.env._(
                "%(document)s: “%(product)s” costs %(price)s without taxes, but its minimum price is %(minimum)s.",
                document=self.display_name if self.id else self.env._("Offer"),
                product=line.product_id.display_name,
                price=format_price(self.env, price, minimum, self.currency_id),
                minimum=format_price(self.env, minimum, price, self.currency_id),
            )
            for line, price, minimum in rows
        ]

    def _dealflow_describe_low_prices(self, rows, title):
        """Return the lines below the minimum price, with the reason, as they are written in the chatter.

        Cost and margin are left out: the chatter is read by people who may not see them.

        :param rows: list of ``(line, price, minimum)`` of this document
        :rtype: Markup
        """
        self.ensure_one()
        # sudo: a client who confirms may not read the reason.
        reason = self.sudo().dealflow_price_reason
        return Markup('<p>%s</p><ul>%s</ul>%s') % (
            title,
            Markup().join(
                Markup('<li>%s</li>')
                % self.env._(
                    "%(product)s: %(price)s, minimum %(minimum)s",
                    product=line.product_id.display_name,
                    price=format_price(self.env, price, minimum, self.currency_id),
                    minimum=format_price(self.env, minimum, price, self.currency_id),
                )
                for line, price, minimum in rows
            ),
            Markup('<p>%s</p>') % reason if reason else '',
        )
