from odoo import fields, models


class DealflowCompetitorStatus(models.Model):
    """How dangerous a competitor is; the company defines the statuses (B51)."""

    _name = 'dealflow.competitor.status'
    _description = "Competitive Status"
    _inherit = 'dealflow.derived.mixin'
    _order = 'sequence, id'

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(default=True)
