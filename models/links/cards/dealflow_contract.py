from odoo import models


class DealflowContract(models.Model):
    """Records that a contract is linked with (X51)."""

    _name = 'dealflow.contract'
    _inherit = ['dealflow.contract', 'dealflow.link.card.mixin']
