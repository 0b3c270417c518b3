from odoo import models


class ResBank(models.Model):
    """Whose bank gets another code has other requisites, in the name of who changed it."""

    _inherit = 'res.bank'

    def write(self, vals):
        result = super().write(vals)
        if 'bic' in vals:
            # sudo - res.partner.bank: accounts of all companies, whoever changes the bank.
            accounts_sudo = self.env['res.partner.bank'].sudo().search([('bank_id', 'in', self.ids)])
            accounts_sudo.partner_id._dealflow_follow_requisites()
        return result
