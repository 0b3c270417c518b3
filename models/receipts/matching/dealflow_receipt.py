from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.models import parse_read_group_spec
from odoo.tools import SQL, format_amount

# Fields that accountants who are not salespeople may change.
ACCOUNTANT_FIELDS = {'state', 'state_comment', 'date_received', 'invoice_ids', 'is_invoiced'}
# Amount fields, with their fields in company currency.
COMPANY_AMOUNTS = {
    'amount': 'amount_company',
    'received_amount': 'received_amount_company',
    'open_amount': 'open_amount_company',
}
# Fields that cannot be changed once an invoice of the receipt is posted.
FIELDS_OF_INVOICE = ('amount', 'currency_id', 'deal_id', 'legal_entity_id', 'order_id')


class DealflowReceipt(models.Model):
    """Matching of receipts with invoices and payments in accounting (rule 4).

    Money counts when it is on a posted line that is reconciled with a posted invoice of the receipt, and its payment is
    not draft, cancelled or rejected. If an invoice has several receipts, they are filled by planned date, and the last
    one takes what is left over. Credit notes are counted separately, from the last receipt backwards. Write-offs,
    netting and exchange differences settle an invoice without being money, so they leave a gap.
    """

    _inherit = 'dealflow.receipt'

    matched_amount = fields.Monetary(
        string="Money by Accounting",
        compute='_compute_matching',
        store=True,
        copy=False,
        help="Payments and bank lines that are reconciled with the invoices, at the rate of their day.",
    )
    matched_amount_company = fields.Monetary(
        string="Money by Accounting (Company Currency)",
        currency_field='company_currency_id',
        compute='_compute_matching',
        store=True,
        copy=False,
    )
    # A receipt may be paid on several days, and each month counts its own part.
    matched_days = fields.Json(
        string="Money by Day",
        compute='_compute_matching',
        store=True,
        copy=False,
        help="What came on which day by accounting, in the currency of the receipt and in that of the company.",
    )
    credited_amount = fields.Monetary(
        string="Credited",
        compute='_compute_matching',
        store=True,
        copy=False,
        help="Credit notes that are reconciled with the invoices: this money will not come.",
    )
    on_account_amount = fields.Monetary(
        string="On Account",
        compute='_compute_matching',
        store=True,
        copy=False,
        help="What came with the payments of the invoices beyond them, and is not used for anything yet. It does not "
        "count as received, as it may still pay another invoice or go back.",
    )
    cover_date = fields.Date(
        string="Covered On",
        compute='_compute_matching',
        store=True,
        copy=False,
        help="The day on which the receipt was paid in full.",
    )
    matched_on = fields.Date(
        string="Last Money On",
        compute='_compute_matching',
        store=True,
        copy=False,
        help="The day of the last payment or bank line that is reconciled with the invoices.",
    )
    gap = fields.Monetary(
        string="Difference",
        compute='_compute_gap',
        store=True,
        help="Amount minus received, credited, cancelled and what is on account; negative when too much came.",
    )
    open_amount = fields.Monetary(
        string="Still to Come",
        compute='_compute_gap',
        store=True,
        help="What is expected: the part of a receipt in plan that is neither paid nor credited yet.",
    )
    open_amount_company = fields.Monetary(
        string="Still to Come (Company Currency)",
        currency_field='company_currency_id',
        compute='_compute_gap',
        store=True,
        help="At the rate of the plan.",
    )
    cancelled_amount = fields.Monetary(
        string="Will Not Come",
        compute='_compute_gap',
        store=True,
        copy=False,
        help="The part of a cancelled receipt, or of a receipt of a lost deal, that has not come.",
    )
    received_amount_company = fields.Monetary(
        string="Received (Company Currency)",
        currency_field='company_currency_id',
        compute='_compute_received_amount',
        store=True,
        help="At the rate of the day of the money.",
    )
    state = fields.Selection(compute='_compute_state', store=True, readonly=False)
    is_closed_by_match = fields.Boolean(compute='_compute_state', store=True, copy=False, string="Closed by Accounting")
    is_closed_by_loss = fields.Boolean(
        string="Cancelled with the Lost Deal",
        compute='_compute_state',
        store=True,
        copy=False,
        help="It was in plan when the deal was lost, and returns to the plan when the deal is reopened.",
    )

    @api.depends(
        'invoice_ids.state',
        'invoice_ids.amount_residual',
        'invoice_ids.payment_state',
        'currency_id',
        'company_id',
        'invoice_ids.dealflow_receipt_ids.amount',
        'invoice_ids.dealflow_receipt_ids.date_planned',
    )
    def _compute_matching(self):
        matched = self.filtered('invoice_ids')
        nothing = {
            'matched_amount': 0.0,
            'matched_amount_company': 0.0,
            'credited_amount': 0.0,
            'on_account_amount': 0.0,
            'matched_days': False,
            'matched_on': False,
            'cover_date': False,
        }
        for receipt in self - matched:
            receipt.update(nothing)
        if not matched:
            return
        settlements = matched.invoice_ids._dealflow_get_settlements()
        results = {}
        for company, receipts in matched.grouped('company_id').items():
            invoices = receipts.invoice_ids
            currencies = invoices.dealflow_receipt_ids.currency_id | invoices.currency_id
            get_rate = currencies._dealflow_get_rate_finder(company)
            results.update(self._allocate(invoices, settlements, get_rate))
        for receipt in matched:
            receipt.update(results.get(receipt._origin or receipt, nothing))

    def _recompute_matching(self):
        """Recompute the matching and its dependent fields, after a change that field dependencies do not cover."""
        if not self:
            return
        names = [name for name, field in self._fields.items() if field.compute == '_compute_matching']
        for name in names:
            self.env.add_to_compute(self._fields[name], self)
        self.modified(names)

    @api.model
    def _allocate(self, invoices, settlements, get_rate):
        """Allocate the settlements of the invoices to their receipts.

        :param dict settlements: settlements by id of the invoice, see ``account.move._dealflow_get_settlements``
        :param get_rate: see ``res.currency._dealflow_get_rate_finder``
        :return: values of the matching fields by receipt
        """
        # All receipts of an invoice count, also those that are not being computed.
        receipts = invoices.dealflow_receipt_ids._origin.sorted(lambda receipt: (receipt.date_planned, receipt.id))
        values = {
            receipt: {
                'matched_amount': 0.0,
                'matched_amount_company': 0.0,
                'credited_amount': 0.0,
                'on_account_amount': 0.0,
                'matched_days': {},
                'matched_on': False,
            }
            for receipt in receipts
        }
        for invoice in invoices._origin.sorted(lambda invoice: (invoice.invoice_date_due or invoice.date, invoice.id)):
            linked = receipts.filtered(lambda receipt, invoice=invoice: invoice in receipt.invoice_ids)
            for settlement in settlements[invoice.id]['money']:
                self._allocate_settlement(values, linked, invoice.currency_id, settlement, get_rate, 'matched_amount')
            for settlement in settlements[invoice.id]['credit']:
                self._allocate_settlement(
                    values, linked[::-1], invoice.currency_id, settlement, get_rate, 'credited_amount'
                )
            for settlement in settlements[invoice.id]['rest']:
                self._allocate_settlement(
                    values, linked[-1:], invoice.currency_id, settlement, get_rate, 'on_account_amount'
                )
        for receipt, target in values.items():
            is_covered = target['matched_amount'] and receipt._get_remaining_amount(target) <= 0
            target['cover_date'] = target['matched_on'] if is_covered else False
        return values

    @api.model
    def _allocate_settlement(self, values, receipts, currency, settlement, get_rate, field_name):
        """Allocate one settlement to the receipts in the given order; the last one takes what is left over."""
        left, left_company = settlement['amount'], settlement['amount_company']
        # The booked amount is what the money was worth; the currency rate is only used if nothing is booked.
        company_rate = left_company / left or get_rate(currency, settlement['date'])
        for position, receipt in enumerate(receipts, start=1):
            if currency.is_zero(left):
                return
            target = values[receipt]
            is_last = position == len(receipts)
            room = receipt._get_remaining_amount(target)
            if not is_last and room <= 0:
                continue
            is_same = receipt.currency_id == currency
            rate = 1.0 if is_same else company_rate / get_rate(receipt.currency_id, settlement['date'])
            share = left if is_last else min(left, room / rate)
            is_whole = currency.compare_amounts(share, left) >= 0
            amount = receipt.currency_id.round(share * rate)
            amount_company = receipt.company_currency_id.round(left_company if is_whole else share * company_rate)
            left -= share
            left_company -= amount_company
            target[field_name] += amount
            if field_name == 'matched_amount':
                target['matched_amount_company'] += amount_company
                target['matched_on'] = max(target['matched_on'] or settlement['date'], settlement['date'])
                day = fields.Date.to_string(settlement['date'])
                before, before_company = target['matched_days'].get(day, (0.0, 0.0))
                target['matched_days'][day] = [
                    receipt.currency_id.round(before + amount),
                    receipt.company_currency_id.round(before_company + amount_company),
                ]

    def _get_company_amount(self, field_name):
        """Return an amount of the receipt in company currency: the stored one, or a share of ``amount_company``."""
        self.ensure_one()
        if field_name in COMPANY_AMOUNTS:
            return self[COMPANY_AMOUNTS[field_name]]
        share = self[field_name] / self.amount if self.amount else 0.0
        return self.company_currency_id.round(self.amount_company * share)

    def _read_group_select(self, aggregate_spec, query):
        """Sum mixed currencies from the stored company amounts, as the plan does: Odoo would use today's rate."""
        field_name, _property, func = parse_read_group_spec(aggregate_spec)
        if func == 'sum_currency' and field_name in COMPANY_AMOUNTS:
            aggregate_spec = f'{COMPANY_AMOUNTS[field_name]}:{func}'
        return super()._read_group_select(aggregate_spec, query)

    @api.model
    def _get_sql_received(self, alias):
        """Return a lateral subquery ``(SELECT date, amount, amount_company)``: the money of a receipt by day.

        Matched money counts on the dates of its payments and bank lines, money declared by a user on the date given.
        ``amount`` is in the currency of the receipt.

        :param str alias: alias of the receipts table in the query
        """
        return SQL(
            """(
                SELECT day.key::date AS date, (day.value ->> 0)::numeric AS amount,
                       (day.value ->> 1)::numeric AS amount_company
                  FROM jsonb_each(%(receipt)s.matched_days) AS day
                 UNION ALL
                SELECT COALESCE(%(receipt)s.date_received, %(receipt)s.date_planned), %(receipt)s.received_amount,
                       %(receipt)s.received_amount_company
                 WHERE %(receipt)s.matched_days IS NULL AND %(receipt)s.received_amount <> 0
            )""",
            receipt=SQL.identifier(alias),
        )

    @api.model
    def _get_received_by_receipt(self, domain, start, end):
        """Return the money that came in a period, in company currency, by id of the receipt.

        :param Domain domain: which receipts, of those that the user may read
        :param date start: the first day
        :param date end: the day after the last one
        :rtype: dict[int, float]
        """
        has_money = Domain('received_amount', '!=', 0) & (
            Domain('matched_on', '>=', start)
            | Domain('matched_on', '=', False)
            & Domain('date_received', '>=', start)
            & Domain('date_received', '<', end)
        )
        self.flush_model(['matched_days', 'received_amount_company'])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT receipt.id, SUM(money.amount_company)
                  FROM dealflow_receipt AS receipt
            CROSS JOIN LATERAL %(received)s AS money
                 WHERE receipt.id IN %(receipts)s AND money.date >= %(start)s AND money.date < %(end)s
              GROUP BY receipt.id
                """,
                received=self._get_sql_received('receipt'),
                receipts=self._search(domain & has_money).subselect(),
                start=start,
                end=end,
            )
        )
        return {receipt_id: float(amount) for receipt_id, amount in rows}

    def _get_remaining_amount(self, values):
        """Return the amount that is neither paid nor credited yet, given the matching fields in ``values``."""
        self.ensure_one()
        return self.currency_id.round(self.amount - values['matched_amount'] - values['credited_amount'])

    @api.depends('cover_date', 'matched_amount', 'credited_amount', 'deal_id.state')
    def _compute_state(self):
        """Follow accounting and the outcome of the deal, but keep a status that a user has set.

        If the company setting says so, a receipt becomes received when it is fully covered in accounting, and planned
        again when it no longer is. A lost deal expects nothing: its receipts in plan that are not covered become
        received if some money has come, else cancelled, and return to the plan when the deal is reopened.
        """
        for receipt in self:
            state = receipt.state or 'planned'
            is_matched, is_lost = receipt.is_closed_by_match, receipt.is_closed_by_loss
            is_deal_lost = receipt.deal_id.state == 'lost'
            if is_lost and not is_deal_lost:
                state, is_lost = 'planned', False
            if is_matched and state == 'received' and not receipt.cover_date:
                state, is_matched = 'planned', False
            if receipt.cover_date and state == 'planned' and receipt.company_id.dealflow_receipt_autoclose:
                state, is_matched = 'received', True
            if is_deal_lost and (is_lost or state == 'planned' and receipt._get_remaining_amount(receipt) > 0):
                is_lost = True
                state = 'received' if receipt.matched_amount else 'cancelled'
            receipt.update({'state': state, 'is_closed_by_match': is_matched, 'is_closed_by_loss': is_lost})

    def _recompute_given_state(self):
        """Recompute the state of receipts for which it was given together with their invoices.

        The ORM does not recompute a field that was given, and ``state`` always is: it has a default, and a form sends
        every field that it shows.
        """
        self.mapped('cover_date')
        for field_name in ('state', 'date_received'):
            self.env.add_to_compute(self._fields[field_name], self)

    @api.depends('state', 'cover_date', 'matched_on', 'is_closed_by_match', 'is_closed_by_loss')
    def _compute_date_received(self):
        closed = self.filtered(
            lambda receipt: receipt.state == 'received' and (receipt.is_closed_by_match or receipt.is_closed_by_loss)
        )
        for receipt in closed:
            receipt.date_received = receipt.cover_date or receipt.matched_on
        return super(DealflowReceipt, self - closed)._compute_date_received()

    @api.depends('state', 'amount', 'amount_company', 'matched_amount', 'matched_amount_company', 'invoice_ids.state')
    def _compute_received_amount(self):
        """Take the amount matched in accounting if there is an invoice, else what the user has declared."""
        matched = self.filtered(lambda receipt: receipt._get_standing_invoices())
        for receipt in matched:
            receipt.received_amount, receipt.received_amount_company = (
                receipt.matched_amount,
                receipt.matched_amount_company,
            )
        super(DealflowReceipt, self - matched)._compute_received_amount()
        for receipt in self - matched:
            receipt.received_amount_company = receipt.amount_company if receipt.state == 'received' else 0.0

    @api.depends(
        'amount',
        'amount_company',
        'received_amount',
        'credited_amount',
        'on_account_amount',
        'state',
        'is_closed_by_loss',
    )
    def _compute_gap(self):
        for receipt in self:
            rest = receipt.amount - receipt.received_amount - receipt.credited_amount - receipt.on_account_amount
            is_given_up = receipt.state == 'cancelled' or receipt.is_closed_by_loss
            receipt.cancelled_amount = max(rest, 0.0) if is_given_up else 0.0
            receipt.gap = min(rest, 0.0) if is_given_up else rest
            is_expected = receipt.state == 'planned' and receipt.currency_id.compare_amounts(rest, 0) > 0
            receipt.open_amount = rest if is_expected else 0.0
            receipt.open_amount_company = (
                receipt.company_currency_id.round(receipt.amount_company * rest / receipt.amount)
                if is_expected and receipt.amount
                else 0.0
            )

    @api.constrains('invoice_ids')
    def _check_invoice_ids(self):
        for receipt in self:
            wrong = receipt.invoice_ids.filtered(lambda move: move.move_type != 'out_invoice')
            if wrong:
                raise ValidationError(
                    self.env._(
                        "%(move)s is not a customer invoice and cannot be linked to the receipt “%(receipt)s”.",
                        move=wrong[0].display_name,
                        receipt=receipt.name,
                    )
                )

    @api.constrains('state', 'deal_id')
    def _check_deal_expects(self):
        for receipt in self:
            # Not by ``open_amount``, which may not have been recomputed from the state yet.
            is_expected = receipt.state == 'planned' and receipt._get_remaining_amount(receipt) > 0
            if is_expected and receipt.deal_id.state == 'lost':
                raise ValidationError(
                    self.env._(
                        "The deal “%(deal)s” is lost, so the receipt “%(receipt)s” cannot be in plan. Reopen the deal "
                        "first, or set the receipt to cancelled.",
                        deal=receipt.deal_id.name,
                        receipt=receipt.name,
                    )
                )

    @api.constrains('state', 'amount', 'invoice_ids')
    def _check_not_more_than_invoiced(self):
        """Check that the receipts declared as received do not exceed the posted invoices."""
        today = fields.Date.context_today(self)
        # sudo - account.move: invoices that the user may not see count too.
        for receipt in self.sudo():
            invoices = receipt.invoice_ids.filtered(lambda move: move.state == 'posted')
            is_said = receipt.state == 'received' and not (receipt.is_closed_by_match or receipt.is_closed_by_loss)
            if not is_said or not invoices:
                continue
            currency = receipt.currency_id
            invoiced = sum(
                invoice.currency_id._convert(invoice.amount_total, currency, receipt.company_id, invoice.date)
                for invoice in invoices
            )
            received = sum(
                other.currency_id._convert(other.amount, currency, receipt.company_id, other.date_received or today)
                for other in invoices.dealflow_receipt_ids
                if other.state == 'received'
            )
            if currency.compare_amounts(received, invoiced) > 0:
                raise ValidationError(
                    self.env._(
                        "The receipt “%(receipt)s” would make %(received)s received, but the invoices %(invoices)s are "
                        "worth %(invoiced)s. Correct the amounts, or link the invoice that is missing.",
                        receipt=receipt.name,
                        received=format_amount(self.env, received, currency),
                        invoices=", ".join(invoices.mapped('name')),
                        invoiced=format_amount(self.env, invoiced, currency),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        receipts = super().create(vals_list)
        # Checked on the created records: the state and invoices may come from values, defaults or a copy.
        said = receipts.filtered(
            lambda receipt: (
                receipt.state == 'received' and not (receipt.is_closed_by_match or receipt.is_closed_by_loss)
            )
        )
        self._check_may_set_received(said.company_id)
        # sudo - account.move: salespeople link invoices that they may not change.
        if linked_sudo := receipts.sudo().filtered('invoice_ids'):
            linked_sudo.with_env(self.env)._recompute_given_state()
            linked_sudo.invoice_ids._dealflow_serialize_settlement()
            linked_sudo.invoice_ids._dealflow_recompute_related_matching()
        return receipts

    def write(self, vals):
        self._check_accountant_fields(vals)
        if vals.get('state'):
            changed = self.filtered(lambda receipt: receipt.state != vals['state'])
            if vals['state'] == 'received' and changed:
                self._check_may_set_received(changed.company_id)
            if vals['state'] == 'cancelled':
                changed._check_no_money()
                vals = {**vals, 'invoice_ids': [Command.clear()]}
            # From now on the status is the one set by the user.
            for name in ('is_closed_by_match', 'is_closed_by_loss'):
                # sudo - dealflow.receipt: nobody may write these fields, they follow from the change.
                changed.sudo().filtered(name)._dealflow_set_derived({name: False})
        self._check_fixed_by_invoice(vals)
        if 'invoice_ids' not in vals:
            return super().write(vals)
        # sudo - account.move: salespeople link invoices that they may not change.
        unlinked_sudo = self.sudo().invoice_ids
        result = super().write(vals)
        if vals['invoice_ids'] and vals.get('state') != 'cancelled':
            self._recompute_given_state()
        (unlinked_sudo | self.sudo().invoice_ids)._dealflow_serialize_settlement()
        (unlinked_sudo | self.sudo().invoice_ids)._dealflow_recompute_related_matching()
        return result

    @api.model
    def _has_field_access(self, field, operation):
        """Make forms show the fields that accountants may not change as read-only."""
        if (
            operation == 'write'
            and field._module == 'dealflow'
            and field.name not in ACCOUNTANT_FIELDS
            and not self.env.su
            and not self.env.user.has_group('dealflow.group_user_own')
        ):
            return False
        return super()._has_field_access(field, operation)

    def _check_accountant_fields(self, vals):
        """Refuse changes of the plan by accountants who are not salespeople: they only confirm money."""
        user = self.env.user
        if self.env.su or user.has_group('dealflow.group_user_own'):
            return
        foreign = set(vals) - ACCOUNTANT_FIELDS
        if foreign and self.env['dealflow.receipt'].has_access('write'):
            raise AccessError(
                self.env._(
                    "Accountants set status, date of receipt and invoices of a receipt. “%(field)s” is changed by the "
                    "people who work on the deal.",
                    field=self._dealflow_get_field_label(sorted(foreign)[0]),
                )
            )

    def _check_may_set_received(self, companies):
        """Refuse the status received from a user who may not set it, according to the company setting (rule 4).

        The groups of the user decide, even in sudo. Users who may override stage requirements may import past data.

        :raise UserError: the user may not set receipts to received
        """
        user = self.env.user
        is_history = self.env.context.get('import_file') and user.has_group('dealflow.group_stage_override')
        if user._is_superuser() or is_history:
            return
        for company in companies.sudo():
            rule = company.dealflow_receipt_received_by
            if rule == 'match':
                raise UserError(
                    self.env._(
                        "In %(company)s only accounting closes receipts, when the payment is matched with the invoice. "
                        "Link the invoice to the receipt.",
                        company=company.name,
                    )
                )
            if rule == 'accountant' and not (
                user.has_group('account.group_account_invoice') or user.has_group('account.group_account_manager')
            ):
                raise UserError(
                    self.env._(
                        "In %(company)s only accountants set receipts to received. Ask one, or leave a comment.",
                        company=company.name,
                    )
                )

    def _check_no_money(self):
        for receipt in self:
            if receipt.matched_amount:
                raise UserError(
                    self.env._(
                        "According to accounting, %(amount)s have come for the receipt “%(receipt)s”. It cannot be "
                        "cancelled; remove the link to the invoice first if it is wrong.",
                        amount=format_amount(self.env, receipt.matched_amount, receipt.currency_id),
                        receipt=receipt.name,
                    )
                )

    def _check_fixed_by_invoice(self, vals):
        names = [name for name in FIELDS_OF_INVOICE if name in vals]
        if not names or 'invoice_ids' in vals:
            return
        for receipt in self:
            # sudo - account.move: posted invoices that the user may not see count too.
            posted = receipt.sudo().invoice_ids.filtered(lambda move: move.state == 'posted')
            for name in names if posted else ():
                field = self._fields[name]
                if field.convert_to_write(receipt[name], receipt) == vals[name]:
                    continue
                raise ValidationError(
                    self.env._(
                        "“%(field)s” of the receipt “%(receipt)s” cannot be changed: the posted invoice %(invoice)s "
                        "was issued for it. Remove the link to the invoice first, or correct the invoice.",
                        field=self._dealflow_get_field_label(name),
                        receipt=receipt.name,
                        invoice=posted[0].name,
                    )
                )
