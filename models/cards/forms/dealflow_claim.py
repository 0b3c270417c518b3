from odoo import models


class DealflowClaim(models.Model):
    """The card of a claim is arranged by the company (E12)."""

    _name = 'dealflow.claim'
    _inherit = ['dealflow.claim', 'dealflow.card.mixin']
    _dealflow_card_form = 'dealflow.dealflow_claim_view_form'
    _dealflow_card_lists = ('dealflow.dealflow_claim_view_list',)
    _dealflow_card_searches = ('dealflow.dealflow_claim_view_search',)
