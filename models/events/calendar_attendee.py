from odoo import models


class CalendarAttendee(models.Model):
    _inherit = 'calendar.attendee'

    def _should_notify_attendee(self, notify_author=False):
        """Never notify the client's people of an event whose type does not invite them, however they were added."""
        event_type = self.event_id.sudo().event_type_id
        if event_type and not event_type.invite_client and self.partner_id.partner_share:
            return False
        return super()._should_notify_attendee(notify_author=notify_author)
