from odoo import fields, models


class DealflowDealLog(models.Model):
    """The competitor that a deal was lost to (C65)."""

    _inherit = 'dealflow.deal.log'

    competitor_id = fields.Many2one('dealflow.competitor', index='btree_not_null', ondelete='restrict')
