from odoo import models


class DealflowClaim(models.Model):
    """Processes of a claim (E63, E64)."""

    _name = 'dealflow.claim'
    _inherit = ['dealflow.claim', 'dealflow.process.card.mixin']
