from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    dealflow_call_months = fields.Integer(related='company_id.dealflow_call_months', readonly=False)
    dealflow_call_rounds = fields.Boolean(related='company_id.dealflow_call_rounds', readonly=False)
