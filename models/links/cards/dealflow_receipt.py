from odoo import models


class DealflowReceipt(models.Model):
    """Records that a receipt is linked with (X51)."""

    _name = 'dealflow.receipt'
    _inherit = ['dealflow.receipt', 'dealflow.link.card.mixin']
