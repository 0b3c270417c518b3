from odoo import models


class CrmLead(models.Model):
    """The card of an opportunity is arranged by the company (E12)."""

    _name = 'crm.lead'
    _inherit = ['crm.lead', 'dealflow.card.mixin']
    _dealflow_card_form = 'crm.crm_lead_view_form'
    _dealflow_card_lists = ('crm.crm_case_tree_view_oppor',)
    _dealflow_card_searches = ('crm.view_crm_case_opportunities_filter',)
    _dealflow_card_currency = 'company_currency'
