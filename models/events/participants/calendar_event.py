from odoo import api, fields, models
from odoo.fields import Command

from ....tools.parties import PEOPLE_OUTSIDE

# Changing one of them may change who takes part.
PARTICIPANT_FIELDS = {'partner_ids', 'client_participant_ids', 'client_contact_id', 'event_type_id', 'user_id'}


class CalendarEvent(models.Model):
    """Who takes part in an event: those of our side and of the client's side are kept apart.

    The client's people are invited, and so e-mailed, only if the type of the event says so; otherwise they are kept in
    ``client_participant_ids``. This layer lies below the rules of the events: when it splits the participants, the
    change is allowed.
    """

    _inherit = 'calendar.event'

    our_participant_ids = fields.Many2many(
        'res.partner',
        string="Participants of Our Side",
        compute='_compute_dealflow_our_participant_ids',
        inverse='_inverse_dealflow_our_participant_ids',
        domain="[('partner_share', '=', False)]",
    )
    client_participant_ids = fields.Many2many(
        'res.partner',
        'dealflow_event_client_participant_rel',
        'event_id',
        'partner_id',
        string="Participants of the Client's Side",
        domain=PEOPLE_OUTSIDE,
    )

    @api.depends('partner_ids')
    def _compute_dealflow_our_participant_ids(self):
        for event in self:
            event.our_participant_ids = event.partner_ids.filtered(lambda partner: not partner.partner_share)

    def _inverse_dealflow_our_participant_ids(self):
        for event in self:
            invited = event.partner_ids.filtered('partner_share')
            event.partner_ids = event.our_participant_ids | invited

    def write(self, vals):
        if not PARTICIPANT_FIELDS & vals.keys() or not self._dealflow_is_about_clients(vals):
            return super().write(vals)
        for event in self:
            super(CalendarEvent, event).write(event._dealflow_get_participants_values(dict(vals)))
        return True

    @api.model
    def _prepare_dealflow_participants(self, event_type, vals):
        """Return the participants of a new event, split by side.

        :param event_type: the ``dealflow.event.type`` of the event
        :param dict vals: the other values of the event
        """
        user_id = vals.get('user_id') or self.env.context.get('default_user_id') or self.env.uid
        given = vals['partner_ids'] if 'partner_ids' in vals else self.env.context.get('default_partner_ids', [])
        partner_ids = self._dealflow_apply_commands([], given)
        partner_ids.add(self.env['res.users'].browse(user_id).partner_id.id)
        ours, invited = self._dealflow_split_sides(partner_ids)
        clients = self._dealflow_apply_commands([], vals.get('client_participant_ids', [])) | invited
        if vals.get('client_contact_id'):
            clients.add(vals['client_contact_id'])
        return {
            'client_participant_ids': [Command.set(list(clients))],
            'partner_ids': [Command.set(list(ours | clients if event_type.invite_client else ours))],
        }

    def _dealflow_get_participants_values(self, vals):
        """Return the values of a write with the participants split by side, as the type requires.

        An external attendee who is added joins the client's side, and is invited only if the type invites clients.
        """
        self.ensure_one()
        event_type = self.event_type_id
        if 'event_type_id' in vals:
            event_type = event_type.browse(vals['event_type_id'])
        if not event_type:
            return vals
        attendees = self._dealflow_apply_commands(self.partner_ids.ids, vals.get('partner_ids'))
        ours, invited = self._dealflow_split_sides(attendees)
        uninvited = set(self.partner_ids.filtered('partner_share').ids) - invited
        clients = self._dealflow_apply_commands(self.client_participant_ids.ids, vals.get('client_participant_ids'))
        if 'partner_ids' in vals:
            clients = (clients | invited) - uninvited
        if 'client_contact_id' in vals:
            clients -= set(self.client_contact_id.ids)
            clients |= {vals['client_contact_id']} if vals['client_contact_id'] else set()
        if vals.get('user_id'):
            ours.add(self.env['res.users'].browse(vals['user_id']).partner_id.id)
        attendees = ours | clients if event_type.invite_client else ours
        vals.pop('partner_ids', None)
        if attendees != set(self.partner_ids.ids):
            vals['partner_ids'] = [Command.set(list(attendees))]
        if clients != set(self.client_participant_ids.ids):
            vals['client_participant_ids'] = [Command.set(list(clients))]
        else:
            vals.pop('client_participant_ids', None)
        return vals

    @api.model
    def _dealflow_split_sides(self, partner_ids):
        """Split partner ids into a set of those on our side and a set of those on the client's side."""
        clients = self.env['res.partner'].browse(partner_ids).filtered('partner_share')
        return set(partner_ids) - set(clients.ids), set(clients.ids)

    @api.model
    def _dealflow_apply_commands(self, partner_ids, commands):
        """Return the set of ids in a many2many field after the commands; creations and updates are ignored."""
        result = set(partner_ids)
        for command in commands or []:
            if isinstance(command, int):
                result.add(command)
            elif command[0] == Command.LINK:
                result.add(command[1])
            elif command[0] in (Command.UNLINK, Command.DELETE):
                result.discard(command[1])
            elif command[0] == Command.CLEAR:
                result = set()
            elif command[0] == Command.SET:
                result = set(command[2])
        return result
