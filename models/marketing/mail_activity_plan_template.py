from odoo import models


class MailActivityPlanTemplate(models.Model):
    """Who keeps the plans of some documents adds nothing to the plans of others."""

    _inherit = 'mail.activity.plan.template'

    def write(self, vals):
        result = super().write(vals)
        if 'plan_id' in vals:
            self.check_access('write')
        return result
