from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    dealflow_minimum_price_policy = fields.Selection(
        related='company_id.dealflow_minimum_price_policy', readonly=False, required=True
    )
