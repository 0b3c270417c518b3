from odoo import fields, models


class DealflowEventCategory(models.Model):
    """What an event is about: a category that the company defines, shared by all types (P65)."""

    _name = 'dealflow.event.category'
    _description = "Event Category"
    _inherit = 'dealflow.register.mixin'

    color = fields.Integer()
