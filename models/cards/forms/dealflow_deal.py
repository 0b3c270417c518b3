from odoo import models


class DealflowDeal(models.Model):
    """The card of a deal is arranged by the company (E12)."""

    _name = 'dealflow.deal'
    _inherit = ['dealflow.deal', 'dealflow.card.mixin']
    _dealflow_card_form = 'dealflow.dealflow_deal_view_form'
    _dealflow_card_lists = ('dealflow.dealflow_deal_view_list',)
    _dealflow_card_searches = ('dealflow.dealflow_deal_view_search',)
