from odoo import models


class DealflowCompetitor(models.Model):
    """The card of a competitor is arranged by the company (E12)."""

    _name = 'dealflow.competitor'
    _inherit = ['dealflow.competitor', 'dealflow.card.mixin']
    _dealflow_card_form = 'dealflow.dealflow_competitor_view_form'
    _dealflow_card_lists = ('dealflow.dealflow_competitor_view_list',)
    _dealflow_card_searches = ('dealflow.dealflow_competitor_view_search',)
    _dealflow_card_currency = None
