from odoo import models


class DealflowDeal(models.Model):
    """Events of deals."""

    _name = 'dealflow.deal'
    _inherit = ['dealflow.deal', 'dealflow.event.document.mixin']

    def _get_event_field(self):
        return 'deal_id'

    def _get_event_values(self):
        values = super()._get_event_values()
        if len(self.contact_ids) == 1:
            values['client_contact_id'] = self.contact_ids.id
        return values
