from odoo import models


class DealflowClaimCause(models.Model):
    """Why clients complain; the company defines the causes (B48)."""

    _name = 'dealflow.claim.cause'
    _description = "Cause of Claims"
    _inherit = 'dealflow.register.mixin'
