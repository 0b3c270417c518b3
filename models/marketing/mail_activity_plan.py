from odoo import models


class MailActivityPlan(models.Model):
    """Users who manage plans of one model cannot move them to another: record rules check only the old one."""

    _inherit = 'mail.activity.plan'

    def write(self, vals):
        result = super().write(vals)
        if 'res_model' in vals:
            self.check_access('write')
        return result
