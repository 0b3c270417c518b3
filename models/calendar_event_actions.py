from odoo import api, models
from odoo.fields import Domain


class CalendarEvent(models.Model):
    """The buttons of an event with a client: finish it, plan the next one, look at the client's history."""

    _inherit = 'calendar.event'

    def action_open_close(self):
        """Ask for the result and the next event in one dialog (P31, P32)."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_event_close_action')
        action['context'] = {'default_event_id': self.id, 'dialog_size': 'large'}
        return action

    def action_new_event(self):
        """Plan another event for the same client (B26)."""
        self.ensure_one()
        return self._get_new_event_action(self._get_same_client_values())

    def _get_same_client_values(self):
        """Return the values by which another event belongs to the same client and the same documents."""
        self.ensure_one()
        names = (
            'business_partner_id', 'legal_entity_id', 'client_contact_id', 'deal_id', 'opportunity_id', 'claim_id',
            'marketing_event_id',
        )
        return {name: self[name].id for name in names if self[name]}

    def _get_new_event_action(self, values):
        """Return the dialog of a new event: saved it is left, edited further, or followed by another (P29)."""
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.calendar_event_action_new')
        event_type = self.env['dealflow.event.type']._get_planned_type()
        action['context'] = {
            'default_event_type_id': event_type.id,
            'default_name': event_type.name,
            'default_crm_priority': '1',
            # Odoo would take the record that the dialog is opened from, and add an activity to it.
            'default_res_model_id': False,
            'default_res_id': False,
            'default_partner_ids': self.env.user.partner_id.ids,
            'dialog_size': 'large',
            **{f'default_{name}': value for name, value in values.items()},
        }
        return action

    def action_save(self):
        """Save the new event and go on editing it (P29)."""
        self.ensure_one()
        return self.action_open_card()

    def action_save_and_new(self):
        """Save the new event and plan the next one for the same client (P29)."""
        return self.action_new_event()

    def action_open_card(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.calendar_event_action_card')
        action['res_id'] = self.id
        return action

    def action_view_client_history(self):
        """Show everything done with the client, newest first (B27)."""
        self.ensure_one()
        return (self.business_partner_id or self.client_contact_id).action_view_history()

    def action_new_task(self):
        """Give somebody a task that comes of the event (B19, B25)."""
        self.ensure_one()
        document = next((
            document for document in (self.deal_id, self.opportunity_id, self.business_partner_id)
            if document and document.has_access('read')
        ), None)
        context = {'default_dealflow_event_id': self.id, 'default_user_id': self.env.uid, 'dialog_size': 'large'}
        if document:
            context['default_res_model_id'] = self.env['ir.model']._get_id(document._name)
            context['default_res_model'] = document._name
            context['default_res_id'] = document.id
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("New Task"),
            'res_model': 'mail.activity',
            'views': [[self.env.ref('mail.mail_activity_view_form_popup').id, 'form']],
            'target': 'new',
            'context': context,
        }

    @api.model
    def action_view_my_schedule(self):
        """Open the calendar with the person's own events (P35)."""
        user = self.env.user
        domain = Domain('user_id', '=', user.id) | Domain('partner_ids', 'in', user.partner_id.ids)
        return self._get_schedule_action(self.env._("My Schedule"), domain)

    @api.model
    def action_view_schedule(self):
        """Open the calendar with the events of those whose work the person may see (P35, P39)."""
        return self._get_schedule_action(self.env._("Schedule"), self._get_visible_users_domain())

    @api.model
    def _get_visible_users_domain(self):
        """Return whose events the person is shown: his own, those of his teams, or everybody's, as with deals."""
        user = self.env.user
        if user.has_group('dealflow.group_user') or not user.has_group('dealflow.group_user_own'):
            return Domain.TRUE
        visible_ids = user.ids
        if user.has_group('dealflow.group_user_team'):
            teams = self.env['crm.team'].search(['|', ('member_ids', 'in', user.ids), ('user_id', '=', user.id)])
            visible_ids = (user | teams.member_ids | teams.user_id).ids
        return Domain('user_id', 'in', visible_ids)

    @api.model
    def _get_schedule_action(self, name, domain):
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.calendar_event_action_schedule')
        action['display_name'] = action['name'] = name
        action['domain'] = list(Domain('event_type_id.in_calendar', '=', True) & domain)
        action['context'] = {'default_event_type_id': self.env['dealflow.event.type']._get_planned_type().id}
        return action
