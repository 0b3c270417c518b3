from odoo import models

from ...tools.own_context import YES, get_own

# Fields that decide when a calendar works.
WORKING_TIME = {'attendance_ids', 'tz', 'two_weeks_calendar', 'flexible_hours', 'hours_per_day', 'duration_based'}


class ResourceCalendar(models.Model):
    """Recomputes what was counted in working time when the calendar changes."""

    _inherit = 'resource.calendar'

    def write(self, vals):
        if not WORKING_TIME & vals.keys() or get_own(self.env, 'dealflow_working_time'):
            return super().write(vals)
        with self._get_dealflow_companies()._dealflow_tracking_working_time():
            return super(ResourceCalendar, self.with_context(dealflow_working_time=YES)).write(vals)

    def _get_dealflow_companies(self):
        """Return the companies that use the calendars."""
        # sudo - res.company: deadlines change in all companies that share the calendar, the user's or not.
        return self.env['res.company'].sudo().search([('resource_calendar_id', 'in', self.ids)])
