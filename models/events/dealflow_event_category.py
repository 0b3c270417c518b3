from odoo import fields, models


class DealflowEventCategory(models.Model):
    """What an event is about: a category that the company defines, shared by all types (P65)."""

    _name = 'dealflow.event.category'
    _description = "Event Category"
    _inherit = 'dealflow.derived.mixin'
    _order = 'sequence, id'

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    active = fields.Boolean(default=True)
