from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    group_dealflow_separate_partners = fields.Boolean(
        string="Keep partners and legal entities independently", implied_group='dealflow.group_separate_partners')
    dealflow_four_eyes = fields.Boolean(related='company_id.dealflow_four_eyes', readonly=False)
    dealflow_gate_order = fields.Selection(related='company_id.dealflow_gate_order', readonly=False, required=True)
    dealflow_gate_invoice = fields.Selection(related='company_id.dealflow_gate_invoice', readonly=False, required=True)
    dealflow_gate_contract = fields.Selection(
        related='company_id.dealflow_gate_contract', readonly=False, required=True)
    dealflow_gate_stage = fields.Selection(related='company_id.dealflow_gate_stage', readonly=False, required=True)
    dealflow_contract_reminder_days = fields.Integer(
        related='company_id.dealflow_contract_reminder_days', readonly=False)
    dealflow_receipt_autoclose = fields.Boolean(related='company_id.dealflow_receipt_autoclose', readonly=False)
    dealflow_receipt_received_by = fields.Selection(
        related='company_id.dealflow_receipt_received_by', readonly=False, required=True)
    dealflow_receipt_remind = fields.Boolean(related='company_id.dealflow_receipt_remind', readonly=False)
    dealflow_receipt_escalation_days = fields.Integer(
        related='company_id.dealflow_receipt_escalation_days', readonly=False)
    dealflow_receipt_mail_client = fields.Boolean(related='company_id.dealflow_receipt_mail_client', readonly=False)
    dealflow_attribution = fields.Selection(related='company_id.dealflow_attribution', readonly=False, required=True)
    dealflow_attribution_days = fields.Integer(related='company_id.dealflow_attribution_days', readonly=False)

    dealflow_event_remind = fields.Boolean(related='company_id.dealflow_event_remind', readonly=False)

    dealflow_mailing_approval = fields.Boolean(
        string="Mailings are confirmed before they are sent", config_parameter='dealflow.mailing_approval')
    dealflow_mailing_consent = fields.Boolean(
        string="Only to contacts who agreed to mailings", config_parameter='dealflow.mailing_consent')

    dealflow_claim_hours_low = fields.Integer(related='company_id.dealflow_claim_hours_low', readonly=False)
    dealflow_claim_hours_medium = fields.Integer(related='company_id.dealflow_claim_hours_medium', readonly=False)
    dealflow_claim_hours_high = fields.Integer(related='company_id.dealflow_claim_hours_high', readonly=False)
    dealflow_claim_hours_urgent = fields.Integer(related='company_id.dealflow_claim_hours_urgent', readonly=False)

    def set_values(self):
        """Let mailings that wait to be sent go on when confirmation begins to be demanded."""
        was_required = self.env['mailing.mailing']._has_setting('approval')
        super().set_values()
        if self.dealflow_mailing_approval and not was_required:
            # sudo - mailing.mailing: whoever keeps the settings.
            self.env['mailing.mailing'].sudo().search(
                [('state', 'in', ('in_queue', 'sending'))]).approval_state = 'approved'

    @api.onchange('group_dealflow_separate_partners')
    def _onchange_group_dealflow_separate_partners(self):
        """Explain what the switch does before it is saved (C96)."""
        if self.group_dealflow_separate_partners == self.env.user.has_group('dealflow.group_separate_partners'):
            return None
        if self.group_dealflow_separate_partners:
            message = self.env._(
                "Deals, orders and invoices will show two fields: the partner whom you work with, and the legal entity "
                "that stands on the papers. Every company goes on as its own partner and its own legal entity until "
                "you link it to a partner. Decide with your accountants and try it on a copy of the database: people "
                "have to learn the second field. Switching back loses nothing."
            )
        else:
            message = self.env._(
                "Orders and invoices will show one field again, the customer, as Odoo has it. The links between "
                "partners and legal entities, and the partners of existing documents, are kept."
            )
        return {'warning': {'title': self.env._("Before you save"), 'message': message}}
