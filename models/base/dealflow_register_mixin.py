from odoo import fields, models


class DealflowRegisterMixin(models.AbstractModel):
    """A short list that a company keeps for itself, such as kinds or statuses of something.

    Its entries have an order of their own, and are archived when they are no longer offered. Its views are a list to
    type in, with a handle, and a search with the filter of what is archived (``tests/test_register_mixin.py``).
    """

    _name = 'dealflow.register.mixin'
    _description = "Entries of a Register"
    _inherit = ['dealflow.derived.mixin', 'dealflow.cached.mixin']
    _order = 'sequence, id'

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
