from odoo import models


class DealflowReceipt(models.Model):
    """Processes of a receipt (E63, E64)."""

    _name = 'dealflow.receipt'
    _inherit = ['dealflow.receipt', 'dealflow.process.card.mixin']
