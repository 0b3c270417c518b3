from odoo import fields, models


class DealflowDealLog(models.Model):
    """To whom a deal was lost (C65)."""

    _inherit = 'dealflow.deal.log'

    competitor_id = fields.Many2one('dealflow.competitor', index='btree_not_null', ondelete='restrict')
