from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    dealflow_attribution = fields.Selection(related='company_id.dealflow_attribution', readonly=False, required=True)
    dealflow_attribution_days = fields.Integer(related='company_id.dealflow_attribution_days', readonly=False)

    dealflow_mailing_approval = fields.Boolean(
        string="Mailings are confirmed before they are sent", config_parameter='dealflow.mailing_approval')
    dealflow_mailing_consent = fields.Boolean(
        string="Only to contacts who agreed to mailings", config_parameter='dealflow.mailing_consent')

    def set_values(self):
        """Let mailings that wait to be sent go on when confirmation begins to be demanded."""
        was_required = self.env['mailing.mailing']._has_setting('approval')
        super().set_values()
        if self.dealflow_mailing_approval and not was_required:
            # sudo - mailing.mailing: whoever keeps the settings.
            self.env['mailing.mailing'].sudo().search(
                [('state', 'in', ('in_queue', 'sending'))]).approval_state = 'approved'
