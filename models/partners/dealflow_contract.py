from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...tools.parties import LEGAL_ENTITIES
from ...tools.public_methods import public_method

# States that a contract may be put into by hand, each with the states from which this is possible.
CONTRACT_TRANSITIONS = {
    'active': ('draft', 'expired'),
    'terminated': ('draft', 'active'),
}


class DealflowContract(models.Model):
    """A contract with a legal entity: its term, its amount and the reminder before its end (C95, C102)."""

    _name = 'dealflow.contract'
    _description = "Contract"
    _inherit = [
        'dealflow.derived.mixin',
        'mail.thread',
        'mail.activity.mixin',
        'dealflow.company.mixin',
        'dealflow.reference.mixin',
    ]
    _is_guarded = True
    _order = 'date_end desc, id desc'
    _rec_names_search = ['name', 'number']
    _check_company_auto = True

    name = fields.Char(string="Subject", required=True, tracking=True)
    number = fields.Char(copy=False, tracking=True, index='trigram')
    active = fields.Boolean(default=True)
    company_id = fields.Many2one('res.company', required=True, index=True, default=lambda self: self.env.company)
    entity_id = fields.Many2one(
        'res.partner',
        string="Legal Entity",
        required=True,
        index=True,
        tracking=True,
        check_company=True,
        ondelete='restrict',
        domain=LEGAL_ENTITIES,
    )
    business_partner_id = fields.Many2one(
        'res.partner',
        string="Partner",
        compute='_compute_business_partner_id',
        store=True,
        readonly=False,
        precompute=True,
        index='btree_not_null',
        check_company=True,
    )
    user_id = fields.Many2one(
        'res.users',
        string="Responsible",
        index=True,
        tracking=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        help="Gets the reminder before the contract ends.",
    )
    date_signed = fields.Date(string="Signed on")
    date_start = fields.Date(string="From", default=fields.Date.context_today, tracking=True)
    date_end = fields.Date(string="Until", tracking=True, help="The last day. Empty means without an end.")
    amount = fields.Monetary(tracking=True)
    currency_id = fields.Many2one('res.currency', required=True, default=lambda self: self.env.company.currency_id)
    payment_term_id = fields.Many2one(
        'account.payment.term', compute='_compute_payment_term_id', store=True, readonly=False, check_company=True
    )
    state = fields.Selection(
        [('draft', "Draft"), ('active', "In force"), ('expired', "Expired"), ('terminated', "Terminated")],
        default='draft',
        required=True,
        copy=False,
        tracking=True,
        index=True,
    )
    reminded_for = fields.Date(copy=False, export_string_translation=False)
    note = fields.Html()
    days_left = fields.Integer(compute='_compute_days_left')

    _check_amount = models.Constraint('CHECK (amount >= 0)', "The amount of a contract cannot be negative.")
    _active_date_end_idx = models.Index("(date_end) WHERE state = 'active'")

    @api.depends('entity_id')
    def _compute_business_partner_id(self):
        for contract in self:
            contract.business_partner_id = contract.entity_id and contract.entity_id._dealflow_get_business_partner(
                contract.date_signed or contract.date_start
            )

    @api.depends('entity_id', 'business_partner_id')
    def _compute_payment_term_id(self):
        for contract in self:
            partner = contract.business_partner_id.with_company(contract.company_id)
            entity = contract.entity_id.with_company(contract.company_id)
            contract.payment_term_id = partner.property_payment_term_id or entity.property_payment_term_id

    @api.depends('date_end')
    def _compute_days_left(self):
        today = fields.Date.context_today(self)
        for contract in self:
            contract.days_left = (contract.date_end - today).days if contract.date_end else 0

    @api.depends('name', 'number')
    def _compute_display_name(self):
        for contract in self:
            contract.display_name = " ".join(filter(None, (contract.number, contract.name)))

    @api.constrains('entity_id')
    def _check_entity_id(self):
        for contract in self:
            entity = contract.entity_id
            if entity.counterparty_role == 'partner' or entity.commercial_partner_id != entity:
                raise ValidationError(
                    self.env._(
                        "A contract is made with a legal entity. %(party)s is a partner without legal data or a "
                        "contact person: choose the legal entity.",
                        party=entity.display_name,
                    )
                )

    @api.constrains('date_start', 'date_end')
    def _check_dates(self):
        for contract in self:
            if contract.date_start and contract.date_end and contract.date_end < contract.date_start:
                raise ValidationError(
                    self.env._(
                        "The contract %(contract)s ends on %(date_end)s, before it begins on %(date_start)s.",
                        contract=contract.display_name,
                        date_start=contract.date_start,
                        date_end=contract.date_end,
                    )
                )

    # In a constraint and not in the button, so that every way of activating a contract passes here.
    @api.constrains('state', 'entity_id', 'date_end')
    def _check_state(self):
        active = self.filtered(lambda contract: contract.state == 'active')
        over = self._filter_over()
        for contract in active:
            if contract in over:
                raise ValidationError(
                    self.env._(
                        "The contract %(contract)s ended on %(date_end)s. Give it a later end before you activate it.",
                        contract=contract.display_name,
                        date_end=contract.date_end,
                    )
                )
        for contract in self - over:
            if contract.state == 'expired':
                raise ValidationError(
                    self.env._(
                        "The contract %(contract)s cannot be “Expired”: that follows from its end, and %(date_end)s is "
                        "not over. Keep it as a draft and activate it, or correct “Until”.",
                        contract=contract.display_name,
                        date_end=contract.date_end or self.env._("an open end"),
                    )
                )
        for company, contracts in active.grouped('company_id').items():
            contracts.entity_id._check_dealflow_requisites_gate('contract', company, contracts.grouped('entity_id'))

    def write(self, vals):
        if 'date_end' in vals and 'state' not in vals:
            # The end decides between «active» and «expired», so that an extended contract is active again without a
            # second step.
            date_end = fields.Date.to_date(vals['date_end'])
            over = self.filtered(lambda contract: contract._would_be_over(date_end))
            ended = over.filtered(lambda contract: contract.state == 'active')
            prolonged = (self - over).filtered(lambda contract: contract.state == 'expired')
            for turned, state in ((ended, 'expired'), (prolonged, 'active')):
                if turned:
                    super(DealflowContract, turned).write({**vals, 'state': state})
            return super(DealflowContract, self - ended - prolonged).write(vals)
        if 'state' in vals:
            self._check_transition(vals['state'])
        return super().write(vals)

    def _filter_over(self):
        """Return the contracts whose last day is over in the time zone of their company, as the job sees it."""
        return self.filtered(lambda contract: contract._would_be_over(contract.date_end))

    def _would_be_over(self, date_end):
        """Return whether the contract is over today, in the time zone of its company, if it ends on a day."""
        self.ensure_one()
        return bool(date_end) and date_end < self.company_id._dealflow_get_today()

    @public_method()
    def action_activate(self):
        return self._action_set_state('active')

    @public_method()
    def action_terminate(self):
        today = fields.Date.context_today(self)
        self._action_set_state('terminated')
        self.filtered(lambda contract: not contract.date_end or contract.date_end > today).date_end = today
        return True

    def _action_set_state(self, state):
        self._check_transition(state, is_again=False)
        self.state = state
        return True

    def _check_transition(self, state, is_again=True):
        """Refuse states that a user cannot set; «Expired» follows from the end alone.

        :param bool is_again: whether a contract may be given the state that it has already
        :raise UserError: there is no transition from the present state to the other one
        """
        labels = self._dealflow_get_value_labels('state')
        for contract in self:
            if is_again and contract.state == state:
                continue
            if contract.state not in CONTRACT_TRANSITIONS.get(state, ()):
                raise UserError(
                    self.env._(
                        "The contract %(contract)s is in the state “%(before)s” and cannot become “%(after)s”.",
                        contract=contract.display_name,
                        before=labels[contract.state],
                        after=labels.get(state, state),
                    )
                )

    def _is_active_on(self, date):
        """Return whether the contract is in force on a day, no matter when the job last refreshed its state."""
        self.ensure_one()
        return (
            (self.state == 'active' or self.state == 'expired' and bool(self.date_end))
            and (not self.date_start or self.date_start <= date)
            and (not self.date_end or self.date_end >= date)
        )

    @api.model
    def _cron_update_state(self):
        """Expire contracts on the day after their end, and remind of those that end soon."""
        companies = self.env['res.company'].search([])
        for company in companies:
            today = company._dealflow_get_today()
            ended = self.search([('company_id', '=', company.id), ('state', '=', 'active'), ('date_end', '<', today)])
            super(DealflowContract, ended).write({'state': 'expired'})
        for company in companies.filtered(lambda company: company.dealflow_contract_reminder_days > 0):
            today = company._dealflow_get_today()
            last_day = fields.Date.add(today, days=company.dealflow_contract_reminder_days)
            contracts = self.search(
                Domain('company_id', '=', company.id)
                & Domain('state', '=', 'active')
                & Domain('date_end', '>=', today)
                & Domain('date_end', '<=', last_day)
            )
            for contract in contracts.filtered(lambda contract: contract.reminded_for != contract.date_end):
                contract.reminded_for = contract.date_end
                contract.activity_schedule(
                    'dealflow.mail_activity_type_contract_end',
                    date_deadline=contract.date_end,
                    user_id=(contract.user_id or contract.create_uid).id,
                    summary=self.env._("The contract with %(entity)s ends", entity=contract.entity_id.display_name),
                )
