from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    dealflow_comment_debt_limit = fields.Integer(related='company_id.dealflow_comment_debt_limit', readonly=False)
    dealflow_call_results = fields.Text(related='company_id.dealflow_call_results', readonly=False)
