from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    dealflow_move_words = fields.Boolean(related='company_id.dealflow_move_words', readonly=False)
