from odoo import models

from ....tools.public_methods import public_method


class DealflowDeal(models.Model):
    _inherit = 'dealflow.deal'

    @public_method(one=True)
    def action_open_price_form(self):
        """Open the price form for this record (C15).

        :return: the client action
        :rtype: dict
        """
        return self.env['dealflow.price.form']._get_form_action(deal_id=self.id)
