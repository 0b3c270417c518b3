from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    dealflow_amount_in_words = fields.Boolean(related='company_id.dealflow_amount_in_words', readonly=False)
    dealflow_letter_items = fields.Boolean(related='company_id.dealflow_letter_items', readonly=False)
