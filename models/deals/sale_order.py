from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.parties import PEOPLE
from ...tools.public_methods import public_method


class SaleOrder(models.Model):
    """The deal that an order comes from."""

    _name = 'sale.order'
    _inherit = ['sale.order', 'dealflow.reference.mixin']

    deal_id = fields.Many2one(
        'dealflow.deal',
        index='btree_not_null',
        copy=False,
        check_company=True,
        ondelete='restrict',
        help="The deal that the order comes from.",
        groups='base.group_user',
    )

    dealflow_contact_id = fields.Many2one(
        'res.partner',
        string="Contact",
        check_company=True,
        domain=PEOPLE,
        help="Who gets the quotation by e-mail. The order itself is made out to the customer.",
        groups='base.group_user',
    )

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders._dealflow_set_opportunity_from_deal()
        orders._dealflow_create_shop_deals()
        return orders

    def copy_data(self, default=None):
        """Keep the deal in a revision, which replaces the order; an ordinary copy is another sale.

        OCA's ``base_revision`` makes a revision by a copy with ``old_revision_ids``.
        """
        vals_list = super().copy_data(default)
        if default and 'old_revision_ids' in default:
            for order, vals in zip(self, vals_list, strict=True):
                vals['deal_id'] = order.deal_id.id
        return vals_list

    def write(self, vals):
        result = super().write(vals)
        if vals.get('deal_id'):
            self._dealflow_set_opportunity_from_deal()
        if 'state' in vals:
            self._dealflow_create_shop_deals()
        return result

    def _dealflow_set_opportunity_from_deal(self):
        """Link the orders to the opportunity of their deal, so that the sale counts once (rule 5)."""
        # sudo - dealflow.deal: the opportunity may belong to a colleague.
        for order in self.filtered(lambda order: order.deal_id and not order.opportunity_id):
            order.opportunity_id = order.sudo().deal_id.lead_id

    @api.constrains('deal_id', 'opportunity_id')
    def _check_dealflow_deal_opportunity(self):
        for order in self:
            if order.deal_id.lead_id and order.opportunity_id and order.opportunity_id != order.deal_id.lead_id:
                raise ValidationError(
                    self.env._(
                        "The order %(order)s belongs to the opportunity %(opportunity)s, its deal %(deal)s to another "
                        "one.",
                        order=order.name,
                        opportunity=order.opportunity_id.name,
                        deal=order.deal_id.name,
                    )
                )

    def _mail_get_partners(self, introspect_fields=False):
        """Return the contact of the order, if it has an e-mail: the legal entity often has no address of its own."""
        partners = super()._mail_get_partners(introspect_fields=introspect_fields)
        # sudo - sale.order: portal users also send and receive messages, but may not read the field.
        for order in self.sudo():
            if order.dealflow_contact_id.email_normalized:
                partners[order.id] = order.dealflow_contact_id.with_env(self.env)
        return partners

    @public_method(one=True)
    def action_dealflow_view_deal(self):
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'dealflow.deal',
            'view_mode': 'form',
            'res_id': self.deal_id.id,
        }
