from odoo import models


class ResBank(models.Model):
    """Banks whose BIC is a requisite of account holders: the user who changes it changes their requisites."""

    _inherit = 'res.bank'

    def write(self, vals):
        result = super().write(vals)
        if 'bic' in vals:
            # sudo - res.partner.bank: accounts in all companies are concerned, the user's or not.
            accounts_sudo = self.env['res.partner.bank'].sudo().search([('bank_id', 'in', self.ids)])
            accounts_sudo.partner_id._dealflow_log_requisite_changes()
        return result
