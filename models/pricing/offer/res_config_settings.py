from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    dealflow_sell_at_once = fields.Boolean(related='company_id.dealflow_sell_at_once', readonly=False)
    dealflow_sell_opens_deal = fields.Boolean(related='company_id.dealflow_sell_opens_deal', readonly=False)
    dealflow_sell_posts_invoice = fields.Boolean(related='company_id.dealflow_sell_posts_invoice', readonly=False)
    dealflow_offer_follow_up_days = fields.Integer(related='company_id.dealflow_offer_follow_up_days', readonly=False)
