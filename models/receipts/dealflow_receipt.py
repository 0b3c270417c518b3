from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ...tools.public_methods import DAY, TEXT, public_method, value_of
from ..partners.account_move import INVOICE_READERS


class DealflowReceipt(models.Model):
    """Money that a deal is expected to bring, and what became of it (E25, E29-E45).

    Actuals never overwrite the plan: ``date_planned`` and ``amount`` are what was promised, ``date_received`` is when
    the money came. Every change of the promised date is logged in ``postponement_ids``.
    """

    _name = 'dealflow.receipt'
    _description = "Planned Receipt"
    _inherit = [
        'dealflow.derived.mixin',
        'mail.thread',
        'mail.activity.mixin',
        'dealflow.email.mixin',
        'dealflow.reference.mixin',
        'dealflow.batch.mixin',
        'dealflow.money.mixin',
    ]
    _is_guarded = True
    _order = 'date_planned, id'
    _check_company_auto = True
    _dealflow_history_fields = ('date_planned_initial',)
    # Users who see a receipt may comment on it and ask about it (E38, E39).
    _mail_post_access = 'read'

    name = fields.Char(
        compute='_compute_name',
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index='trigram',
        help="What the money is paid for, e.g. “Advance 30 %”.",
    )
    deal_id = fields.Many2one('dealflow.deal', required=True, index=True, check_company=True, ondelete='restrict')
    company_id = fields.Many2one(
        'res.company',
        compute='_compute_company_id',
        store=True,
        precompute=True,
        required=True,
        index=True,
    )
    # Receipts are not archived by themselves: they leave the plan, its totals and the scheduled jobs with their deal.
    active = fields.Boolean(related='deal_id.active', store=True)

    # Parties
    business_partner_id = fields.Many2one(
        'res.partner',
        string="Partner",
        index='btree_not_null',
        check_company=True,
        ondelete='restrict',
        compute='_compute_business_partner_id',
        store=True,
        readonly=False,
        precompute=True,
    )
    legal_entity_id = fields.Many2one(
        'res.partner',
        index='btree_not_null',
        check_company=True,
        ondelete='restrict',
        compute='_compute_legal_entity_id',
        store=True,
        readonly=False,
        precompute=True,
        help="The firm that pays. It may differ from the firm that signs the deal.",
    )
    region_id = fields.Many2one(related='business_partner_id.region_id', store=True, index='btree_not_null')
    user_id = fields.Many2one(
        'res.users',
        string="Responsible",
        index='btree_not_null',
        tracking=True,
        check_company=True,
        compute='_compute_user_id',
        store=True,
        readonly=False,
        precompute=True,
        domain="[('share', '=', False)]",
    )
    team_id = fields.Many2one(related='deal_id.team_id', store=True, index='btree_not_null')

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
    amount = fields.Monetary(required=True, tracking=True)
    amount_company = fields.Monetary(
        string="Amount (Company Currency)",
        currency_field='company_currency_id',
        compute='_compute_amount_company',
        store=True,
        help="Converted at the rate of the day on which the money came; for planned money, of the last change.",
    )
    received_amount = fields.Monetary(
        compute='_compute_received_amount',
        store=True,
        help="The money that has come: by accounting where there is an invoice, else as set by hand.",
    )

    # Dates and state
    state = fields.Selection(
        [('planned', "In plan"), ('received', "Received"), ('cancelled', "Cancelled")],
        string="Status",
        default='planned',
        required=True,
        tracking=True,
        copy=False,
        group_expand=True,
        help="In plan: the money is expected. Received: it has come to our account. Cancelled: it will not come.",
    )
    date_planned = fields.Date(string="Planned Date", required=True, tracking=True)
    date_planned_initial = fields.Date(
        string="First Promised",
        compute='_compute_date_planned_initial',
        store=True,
        precompute=True,
        copy=False,
        help="The planned date that the receipt had at first.",
    )
    date_received = fields.Date(
        string="Received On",
        compute='_compute_date_received',
        store=True,
        readonly=False,
        copy=False,
        tracking=True,
    )
    postponement_ids = fields.One2many(
        'dealflow.receipt.postponement',
        'receipt_id',
        string="Changes of the Date",
        readonly=True,
    )
    postponement_count = fields.Integer(
        string="Times Moved",
        compute='_compute_postponement_count',
        store=True,
        precompute=True,
        copy=False,
    )
    moved_days = fields.Integer(
        string="Days Moved",
        compute='_compute_moved_days',
        store=True,
        precompute=True,
        aggregator='avg',
        help="From the first promised date to the present planned date.",
    )
    slip_days = fields.Integer(
        string="Days Late",
        compute='_compute_slip_days',
        store=True,
        aggregator='avg',
        help="From the planned date to the day on which the money came; negative when it came early.",
    )
    is_date_changed = fields.Boolean(compute='_compute_is_date_changed', export_string_translation=False)
    is_overdue = fields.Boolean(
        string="Overdue",
        compute='_compute_is_overdue',
        search='_search_is_overdue',
        help="Still in plan although the day on which it was due is over, and not yet paid or credited in full.",
    )

    # Documents
    order_id = fields.Many2one(
        'sale.order',
        index='btree_not_null',
        check_company=True,
        copy=False,
        ondelete='set null',
        domain="[('deal_id', '=', deal_id)]",
    )
    invoice_ids = fields.Many2many(
        'account.move',
        'dealflow_receipt_invoice_rel',
        'receipt_id',
        'move_id',
        string="Invoices",
        copy=False,
        check_company=True,
        domain="[('move_type', '=', 'out_invoice')]",
        groups=INVOICE_READERS,
    )
    has_invoices = fields.Boolean(compute='_compute_has_invoices', compute_sudo=True, export_string_translation=False)
    is_invoiced = fields.Boolean(
        string="Invoice Issued",
        copy=False,
        compute='_compute_is_invoiced',
        store=True,
        readonly=False,
        precompute=True,
        help="Set when an invoice is linked; may be set by hand when the invoice is not in this database.",
    )
    invoicing = fields.Selection(
        [('no', "No invoice"), ('yes', "Invoice issued")],
        compute='_compute_invoicing',
        store=True,
        precompute=True,
        help="Whether an invoice has been issued for the receipt.",
    )
    note = fields.Text()

    # Given together with a change, and stored in the log or the chatter
    postpone_reason = fields.Char(string="Why the Date Changes", store=False, help="Kept with the change of the date.")
    state_comment = fields.Text(store=False, help="Why the status changes.")

    _plan_order_idx = models.Index('(date_planned, id)')
    _open_idx = models.Index("(date_planned, id) WHERE state = 'planned'")
    _state_idx = models.Index('(state, date_received)')

    @api.depends('deal_id')
    def _compute_name(self):
        for receipt in self:
            receipt.name = receipt.name or receipt.deal_id.name

    @api.depends('deal_id.company_id')
    def _compute_company_id(self):
        for receipt in self:
            receipt.company_id = receipt.deal_id.company_id or receipt.company_id or self.env.company

    @api.depends('deal_id.business_partner_id')
    def _compute_business_partner_id(self):
        self._compute_from_deal('business_partner_id')

    @api.depends('deal_id.legal_entity_id')
    def _compute_legal_entity_id(self):
        self._compute_from_deal('legal_entity_id')

    @api.depends('deal_id.user_id')
    def _compute_user_id(self):
        self._compute_from_deal('user_id')

    def _compute_from_deal(self, field_name):
        """Take the field from the deal; receipts that are received or cancelled keep their value."""
        for receipt in self:
            if receipt.state == 'planned' or not receipt[field_name]:
                receipt[field_name] = receipt.deal_id[field_name]
            else:
                receipt[field_name] = receipt[field_name]

    @api.depends('deal_id')
    def _compute_currency_id(self):
        for receipt in self:
            receipt.currency_id = receipt.currency_id or receipt.deal_id.currency_id or receipt.company_id.currency_id

    @api.depends('amount', 'currency_id', 'company_id', 'date_received')
    def _compute_amount_company(self):
        self._convert_to_company('amount', 'amount_company')

    def _get_rate_date(self, today):
        return self.date_received or today

    @api.depends('state', 'amount')
    def _compute_received_amount(self):
        for receipt in self:
            receipt.received_amount = receipt.amount if receipt.state == 'received' else 0.0

    @api.depends('date_planned')
    def _compute_date_planned_initial(self):
        for receipt in self:
            receipt.date_planned_initial = receipt.date_planned_initial or receipt.date_planned

    @api.depends('state')
    def _compute_date_received(self):
        today = fields.Date.context_today(self)
        for receipt in self:
            receipt.date_received = (receipt.date_received or today) if receipt.state == 'received' else False

    @api.depends('postponement_ids')
    def _compute_postponement_count(self):
        for receipt in self:
            receipt.postponement_count = len(receipt.postponement_ids)

    @api.depends('date_planned', 'date_planned_initial')
    def _compute_moved_days(self):
        for receipt in self:
            first = receipt.date_planned_initial
            receipt.moved_days = (receipt.date_planned - first).days if receipt.date_planned and first else 0

    @api.depends('date_planned', 'date_received')
    def _compute_slip_days(self):
        for receipt in self:
            received, planned = receipt.date_received, receipt.date_planned
            receipt.slip_days = (received - planned).days if received and planned else 0

    @api.depends('date_planned')
    def _compute_is_date_changed(self):
        """Tell the form that the user has just changed the date and has to give a reason."""
        for receipt in self:
            before = receipt._origin.date_planned
            receipt.is_date_changed = bool(before) and receipt.date_planned != before

    @api.depends('open_amount', 'date_planned', 'company_id')
    @api.depends_context('tz')
    def _compute_is_overdue(self):
        last_days = self._get_last_overdue_days()
        for receipt in self:
            day, last_day = receipt.date_planned, last_days.get(receipt.company_id._origin.id)
            receipt.is_overdue = receipt.open_amount > 0 and bool(day and last_day) and day <= last_day

    def _search_is_overdue(self, operator, value):
        if operator != 'in':
            return NotImplemented
        return self._get_expected_domain() & self._get_past_due_domain()

    @api.model
    def _get_expected_domain(self):
        """Return the domain of receipts with money still to come; the state is included to use its index."""
        return Domain('state', '=', 'planned') & Domain('open_amount', '>', 0)

    def _get_standing_invoices(self):
        """Return the invoices that are not cancelled: nothing is owed for a cancelled one."""
        return self.invoice_ids.filtered(lambda move: move.state != 'cancel')

    @api.depends('invoice_ids.state')
    def _compute_is_invoiced(self):
        for receipt in self:
            receipt.is_invoiced = bool(receipt._get_standing_invoices())

    @api.depends('invoice_ids.state')
    def _compute_has_invoices(self):
        """Tell the form whether there are invoices, also for users who may not see them."""
        for receipt in self:
            receipt.has_invoices = bool(receipt._get_standing_invoices())

    @api.depends('is_invoiced')
    def _compute_invoicing(self):
        for receipt in self:
            receipt.invoicing = 'yes' if receipt.is_invoiced else 'no'

    @api.constrains('amount')
    def _check_amount(self):
        for receipt in self:
            if receipt.currency_id.compare_amounts(receipt.amount, 0) <= 0:
                raise ValidationError(
                    self.env._(
                        "The amount of the receipt “%(receipt)s” is %(amount)s. It must be greater than zero: "
                        "money that will not come is a cancelled receipt, a refund is a credit note.",
                        receipt=receipt.name,
                        amount=receipt.amount,
                    )
                )

    @api.constrains('date_planned', 'deal_id')
    def _check_date_planned(self):
        for receipt in self:
            opened_on = receipt.deal_id.opened_on
            if opened_on and receipt.date_planned < opened_on:
                raise ValidationError(
                    self.env._(
                        "The receipt “%(receipt)s” is planned for %(date)s, before its deal “%(deal)s” was opened on "
                        "%(opened)s. Choose a later planned date.",
                        receipt=receipt.name,
                        date=format_date(self.env, receipt.date_planned),
                        deal=receipt.deal_id.name,
                        opened=format_date(self.env, opened_on),
                    )
                )

    # Not on ``state``: the date is computed from a changed state, or given with it. The check would run before the date
    # is recomputed.
    @api.constrains('date_received')
    def _check_date_received(self):
        today = fields.Date.context_today(self)
        for receipt in self:
            if receipt.state == 'received' and not receipt.date_received:
                raise ValidationError(
                    self.env._(
                        "The receipt “%(receipt)s” is received but has no date. Fill in “%(field)s”.",
                        receipt=receipt.name,
                        field=receipt._dealflow_get_field_label('date_received'),
                    )
                )
            if receipt.state != 'received' and receipt.date_received:
                raise ValidationError(
                    self.env._(
                        "The receipt “%(receipt)s” has “%(field)s” %(date)s but its status is “%(state)s”. "
                        "Set the status to received, or empty the date.",
                        receipt=receipt.name,
                        field=receipt._dealflow_get_field_label('date_received'),
                        date=format_date(self.env, receipt.date_received),
                        state=receipt._dealflow_get_value_label('state'),
                    )
                )
            if receipt.date_received and receipt.date_received > today:
                raise ValidationError(
                    self.env._(
                        "The receipt “%(receipt)s” cannot have been received on %(date)s: that day is in the future. "
                        "Keep it in plan, or correct “%(field)s”.",
                        receipt=receipt.name,
                        date=format_date(self.env, receipt.date_received),
                        field=receipt._dealflow_get_field_label('date_received'),
                    )
                )

    @api.constrains('company_id', 'deal_id')
    def _check_deal_company(self):
        for receipt in self:
            if receipt.company_id != receipt.deal_id.company_id:
                raise ValidationError(
                    self.env._(
                        "The receipt “%(receipt)s” cannot be of the company %(company)s: its deal “%(deal)s” belongs "
                        "to %(deal_company)s.",
                        receipt=receipt.name,
                        company=receipt.company_id.name,
                        deal=receipt.deal_id.name,
                        deal_company=receipt.deal_id.company_id.name,
                    )
                )

    @api.constrains('order_id', 'deal_id')
    def _check_order_deal(self):
        for receipt in self:
            if receipt.order_id.deal_id and receipt.order_id.deal_id != receipt.deal_id:
                raise ValidationError(
                    self.env._(
                        "The receipt “%(receipt)s” belongs to the deal “%(deal)s”, the order %(order)s to another one.",
                        receipt=receipt.name,
                        deal=receipt.deal_id.name,
                        order=receipt.order_id.name,
                    )
                )

    @api.model
    @api.readonly
    def search_panel_select_range(self, field_name, **kwargs):
        """Let a read-only replica, if any, count the filters of the plan: they take half the time of the page."""
        return super().search_panel_select_range(field_name, **kwargs)

    @api.model_create_multi
    def create(self, vals_list):
        defaults = self.default_get(['date_planned', 'deal_id', 'amount'])
        for vals in vals_list:
            for field_name in ('deal_id', 'date_planned', 'amount'):
                # The error of the database would not say which receipt it is.
                if vals.get(field_name) in (None, False, '') and not defaults.get(field_name):
                    raise ValidationError(
                        self.env._(
                            "The receipt “%(receipt)s” has no “%(field)s”. Fill it in: a receipt is money expected "
                            "from a deal, on a day.",
                            receipt=vals.get('name') or self.env._("without name"),
                            field=self._dealflow_get_field_label(field_name),
                        )
                    )
        return super().create(vals_list)

    def write(self, vals):
        dates = {}
        if 'date_planned' in vals:
            if not vals['date_planned']:
                raise ValidationError(
                    self.env._(
                        "The receipt “%(receipt)s” needs a “%(field)s”. Cancel the receipt if the money will not come.",
                        receipt=self[:1].name,
                        field=self._dealflow_get_field_label('date_planned'),
                    )
                )
            self._check_date_movable(
                fields.Date.to_date(vals['date_planned']),
                vals.get('state'),
                vals.get('postpone_reason'),
            )
            dates = {receipt: receipt.date_planned for receipt in self}
        if vals.get('state_comment'):
            self._track_set_log_message(vals['state_comment'])
        elif vals.get('postpone_reason') and dates:
            self._track_set_log_message(vals['postpone_reason'])
        result = super().write(vals)
        self._log_postponements(dates, vals.get('postpone_reason'))
        return result

    def _check_date_movable(self, date_planned, new_state, reason):
        """Refuse to move the planned date of a receipt that is not in plan, or without a reason."""
        for receipt in self:
            if receipt.date_planned == date_planned:
                continue
            if receipt.state != 'planned' and new_state != 'planned':
                raise ValidationError(
                    self.env._(
                        "The receipt “%(receipt)s” is “%(state)s”: its planned date says what was promised and stays. "
                        "Put the receipt back in plan to move it.",
                        receipt=receipt.name,
                        state=receipt._dealflow_get_value_label('state'),
                    )
                )
            if not (reason or '').strip():
                raise ValidationError(
                    self.env._(
                        "The planned date of the receipt “%(receipt)s” changes from %(before)s to %(after)s. Say why "
                        "in “%(field)s”, or press Postpone: the reason is kept with the receipt.",
                        receipt=receipt.name,
                        before=format_date(self.env, receipt.date_planned),
                        after=format_date(self.env, date_planned),
                        field=receipt._dealflow_get_field_label('postpone_reason'),
                    )
                )

    def _log_postponements(self, dates, reason):
        self.env['dealflow.receipt.postponement']._append(
            [
                {
                    'receipt_id': receipt.id,
                    'company_id': receipt.company_id.id,
                    'date': fields.Datetime.now(),
                    'user_id': self.env.uid,
                    'date_from': date_from,
                    'date_to': receipt.date_planned,
                    'days': (receipt.date_planned - date_from).days,
                    'reason': reason and reason.strip(),
                }
                for receipt, date_from in dates.items()
                if date_from and date_from != receipt.date_planned
            ]
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_received(self):
        for receipt in self:
            if receipt.state == 'received' or receipt.invoice_ids:
                raise UserError(
                    self.env._(
                        "The receipt “%(receipt)s” is received or invoiced and cannot be deleted. "
                        "Set its status to cancelled instead.",
                        receipt=receipt.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_moved(self):
        for receipt in self:
            # sudo - dealflow.receipt.postponement: the log is kept even if the user may not see it.
            if receipt.sudo().postponement_ids:
                raise UserError(
                    self.env._(
                        "The planned date of the receipt “%(receipt)s” has been changed, and the history of its "
                        "promises is kept. Set its status to cancelled instead.",
                        receipt=receipt.name,
                    )
                )

    def copy_data(self, default=None):
        """Plan copied receipts as many days from today as they were first planned from the opening of their deal."""
        today = fields.Date.context_today(self)
        vals_list = super().copy_data(default)
        for receipt, vals in zip(self, vals_list, strict=True):
            if 'date_planned' not in (default or {}):
                offset = (receipt.date_planned_initial or receipt.date_planned) - receipt.deal_id.opened_on
                vals['date_planned'] = today + max(offset, offset * 0)
        return vals_list

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr != 'is_overdue':
            return super()._field_to_sql(alias, field_expr, query)
        return SQL(
            "(%s > 0 AND %s <= %s)",
            self._field_to_sql(alias, 'open_amount', query),
            self._field_to_sql(alias, 'date_planned', query),
            self._get_sql_last_overdue_day(self._field_to_sql(alias, 'company_id', query)),
        )

    # Actions

    @public_method(state=value_of('dealflow.receipt', 'state'), comment=TEXT)
    def action_set_state(self, state, comment=None):
        """Change the status of the receipts by hand (E40, E45).

        :param str state: ``planned``, ``received`` or ``cancelled``
        :param str comment: why; it is posted in the chatter with the change
        :return: True, or an action that says how many receipts were skipped because they have the status already
        :raise UserError: there is no status, or all receipts have it already
        """
        if not state:
            raise UserError(self.env._("Choose the new status of the receipts."))
        return self._action_set_state(state, comment)

    def _action_set_state(self, state, comment=None, date_received=None):
        receipts = self._filter_not_done(
            lambda receipt: receipt.state == state,
            lambda receipt: self.env._(
                "The receipt “%(receipt)s” of the deal %(deal)s has the status “%(state)s” already.",
                receipt=receipt.name,
                deal=receipt.deal_id.name,
                state=receipt._dealflow_get_value_label('state'),
            ),
        )
        vals = {'state': state, 'state_comment': comment}
        if state == 'received' and date_received:
            vals['date_received'] = date_received
        receipts.write(vals)
        return self._notify_skipped(len(self) - len(receipts))

    @public_method(date_planned=DAY, reason=TEXT)
    def action_postpone(self, date_planned, reason):
        """Move the planned date; the change and its reason are logged.

        :param date_planned: the new date
        :param str reason: why the money comes later or earlier than promised
        :return: True, or an action that says how many receipts were skipped because they are planned for that day
        :raise UserError: there is no date, or all receipts are planned for that day already
        :raise ValidationError: the reason is empty, or a receipt is no longer in plan
        """
        day = fields.Date.to_date(date_planned)
        if not day:
            raise UserError(self.env._("Choose the new planned date."))
        receipts = self._filter_not_done(
            lambda receipt: receipt.date_planned == day,
            lambda receipt: self.env._(
                "The receipt “%(receipt)s” of the deal %(deal)s is planned for %(day)s already. Choose another day.",
                receipt=receipt.name,
                deal=receipt.deal_id.name,
                day=format_date(self.env, day),
            ),
        )
        receipts.write({'date_planned': date_planned, 'postpone_reason': reason})
        return self._notify_skipped(len(self) - len(receipts))

    @public_method()
    def action_open_status(self):
        return self._get_dialog_action('dealflow.dealflow_receipt_status_action')

    @public_method()
    def action_open_postpone(self):
        return self._get_dialog_action('dealflow.dealflow_receipt_postpone_action')

    @public_method()
    def action_open_comment(self):
        return self._get_dialog_action('dealflow.dealflow_receipt_comment_action')

    @public_method(one=True)
    def action_open_edit(self):
        """Open the receipt in a dialog, as when it is created (E41)."""
        return {
            'type': 'ir.actions.act_window',
            'name': self.name,
            'res_model': self._name,
            'res_id': self.id,
            'views': [(False, 'form')],
            'target': 'new',
        }

    @public_method(one=True)
    def action_open_deal(self):
        return self._get_form_action('dealflow.deal', self.deal_id.id)

    @api.model
    def _get_form_action(self, model_name, record_id):
        return {'type': 'ir.actions.act_window', 'res_model': model_name, 'view_mode': 'form', 'res_id': record_id}
