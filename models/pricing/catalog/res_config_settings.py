from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    dealflow_component_category_ids = fields.Many2many(
        related='company_id.dealflow_component_category_ids', readonly=False
    )
    dealflow_product_category_ids = fields.Many2many(related='company_id.dealflow_product_category_ids', readonly=False)
