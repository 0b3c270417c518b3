from odoo import models


class ResPartner(models.Model):
    """The card of a client, legal entity or contact is arranged by the company (E12)."""

    _name = 'res.partner'
    _inherit = ['res.partner', 'dealflow.card.mixin']
    _dealflow_card_form = 'base.view_partner_form'
    _dealflow_card_lists = ('dealflow.res_partner_view_list_partners', 'dealflow.res_partner_view_list_legal_entities')
    _dealflow_card_searches = ('dealflow.res_partner_view_search_dealflow',)
