from odoo import models


class DealflowClaim(models.Model):
    """Talks about claims."""

    _name = 'dealflow.claim'
    _inherit = ['dealflow.claim', 'dealflow.event.document.mixin']

    def _get_event_field(self):
        return 'claim_id'

    def _get_event_values(self):
        values = super()._get_event_values()
        parties = {'business_partner_id': self.business_partner_id, 'client_contact_id': self.contact_id}
        return {**values, **{name: partner.id for name, partner in parties.items() if partner}}
