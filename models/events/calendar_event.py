from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools.parties import CLIENTS, PEOPLE_OUTSIDE
from ...tools.public_methods import public_method
from ..partners.clocks.res_partner import OFFICE_HOURS

# Filled in when an event is over; allowed once even where past events are read-only (X42).
CLOSING_FIELDS = {'event_status_id', 'result', 'next_step', 'work_hours', 'distance_km'}
# Dealflow's other fields on an event.
CLIENT_FIELDS = {
    'event_type_id',
    'event_category_id',
    'crm_priority',
    'business_partner_id',
    'legal_entity_id',
    'client_contact_id',
    'deal_id',
    'claim_id',
    'marketing_event_id',
    'client_participant_ids',
    'our_participant_ids',
}
# Fields locked on a past event whose type is read-only when past; technical fields stay writable.
CONTENT_FIELDS = (
    CLOSING_FIELDS
    | CLIENT_FIELDS
    | {
        'name',
        'description',
        'notes',
        'start',
        'stop',
        'start_date',
        'stop_date',
        'duration',
        'allday',
        'location',
        'user_id',
        'partner_ids',
        'opportunity_id',
        'privacy',
    }
)
# The first of these that is set names the other party in the default subject.
SUBJECT_FIELDS = ('business_partner_id', 'legal_entity_id', 'client_contact_id', 'opportunity_id')


