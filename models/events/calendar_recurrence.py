from odoo import models
from odoo.fields import Domain


class CalendarRecurrence(models.Model):
    """A recurrence is sent to Google and Outlook as its events are."""

    _name = 'calendar.recurrence'
    _inherit = ['dealflow.external.sync.mixin', 'calendar.recurrence']

    def _dealflow_may_sync_externally(self):
        return (self.base_event_id | self.calendar_event_ids)._dealflow_may_sync_externally()

    def _dealflow_get_external_sync_domain(self):
        events = self.env['calendar.event']
        # sudo - calendar.event: the sync must not depend on the user.
        kept = events.sudo().with_context(active_test=False)._search(~events._dealflow_get_external_sync_domain())
        return Domain('base_event_id', 'not in', kept)
