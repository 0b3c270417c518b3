from odoo import models


class ResUsers(models.Model):
    """The steps of people who leave go to others at once (E62)."""

    _inherit = 'res.users'

    def write(self, vals):
        result = super().write(vals)
        if vals.get('active') is False:
            self.env['dealflow.process']._hand_over_of(self)
        return result