class CalendarEvent(models.Model):
    """A contact with a client: a calendar event that has a type (B16-B25, P21-P36).

    Events without a type are Odoo's own and are left alone. The client's people are invited, and so e-mailed, only if
    the type says so; otherwise they are kept in ``client_participant_ids``, which Odoo's calendar, its reminders and
    its sync modules do not use. All fields are for internal users only, because portal users read the events that they
    are invited to.
    """

    _name = 'calendar.event'
    _inherit = ['calendar.event', 'dealflow.reference.mixin']

    event_type_id = fields.Many2one(
        'dealflow.event.type', string="Type", index='btree_not_null', ondelete='restrict', tracking=True
    )
    event_status_id = fields.Many2one(
        'dealflow.event.status',
        string="Status",
        index='btree_not_null',
        ondelete='restrict',
        tracking=True,
        compute='_compute_dealflow_event_status_id',
        store=True,
        readonly=False,
        copy=False,
        domain="[('type_ids', 'in', event_type_id)]",
        prefetch='dealflow',
    )
    dealflow_event_color = fields.Integer(related='event_type_id.color', export_string_translation=False)
    dealflow_event_prompt = fields.Char(related='event_type_id.prompt', export_string_translation=False)
    event_category_id = fields.Many2one(
        'dealflow.event.category', string="Category", ondelete='restrict', prefetch='dealflow'
    )
    crm_priority = fields.Selection(
        [('0', "Low"), ('1', "Normal"), ('2', "High")], string="Priority", prefetch='dealflow'
    )
    business_partner_id = fields.Many2one(
        'res.partner',
        string="Client",
        index='btree_not_null',
        ondelete='restrict',
        tracking=True,
        domain=CLIENTS,
        prefetch='dealflow',
    )
    legal_entity_id = fields.Many2one(
        'res.partner',
        index='btree_not_null',
        ondelete='restrict',
        domain="[('dealflow_current_partner_ids', '=', business_partner_id)] if business_partner_id "
        "else [('counterparty_role', '!=', 'partner')]",
        prefetch='dealflow',
    )
    client_contact_id = fields.Many2one(
        'res.partner',
        string="Contact",
        index='btree_not_null',
        ondelete='restrict',
        tracking=True,
        domain=PEOPLE_OUTSIDE,
        help="Whom to talk to. Not invited, unless the type of the event says so.",
        prefetch='dealflow',
    )
    # Read from the person when shown: a dependency on its fields would trigger a search whenever a contact changes.
    dealflow_user_function = fields.Char(related='user_id.partner_id.function', depends=('user_id',), string="Position")
    dealflow_client_code = fields.Char(
        related='business_partner_id.ref', depends=('business_partner_id',), string="Client Code"
    )
    dealflow_client_phone = fields.Char(
        related='client_contact_id.phone', depends=('client_contact_id',), string="Phone"
    )
    dealflow_client_email = fields.Char(
        related='client_contact_id.email', depends=('client_contact_id',), string="E-mail"
    )
    dealflow_client_local_time = fields.Char(
        related='client_contact_id.dealflow_local_time', depends=('client_contact_id',), string="Client's Time"
    )
    deal_id = fields.Many2one(
        'dealflow.deal',
        index='btree_not_null',
        ondelete='set null',
        domain="[('business_partner_id', '=', business_partner_id)] if business_partner_id else []",
        prefetch='dealflow',
    )
    result = fields.Text(copy=False, help="What the contact brought.", prefetch='dealflow')
    next_step = fields.Char(copy=False, prefetch='dealflow')
    work_hours = fields.Float(
        string="Working Time", copy=False, help="Hours that the event took, including preparation.", prefetch='dealflow'
    )
    distance_km = fields.Float(
        string="Distance (km)", copy=False, help="Kilometres driven there and back.", prefetch='dealflow'
    )
    dealflow_is_meeting = fields.Boolean(related='event_type_id.is_meeting', export_string_translation=False)
    dealflow_is_call = fields.Boolean(related='event_type_id.is_call', export_string_translation=False)
    dealflow_is_client_fixed = fields.Boolean(
        compute='_compute_dealflow_is_client_fixed', export_string_translation=False
    )
    dealflow_is_locked = fields.Boolean(compute='_compute_dealflow_is_locked', export_string_translation=False)
    status_log_ids = fields.One2many('dealflow.event.status.log', 'event_id')
    task_ids = fields.One2many('mail.activity', 'dealflow_event_id', string="Tasks", context={'active_test': False})

    _dealflow_check_work = models.Constraint(
        'CHECK (COALESCE(work_hours, 0) >= 0 AND COALESCE(distance_km, 0) >= 0)',
        "Working time and distance cannot be negative.",
    )
    _dealflow_register_idx = models.Index('(start DESC) WHERE event_type_id IS NOT NULL AND active IS TRUE')

    @api.depends('event_type_id')
    def _compute_dealflow_event_status_id(self):
        for event in self:
            event_type = event.event_type_id
            if event.event_status_id not in event_type.status_ids or not event.event_status_id:
                event.event_status_id = event_type._get_default_status() if event_type else False

    @api.depends('business_partner_id', 'event_type_id')
    def _compute_dealflow_is_client_fixed(self):
        for event in self:
            event.dealflow_is_client_fixed = bool(
                event._origin.business_partner_id and not event._origin.event_type_id.client_can_change
            )

    @api.depends('event_type_id', 'allday', 'stop', 'stop_date')
    @api.depends_context('tz')
    def _compute_dealflow_is_locked(self):
        for event in self:
            before = event._origin
            event.dealflow_is_locked = bool(event.event_type_id.lock_past and before and before._dealflow_is_over())

    @api.constrains('event_type_id', 'event_status_id')
    def _check_dealflow_event_status(self):
        for event in self.filtered('event_status_id'):
            if event.event_status_id not in event.event_type_id.status_ids:
                raise ValidationError(
                    self.env._(
                        "The event “%(event)s” cannot have the status “%(status)s”, which is none of the type "
                        "“%(type)s”.",
                        event=event.name,
                        status=event.event_status_id.name,
                        type=event.event_type_id.name or self.env._("none"),
                    )
                )

    @api.constrains('deal_id', 'business_partner_id')
    def _check_dealflow_deal_of_client(self):
        for event in self.filtered(lambda event: event.deal_id and event.business_partner_id):
            # sudo - dealflow.deal: the check must hold even if the user cannot read the deal.
            client = event.deal_id.sudo().business_partner_id
            if client and client != event.business_partner_id:
                raise ValidationError(
                    self.env._(
                        "The deal “%(deal)s” belongs to %(owner)s, the event “%(event)s” to %(client)s. Choose a deal "
                        "of the client, or leave the deal empty.",
                        deal=event.deal_id.sudo().name,
                        owner=client.display_name,
                        event=event.name,
                        client=event.business_partner_id.display_name,
                    )
                )

    @api.onchange('event_type_id')
    def _onchange_dealflow_event_type_id(self):
        """Propose the type, and the client if known, as the subject."""
        if not self.event_type_id:
            return
        values = {name: self[name].id for name in SUBJECT_FIELDS}
        proposals = [False, '']
        for event_type in self.env['dealflow.event.type'].search([]):
            proposals += [event_type.name, self._dealflow_get_subject(event_type, values)]
        if self.name in proposals:
            self.name = self._dealflow_get_subject(self.event_type_id, values)

    @api.onchange('deal_id', 'opportunity_id', 'client_contact_id', 'legal_entity_id')
    def _onchange_dealflow_client(self):
        if self.event_type_id and not self.dealflow_is_client_fixed:
            values = self._dealflow_get_client_values(
                {
                    name: self[name].id
                    for name in (
                        'deal_id',
                        'opportunity_id',
                        'client_contact_id',
                        'legal_entity_id',
                        'business_partner_id',
                    )
                }
            )
            self.update({name: value for name, value in values.items() if not self[name]})

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type='form', **options):
        worker = self.env.user.has_group('dealflow.group_user_own')
        return (*super()._get_view_cache_key(view_id, view_type, **options), worker)

    @api.model
    def _get_view(self, view_id=None, view_type='form', **options):
        """Hide the New button of Dealflow's views from users who may not write Dealflow's fields."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view.xml_id.startswith('dealflow.') and not self.env.user.has_group('dealflow.group_user_own'):
            arch.set('create', '0')
        return arch, view

    @api.model
    def _has_field_access(self, field, operation):
        """Let only internal users read Dealflow's fields, and only Dealflow's users write them.

        Portal users may read the events that they are invited to, but not our notes about them.
        """
        if field._module == 'dealflow' and not self.env.su:
            user = self.env.user
            # Called for every value that is read: ``share`` is cheaper than a check of groups.
            if user.share or operation == 'write' and not user.has_group('dealflow.group_user_own'):
                return False
        return super()._has_field_access(field, operation)

    @api.model
    def default_get(self, fields):
        """Set the proposed type on a new event from Dealflow's screens, so that its form shows the right fields."""
        values = super().default_get(fields)
        if self.env.context.get('dealflow_new_event') and not values.get('event_type_id'):
            event_type = self.env['dealflow.event.type']._get_planned_type()
            proposed = {'event_type_id': event_type.id, 'name': event_type.name}
            values.update({name: value for name, value in proposed.items() if name in fields and not values.get(name)})
        return values

    @api.model_create_multi
    def create(self, vals_list):
        default_type_id = self.env.context.get('default_event_type_id')
        if not default_type_id and not any(vals.get('event_type_id') for vals in vals_list):
            return super().create(vals_list)
        # With the active record in the context, Odoo would add an activity to it, or invite the active partner.
        creator = self.with_context(active_model=False, active_id=False)
        prepared = []
        for vals in vals_list:
            event_type = self.env['dealflow.event.type'].browse(vals.get('event_type_id', default_type_id))
            prepared.append(creator._prepare_dealflow_typed_values(event_type, vals) if event_type else vals)
        events = super(CalendarEvent, creator).create(prepared)
        events._dealflow_log_statuses({})
        return events

    def write(self, vals):
        if not self._dealflow_is_about_clients(vals):
            return super().write(vals)
        self._check_dealflow_client_fixed(vals)
        self._check_dealflow_past_lock(vals)
        statuses = {event.id: event.event_status_id for event in self}
        if 'name' in vals and not (vals['name'] or '').strip():
            vals = {name: value for name, value in vals.items() if name != 'name'}
            self._dealflow_set_default_subjects(vals)
        result = super().write(dict(vals))
        self._dealflow_log_statuses(statuses)
        return result

    def copy_data(self, default=None):
        """Leave Dealflow's fields out of the copy of an event without a type, so that all users may copy it.

        For users who may not write these fields, the copy of an event with a type is a plain Odoo event, too.
        """
        vals_list = super().copy_data(default)
        is_worker = self.env.su or self.env.user.has_group('dealflow.group_user_own')
        for event, vals in zip(self, vals_list, strict=True):
            if not event.event_type_id or not is_worker:
                for name in CLOSING_FIELDS | CLIENT_FIELDS:
                    vals.pop(name, None)
        return vals_list

    def _dealflow_is_about_clients(self, vals):
        """Return whether a write needs Dealflow's checks: it changes an event with a type, or sets a type."""
        if not CONTENT_FIELDS & vals.keys():
            return False
        return bool(vals.get('event_type_id') or any(event.event_type_id for event in self))

    @api.model
    def _prepare_dealflow_typed_values(self, event_type, vals):
        """Return the values of a new event with a type, with its client, and its participants split by side."""
        vals = {'crm_priority': '1', **self._dealflow_get_client_defaults(), **vals}
        vals.update(self._dealflow_get_client_values(vals))
        vals.update(self._prepare_dealflow_participants(event_type, vals))
        subject = vals['name'] if 'name' in vals else self.env.context.get('default_name')
        if not (subject or '').strip():
            vals['name'] = self._dealflow_get_subject(event_type, vals)
        return vals

    @api.model
    def _dealflow_get_subject(self, event_type, vals):
        """Return the default subject of an event: its type and, if known, the client, contact or opportunity."""
        for name in SUBJECT_FIELDS:
            if vals.get(name):
                # sudo - crm.lead, res.partner: a user who may link the record to an event may see its name.
                party = self.env[self._fields[name].comodel_name].sudo().browse(vals[name])
                return self.env._("%(type)s: %(client)s", type=event_type.name, client=party.name or party.display_name)
        return event_type.name

    @api.model
    def _dealflow_get_next_step_start(self):
        """Return the proposed start of a next step: a week from now, or the company's next working day after that.

        Outside the working hours of that day, as at night, it is the beginning of work, by the clock of the user.

        :rtype: datetime
        """
        company = self.env.company
        now = fields.Datetime.context_timestamp(self, self._default_start())
        day = company._dealflow_get_next_working_day(now.date() + timedelta(days=7))
        hours, _days = self.env['res.partner']._dealflow_get_company_hours(company.id, now.date())
        first, last = hours.get(day.weekday(), OFFICE_HOURS)
        hour = now.hour + now.minute / 60
        start = datetime.combine(day, time.min) + timedelta(hours=hour if first <= hour < last else first)
        return self.env.tz.localize(start).astimezone(pytz.utc).replace(tzinfo=None)

    def _dealflow_set_default_subjects(self, vals):
        """Set the default subject on events whose subject is emptied, computed with the values about to be written."""
        for event in self:
            event_type = event.event_type_id.browse(vals.get('event_type_id')) or event.event_type_id
            event.name = self._dealflow_get_subject(
                event_type, {name: vals.get(name, event[name].id) for name in SUBJECT_FIELDS}
            )

    @api.model
    def _dealflow_get_client_defaults(self):
        """Return the context's defaults for the client and its documents, before anything is derived from them."""
        names = ('deal_id', 'opportunity_id', 'client_contact_id', 'legal_entity_id', 'business_partner_id')
        context = self.env.context
        return {name: context[f'default_{name}'] for name in names if context.get(f'default_{name}')}

    @api.model
    def _dealflow_get_client_values(self, vals):
        """Return the client, legal entity and contact that follow from the given values and are not among them."""
        # sudo - dealflow.deal, crm.lead: a user who may link a document to an event may know its client.
        deal = self.env['dealflow.deal'].sudo().browse(vals.get('deal_id') or [])
        lead = self.env['crm.lead'].sudo().browse(vals.get('opportunity_id') or [])
        partners = self.env['res.partner']
        contact = partners.browse(vals.get('client_contact_id') or [])
        lead_partner = lead.partner_id.sudo(False)
        if not contact and lead_partner and lead_partner._dealflow_is_person():
            contact = lead_partner
        entity = partners.browse(vals.get('legal_entity_id') or []) or deal.legal_entity_id.sudo(False)
        person = entity or contact or lead_partner
        client = deal.business_partner_id.sudo(False) or (person and person._dealflow_get_business_partner())
        found = {'business_partner_id': client, 'legal_entity_id': entity, 'client_contact_id': contact}
        return {name: partner.id for name, partner in found.items() if partner and not vals.get(name)}

    def _check_dealflow_client_fixed(self, vals):
        """Refuse another client for a saved event, unless its type allows it (P30)."""
        if 'business_partner_id' not in vals:
            return
        for event in self:
            client = event.business_partner_id
            if client and client.id != vals['business_partner_id'] and not event.event_type_id.client_can_change:
                raise UserError(
                    self.env._(
                        "The event “%(event)s” belongs to %(client)s, which cannot be changed any more. Plan another "
                        "event for the other client, and delete this one if it was a mistake.",
                        event=event.name,
                        client=client.display_name,
                    )
                )

    def _check_dealflow_past_lock(self, vals):
        """Refuse changes of past events whose type is read-only when past, except to finish them once (X42)."""
        touched = CONTENT_FIELDS & vals.keys()
        for event in self.filtered('dealflow_is_locked'):
            if touched <= CLOSING_FIELDS and not event.event_status_id.is_closed:
                continue
            raise UserError(
                self.env._(
                    "The event “%(event)s” is over and can only be viewed: past events of the type “%(type)s” are "
                    "read-only. Delete it if it is not needed, or plan another one.",
                    event=event.name,
                    type=event.event_type_id.name,
                )
            )

    def _dealflow_log_statuses(self, previous):
        """Log the statuses that changed, and apply the effects of finished events.

        :param dict previous: previous status by event id; events missing from it are new
        """
        changed = self.filtered(lambda event: event.event_status_id and event.event_status_id != previous.get(event.id))
        if not changed:
            return
        self.env['dealflow.event.status.log']._append(
            [
                {
                    'event_id': event.id,
                    'sheet_id': event.sudo().meeting_sheet_ids.id,
                    'user_id': self.env.uid,
                    'status_id': event.event_status_id.id,
                    'date': fields.Datetime.now(),
                }
                for event in changed
            ]
        )
        # sudo - mail.activity: Odoo's activity of a finished event is marked done, whichever user it is assigned to.
        changed.filtered('event_status_id.is_closed').activity_ids.sudo().action_feedback()
        # sudo - dealflow.deal: an event of any user counts for the requirements of a stage.
        changed.deal_id.sudo().filtered('stage_id.requirement_ids')._refresh_requirements()

    # Actions

    @public_method(one=True)
    def action_dealflow_open_close(self):
        """Ask for the result and the next event in one dialog (P31, P32)."""
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_event_close_action')
        action['context'] = {
            'default_event_id': self.id,
            'dialog_size': 'large',
            'dealflow_go_back': self.env.context.get('dealflow_go_back', False),
        }
        return action

    @public_method(one=True)
    def action_dealflow_new_event(self):
        """Plan another event for the same client (B26)."""
        return self._dealflow_get_new_event_action(self._dealflow_get_same_client_values())

    def _dealflow_get_same_client_values(self):
        """Return the values that link another event to the same client and the same documents."""
        self.ensure_one()
        names = (
            'business_partner_id',
            'legal_entity_id',
            'client_contact_id',
            'deal_id',
            'opportunity_id',
            'claim_id',
            'marketing_event_id',
        )
        return {name: self[name].id for name in names if self[name]}

    def _dealflow_get_new_event_action(self, values):
        """Return the dialog of a new event, from which it is saved, saved and edited, or followed by another (P29)."""
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.calendar_event_action_new')
        event_type = self.env['dealflow.event.type']._get_planned_type()
        action['context'] = {
            'default_event_type_id': event_type.id,
            'default_name': self._dealflow_get_subject(event_type, values),
            'default_crm_priority': '1',
            # Otherwise Odoo would link the record that the dialog is opened from, and add an activity to it.
            'default_res_model_id': False,
            'default_res_id': False,
            'default_partner_ids': self.env.user.partner_id.ids,
            'dialog_size': 'large',
            **{f'default_{name}': value for name, value in values.items()},
        }
        return action

    @public_method(one=True)
    def action_dealflow_save(self):
        """Save the new event and go on editing it (P29)."""
        return self.action_dealflow_open_card()

    @public_method()
    def action_dealflow_save_and_new(self):
        """Save the new event and plan the next one for the same client (P29)."""
        return self.action_dealflow_new_event()

    @public_method(one=True)
    def action_dealflow_open_card(self):
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.calendar_event_action_card')
        action['res_id'] = self.id
        return action

    @public_method(one=True)
    def action_dealflow_view_client_history(self):
        """Show everything done with the client, newest first (B27)."""
        return (self.business_partner_id or self.client_contact_id).action_dealflow_view_history()

    @public_method(one=True)
    def action_dealflow_new_task(self):
        """Open the dialog of a new task that comes from the event (B19, B25)."""
        document = next(
            (
                document
                for document in (self.deal_id, self.opportunity_id, self.business_partner_id)
                if document and document.has_access('read')
            ),
            None,
        )
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
