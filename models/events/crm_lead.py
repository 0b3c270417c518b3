from odoo import models


class CrmLead(models.Model):
    """Events of an opportunity: contacts with the client before there is a deal (E16)."""

    _name = 'crm.lead'
    _inherit = ['crm.lead', 'dealflow.event.document.mixin']

    def _dealflow_get_event_field(self):
        return 'opportunity_id'
