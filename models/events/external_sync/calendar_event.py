from odoo import api, fields, models
from odoo.fields import Domain


class CalendarEvent(models.Model):
    """Decides which events are sent to Google or Outlook, if Odoo's modules are installed (P28, P63)."""

    _name = 'calendar.event'
    _inherit = ['dealflow.external.sync.mixin', 'calendar.event']

    dealflow_skip_external_sync = fields.Boolean(
        string="Do Not Sync to Google or Outlook",
        help="Events that were sent before stay there and are no longer updated.",
        prefetch='dealflow',
    )
    dealflow_can_skip_external_sync = fields.Boolean(
        compute='_compute_dealflow_can_skip_external_sync', export_string_translation=False
    )

    @api.depends('event_type_id')
    def _compute_dealflow_can_skip_external_sync(self):
        has_service = 'google.calendar.sync' in self.env or 'microsoft.calendar.sync' in self.env
        for event in self:
            event.dealflow_can_skip_external_sync = has_service and event._dealflow_type_may_sync_externally()

    def copy_data(self, default=None):
        """Copy the switch only if it is on, so that users who may not write it can copy and repeat other events."""
        vals_list = super().copy_data(default)
        for vals in vals_list:
            if not vals.get('dealflow_skip_external_sync'):
                vals.pop('dealflow_skip_external_sync', None)
        return vals_list

    def _dealflow_type_may_sync_externally(self):
        # sudo - calendar.event: the sync must not depend on the user.
        event_type = self.sudo().event_type_id
        return not event_type or event_type.allows_external_sync

    def _dealflow_may_sync_externally(self):
        # sudo - calendar.event: the sync must not depend on the user.
        return all(
            not event.dealflow_skip_external_sync and event._dealflow_type_may_sync_externally()
            for event in self.sudo()
        )

    def _dealflow_get_external_sync_domain(self):
        by_type = Domain('event_type_id', '=', False) | Domain('event_type_id.allows_external_sync', '=', True)
        return by_type & Domain('dealflow_skip_external_sync', '!=', True)

    def _skip_send_mail_status_update(self):
        """Let Odoo send the invitations of events that Google or Outlook do not get."""
        return self._dealflow_may_sync_externally() and super()._skip_send_mail_status_update()
