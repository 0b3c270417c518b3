from odoo import models
from odoo.fields import Domain


class CalendarEvent(models.Model):
    """Which events leave the house when Odoo's modules for Google or Outlook are installed."""

    _name = 'calendar.event'
    _inherit = ['dealflow.calendar.outside.mixin', 'calendar.event']

    def _may_sync_outside(self):
        # sudo - calendar.event: the sync decides for everybody alike.
        return all(
            not event.event_type_id or event.event_type_id.sync_outside for event in self.sudo())

    def _get_outside_domain(self):
        return Domain('event_type_id', '=', False) | Domain('event_type_id.sync_outside', '=', True)

    def _skip_send_mail_status_update(self):
        """Odoo leaves invitations to the outside calendar; what is not sent there is Odoo's own to announce."""
        return self._may_sync_outside() and super()._skip_send_mail_status_update()
