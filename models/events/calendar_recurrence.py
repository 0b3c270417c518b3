from odoo import models
from odoo.fields import Domain


class CalendarRecurrence(models.Model):
    """Recurrences leave the house as their events do."""

    _name = 'calendar.recurrence'
    _inherit = ['dealflow.calendar.outside.mixin', 'calendar.recurrence']

    def _dealflow_may_sync_outside(self):
        return (self.base_event_id | self.calendar_event_ids)._dealflow_may_sync_outside()

    def _dealflow_get_outside_domain(self):
        events = self.env['calendar.event']
        # sudo - calendar.event: the sync decides for everybody alike.
        inside = events.sudo().with_context(active_test=False)._search(~events._dealflow_get_outside_domain())
        return Domain('base_event_id', 'not in', inside)
