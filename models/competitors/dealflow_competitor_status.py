from odoo import fields, models


class DealflowCompetitorStatus(models.Model):
    """How dangerous a competitor is; the company defines the statuses (B51)."""

    _name = 'dealflow.competitor.status'
    _description = "Competitive Status"
    _inherit = 'dealflow.register.mixin'

    color = fields.Integer()
