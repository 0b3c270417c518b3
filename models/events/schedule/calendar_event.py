from odoo import api, models
from odoo.fields import Domain


class CalendarEvent(models.Model):
    """The calendar with the events of the user, and of those whose work the user may see (P35, P39)."""

    _inherit = 'calendar.event'

    @api.model
    @api.private
    def action_dealflow_view_my_schedule(self):
        """Open the calendar with the user's own events (P35)."""
        user = self.env.user
        domain = Domain('user_id', '=', user.id) | Domain('partner_ids', 'in', user.partner_id.ids)
        return self._dealflow_get_schedule_action(self.env._("My Schedule"), domain)

    @api.model
    @api.private
    def action_dealflow_view_schedule(self):
        """Open the calendar with the events of all users whose work the user may see (P35, P39)."""
        return self._dealflow_get_schedule_action(self.env._("Schedule"), self._dealflow_get_visible_users_domain())

    @api.model
    def _dealflow_get_visible_users_domain(self):
        """Return the domain of events shown to the user: their own, their teams' or everybody's, as with deals."""
        user = self.env.user
        if user.has_group('dealflow.group_user') or not user.has_group('dealflow.group_user_own'):
            return Domain.TRUE
        visible_ids = user.ids
        if user.has_group('dealflow.group_user_team'):
            teams = self.env['crm.team'].search(['|', ('member_ids', 'in', user.ids), ('user_id', '=', user.id)])
            visible_ids = (user | teams.member_ids | teams.user_id).ids
        return Domain('user_id', 'in', visible_ids)

    @api.model
    def _dealflow_get_schedule_action(self, name, domain):
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.calendar_event_action_schedule')
        action['display_name'] = action['name'] = name
        action['domain'] = list(Domain('event_type_id.in_calendar', '=', True) & domain)
        action['context'] = {'default_event_type_id': self.env['dealflow.event.type']._get_planned_type().id}
        return action
