from odoo import models


class DealflowDeal(models.Model):
    """Records that a deal is linked with (X51)."""

    _name = 'dealflow.deal'
    _inherit = ['dealflow.deal', 'dealflow.link.card.mixin']
