from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    dealflow_request_hours = fields.Float(related='company_id.dealflow_request_hours', readonly=False)
