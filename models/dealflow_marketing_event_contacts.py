from odoo import models


class DealflowMarketingEvent(models.Model):
    """Calls and meetings that took place at a marketing event, or because of it."""

    _name = 'dealflow.marketing.event'
    _inherit = ['dealflow.marketing.event', 'dealflow.event.document.mixin']

    def _get_event_field(self):
        return 'marketing_event_id'
