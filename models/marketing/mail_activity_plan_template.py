from odoo import models


class MailActivityPlanTemplate(models.Model):
    """Users who manage plans of one model cannot move templates to plans of another."""

    _inherit = 'mail.activity.plan.template'

    def write(self, vals):
        result = super().write(vals)
        if 'plan_id' in vals:
            self.check_access('write')
        return result
