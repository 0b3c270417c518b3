from odoo import fields, models


class DealflowPersonRole(models.Model):
    """What a person is in a sale: who decides, who uses, who signs (P42)."""

    _name = 'dealflow.person.role'
    _description = "Role of a Person"
    _inherit = 'dealflow.register.mixin'

    color = fields.Integer()
