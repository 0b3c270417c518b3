from odoo import models


class MailActivityPlan(models.Model):
    """Who keeps the plans of some documents gives none away to others: the record rules look at the plan before."""

    _inherit = 'mail.activity.plan'

    def write(self, vals):
        result = super().write(vals)
        if 'res_model' in vals:
            self.check_access('write')
        return result
