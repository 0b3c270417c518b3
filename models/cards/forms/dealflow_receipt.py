from odoo import models


class DealflowReceipt(models.Model):
    """The card of a receipt is arranged by the company (E12)."""

    _name = 'dealflow.receipt'
    _inherit = ['dealflow.receipt', 'dealflow.card.mixin']
    _dealflow_card_form = 'dealflow.dealflow_receipt_view_form'
    _dealflow_card_lists = ('dealflow.dealflow_receipt_view_list',)
    _dealflow_card_searches = ('dealflow.dealflow_receipt_view_search',)
