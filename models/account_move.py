from odoo import models


class AccountMove(models.Model):
    _name = 'account.move'
    _inherit = ['account.move', 'dealflow.business.partner.mixin']

    def _get_business_partner_date_field(self):
        return 'date'
