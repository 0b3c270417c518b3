from dateutil.relativedelta import relativedelta
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date

from ..tools.public_methods import public_method


class DealflowReceiptPlan(models.TransientModel):
    """Creates the whole receipts plan of a deal in one step (E29, E31)."""

    _name = 'dealflow.receipt.plan'
    _description = "Plan Receipts"
    _inherit = 'dealflow.reference.mixin'

    deal_id = fields.Many2one('dealflow.deal', required=True, readonly=True)
    company_id = fields.Many2one(related='deal_id.company_id')
    order_id = fields.Many2one(
        'sale.order',
        string="Confirmed Order",
        domain="[('deal_id', '=', deal_id), ('state', '=', 'sale')]",
        compute='_compute_order_id',
        store=True,
        readonly=False,
        precompute=True,
        help="Takes amount, currency and payment terms from the order.",
    )
    contract_id = fields.Many2one(
        'dealflow.contract',
        domain="[('deal_id', '=', deal_id), ('state', 'in', ('draft', 'active'))]",
        help="Takes amount, currency and payment terms from the contract.",
    )
    method = fields.Selection(
        [
            ('term', "Payment terms"),
            ('instalments', "Equal instalments"),
            ('recurring', "The same amount again and again"),
        ],
        compute='_compute_method',
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    payment_term_id = fields.Many2one(
        'account.payment.term',
        compute='_compute_payment_term_id',
        store=True,
        readonly=False,
        check_company=True,
        precompute=True,
    )
    currency_id = fields.Many2one('res.currency', compute='_compute_currency_id')
    amount = fields.Monetary(
        compute='_compute_amount',
        store=True,
        readonly=False,
        help="What is planned in all; for a repeated amount, each time.",
    )
    count = fields.Integer(string="Number of Payments", default=3)
    interval_number = fields.Integer(string="Every", default=1)
    interval_unit = fields.Selection(
        [('days', "days"), ('weeks', "weeks"), ('months', "months")],
        default='months',
        required=True,
    )
    date_start = fields.Date(string="From", required=True, default=fields.Date.context_today)
    is_replacing = fields.Boolean(
        string="Replace what is planned",
        default=True,
        help="Deletes the receipts in plan that have no invoice. What is received or invoiced stays, and is deducted "
        "from the amount.",
    )
    has_planned = fields.Boolean(compute='_compute_has_planned')
    preview = fields.Html(compute='_compute_preview')

    @api.depends('deal_id')
    def _compute_order_id(self):
        for wizard in self:
            # A search, because salespeople may not be able to read all orders of their deals.
            orders = self.env['sale.order'].search(
                [('deal_id', '=', wizard.deal_id.id), ('state', '=', 'sale')],
                limit=2,
            )
            wizard.order_id = orders if len(orders) == 1 else False

    @api.depends('order_id', 'contract_id', 'deal_id')
    def _compute_payment_term_id(self):
        for wizard in self:
            entity = wizard.deal_id.legal_entity_id.with_company(wizard.company_id)
            source = wizard._get_source()
            wizard.payment_term_id = source.payment_term_id or (
                source == wizard.deal_id and entity.property_payment_term_id
            )

    @api.depends('payment_term_id')
    def _compute_method(self):
        for wizard in self:
            wizard.method = 'term' if wizard.payment_term_id else wizard.method or 'instalments'

    @api.depends('order_id', 'contract_id', 'deal_id')
    def _compute_currency_id(self):
        for wizard in self:
            wizard.currency_id = wizard._get_source().currency_id

    @api.depends('order_id', 'contract_id', 'deal_id', 'is_replacing', 'method')
    def _compute_amount(self):
        for wizard in self:
            if wizard.method == 'recurring':
                # A fee of its own, which no document says: the total again and again would be planned many times over.
                wizard.amount = 0
                continue
            total = wizard.order_id.amount_total if wizard.order_id else wizard._get_source().amount
            wizard.amount = max(0, total - wizard._get_kept_amount())

    @api.depends('deal_id')
    def _compute_has_planned(self):
        for wizard in self:
            wizard.has_planned = any(receipt.state != 'cancelled' for receipt in wizard.deal_id.receipt_ids)

    @api.depends(
        'method',
        'payment_term_id',
        'amount',
        'count',
        'interval_number',
        'interval_unit',
        'date_start',
        'currency_id',
    )
    def _compute_preview(self):
        for wizard in self:
            try:
                parts = wizard._get_parts()
            except UserError as error:
                wizard.preview = Markup('<span class="text-danger">%s</span>') % error.args[0]
                continue
            rows = Markup().join(
                Markup('<tr><td>%s</td><td>%s</td><td class="text-end">%s</td></tr>')
                % (
                    name,
                    format_date(self.env, day),
                    format_amount(self.env, amount, wizard.currency_id),
                )
                for name, day, amount in parts
            )
            total = format_amount(self.env, sum(amount for _name, _day, amount in parts), wizard.currency_id)
            wizard.preview = Markup(
                '<table class="table table-sm"><tbody>%s</tbody><tfoot><tr class="fw-bold"><td colspan="2">%s</td>'
                '<td class="text-end">%s</td></tr></tfoot></table>'
            ) % (rows, self.env._("In all"), total)

    def _get_source(self):
        """Return the document that the plan is based on: the order, else the contract, else the deal."""
        self.ensure_one()
        return self.order_id or self.contract_id or self.deal_id

    def _get_replaced_receipts(self):
        self.ensure_one()
        if not self.is_replacing:
            return self.env['dealflow.receipt']
        return self.deal_id.receipt_ids.filtered(
            lambda receipt: receipt.state == 'planned' and not receipt.is_invoiced and not receipt.invoice_ids,
        )

    def _get_kept_amount(self):
        """Return the amount of the receipts that stay, in the currency of the plan."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        kept = self.deal_id.receipt_ids - self._get_replaced_receipts()
        return sum(
            receipt.currency_id._convert(
                receipt.amount,
                self.currency_id,
                self.company_id,
                receipt.date_received or today,
            )
            for receipt in kept
            if receipt.state != 'cancelled'
            and (not self.order_id or not receipt.order_id or receipt.order_id == self.order_id)
        )

    def _get_parts(self):
        """Return name, date and amount of each payment; instalments add up to the amount exactly.

        :rtype: list[tuple[str, date, float]]
        :raise UserError: a value is missing or does not make a plan
        """
        self.ensure_one()
        if not self.currency_id or self.currency_id.compare_amounts(self.amount, 0) <= 0:
            raise UserError(
                self.env._("Fill in what is paid each time.")
                if self.method == 'recurring'
                else self.env._(
                    "There is nothing to plan: the amount is zero. Fill in the amount of the deal, or one here.",
                )
            )
        if not self.date_start:
            raise UserError(self.env._("Choose the day from which the payments are counted."))
        if self.method == 'term':
            return self._get_term_parts()
        if not 1 <= self.count <= 120:
            raise UserError(
                self.env._(
                    "The number of payments is %(count)s. Choose one between 1 and 120.",
                    count=self.count,
                )
            )
        if self.interval_number < 1:
            raise UserError(self.env._("The time between two payments must be at least one day."))
        if self.method == 'recurring':
            amounts = [self.currency_id.round(self.amount)] * self.count
        else:
            amounts = self._split(self.amount, self.count, self.currency_id)
        step = {self.interval_unit: self.interval_number}
        return [
            (
                self.env._("Payment %(number)s of %(count)s", number=number + 1, count=self.count),
                self.date_start + relativedelta(**{unit: size * number for unit, size in step.items()}),
                amount,
            )
            for number, amount in enumerate(amounts)
        ]

    def _get_term_parts(self):
        if not self.payment_term_id:
            raise UserError(self.env._("Choose the payment terms by which the client pays."))
        terms = self.payment_term_id._compute_terms(
            date_ref=self.date_start,
            currency=self.currency_id,
            company=self.company_id,
            sign=1,
            tax_amount=0,
            tax_amount_currency=0,
            # Odoo rounds in both currencies; the plan needs that of the deal only.
            untaxed_amount=self.amount,
            untaxed_amount_currency=self.amount,
        )['line_ids']
        parts = [(term['date'], self.currency_id.round(term['foreign_amount'])) for term in terms]
        parts = [(day, amount) for day, amount in parts if not self.currency_id.is_zero(amount)]
        if any(amount < 0 for _day, amount in parts):
            raise UserError(
                self.env._(
                    "The payment terms “%(term)s” ask for more than %(amount)s in their first parts. Choose other "
                    "terms.",
                    term=self.payment_term_id.name,
                    amount=format_amount(self.env, self.amount, self.currency_id),
                )
            )
        if len(parts) == 1:
            return [(self.env._("Full payment"), *parts[0])]
        return [
            (
                self.env._(
                    "Part %(number)s of %(count)s, %(share)s %%",
                    number=number,
                    count=len(parts),
                    share=f"{amount / self.amount * 100:.2f}".rstrip('0').rstrip('.'),
                ),
                day,
                amount,
            )
            for number, (day, amount) in enumerate(parts, start=1)
        ]

    @api.model
    def _split(self, amount, count, currency):
        """Split an amount into equal parts without losing a cent: the first parts may be one cent higher."""
        units = round(amount / currency.rounding)
        size, rest = divmod(units, count)
        if not size:
            raise UserError(
                self.env._(
                    "%(amount)s cannot be split into %(count)s parts.",
                    amount=format_amount(self.env, amount, currency),
                    count=count,
                )
            )
        return [currency.round((size + (number < rest)) * currency.rounding) for number in range(count)]

    @public_method(one=True, once=True)
    def action_apply(self):
        """Create the receipts and return to the deal."""
        parts = self._get_parts()
        replaced = self._get_replaced_receipts()
        # Postponed receipts are cancelled and not deleted, so that their log stays.
        moved = replaced.filtered('postponement_ids')
        if moved:
            moved.action_set_state('cancelled', self.env._("Replaced by another plan."))
        (replaced - moved).unlink()
        self.env['dealflow.receipt'].create(
            [
                {
                    'name': name,
                    'deal_id': self.deal_id.id,
                    'order_id': self.order_id.id,
                    'date_planned': day,
                    'amount': amount,
                    'currency_id': self.currency_id.id,
                }
                for name, day, amount in parts
            ]
        )
        self.deal_id.payment_term_id = self.method == 'term' and self.payment_term_id
        return {'type': 'ir.actions.act_window_close', 'infos': {'done': True}}
