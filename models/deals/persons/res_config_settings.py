from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    dealflow_fix_lead_client = fields.Boolean(related='company_id.dealflow_fix_lead_client', readonly=False)
