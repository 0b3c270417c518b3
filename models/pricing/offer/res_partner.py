from odoo import models

from ....tools.public_methods import public_method


class ResPartner(models.Model):
    _inherit = 'res.partner'

    @public_method(one=True)
    def action_dealflow_open_price_form(self):
        """Open the price form for this record (C15).

        :return: the client action
        :rtype: dict
        """
        return self.env['dealflow.price.form']._get_form_action(partner_id=self.id)
