from odoo import SUPERUSER_ID, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    dealflow_attribution = fields.Selection(related='company_id.dealflow_attribution', readonly=False, required=True)
    dealflow_attribution_days = fields.Integer(related='company_id.dealflow_attribution_days', readonly=False)

    dealflow_mailing_approval = fields.Boolean(
        string="Mailings are confirmed before they are sent", config_parameter='dealflow.mailing_approval'
    )
    dealflow_mailing_consent = fields.Boolean(
        string="Only to contacts who agreed to mailings", config_parameter='dealflow.mailing_consent'
    )

    def set_values(self):
        """Confirm mailings that are already queued when the confirmation is switched on."""
        was_required = self.env['mailing.mailing']._dealflow_has_setting('approval')
        super().set_values()
        if self.dealflow_mailing_approval and not was_required:
            # As the superuser: the user who changes the settings may lack the right, and has not read the mailings.
            self.env['mailing.mailing'].with_user(SUPERUSER_ID).search(
                [('state', 'in', ('in_queue', 'sending'))]
            ).approval_state = 'approved'
