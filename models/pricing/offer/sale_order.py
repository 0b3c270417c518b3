from odoo import api, fields, models

from ....tools.public_methods import public_method


class SaleOrder(models.Model):
    """Offers: an order that the price form has made, or goes on with."""

    _inherit = 'sale.order'

    dealflow_offer_ids = fields.One2many('dealflow.offer', 'order_id', string="Offers", groups='dealflow.group_viewer')
    dealflow_has_unsent_offer = fields.Boolean(
        compute='_compute_dealflow_has_unsent_offer', groups='dealflow.group_viewer', export_string_translation=False
    )

    @api.depends('state', 'dealflow_offer_ids.state', 'dealflow_offer_ids.has_failed')
    def _compute_dealflow_has_unsent_offer(self):
        """Find the orders of the price form whose letter has not left, was withheld or came back."""
        for order in self:
            offer = order.dealflow_offer_ids.sorted('id')[-1:]
            order.dealflow_has_unsent_offer = order.state != 'cancel' and (offer.state == 'waiting' or offer.has_failed)

    @public_method(one=True)
    def action_dealflow_open_price_form(self):
        """Open the price form with the products of the quotation (C15).

        :return: the client action
        :rtype: dict
        """
        return self.env['dealflow.price.form']._get_form_action(order_id=self.id)

    @public_method(one=True)
    def action_dealflow_send_offer(self):
        """Open the letter of an offer that has not left (C25).

        :return: the client action
        :rtype: dict
        """
        return self.env['dealflow.price.form']._get_form_action(order_id=self.id, letter_of_order_id=self.id)
