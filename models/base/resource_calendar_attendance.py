from odoo import api, models

from ...tools.own_context import get_own


class ResourceCalendarAttendance(models.Model):
    """Recomputes what was counted in working time when the hours of the calendar change."""

    _inherit = 'resource.calendar.attendance'

    @api.model_create_multi
    def create(self, vals_list):
        calendars = self.env['resource.calendar'].browse(
            {vals.get('calendar_id') for vals in vals_list} - {None, False}
        )
        if not calendars or get_own(self.env, 'dealflow_working_time'):
            return super().create(vals_list)
        with calendars._get_dealflow_companies()._dealflow_tracking_working_time():
            return super().create(vals_list)

    def write(self, vals):
        if get_own(self.env, 'dealflow_working_time'):
            return super().write(vals)
        with self.calendar_id._get_dealflow_companies()._dealflow_tracking_working_time():
            return super().write(vals)

    def unlink(self):
        if get_own(self.env, 'dealflow_working_time'):
            return super().unlink()
        with self.calendar_id._get_dealflow_companies()._dealflow_tracking_working_time():
            return super().unlink()
