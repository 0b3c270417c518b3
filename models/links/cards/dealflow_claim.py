from odoo import models


class DealflowClaim(models.Model):
    """Records that a claim is linked with (X51)."""

    _name = 'dealflow.claim'
    _inherit = ['dealflow.claim', 'dealflow.link.card.mixin']
