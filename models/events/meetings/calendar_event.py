from odoo import fields, models
from odoo.exceptions import AccessError

from ....tools.public_methods import public_method
from ..calendar_event import CLOSING_FIELDS


class CalendarEvent(models.Model):
    """The confidential sheet of a meeting, which is kept when Odoo rewrites a recurrence.

    Editing «all events» or «this and following» of a recurrence archives events and creates new ones. What belongs to
    an occurrence (its sheet, result, status log and tasks) moves to the event that replaces it.
    """

    _inherit = 'calendar.event'

    meeting_sheet_ids = fields.One2many('dealflow.meeting.sheet', 'event_id', groups='dealflow.group_viewer')

    @public_method(one=True)
    def action_dealflow_open_meeting_sheet(self):
        """Open the sheet of the meeting, and create it if there is none."""
        sheets = self.env['dealflow.meeting.sheet']
        sheet = sheets.search([('event_id', '=', self.id)])
        # sudo - dealflow.meeting.sheet: only to learn whether there is a sheet.
        if not sheet and sheets.sudo().search_count([('event_id', '=', self.id)]):
            raise AccessError(
                self.env._(
                    "The sheet of the meeting “%(event)s” is confidential. Ask its organizer %(organizer)s to invite "
                    "you.",
                    event=self.name,
                    organizer=self.user_id.name,
                )
            )
        sheet = sheet or sheets.create({'event_id': self.id})
        return {
            'type': 'ir.actions.act_window',
            'res_model': sheet._name,
            'res_id': sheet.id,
            'views': [[False, 'form']],
        }

    def write(self, vals):
        sheets = self.env['dealflow.meeting.sheet']
        if not {'partner_ids', 'user_id'} & vals.keys() or not sheets.has_access('read'):
            return super().write(vals)
        previous = [
            (sheet, sheet.event_id.partner_ids, sheet.event_id.user_id)
            for sheet in sheets.search([('event_id', 'in', self.ids)])
        ]
        result = super().write(vals)
        for sheet, partners, organizer in previous:
            sheet._update_readers(partners, organizer)
        return result

    def _rewrite_recurrence(self, values, time_values, recurrence_values):
        recurrence = self.recurrence_id
        base_event = recurrence.base_event_id or recurrence._get_first_event(include_outliers=False)
        occurrences = base_event._dealflow_get_occurrences(recurrence.calendar_event_ids)
        result = super()._rewrite_recurrence(values, time_values, recurrence_values)
        base_event._dealflow_transfer_to_successors(occurrences)
        return result

    def _update_future_events(self, values, time_values, recurrence_values):
        following = self.recurrence_id.calendar_event_ids.filtered(lambda event: event.start >= self.start)
        occurrences = self._dealflow_get_occurrences(following)
        result = super()._update_future_events(values, time_values, recurrence_values)
        self._dealflow_transfer_to_successors(occurrences)
        return result

    def _dealflow_get_occurrences(self, events):
        """Return pairs of an event and the time from the start of ``self`` to its start, before they are archived."""
        self.ensure_one()
        if not any(event.event_type_id for event in events):
            return []
        return [(event, event.start - self.start) for event in events.sorted('start')]

    def _dealflow_transfer_to_successors(self, occurrences):
        """Move what belongs to archived occurrences to the events that replace them.

        :param occurrences: what ``_dealflow_get_occurrences`` returned before the recurrence was rewritten
        """
        present = self.recurrence_id.calendar_event_ids.sorted('start')
        by_distance = {(event.start - self.start).days: event for event in present}
        for index, (old, distance) in enumerate(occurrences):
            new = present[index] if len(present) == len(occurrences) else by_distance.get(distance.days)
            if new and new != old and not old.active:
                old._dealflow_transfer_to(new)

    def _dealflow_transfer_to(self, new):
        """Move the sheet, the result, the status log and the tasks of an archived event to its successor."""
        self.ensure_one()
        closing = {name: self._fields[name].convert_to_write(self[name], self) for name in CLOSING_FIELDS}
        new.write(closing)
        # sudo - calendar.event: all that belongs to the event moves with it, even what the user may not read.
        old_sudo, new_sudo = self.sudo(), new.sudo()
        # The successor continues the log of the old event, so the row written at its creation is detached.
        new_sudo.status_log_ids._reassign(event=new.browse())
        old_sudo.status_log_ids._reassign(event=new)
        old_sudo.meeting_sheet_ids.event_id = new
        old_sudo.with_context(active_test=False).task_ids.dealflow_event_id = new
