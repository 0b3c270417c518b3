from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    dealflow_claim_hours_low = fields.Integer(related='company_id.dealflow_claim_hours_low', readonly=False)
    dealflow_claim_hours_medium = fields.Integer(related='company_id.dealflow_claim_hours_medium', readonly=False)
    dealflow_claim_hours_high = fields.Integer(related='company_id.dealflow_claim_hours_high', readonly=False)
    dealflow_claim_hours_urgent = fields.Integer(related='company_id.dealflow_claim_hours_urgent', readonly=False)
