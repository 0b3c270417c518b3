from odoo import models


class ResPartner(models.Model):
    """Events of clients, of their legal entities and of their contacts."""

    _name = 'res.partner'
    _inherit = ['res.partner', 'dealflow.event.document.mixin']

    def _get_event_field(self):
        """A person is the contact of an event, a legal entity is whom the client trades through."""
        if not self.is_company and self.parent_id:
            return 'client_contact_id'
        return 'legal_entity_id' if self.counterparty_role == 'entity' else 'business_partner_id'
