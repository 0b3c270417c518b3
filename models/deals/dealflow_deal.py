from itertools import pairwise

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, float_compare, groupby

from ...tools.deal_states import DEAL_STATES
from ...tools.own_context import YES, Own
from ...tools.parties import CLIENTS, PEOPLE
from ...tools.public_methods import public_method


class DealflowDeal(models.Model):
    """A sale moving through a funnel, from the first stage to payment (E22-E26).

    ``state`` is never set by hand: a lost reason makes a deal lost, a stage that counts as won makes it won, and every
    other deal is open. ``log/`` checks and records the moves, ``requirements/`` checks what the stages require.
    """

    _name = 'dealflow.deal'
    _description = "Deal"
    _inherit = [
        'dealflow.derived.mixin',
        'dealflow.deletion.mixin',
        'mail.activity.mixin',
        'utm.mixin',
        'mail.tracking.duration.mixin',
        'dealflow.company.mixin',
        'dealflow.reference.mixin',
        'dealflow.batch.mixin',
        'dealflow.money.mixin',
    ]
    _is_guarded = True
    _is_strictly_guarded = True
    _order = 'priority desc, id desc'
    _rec_names_search = ['name', 'number', 'business_partner_id']
    _check_company_auto = True
    _dealflow_history_fields = ('number', 'opened_on', 'closed_on', 'date_last_stage_update')
    _track_duration_field = 'stage_id'
    _part_models = ('dealflow.deal.line',)

    name = fields.Char(required=True, index='trigram', tracking=True)
    number = fields.Char(readonly=True, copy=False, index='trigram')
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one('res.company', required=True, index=True, default=lambda self: self.env.company)
    priority = fields.Selection(
        [('0', "Low"), ('1', "Medium"), ('2', "High"), ('3', "Very High")],
        default='0',
        index=True,
    )
    tag_ids = fields.Many2many('crm.tag', 'dealflow_deal_tag_rel', 'deal_id', 'tag_id', string="Tags")
    color = fields.Integer(export_string_translation=False)
    description = fields.Html(string="Notes")

    # Parties
    business_partner_id = fields.Many2one(
        'res.partner',
        string="Partner",
        index=True,
        tracking=True,
        check_company=True,
        ondelete='restrict',
        domain=CLIENTS,
        help="The client as the company sees it: a firm, a group of firms, or a regional office.",
    )
    legal_entity_id = fields.Many2one(
        'res.partner',
        index=True,
        tracking=True,
        check_company=True,
        ondelete='restrict',
        compute='_compute_legal_entity_id',
        store=True,
        readonly=False,
        precompute=True,
        domain="[('dealflow_current_partner_ids', '=', business_partner_id)] "
        "if business_partner_id and not show_all_entities else [('counterparty_role', '!=', 'partner')]",
        help="The firm that signs, is invoiced and pays.",
    )
    show_all_entities = fields.Boolean(
        string="Show all",
        store=False,
        help="Offer every legal entity, not only those of the partner.",
    )
    contact_ids = fields.Many2many(
        'res.partner',
        'dealflow_deal_contact_rel',
        'deal_id',
        'partner_id',
        string="Contacts",
        check_company=True,
        domain=PEOPLE,
    )
    user_id = fields.Many2one(
        'res.users',
        string="Responsible",
        index=True,
        tracking=True,
        check_company=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    co_executor_ids = fields.Many2many(
        'res.users',
        'dealflow_deal_co_executor_rel',
        'deal_id',
        'user_id',
        string="Co-executors",
        domain="[('share', '=', False)]",
        help="They see and work on the deal beside the responsible person.",
    )
    team_id = fields.Many2one(
        'crm.team',
        string="Sales Team",
        index=True,
        tracking=True,
        check_company=True,
        ondelete='set null',
        compute='_compute_team_id',
        store=True,
        readonly=False,
        precompute=True,
    )

    # Money
    currency_id = fields.Many2one(
        'res.currency',
        required=True,
        tracking=True,
        compute='_compute_currency_id',
        store=True,
        readonly=False,
        precompute=True,
    )
    company_currency_id = fields.Many2one(related='company_id.currency_id', string="Company Currency")
    line_ids = fields.One2many('dealflow.deal.line', 'deal_id', string="Products", copy=True)
    amount = fields.Monetary(
        compute='_compute_amount',
        store=True,
        readonly=False,
        tracking=True,
        help="Sum of the products; typed by hand while there are none.",
    )
    amount_company = fields.Monetary(
        string="Amount (Company Currency)",
        currency_field='company_currency_id',
        compute='_compute_amount_company',
        store=True,
        help="Converted at the rate of the day on which the amount was last changed.",
    )
    has_lines = fields.Boolean(compute='_compute_has_lines', export_string_translation=False)
    must_explain_start = fields.Boolean(compute='_compute_must_explain_start', export_string_translation=False)

    # Funnel
    funnel_id = fields.Many2one(
        'dealflow.funnel',
        required=True,
        index=True,
        tracking=True,
        check_company=True,
        ondelete='restrict',
        default=lambda self: self.env['dealflow.funnel']._get_default(self.env.company),
    )
    stage_id = fields.Many2one(
        'dealflow.stage',
        required=True,
        index=True,
        tracking=True,
        copy=False,
        ondelete='restrict',
        compute='_compute_stage_id',
        store=True,
        readonly=False,
        precompute=True,
        group_expand='_read_group_stage_ids',
        domain="[('funnel_id', '=', funnel_id)]",
    )
    stage_color = fields.Integer(string="Stage Color", related='stage_id.color', export_string_translation=False)
    state = fields.Selection(
        DEAL_STATES,
        compute='_compute_state',
        store=True,
        precompute=True,
        index=True,
        tracking=True,
        copy=False,
    )
    move_comment = fields.Text(
        string="Comment on the Move",
        copy=False,
        help="What the client said or did that moves the deal. Required at every move where the stage says so.",
    )
    short_status = fields.Char(
        copy=False,
        tracking=True,
        help="Where the deal stands, in a few words, for whoever looks at the list.",
    )
    probability = fields.Float(
        compute='_compute_probability',
        store=True,
        readonly=False,
        precompute=True,
        aggregator='avg',
        copy=False,
    )
    weighted_amount = fields.Monetary(
        currency_field='company_currency_id',
        compute='_compute_weighted_amount',
        store=True,
        help="Amount in company currency times the probability; 0 while the requirements of the stage are not met.",
    )
    lost_reason_id = fields.Many2one(
        'crm.lost.reason',
        index='btree_not_null',
        copy=False,
        tracking=True,
        ondelete='restrict',
    )

    # Dates
    opened_on = fields.Date(default=fields.Date.context_today, required=True, copy=False, index=True)
    expected_close_date = fields.Date(string="Expected Close", tracking=True, index=True)
    closed_on = fields.Date(
        compute='_compute_closed_on', store=True, readonly=False, copy=False, precompute=True, index=True
    )
    date_last_stage_update = fields.Datetime(
        compute='_compute_date_last_stage_update',
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        index=True,
    )

    # Documents
    lead_id = fields.Many2one(
        'crm.lead',
        string="Opportunity",
        index='btree_not_null',
        check_company=True,
        copy=False,
        ondelete='restrict',
        tracking=True,
    )
    # A label of its own: "Medium" is a priority as well, and the same text has one translation.
    medium_id = fields.Many2one(string="UTM Medium")
    log_ids = fields.One2many('dealflow.deal.log', 'deal_id', copy=False)

    _check_probability = models.Constraint(
        'CHECK (probability >= 0 AND probability <= 100)',
        "The probability must be between 0 and 100 per cent.",
    )
    _number_company_uniq = models.UniqueIndex(
        '(company_id, number) WHERE number IS NOT NULL',
        "The number of a deal must be unique in its company.",
    )
    _default_order_idx = models.Index('(priority DESC, id DESC) WHERE active IS TRUE')
    _stage_order_idx = models.Index('(stage_id, priority DESC, id DESC) WHERE active IS TRUE')
    _user_stage_idx = models.Index('(user_id, stage_id) WHERE active IS TRUE')

    @api.depends('business_partner_id')
    def _compute_legal_entity_id(self):
        for deal in self:
            partner = deal.business_partner_id
            if not partner:
                continue
            if deal.legal_entity_id and deal.legal_entity_id in partner._dealflow_get_legal_entities():
                continue
            deal.legal_entity_id = partner._dealflow_get_default_legal_entity()

    @api.depends('user_id')
    def _compute_team_id(self):
        """Keep the team if the responsible user belongs to it, else take their default team."""
        for (user, company), deals in self.grouped(lambda deal: (deal.user_id, deal.company_id)).items():
            if not user:
                continue
            deals = deals.filtered(lambda deal: deal.user_id not in (deal.team_id.member_ids | deal.team_id.user_id))
            if deals:
                deals.team_id = self.env['crm.team'].with_company(company)._get_default_team_id(user_id=user.id)

    @api.depends('company_id')
    def _compute_currency_id(self):
        for deal in self:
            deal.currency_id = deal.currency_id or deal.company_id.currency_id

    @api.depends('line_ids.price_subtotal')
    def _compute_amount(self):
        for deal in self:
            deal.amount = sum(deal.line_ids.mapped('price_subtotal')) if deal.line_ids else deal.amount

    @api.depends('amount', 'currency_id', 'company_id')
    def _compute_amount_company(self):
        self._convert_to_company('amount', 'amount_company')

    def _get_rate_date(self, today):
        """Take today's rate; for a new deal with past dates, that of its closing or opening date."""
        return today if self.log_ids else min(self.closed_on or self.opened_on or today, today)

    @api.depends('line_ids')
    def _compute_has_lines(self):
        for deal in self:
            deal.has_lines = bool(deal.line_ids)

    @api.depends('funnel_id', 'stage_id')
    def _compute_must_explain_start(self):
        """Require a comment from the start for a new deal that begins in a later stage."""
        for deal in self:
            is_late = deal.stage_id and deal.stage_id != deal.funnel_id._get_first_stage()
            deal.must_explain_start = is_late and (deal.stage_id.require_comment or deal.stage_id.is_won)

    @api.depends('funnel_id')
    def _compute_stage_id(self):
        for funnel, deals in self.grouped('funnel_id').items():
            strangers = deals.filtered(lambda deal: deal.stage_id.funnel_id != deal.funnel_id or not deal.stage_id)
            if strangers:
                strangers.stage_id = funnel._get_first_stage() if funnel else False

    @api.depends('stage_id.is_won', 'lost_reason_id')
    def _compute_state(self):
        for (is_lost, is_won), deals in self.grouped(
            lambda deal: (bool(deal.lost_reason_id), deal.stage_id.is_won)
        ).items():
            deals.state = 'lost' if is_lost else 'won' if is_won else 'open'

    @api.depends('stage_id', 'state')
    def _compute_probability(self):
        for (state, stage), deals in self.grouped(lambda deal: (deal.state, deal.stage_id)).items():
            deals.probability = {'won': 100.0, 'lost': 0.0}.get(state, stage.probability)

    @api.depends('amount_company', 'probability', 'meets_requirements')
    def _compute_weighted_amount(self):
        for deal in self:
            probability = deal.probability if deal.meets_requirements else 0.0
            deal.weighted_amount = deal.amount_company * probability / 100

    @api.depends('state')
    def _compute_closed_on(self):
        """Set today, but not a day before ``opened_on``, which a user in another time zone may have set to tomorrow."""
        today = fields.Date.context_today(self)
        for day, deals in self.grouped(
            lambda deal: deal.state != 'open' and (deal.closed_on or max(today, deal.opened_on or today)),
        ).items():
            deals.closed_on = day

    @api.depends('stage_id')
    def _compute_date_last_stage_update(self):
        """Set the current time; for a new deal with past dates, the closing or opening date."""
        today = fields.Date.context_today(self)
        for day, deals in self.grouped(lambda deal: not deal._origin and (deal.closed_on or deal.opened_on)).items():
            is_past = day and day < today
            deals.date_last_stage_update = fields.Datetime.to_datetime(day) if is_past else fields.Datetime.now()

    def _compute_duration_tracking(self):
        """Take the time spent in each stage from the log, which has every move and keeps imported dates."""
        self.env['dealflow.deal.log'].flush_model()
        moves = {deal_id: [] for deal_id in self.ids}
        if self.ids:
            # sudo - dealflow.deal.log: users who read the deal may know how long it spent in each stage.
            logs = (
                self.env['dealflow.deal.log']
                .sudo()
                .search_fetch(
                    [('deal_id', 'in', self.ids)],
                    ['deal_id', 'date', 'stage_to_id'],
                    order='id',
                )
            )
            for log in logs:
                moves[log.deal_id.id].append((log.stage_to_id.id, log.date))
        for deal in self:
            durations = {}
            rows = moves.get(deal._origin.id, [])
            for (stage_id, start), (_next_stage, end) in pairwise([*rows, (None, self.env.cr.now())]):
                durations[stage_id] = durations.get(stage_id, 0) + max(0, int((end - start).total_seconds()))
            deal.duration_tracking = durations

    @api.constrains('stage_id', 'funnel_id')
    def _check_stage_funnel(self):
        for deal in self:
            if deal.stage_id.funnel_id != deal.funnel_id:
                raise ValidationError(
                    self.env._(
                        "The stage %(stage)s belongs to the funnel %(stage_funnel)s, the deal %(deal)s to the funnel "
                        "%(funnel)s. Choose a stage of the deal's own funnel.",
                        stage=deal.stage_id.name,
                        stage_funnel=deal.stage_id.funnel_id.name,
                        deal=deal.name,
                        funnel=deal.funnel_id.name,
                    )
                )
            if not deal.stage_id.active and not deal._is_history_import():
                raise ValidationError(
                    self.env._(
                        "The stage %(stage)s is archived, and the deal %(deal)s cannot enter it. Choose another stage, "
                        "or take this one out of the archive.",
                        stage=deal.stage_id.name,
                        deal=deal.name,
                    )
                )

    @api.constrains('amount')
    def _check_amount(self):
        for deal in self:
            total = sum(deal.line_ids.mapped('price_subtotal'))
            if deal.line_ids and deal.currency_id.compare_amounts(deal.amount, total):
                raise ValidationError(
                    self.env._(
                        "The amount of the deal %(deal)s is the sum of its products, %(total)s, and cannot be set to "
                        "%(amount)s. Change the products instead.",
                        deal=deal.name,
                        total=total,
                        amount=deal.amount,
                    )
                )
            if deal.amount < 0:
                raise ValidationError(
                    self.env._(
                        "The amount of the deal %(deal)s is %(amount)s. It cannot be negative; a refund is a credit "
                        "note.",
                        deal=deal.name,
                        amount=deal.amount,
                    )
                )

    @api.constrains('probability', 'state')
    def _check_probability_of_closed(self):
        for deal in self:
            chance = {'won': 100.0, 'lost': 0.0}.get(deal.state)
            if chance is not None and deal.probability != chance:
                raise ValidationError(
                    self.env._(
                        "The deal %(deal)s is “%(state)s”, so its field “%(field)s” is %(chance)s and cannot be set to "
                        "%(value)s. Reopen the deal first.",
                        deal=deal.name,
                        state=deal._dealflow_get_value_label('state'),
                        field=deal._dealflow_get_field_label('probability'),
                        chance=chance,
                        value=deal.probability,
                    )
                )

    @api.constrains('opened_on', 'closed_on')
    def _check_dates(self):
        for deal in self:
            if deal.closed_on and deal.closed_on < deal.opened_on:
                raise ValidationError(
                    self.env._(
                        "The deal %(deal)s was opened on %(opened)s and cannot have been closed before, on %(closed)s.",
                        deal=deal.name,
                        opened=deal.opened_on,
                        closed=deal.closed_on,
                    )
                )

    @api.model
    def default_get(self, fields):
        """Take the funnel from the default stage, for a deal created in a kanban column."""
        values = super().default_get(fields)
        if 'funnel_id' in fields and values.get('stage_id') and not self.env.context.get('default_funnel_id'):
            values['funnel_id'] = self.env['dealflow.stage'].browse(values['stage_id']).funnel_id.id
        return values

    @api.model_create_multi
    def create(self, vals_list):
        # An import retries its rows one by one when a batch fails, so the given values must not be changed.
        vals_list = [dict(vals) for vals in vals_list]
        for company_id, company_vals_list in groupby(
            vals_list,
            lambda vals: vals.get('company_id') or self.env.company.id,
        ):
            company = self.env['res.company'].browse(company_id)
            # Looked up once per company; the field default would query the database for each deal.
            funnel = self.env['dealflow.funnel']._get_default(company)
            if not funnel and not all(vals.get('funnel_id') for vals in company_vals_list):
                raise UserError(
                    self.env._(
                        "%(company)s has no sales funnel. Create one, or unarchive one, in Configuration, Funnels.",
                        company=company.name,
                    )
                )
            for vals in company_vals_list:
                vals.setdefault('funnel_id', self.env.context.get('default_funnel_id') or funnel.id)
                # An empty cell of an import means that the date is not known.
                if not vals.get('opened_on', True):
                    del vals['opened_on']
                # The products make the amount; a copy and an import bring both.
                if vals.get('line_ids'):
                    vals.pop('amount', None)
            self._check_funnels_have_stages(company_vals_list)
        told = [vals for vals in vals_list if vals.get('log_ids')]
        if told and not self._is_history_import():
            raise UserError(
                self.env._(
                    "Only a file import by a user who may move deals without meeting requirements brings in the "
                    "history of a deal. Leave out the column “%(field)s”.",
                    field=self._dealflow_get_field_label('log_ids'),
                )
            )
        # The log is written before the deals have ids, so the number links each imported history to its deal.
        self._assign_numbers(told)
        histories = {vals['number']: vals.pop('log_ids') for vals in told}
        for vals in told:
            self._set_dates_from_history(vals, histories[vals['number']])
        deals = super(DealflowDeal, self.with_context(dealflow_histories=Own(histories))).create(vals_list)
        return deals.with_env(self.env)

    @api.model
    def _check_funnels_have_stages(self, vals_list):
        """Raise a readable error before the database refuses a deal without a stage."""
        funnels = self.env['dealflow.funnel'].browse(
            {vals['funnel_id'] for vals in vals_list if vals['funnel_id'] and not vals.get('stage_id')}
        )
        for funnel in funnels:
            if not funnel._get_first_stage():
                raise UserError(
                    self.env._(
                        "The funnel %(funnel)s has no stages, so no deal can begin in it. Add a stage to it, or choose "
                        "another funnel.",
                        funnel=funnel.name,
                    )
                )

    @api.model
    def _set_dates_from_history(self, vals, history):
        """Fill in missing dates of an imported deal from its imported log rows."""
        moments = sorted(fields.Datetime.to_datetime(command[2]['date']) for command in history)
        vals['date_last_stage_update'] = moments[-1]
        first, last = (
            fields.Date.to_date(fields.Datetime.context_timestamp(self, moment)) for moment in (moments[0], moments[-1])
        )
        vals.setdefault('opened_on', first)
        stage = self.env['dealflow.stage'].browse(vals.get('stage_id') or ())
        if not vals.get('closed_on') and (vals.get('lost_reason_id') or stage.is_won):
            vals['closed_on'] = last

    def _is_amount_unchanged(self, vals):
        """Return whether the values contain the amount or the currency, but change neither."""
        self.ensure_one()
        if not {'amount', 'currency_id'} & vals.keys() or 'line_ids' in vals:
            return False
        is_same_amount = not float_compare(vals.get('amount', self.amount) or 0.0, self.amount, precision_digits=6)
        return is_same_amount and vals.get('currency_id', self.currency_id.id) == self.currency_id.id

    def _prepare_create_values(self, vals_list):
        """Add the deal numbers; at this point the values are already a copy."""
        vals_list = super()._prepare_create_values(vals_list)
        self._assign_numbers(vals_list)
        return vals_list

    @api.model
    def _assign_numbers(self, vals_list):
        """Add the next number of the company's sequence to each dict of values without a number."""
        unnumbered = [vals for vals in vals_list if not vals.get('number')]
        for company_id, company_vals_list in groupby(
            unnumbered,
            lambda vals: vals.get('company_id') or self.env.company.id,
        ):
            # Looked up once per company; ``next_by_code`` would search for it for each deal.
            sequence = self.env['ir.sequence'].search(
                [('code', '=', 'dealflow.deal'), ('company_id', 'in', [company_id, False])],
                order='company_id',
                limit=1,
            )
            for vals in company_vals_list:
                vals['number'] = sequence.next_by_id()

    def write(self, vals):
        if vals.get('log_ids'):
            raise UserError(self.env._("The log of a deal cannot be changed."))
        if 'company_id' in vals and any(deal.company_id.id != vals['company_id'] for deal in self):
            raise UserError(
                self.env._(
                    "A deal stays in the company that opened it, because its log is kept in that company's currency. "
                    "Create a new deal in the other company.",
                )
            )
        unchanged = self.filtered(lambda deal: deal._is_amount_unchanged(vals))
        if unchanged:
            # Rewriting the same amount would convert it again at today's rate.
            rest = {name: value for name, value in vals.items() if name not in ('amount', 'currency_id')}
            for deals, values in ((unchanged, rest), (self - unchanged, vals)):
                if deals and values:
                    deals.write(values)
            return True
        is_explained = 'move_comment' in vals and bool(vals.get('short_status') or vals.get('lost_reason_id'))
        deals = self.with_context(dealflow_explained=is_explained and YES)
        if vals.get('move_comment') and ('stage_id' in vals or 'lost_reason_id' in vals):
            deals._track_set_log_message(vals['move_comment'])
        stages = {deal: deal.stage_id for deal in self}
        result = super(DealflowDeal, deals).write(vals)
        if set(vals) - {'meets_requirements'}:
            # For deals that have moved, the check of the move has already evaluated the requirements.
            self.filtered(
                lambda deal: deal.stage_id == stages[deal] and deal.stage_id._get_requirements()
            )._refresh_requirements()
        return result

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        """Show all stages of the funnels in view, including empty ones."""
        funnel_id = self.env.context.get('default_funnel_id')
        search_domain = Domain('id', 'in', stages.ids)
        if funnel_id:
            search_domain |= Domain('funnel_id', '=', funnel_id)
        elif not stages:
            search_domain |= Domain('funnel_id', '=', self.env['dealflow.funnel']._get_default(self.env.company).id)
        else:
            search_domain |= Domain('funnel_id', 'in', stages.funnel_id.ids)
        return stages.search(search_domain)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for deal, vals in zip(self, vals_list, strict=True):
            if 'name' not in (default or {}):
                vals['name'] = self.env._("%(deal)s (copy)", deal=deal.name)
        return vals_list

    # Actions

    def _serialize_creation(self):
        """Let only one transaction at a time create what a deal may have once: a double click must not do it twice.

        A lock alone would not help: the second transaction keeps its old snapshot. An updated row gives it a
        serialization error, and Odoo retries.
        """
        self.env.cr.execute(SQL("UPDATE dealflow_deal SET write_date = write_date WHERE id IN %s", tuple(self.ids)))

    def _get_pricelist(self):
        """Return the client's pricelist if it is in the currency of the deal, else an empty one."""
        self.ensure_one()
        client = (self.business_partner_id or self.legal_entity_id).with_company(self.company_id)
        pricelist = client.property_product_pricelist
        return pricelist if pricelist.currency_id == self.currency_id else pricelist.browse()

    @public_method(one=True)
    def action_view_opportunity(self):
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'crm.lead',
            'view_mode': 'form',
            'res_id': self.lead_id.id,
        }

    def _get_common_outcome(self):
        """Return ``pending`` if a deal is open, ``won`` if any is won, else ``lost``: the ``won_status`` of a lead."""
        states = set(self.mapped('state'))
        return 'pending' if 'open' in states else 'won' if 'won' in states else 'lost'

    def _after_state_change(self):
        """Hook called after the deals of ``self`` were won, lost or reopened and this was logged."""
        self.lead_id._dealflow_sync_outcome_of_deals()

    def _after_stage_change(self, missing):
        """Hook called after the deals of ``self`` entered their stages and this was logged.

        :param missing: requirements that they do not meet, as returned by :meth:`_get_missing_requirements`
        """
        self._mark_requirements(missing)
        if not self._is_history_import():
            self._start_activity_plans()

    def _start_activity_plans(self):
        """Schedule the activity plans of the stages that the deals have just entered."""
        for stage, deals in self.grouped('stage_id').items():
            plan = stage.activity_plan_id
            for deal in deals if plan else ():
                wizard = (
                    self.env['mail.activity.schedule']
                    .with_context(active_model=self._name, active_ids=deal.ids)
                    .create(
                        {
                            'plan_id': plan.id,
                            'plan_on_demand_user_id': deal.user_id.id or self.env.uid,
                        }
                    )
                )
                wizard.action_schedule_plan()

    def _get_rotting_domain(self):
        return super()._get_rotting_domain() & Domain('state', '=', 'open')

    def _get_rotting_depends_fields(self):
        return [*super()._get_rotting_depends_fields(), 'state']
