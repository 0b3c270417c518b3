from odoo import fields, models


class DealflowSharingMixin(models.AbstractModel):
    """A record of ours that its owner shares; ``dealflow.sharing.guard.mixin`` says what a model needs for it (E54)."""

    _name = 'dealflow.sharing.mixin'
    _description = "Shared with People, Groups and Teams"
    _inherit = 'dealflow.sharing.guard.mixin'

    user_ids = fields.Many2many('res.users', string="Shared with People")
