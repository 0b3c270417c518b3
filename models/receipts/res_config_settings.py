from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    dealflow_receipt_autoclose = fields.Boolean(related='company_id.dealflow_receipt_autoclose', readonly=False)
    dealflow_receipt_received_by = fields.Selection(
        related='company_id.dealflow_receipt_received_by', readonly=False, required=True
    )
    dealflow_receipt_remind = fields.Boolean(related='company_id.dealflow_receipt_remind', readonly=False)
    dealflow_receipt_escalation_days = fields.Integer(
        related='company_id.dealflow_receipt_escalation_days', readonly=False
    )
    dealflow_receipt_mail_client = fields.Boolean(related='company_id.dealflow_receipt_mail_client', readonly=False)
    dealflow_receipt_defer_to_credit_control = fields.Boolean(
        related='company_id.dealflow_receipt_defer_to_credit_control', readonly=False
    )
    dealflow_has_credit_control = fields.Boolean(
        compute='_compute_dealflow_has_credit_control', export_string_translation=False
    )
    dealflow_receipt_working_days = fields.Boolean(related='company_id.dealflow_receipt_working_days', readonly=False)

    def _compute_dealflow_has_credit_control(self):
        self.dealflow_has_credit_control = 'credit.control.policy' in self.env
