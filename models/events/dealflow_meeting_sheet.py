from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

from ...tools.public_methods import public_method

# Copied from the event, so that the sheet can be read when the event is gone.
COPIED_FIELDS = (
    'name',
    'start',
    'stop',
    'location',
    'event_type_id',
    'event_status_id',
    'business_partner_id',
    'legal_entity_id',
    'client_contact_id',
    'deal_id',
)
COPIED_PARTICIPANTS = ('our_participant_ids', 'client_participant_ids')


class DealflowMeetingSheet(models.Model):
    """Preparation and minutes of one meeting (B28-B31, B43-B46).

    Every employee may read and write calendar events, and invited clients may read them. Confidential content is kept
    here, under record rules of its own: open to the organizer, the participants of our side, the head of the team and
    users with full access. The participants are stored on the sheet itself (``user_ids``), and only a user who may
    already read it can change them: adding oneself to the event gives no access.
    """

    _name = 'dealflow.meeting.sheet'
    _description = "Meeting Sheet"
    _inherit = [
        'dealflow.derived.mixin',
        'mail.thread',
        'mail.activity.mixin',
        'dealflow.email.mixin',
        'dealflow.company.mixin',
        'dealflow.reference.mixin',
        'dealflow.batch.mixin',
    ]
    _is_guarded = True
    _order = 'start desc, id desc'
    # The readers follow from the participants, the state from the buttons.
    _dealflow_code_only_fields = ('user_id', 'user_ids', 'team_id', 'state')

    event_id = fields.Many2one('calendar.event', copy=False, ondelete='set null')
    name = fields.Char(string="Subject", compute='_compute_from_event', store=True)
    start = fields.Datetime(compute='_compute_from_event', store=True, index=True)
    stop = fields.Datetime(compute='_compute_from_event', store=True)
    location = fields.Char(compute='_compute_from_event', store=True)
    event_type_id = fields.Many2one(
        'dealflow.event.type', string="Type", compute='_compute_from_event', store=True, ondelete='restrict'
    )
    event_status_id = fields.Many2one(
        'dealflow.event.status', string="Status", compute='_compute_from_event', store=True, ondelete='restrict'
    )
    business_partner_id = fields.Many2one(
        'res.partner',
        string="Client",
        compute='_compute_from_event',
        store=True,
        index='btree_not_null',
        ondelete='restrict',
    )
    client_code = fields.Char(related='business_partner_id.ref', string="Client Code")
    legal_entity_id = fields.Many2one('res.partner', compute='_compute_from_event', store=True, ondelete='restrict')
    client_contact_id = fields.Many2one(
        'res.partner', string="Contact", compute='_compute_from_event', store=True, ondelete='restrict'
    )
    deal_id = fields.Many2one(
        'dealflow.deal', compute='_compute_from_event', store=True, index='btree_not_null', ondelete='set null'
    )
    our_participant_ids = fields.Many2many(
        'res.partner',
        'dealflow_meeting_sheet_our_rel',
        'sheet_id',
        'partner_id',
        string="Participants of Our Side",
        compute='_compute_participants',
        store=True,
    )
    client_participant_ids = fields.Many2many(
        'res.partner',
        'dealflow_meeting_sheet_client_rel',
        'sheet_id',
        'partner_id',
        string="Participants of the Client's Side",
        compute='_compute_participants',
        store=True,
    )
    industry_id = fields.Many2one(related='business_partner_id.industry_id', store=True)
    client_phone = fields.Char(related='client_contact_id.phone', depends=('client_contact_id',), string="Phone")
    client_email = fields.Char(related='client_contact_id.email', depends=('client_contact_id',), string="E-mail")
    client_local_time = fields.Char(
        related='client_contact_id.dealflow_local_time', depends=('client_contact_id',), string="Client's Time"
    )

    # Who may read
    company_id = fields.Many2one('res.company', required=True, index=True, default=lambda self: self.env.company)
    user_id = fields.Many2one('res.users', string="Organizer", readonly=True, index='btree_not_null')
    user_ids = fields.Many2many(
        'res.users', 'dealflow_meeting_sheet_user_rel', 'sheet_id', 'user_id', string="May Read", readonly=True
    )
    team_id = fields.Many2one('crm.team', string="Sales Team", readonly=True, index='btree_not_null')

    # Preparation (B44)
    goal = fields.Text(string="Content and Goal", help="Why we meet, and what should be different afterwards.")
    attention = fields.Text(string="Drawing Attention", help="How the talk begins.")
    key_questions = fields.Text()
    to_agree = fields.Text(string="What to Agree")
    benefits = fields.Text(string="Advantages and Benefits")
    objections = fields.Text(help="What the client will say against it, and what we answer.")
    closing = fields.Text(help="How we bring the talk to a decision.")
    support = fields.Text(string="Sales Support", help="Samples, references, people and papers to bring along.")
    technique_ids = fields.One2many('dealflow.meeting.technique', 'sheet_id', string="Techniques", copy=True)

    # Minutes (B30)
    content = fields.Text(string="Content and Goals Reached")
    discussion = fields.Text()
    agreement_ids = fields.One2many('dealflow.meeting.agreement', 'sheet_id', string="Agreements")
    state = fields.Selection(
        [('preparation', "Preparation"), ('minuted', "Minutes Written")],
        default='preparation',
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    task_ids = fields.One2many(related='event_id.task_ids', string="Related Tasks")
    status_log_ids = fields.One2many('dealflow.event.status.log', 'sheet_id', readonly=True)

    _event_uniq = models.UniqueIndex('(event_id) WHERE event_id IS NOT NULL', "The meeting has a sheet already.")

    @api.depends(*(f'event_id.{name}' for name in COPIED_FIELDS))
    def _compute_from_event(self):
        """Copy the values of the event; keep the last ones when it is gone."""
        for sheet in self:
            for name in COPIED_FIELDS:
                sheet[name] = (sheet.event_id or sheet)[name]

    @api.depends('event_id.partner_ids', 'event_id.client_participant_ids')
    def _compute_participants(self):
        for sheet in self:
            for name in COPIED_PARTICIPANTS:
                sheet[name] = (sheet.event_id or sheet)[name]

    @api.constrains('event_id')
    def _check_event(self):
        for sheet in self.sudo().filtered('event_id'):
            if not sheet.event_id.event_type_id.is_meeting:
                raise ValidationError(
                    self.env._(
                        "The event “%(event)s” has no sheet: its type is not a meeting.", event=sheet.event_id.name
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Set the readers of the sheet, and prefill its texts; the creator must be one of the readers."""
        prepared = []
        for vals in vals_list:
            event = self.env['calendar.event'].browse(vals.get('event_id'))
            event.check_access('read')
            prepared.append({**self._prepare_texts(event), **vals})
        # sudo - dealflow.meeting.sheet: only code sets the readers; the access of the creator is checked next.
        sheets = super(DealflowMeetingSheet, self.sudo()).create(prepared).sudo(self.env.su)
        sheets.event_id.check_access('read')
        sheets.check_access('create')
        # sudo - dealflow.event.status.log: the log of the event becomes that of the sheet, too.
        for sheet in sheets.filtered('event_id'):
            sheet.event_id.sudo().status_log_ids._reassign(sheet=sheet)
        return sheets

    def _prepare_create_values(self, vals_list):
        vals_list = super()._prepare_create_values(vals_list)
        for vals in vals_list:
            vals.update(self._prepare_readers(self.env['calendar.event'].browse(vals.get('event_id'))))
        return vals_list

    @api.model
    def _prepare_readers(self, event):
        """Return the access fields of the sheet of an event: company, organizer, our participants and sales team."""
        # sudo - res.partner, crm.team: the readers must not depend on who prepares the meeting.
        event_sudo = event.sudo()
        users = event_sudo.partner_ids.user_ids.filtered(lambda user: user._is_internal())
        organizer = event_sudo.user_id
        company = event_sudo.deal_id.company_id or self.env.company
        team = event_sudo.deal_id.team_id or self.env['crm.team'].sudo().with_company(company)._get_default_team_id(
            user_id=organizer.id
        )
        return {
            'company_id': company.id,
            'user_id': organizer.id,
            'user_ids': [Command.set(users.ids)],
            'team_id': team.id,
        }

    def _update_readers(self, previous_partners, previous_organizer):
        """Update the readers after a write on the event by a user who may read the sheet.

        Only the participants whom this write added or removed count: others may have added themselves before.
        """
        self.ensure_one()
        present = self.event_id.partner_ids
        # sudo - res.partner: to find the users of the participants.
        joined = (present - previous_partners).sudo().user_ids.filtered(lambda user: user._is_internal())
        left = (previous_partners - present).sudo().user_ids
        values = {
            'user_ids': [*(Command.link(user.id) for user in joined), *(Command.unlink(user.id) for user in left)]
        }
        if self.event_id.user_id != previous_organizer:
            values['user_id'] = self.event_id.user_id.id
        # sudo - dealflow.meeting.sheet: only code sets the readers.
        self.sudo()._dealflow_set_derived(values)

    @api.model
    def _prepare_texts(self, event):
        """Return initial texts from the deal and the last contact, as far as the preparer may read them."""
        values = {}
        deal = self._get_readable_deal(event)
        if deal:
            values['goal'] = self.env._(
                "%(deal)s: %(stage)s, %(status)s",
                deal=deal.name,
                stage=deal.stage_id.name,
                status=deal.short_status or "–",
            )
        last = self._get_last_contact(event)
        if last:
            values['attention'] = self.env._("Last time: %(result)s", result=last.result)
            values['to_agree'] = last.next_step
        return {name: value for name, value in values.items() if value}

    @api.model
    def _get_readable_deal(self, event):
        return event.deal_id if event.deal_id.has_access('read') else event.deal_id.browse()

    @api.model
    def _get_last_contact(self, event):
        """Return the last earlier event with the client that has a result and that the preparer may read."""
        if not event.business_partner_id:
            return event.browse()
        return event.search(
            [
                ('business_partner_id', '=', event.business_partner_id.id),
                ('id', '!=', event.id),
                ('result', '!=', False),
                ('start', '<', event.start),
            ],
            order='start desc',
            limit=1,
        )

    @public_method(one=True)
    def action_new_task(self):
        """Open the dialog of a new task; it is attached to the sheet, and only readers of the sheet see it (B44)."""
        self.check_access('write')
        action = self.event_id.action_dealflow_new_task()
        context = {
            'default_res_model_id': self.env['ir.model']._get_id(self._name),
            'default_res_model': self._name,
            'default_res_id': self.id,
        }
        return {**action, 'context': {**action['context'], **context}}

    @public_method()
    def action_finish_minutes(self):
        """Close the minutes, and turn their agreements into tasks (B30)."""
        self.check_access('write')
        sheets = self._filter_not_in_state('minuted')
        for sheet in sheets:
            sheet.agreement_ids._create_activities()
            # sudo - dealflow.meeting.sheet: only buttons set the state.
            sheet.sudo()._dealflow_set_derived({'state': 'minuted'})
        return self._notify_skipped(len(self) - len(sheets))

    @public_method()
    def action_reopen_minutes(self):
        # sudo - dealflow.meeting.sheet: only buttons set the state.
        self.check_access('write')
        sheets = self._filter_not_in_state('preparation')
        sheets.sudo()._dealflow_set_derived({'state': 'preparation'})
        return self._notify_skipped(len(self) - len(sheets))

    @public_method(one=True)
    def action_open_event(self):
        return self.event_id.action_dealflow_open_card()

    @public_method()
    def action_print_form(self):
        return self.env.ref('dealflow.action_report_meeting_sheet_form').report_action(self)

    @public_method()
    def action_print_summary(self):
        return self.env.ref('dealflow.action_report_meeting_sheet_summary').report_action(self)

    @public_method(one=True)
    def action_send_minutes(self):
        """Open an e-mail with the minutes to the participants; it is sent only when the user presses Send."""
        return self._get_email_action(self.env._("Send the Minutes"), 'dealflow.mail_template_meeting_sheet_minutes')

    @api.model
    def _get_preparation_fields(self):
        """Return the names of the text fields of the preparation, in the order in which they are printed."""
        return ['goal', 'attention', 'key_questions', 'to_agree', 'benefits', 'objections', 'closing', 'support']

    def _get_print_name(self, form):
        """Return the name of the printed file, in the language of the user."""
        self.ensure_one()
        titles = {'form': self.env._("Meeting form"), 'summary': self.env._("Minutes")}
        return f"{titles[form]} {self.name}"

    def _mail_get_partner_fields(self, introspect_fields=False):
        return ['client_contact_id', 'business_partner_id']
