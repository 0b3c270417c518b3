from odoo import api, fields, models
from odoo.fields import Domain


class CalendarEvent(models.Model):
    """Which events leave the house when Odoo's modules for Google or Outlook are installed (P28, P63)."""

    _name = 'calendar.event'
    _inherit = ['dealflow.calendar.outside.mixin', 'calendar.event']

    is_kept_inside = fields.Boolean(
        string="Keep Out of Google and Outlook",
        help="What was sent before stays there and is not updated any more.",
        prefetch='dealflow',
    )
    dealflow_may_be_kept_inside = fields.Boolean(
        compute='_compute_dealflow_may_be_kept_inside', export_string_translation=False
    )

    @api.depends('event_type_id')
    def _compute_dealflow_may_be_kept_inside(self):
        has_service = 'google.calendar.sync' in self.env or 'microsoft.calendar.sync' in self.env
        for event in self:
            event.dealflow_may_be_kept_inside = has_service and event._dealflow_type_may_sync_outside()

    def copy_data(self, default=None):
        """Name the switch only where it is on: everybody may copy other events, and repeat them."""
        vals_list = super().copy_data(default)
        for vals in vals_list:
            if not vals.get('is_kept_inside'):
                vals.pop('is_kept_inside', None)
        return vals_list

    def _dealflow_type_may_sync_outside(self):
        # sudo - calendar.event: the sync decides for everybody alike.
        event_type = self.sudo().event_type_id
        return not event_type or event_type.sync_outside

    def _dealflow_may_sync_outside(self):
        # sudo - calendar.event: the sync decides for everybody alike.
        return all(not event.is_kept_inside and event._dealflow_type_may_sync_outside() for event in self.sudo())

    def _dealflow_get_outside_domain(self):
        by_type = Domain('event_type_id', '=', False) | Domain('event_type_id.sync_outside', '=', True)
        return by_type & Domain('is_kept_inside', '!=', True)

    def _skip_send_mail_status_update(self):
        """Odoo leaves invitations to the outside calendar; what is not sent there is Odoo's own to announce."""
        return self._dealflow_may_sync_outside() and super()._skip_send_mail_status_update()
