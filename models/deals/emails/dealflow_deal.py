from odoo import models


class DealflowDeal(models.Model):
    """Recipients of e-mails about a deal (C26, C44, X48)."""

    _inherit = 'dealflow.deal'

    def _get_correspondent(self):
        """Return the contact who receives documents: one with an e-mail, preferably of the legal entity."""
        self.ensure_one()
        contacts = self.contact_ids.filtered('email_normalized')
        return contacts.sorted(lambda contact: contact.commercial_partner_id != self.legal_entity_id)[:1]

    def _get_correspondents(self):
        """Return whom to write to: the contacts with an e-mail, else the legal entity, else the business partner."""
        first = self._get_correspondent() if self else self.contact_ids
        return (
            first | self.contact_ids.filtered('email_normalized')
            or (self.legal_entity_id | self.business_partner_id).filtered('email_normalized')[:1]
        )

    def _mail_get_partners(self, introspect_fields=False):
        # sudo - dealflow.deal: Odoo also calls this for followers who may not read the deal.
        return {deal.id: deal._get_correspondents().with_env(self.env) for deal in self.sudo()}
