from odoo import fields, models


class DealflowClaimCause(models.Model):
    """Why clients complain; the company defines the causes (B48)."""

    _name = 'dealflow.claim.cause'
    _description = "Cause of Claims"
    _inherit = 'dealflow.derived.mixin'
    _order = 'sequence, id'

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
