from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ...tools.parties import CLIENTS, PEOPLE
from ...tools.public_methods import public_method
from .dealflow_claim_desk import KINDS

OPEN_STATES = ('new', 'work', 'waiting')
# The allowed next states, by state.
TRANSITIONS = {
    'new': ('work', 'waiting', 'resolved', 'rejected'),
    'work': ('waiting', 'resolved', 'rejected'),
    'waiting': ('work', 'resolved', 'rejected'),
    'resolved': ('work',),
    'rejected': ('work',),
}


class DealflowClaim(models.Model):
    """An appeal, feedback, claim or wish of a client, from its arrival to the decision (B48).

    Every change of the state is checked by a constraint and recorded in ``dealflow.claim.log``, so that forms, kanban
    drops, list edits, imports and automations follow the same rules and are all logged.
    """

    _name = 'dealflow.claim'
    _description = "Claim"
    _inherit = [
        'dealflow.derived.mixin',
        'dealflow.deletion.mixin',
        'mail.thread.cc',
        'mail.activity.mixin',
        'dealflow.event.document.mixin',
        'dealflow.company.mixin',
        'dealflow.reference.mixin',
        'dealflow.batch.mixin',
        'dealflow.money.mixin',
    ]
    _is_guarded = True
    _order = 'priority desc, date_deadline, id desc'
    _rec_names_search = ['number', 'name', 'business_partner_id']
    _check_company_auto = True
    _dealflow_history_fields = ('number', 'date_open', 'date_closed')
    _primary_email = 'email_from'

    name = fields.Char(string="Title", required=True, index='trigram', tracking=True)
    number = fields.Char(readonly=True, copy=False, index='trigram')
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one('res.company', required=True, index=True, default=lambda self: self.env.company)
    desk_id = fields.Many2one(
        'dealflow.claim.desk',
        string="Arrived At",
        check_company=True,
        index='btree_not_null',
        copy=False,
        ondelete='restrict',
    )
    kind = fields.Selection(KINDS, required=True, default='claim', index=True, tracking=True)
    subject = fields.Selection(
        [('product', "Product quality"), ('employee', "Employee"), ('department', "Department"), ('other', "Other")],
        string="About",
        required=True,
        default='product',
        tracking=True,
    )
    product_id = fields.Many2one('product.product', check_company=True, index='btree_not_null', tracking=True)
    employee_id = fields.Many2one(
        'res.users',
        domain="[('share', '=', False)]",
        index='btree_not_null',
        check_company=True,
        tracking=True,
        help="Whose work the claim is about.",
    )
    department_ref = fields.Reference(
        selection='_selection_department_model',
        string="Department of the Company",
        help="Offered where the departments are kept in Odoo.",
    )
    has_departments = fields.Boolean(compute='_compute_has_departments', export_string_translation=False)
    department = fields.Char(
        compute='_compute_department',
        store=True,
        readonly=False,
        tracking=True,
        help="Whose work the claim is about, by name.",
    )
    description = fields.Html(string="What Happened")

    # Parties and documents
    business_partner_id = fields.Many2one(
        'res.partner',
        string="Partner",
        index='btree_not_null',
        tracking=True,
        check_company=True,
        ondelete='restrict',
        compute='_compute_parties',
        store=True,
        readonly=False,
        precompute=True,
        domain=CLIENTS,
    )
    legal_entity_id = fields.Many2one(
        'res.partner',
        index='btree_not_null',
        check_company=True,
        ondelete='restrict',
        compute='_compute_parties',
        store=True,
        readonly=False,
        precompute=True,
        domain="[('dealflow_current_partner_ids', '=', business_partner_id)] if business_partner_id "
        "else [('counterparty_role', '!=', 'partner')]",
    )
    contact_id = fields.Many2one(
        'res.partner',
        index='btree_not_null',
        check_company=True,
        ondelete='restrict',
        domain=PEOPLE,
        help="Who complains, and gets the answers.",
    )
    email_from = fields.Char(
        string="E-mail",
        compute='_compute_email_from',
        store=True,
        readonly=False,
        precompute=True,
        index='trigram',
    )
    deal_id = fields.Many2one('dealflow.deal', index='btree_not_null', check_company=True, ondelete='restrict')
    order_id = fields.Many2one('sale.order', index='btree_not_null', check_company=True, ondelete='set null')
    invoice_id = fields.Many2one(
        'account.move',
        index='btree_not_null',
        check_company=True,
        ondelete='set null',
        domain="[('move_type', 'in', ('out_invoice', 'out_refund'))]",
    )

    # Work
    user_id = fields.Many2one(
        'res.users',
        string="Responsible",
        index=True,
        tracking=True,
        check_company=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    team_id = fields.Many2one(
        'crm.team',
        string="Sales Team",
        index=True,
        check_company=True,
        ondelete='set null',
        compute='_compute_team_id',
        store=True,
        readonly=False,
        precompute=True,
    )
    priority = fields.Selection(
        [('0', "Low"), ('1', "Medium"), ('2', "High"), ('3', "Urgent")],
        default='1',
        required=True,
        tracking=True,
    )
    state = fields.Selection(
        [
            ('new', "New"),
            ('work', "In progress"),
            ('waiting', "Waiting for the client"),
            ('resolved', "Resolved"),
            ('rejected', "Rejected"),
        ],
        default='new',
        required=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    date_open = fields.Datetime(string="Arrived", required=True, default=fields.Datetime.now, copy=False, index=True)
    date_deadline = fields.Datetime(
        string="Deadline",
        compute='_compute_date_deadline',
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        tracking=True,
        help="From the priority, in the working hours of the company.",
    )
    date_closed = fields.Datetime(
        string="Closed",
        compute='_compute_date_closed',
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
    )
    resolve_hours = fields.Float(
        string="Hours to Close",
        compute='_compute_resolve_hours',
        store=True,
        aggregator='avg',
        help="Working hours of the company from the arrival to the decision.",
    )
    is_overdue = fields.Boolean(string="Overdue", compute='_compute_is_overdue', search='_search_is_overdue')

    # Decision
    cause_id = fields.Many2one(
        'dealflow.claim.cause', index='btree_not_null', tracking=True, copy=False, ondelete='restrict'
    )
    resolution = fields.Text(
        string="Decision", copy=False, help="What was decided and done. A claim is not closed without it."
    )
    currency_id = fields.Many2one(
        'res.currency',
        required=True,
        compute='_compute_currency_id',
        store=True,
        readonly=False,
        precompute=True,
    )
    cost = fields.Monetary(copy=False, tracking=True, help="What the claim costs us: refund, new delivery, work.")
    company_currency_id = fields.Many2one(related='company_id.currency_id', string="Company Currency")
    cost_amount_company = fields.Monetary(
        string="Cost (Company Currency)",
        currency_field='company_currency_id',
        compute='_compute_cost_amount_company',
        store=True,
        help="Converted at the rate of the day on which the cost was last changed.",
    )
    log_ids = fields.One2many('dealflow.claim.log', 'claim_id', copy=False)

    _check_cost = models.Constraint('CHECK (cost >= 0)', "The cost of a claim cannot be negative.")
    _number_company_uniq = models.UniqueIndex(
        '(company_id, number) WHERE number IS NOT NULL',
        "The number of a claim must be unique in its company.",
    )
    _open_partner_idx = models.Index(f"(business_partner_id) WHERE state IN {OPEN_STATES}")
    _open_deadline_idx = models.Index(f"(date_deadline) WHERE state IN {OPEN_STATES}")

    # The deadline of the last reminder: a moved deadline gets another one.
    reminded_for = fields.Datetime(copy=False, export_string_translation=False)

    @api.model
    def _selection_department_model(self):
        return [('hr.department', self.env._("Department"))] if 'hr.department' in self.env else []

    def _compute_has_departments(self):
        self.has_departments = 'hr.department' in self.env

    @api.depends('department_ref')
    def _compute_department(self):
        for claim in self:
            claim.department = claim.department_ref.display_name if claim.department_ref else claim.department

    @api.depends('contact_id', 'deal_id', 'order_id', 'invoice_id')
    def _compute_parties(self):
        """Take the parties of the document that the claim is about, else those of its contact."""
        for claim in self:
            partner, entity = claim._get_parties()
            claim.business_partner_id = claim.business_partner_id or partner
            claim.legal_entity_id = claim.legal_entity_id or entity

    def _get_parties(self):
        """Return the business partner and the legal entity of the claim's document, else of its contact."""
        self.ensure_one()
        if self.deal_id:
            return self.deal_id.business_partner_id, self.deal_id.legal_entity_id
        document = self.invoice_id or self.order_id
        if document:
            return document.business_partner_id, document.partner_id.commercial_partner_id
        company = self.contact_id.commercial_partner_id
        partner = company and company._dealflow_get_business_partner()
        return partner, partner and partner._dealflow_get_default_legal_entity()

    @api.depends('contact_id')
    def _compute_email_from(self):
        for claim in self:
            claim.email_from = claim.email_from or claim.contact_id.email

    @api.depends('user_id')
    def _compute_team_id(self):
        for claim in self:
            if claim.user_id and claim.user_id not in (claim.team_id.member_ids | claim.team_id.user_id):
                claim.team_id = (
                    self.env['crm.team'].with_company(claim.company_id)._get_default_team_id(user_id=claim.user_id.id)
                )

    @api.depends('priority', 'company_id', 'date_open')
    def _compute_date_deadline(self):
        """Add the hours of the priority in the company's working time, or around the clock if it has none."""
        for claim in self:
            hours = claim.company_id._dealflow_get_claim_hours(claim.priority)
            if not hours or not claim.date_open:
                claim.date_deadline = False
                continue
            claim.date_deadline = claim.company_id._dealflow_plan_working_hours(hours, claim.date_open)

    @api.depends('state')
    def _compute_date_closed(self):
        now = fields.Datetime.now()
        for claim in self:
            claim.date_closed = False if claim.state in OPEN_STATES else claim.date_closed or now

    @api.depends('date_open', 'date_closed', 'company_id')
    def _compute_resolve_hours(self):
        for claim in self:
            claim.resolve_hours = (
                claim.company_id._dealflow_count_working_hours(claim.date_open, claim.date_closed)
                if claim.date_closed
                else 0.0
            )

    @api.depends('date_deadline', 'state')
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for claim in self:
            claim.is_overdue = bool(claim.state in OPEN_STATES and claim.date_deadline and claim.date_deadline < now)

    def _search_is_overdue(self, operator, value):
        if operator != 'in':
            return NotImplemented
        return Domain('state', 'in', OPEN_STATES) & Domain('date_deadline', '<', fields.Datetime.now())

    @api.depends('company_id', 'deal_id')
    def _compute_currency_id(self):
        for claim in self:
            claim.currency_id = claim.currency_id or claim.deal_id.currency_id or claim.company_id.currency_id

    @api.depends('cost', 'currency_id', 'company_id')
    def _compute_cost_amount_company(self):
        self._convert_to_company('cost', 'cost_amount_company')

    def _field_to_sql(self, alias, field_expr, query=None):
        """Leave open claims out of averages: they have no time to close yet, but their column holds 0."""
        sql_field = super()._field_to_sql(alias, field_expr, query)
        if field_expr == 'resolve_hours':
            closed = super()._field_to_sql(alias, 'date_closed', query)
            return SQL("CASE WHEN %s IS NOT NULL THEN %s END", closed, sql_field)
        return sql_field

    @api.depends('number', 'name')
    def _compute_display_name(self):
        for claim in self:
            claim.display_name = " ".join(filter(None, (claim.number, claim.name)))

    @api.constrains('state', 'resolution')
    def _check_state(self):
        for claim in self:
            if claim.state not in OPEN_STATES and not (claim.resolution or '').strip():
                raise ValidationError(
                    self.env._(
                        "The claim %(claim)s cannot become “%(state)s” without a decision. Write into the field "
                        "“%(field)s” what was decided and done.",
                        claim=claim.display_name,
                        state=claim._dealflow_get_value_label('state'),
                        field=self._dealflow_get_field_label('resolution'),
                    )
                )
        self._log_states()

    def _log_states(self):
        """Compare each claim with the newest row of its log, check the transition, and append a row."""
        now = fields.Datetime.now()
        rows = []
        for claim in self:
            # sudo - dealflow.claim.log: the last row must be found, even if the user may not read it.
            last_sudo = claim.sudo().log_ids.sorted('id')[-1:]
            if last_sudo.state_to == claim.state:
                continue
            if last_sudo and claim.state not in TRANSITIONS[last_sudo.state_to]:
                raise ValidationError(
                    self.env._(
                        "The claim %(claim)s is “%(before)s” and cannot become “%(after)s”. From here it goes to: "
                        "%(states)s.",
                        claim=claim.display_name,
                        before=claim._dealflow_get_value_labels('state')[last_sudo.state_to],
                        after=claim._dealflow_get_value_label('state'),
                        states=", ".join(
                            map(claim._dealflow_get_value_labels('state').get, TRANSITIONS[last_sudo.state_to])
                        ),
                    )
                )
            start = last_sudo.date or now
            rows.append(
                {
                    'claim_id': claim.id,
                    'company_id': claim.company_id.id,
                    'date': now,
                    'user_id': self.env.uid,
                    'state_from': last_sudo.state_to,
                    'state_to': claim.state,
                    'hours': (now - start).total_seconds() / 3600,
                }
            )
        self.env['dealflow.claim.log']._append(rows)

    def _get_warning(self):
        """Return a line for users who meet the client: what is open, since when, and whom to ask."""
        self.ensure_one()
        values = {
            'kind': self._dealflow_get_value_label('kind'),
            'number': self.number or '',
            'client': (self.business_partner_id or self.contact_id).display_name,
            'date': format_date(self.env, self.date_open),
            'user': self.user_id.name or self.env._("nobody is responsible"),
        }
        if self.is_overdue:
            return self.env._("%(kind)s %(number)s of %(client)s, since %(date)s, overdue: %(user)s", **values)
        return self.env._("%(kind)s %(number)s of %(client)s, since %(date)s: %(user)s", **values)

    def _prepare_create_values(self, vals_list):
        """Number the claims here, after the values given by the user were checked."""
        vals_list = super()._prepare_create_values(vals_list)
        sequence = self.env['ir.sequence']
        for vals in vals_list:
            vals['number'] = vals.get('number') or sequence.with_company(vals['company_id']).next_by_code(
                'dealflow.claim'
            )
        return vals_list

    def write(self, vals):
        if vals.get('log_ids'):
            raise UserError(self.env._("The log of a claim cannot be changed."))
        return super().write(vals)

    def _dealflow_get_event_field(self):
        return 'claim_id'

    def _dealflow_get_event_values(self):
        values = super()._dealflow_get_event_values()
        names = ('business_partner_id', 'legal_entity_id', 'deal_id')
        values.update({name: self[name].id for name in names if self[name]})
        if self.contact_id:
            values['client_contact_id'] = self.contact_id.id
        return values

    @public_method()
    def action_start(self):
        return self._action_set_state('work')

    @public_method()
    def action_wait(self):
        return self._action_set_state('waiting')

    @public_method()
    def action_resolve(self):
        return self._action_set_state('resolved')

    @public_method()
    def action_reject(self):
        return self._action_set_state('rejected')

    def _get_responsible(self):
        """Return the user who looks after the claim."""
        # sudo - crm.team, dealflow.claim.desk: the responsible user is not confidential.
        return self.user_id or self.desk_id.sudo().user_id or self.team_id.sudo().user_id

    def _mail_get_partner_fields(self, introspect_fields=False):
        return ['contact_id']

    # Reminders of overdue claims

    @api.model
    def _cron_remind(self):
        """Remind the responsible user, once per deadline, that a claim is overdue."""
        overdue = self.search([('is_overdue', '=', True)])
        claims = overdue.filtered(lambda claim: claim.reminded_for != claim.date_deadline)
        self.env['ir.cron']._commit_progress(remaining=len(claims))
        for claim in claims:
            claim._remind()
            if not self.env['ir.cron']._commit_progress(1):
                return

    def _remind(self):
        self.ensure_one()
        self.reminded_for = self.date_deadline
        user = self._get_responsible()
        if user.active:
            self.activity_schedule(
                'dealflow.mail_activity_type_claim_overdue',
                date_deadline=user._dealflow_get_today(),
                user_id=user.id,
                summary=self.name,
            )
