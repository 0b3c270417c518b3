from odoo import fields, models


class DealflowHistory(models.Model):
    """Visits in the history of clients."""

    _inherit = 'dealflow.history'
    # What the part below reads, so that changes that are not in the database yet are written before.
    _depends = {
        'dealflow.site.visit': ['date', 'name', 'user_id', 'deal_id', 'company_id'],
    }

    kind = fields.Selection(selection_add=[('site_visit', "Site visit")])

    def _get_parts(self):
        part = (
            'site_visit',
            {
                # A moment in UTC; noon is the same day almost everywhere.
                'date': "source.date + TIME '12:00'",
                'partner_id': "deal.legal_entity_id",
                'business_partner_id': "deal.business_partner_id",
                'user_id': "source.user_id",
                'name': "source.name",
                'company_id': "source.company_id",
                'deal_id': "source.deal_id",
                # The document: who may not read it learns that somebody was there, and not where.
                'res_model': "'dealflow.site.visit'",
                'res_id': "source.id",
            },
            'dealflow_site_visit source JOIN dealflow_deal deal ON deal.id = source.deal_id WHERE deal.active',
        )
        # At the end, because the ids of the entries are made of the number of their part.
        return [*super()._get_parts(), part]
