from odoo import models
from odoo.fields import Domain


class ResPartner(models.Model):
    """Processes of a client or contact, and of what is done with them (E63, E64)."""

    _name = 'res.partner'
    _inherit = ['res.partner', 'dealflow.process.card.mixin']

    def _dealflow_get_process_domain(self):
        """Return the processes of the partners, and those of their opportunities, deals, claims and receipts."""
        return super()._dealflow_get_process_domain() | Domain('business_partner_id', 'in', self.ids)
