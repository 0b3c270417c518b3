from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    dealflow_four_eyes = fields.Boolean(related='company_id.dealflow_four_eyes', readonly=False)
    dealflow_gate_order = fields.Selection(related='company_id.dealflow_gate_order', readonly=False, required=True)
    dealflow_gate_invoice = fields.Selection(related='company_id.dealflow_gate_invoice', readonly=False, required=True)
    dealflow_gate_contract = fields.Selection(
        related='company_id.dealflow_gate_contract', readonly=False, required=True)
    dealflow_gate_stage = fields.Selection(related='company_id.dealflow_gate_stage', readonly=False, required=True)
