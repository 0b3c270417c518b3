from datetime import date, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from ..tools.receipt_sections import get_month, get_ranges, get_section
from .accounting_common import AccountingCommon
from .property_common import holds_for

TODAY = date(2017, 4, 12)

# Outcomes of a planned receipt.
FATES = (
    'planned',
    'by_hand',
    'in_parts',
    'in_full',
    'too_much',
    'overpaid',
    'by_books',
    'over_suspense',
    'credited',
    'cancelled',
    'postponed',
    'lost',
    'lost_paid',
)

# Outcomes that pay the receipt in full.
PAID = ('in_full', 'too_much', 'overpaid', 'by_books', 'over_suspense')


@tagged('post_install', '-at_install')
class TestReceiptSums(AccountingCommon):
    """Every screen, report and method shows the same amounts for any outcome of receipts, to the cent (rule 4).

    The expected sums are computed here from promised and paid amounts.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.env.user.tz = 'UTC'
        cls.currencies = (
            cls.env['res.currency'].with_context(active_test=False).search([('name', 'in', ['EUR', 'JPY'])])
        )
        cls.currencies.active = True
        cls.env['res.currency.rate'].search([('currency_id', 'in', cls.currencies.ids)]).unlink()
        # Rates change on 1 April, so that the payment date matters.
        cls.env['res.currency.rate'].create(
            [
                {'currency_id': currency.id, 'name': day, 'rate': rate, 'company_id': cls.company.id}
                for currency in cls.currencies
                for day, rate in (
                    ('2017-01-01', 0.8 if currency.name == 'EUR' else 125.0),
                    ('2017-04-01', 0.5 if currency.name == 'EUR' else 100.0),
                )
            ]
        )
        cls.currencies |= cls.company.currency_id

    def _to_company(self, amount, currency, day):
        company = self.company
        return company.currency_id.round(currency._convert(amount, company.currency_id, company, day, round=False))

    def _let_money_come(self, receipt, fate):
        """Invoice a receipt and pay the invoice according to the outcome.

        :return: list of payment dates and amounts; the credited amount, the amount on account, and the booked amount in
            company currency, or ``None`` when it follows from the rate table
        """
        amount, currency = receipt.amount, receipt.currency_id
        credited, on_account, books = 0.0, 0.0, None
        invoice = self._new_posted_invoice(amount, currency_id=currency.id)
        receipt.invoice_ids = [Command.link(invoice.id)]
        quarter = currency.round(amount / 4)
        half = currency.round(amount / 2)
        paid = {
            # Two parts of one receipt in two months, at two rates.
            'in_parts': [(date(2017, 3, 10), quarter), (date(2017, 4, 10), half)],
            'in_full': [(date(2017, 4, 3), amount)],
            'too_much': [(date(2017, 3, 10), quarter), (date(2017, 4, 3), amount - quarter)],
            'credited': [(date(2017, 4, 4), quarter)],
            'lost_paid': [(date(2017, 4, 5), quarter)],
            'overpaid': [(date(2017, 4, 3), amount)],
            'by_books': [(date(2017, 4, 3), amount)],
            'over_suspense': [(date(2017, 4, 3), amount)],
        }[fate]
        if fate == 'by_books':
            # The bank uses another rate than the table.
            books = self._to_company(amount, currency, paid[0][0])
            if currency != self.company.currency_id:
                books = self.company.currency_id.round(books * 0.983)
            self._pay_by_bank_line(invoice, amount, paid[0][0], books)
        elif fate == 'over_suspense':
            self._settle_over_suspense({invoice: amount}, paid[0][0])
        elif fate == 'overpaid':
            on_account = quarter
            self._pay(invoice, amount + quarter, paid[0][0], currency_id=currency.id)
        else:
            for paid_on, part in paid:
                self._pay(invoice, part, paid_on, currency_id=currency.id)
        if fate == 'credited':
            credited = half
            self._credit(invoice, half)
        if fate == 'lost_paid':
            receipt.deal_id.action_lose(self._get_reason(), "No more money")
        return paid, credited, on_account, books

    def _make(self, plan):
        """Create a deal for each receipt, apply the drawn outcome, and return the expected figures.

        :return: dictionaries with ``receipt``, ``deal``, ``day``, ``promised``, ``open`` and ``money``, a list of day
            and amount, in the currency of the company; ``own_open``, ``own_received`` and ``own_on_account`` in that of
            the receipt
        """
        facts = []
        for number, (fate, currency_index, cents, offset) in enumerate(plan):
            currency = self.currencies[currency_index % len(self.currencies)]
            amount = currency.round(cents * 40 * (1 if currency.rounding < 1 else 100) / 100)
            day = TODAY + timedelta(days=offset)
            deal = self._new_deal(name=f"Deal {number}", amount=amount, currency_id=currency.id)
            receipt = self._new_receipt(deal, name=f"Receipt {number}", amount=amount, date_planned=day)
            self.assertEqual(receipt.currency_id, currency)
            paid, credited, on_account = [], 0.0, 0.0
            books = None
            if fate == 'by_hand':
                paid = [(date(2017, 3, 20), amount)]
                receipt._action_set_state('received', date_received=date(2017, 3, 20))
            elif fate == 'postponed':
                receipt.action_postpone(day + timedelta(days=40), "The client asked for it")
                day += timedelta(days=40)
            elif fate == 'cancelled':
                receipt.action_set_state('cancelled')
            elif fate == 'lost':
                deal.action_lose(self._get_reason(), "No money")
            elif fate != 'planned':
                paid, credited, on_account, books = self._let_money_come(receipt, fate)
            money = [(paid_on, books or self._to_company(part, currency, paid_on)) for paid_on, part in paid]
            is_closed = fate in ('cancelled', 'lost', 'lost_paid', 'by_hand')
            rest = 0.0 if is_closed else amount - sum(part for _day, part in paid) - credited
            promised = {
                'cancelled': 0.0,
                'lost': 0.0,
                'lost_paid': sum(part for _day, part in paid),
            }.get(fate, amount)
            # The plan is converted at the rate of its last change: today's, or that of the date of receipt.
            is_received = fate in PAID or fate in ('by_hand', 'lost_paid')
            plan_day = paid[-1][0] if is_received else TODAY
            facts.append(
                {
                    'receipt': receipt,
                    'deal': deal,
                    'day': day,
                    'promised': self._to_company(promised, currency, plan_day),
                    'open': self._to_company(rest, currency, TODAY),
                    'own_open': currency.round(rest),
                    'own_on_account': on_account,
                    'own_received': currency.round(sum(part for _day, part in paid)),
                    'money': money,
                }
            )
        self.env.flush_all()
        self.env.invalidate_all()
        return facts

    def _get_reason(self):
        return self.env['crm.lost.reason'].search([], limit=1).id

    def _credit(self, invoice, amount):
        refund = self._new_invoice(
            self.partner_a, amount, '2017-04-05', post=True, move_type='out_refund', currency_id=invoice.currency_id.id
        )
        lines = (invoice + refund).line_ids.filtered(lambda line: line.account_id.account_type == 'asset_receivable')
        lines.reconcile()

    def _sum(self, amounts):
        return self.company.currency_id.round(sum(amounts))

    @holds_for(
        6,
        plan=lambda st: st.lists(
            st.tuples(st.sampled_from(FATES), st.integers(0, 2), st.integers(100, 90_000), st.integers(-75, 75)),
            min_size=4,
            max_size=9,
        ),
    )
    def test_all_screens_say_the_same(self, plan):
        with freeze_time("2017-04-12 12:00:00"):
            self._check(self._make(plan))

    def test_every_fate_in_every_currency(self):
        plan = [
            (fate, currency, 1_237 + 61 * number + currency, -60 + 11 * number)
            for number, fate in enumerate(FATES)
            for currency in range(3)
        ]
        with freeze_time("2017-04-12 12:00:00"):
            self._check(self._make(plan))

    def _check(self, facts):
        receipts = self.env['dealflow.receipt']
        mine = [('id', 'in', [fact['receipt'].id for fact in facts])]
        others = receipts.search([('id', 'not in', mine[0][2])])
        self.assertFalse(others.filtered(lambda receipt: receipt.company_id == self.company))
        month = get_month(TODAY)
        is_in_month = lambda day: month[0] <= day < month[1]  # noqa: E731
        still = self._sum(fact['open'] for fact in facts)
        received = self._sum(amount for fact in facts for _day, amount in fact['money'])
        received_this_month = self._sum(amount for fact in facts for day, amount in fact['money'] if is_in_month(day))
        overdue = self._sum(fact['open'] for fact in facts if fact['day'] < TODAY)

        # Start
        summary = receipts.get_plan_summary()
        ranges = get_ranges(TODAY, 7)
        for section in summary['sections']:
            inside = [fact for fact in facts if get_section(fact['day'], ranges) == section['bucket']]
            expected = [fact for fact in inside if fact['own_open']]
            with self.subTest(section=section['bucket']):
                self.assertEqual(section['promised']['count'], len(expected))
                self.assertEqual(self._sum([section['promised']['amount']]), self._sum(f['open'] for f in expected))
                # The plan, read by groups and by rows as its list does
                [(count, amount)] = receipts._read_group(
                    [*mine, ('state', '=', 'planned'), ('open_amount', '>', 0), ('bucket', '=', section['bucket'])],
                    [],
                    ['__count', 'open_amount:sum_currency'],
                )
                self.assertEqual(count, len(expected))
                self.assertEqual(self._sum([amount or 0.0]), self._sum([section['promised']['amount']]))
                # The plan as opened from its menu
                groups = receipts.with_context(tz='UTC').web_read_group(
                    [
                        *mine,
                        '|',
                        ('state', '=', 'planned'),
                        '&',
                        ('state', '=', 'received'),
                        ('date_planned', '>=', '2017-04-01'),
                    ],
                    ['bucket'],
                    ['open_amount_company:sum', 'received_amount_company:sum', 'received_amount:sum_currency'],
                )['groups']
                group = next((group for group in groups if group['bucket'] == section['bucket']), {})
                for name, figure in (
                    ('open_amount_company:sum', 'amount'),
                    ('received_amount_company:sum', 'received'),
                    ('received_amount:sum_currency', 'received'),
                ):
                    self.assertEqual(
                        self._sum([group.get(name) or 0.0]), self._sum([section['promised'][figure]]), name
                    )
        self.assertEqual(self._sum(s['promised']['amount'] for s in summary['sections']), still)
        self.assertEqual(self._sum(s['likely']['amount'] for s in summary['sections']), still)
        self.assertEqual(self._sum([summary['overdue']['amount']]), overdue)
        self.assertEqual(summary['month']['received'], received_this_month)
        self.assertEqual(
            self._sum([summary['month']['promised']]),
            self._sum(fact['open'] for fact in facts if is_in_month(fact['day'])),
        )

        # Forecast, plan and fact, cash calendar
        report = self.env['dealflow.receipt.report']
        totals = {
            measure: amount
            for measure, amount in report._read_group([('receipt_id', 'in', mine[0][2])], ['measure'], ['amount:sum'])
        }
        for measure, expected in (
            ('open', still),
            ('likely', still),
            ('received', received),
            ('promised', self._sum(fact['promised'] for fact in facts)),
        ):
            with self.subTest(measure=measure):
                self.assertEqual(self._sum([totals.get(measure, 0.0)]), expected)
        rows = report.search([('receipt_id', 'in', mine[0][2])])
        self.assertEqual(len(rows), len(set(rows.ids)))
        [(shown,)] = report._read_group(
            [('measure', '=', 'received'), ('date', '>=', month[0]), ('date', '<', month[1])], [], ['amount:sum']
        )
        self.assertEqual(self._sum([shown or 0.0]), received_this_month, "the list behind «This month received»")
        days = {}
        for day in self.env['dealflow.receipt.day'].search([('company_id', '=', self.company.id)]):
            days.setdefault(day.state, []).append(day.amount)
            self.assertEqual(receipts.search_count(day.action_open_receipts()['domain']), day.receipt_count)
        self.assertEqual(self._sum(days.get('received', [])), received)
        self.assertEqual(self._sum(days.get('overdue', [])), overdue)
        self.assertEqual(self._sum(days.get('planned', []) + days.get('overdue', [])), still)

        # The deal form and the printed document, in the currency of the deal
        for fact in facts:
            deal = fact['deal']
            self.assertAlmostEqual(deal.open_total, fact['own_open'], 2)
            self.assertAlmostEqual(deal.received_total, fact['own_received'], 2)
            self.assertAlmostEqual(deal.on_account_total, fact['own_on_account'], 2)
            self.assertAlmostEqual(
                fact['receipt'].gap, fact['own_open'] - fact['own_on_account'], 2, "what is missing, or too much"
            )
            self.assertAlmostEqual(deal.overdue_total, fact['own_open'] if fact['day'] < TODAY else 0.0, 2)
            for total in deal._get_payment_schedule()['totals']:
                self.assertAlmostEqual(total['open'], fact['own_open'], 2)
                self.assertAlmostEqual(total['received'], fact['own_received'], 2)
        # Receipts of a deal in company currency are summed as in the plan.
        home = self._new_deal(name="All of them", amount=1)
        for fact in facts:
            fact['receipt'].flush_recordset()
        self.env.cr.execute("UPDATE dealflow_receipt SET deal_id = %s WHERE id IN %s", [home.id, tuple(mine[0][2])])
        self.env.invalidate_all()
        self.assertEqual(self._sum([home.open_total]), still)
        self.assertEqual(self._sum([home.received_total]), received)
        self.assertEqual(self._sum([home.planned_total]), self._sum(fact['promised'] for fact in facts))
        self.assertEqual(self._sum([home.overdue_total]), overdue)

    def test_nothing_in_plan_is_zero_and_not_empty(self):
        summary = self.env['dealflow.receipt'].get_plan_summary()
        figures = {**summary['month'], **summary['overdue']}
        for section in summary['sections']:
            for dates in ('promised', 'likely'):
                figures.update({f'{section["bucket"]} {dates} {name}': v for name, v in section[dates].items()})
        wrong = [name for name, value in figures.items() if isinstance(value, bool)]
        self.assertEqual(wrong, [], "the screen shows no amount where there is none")

    def test_money_of_two_months_counts_in_each_with_its_own_part(self):
        receipt = self._new_receipt(self._new_deal(), amount=1000)
        invoice = self._new_posted_invoice(1000)
        receipt.invoice_ids = [Command.link(invoice.id)]
        self._pay(invoice, 300, date(2017, 3, 10))
        self._pay(invoice, 200, date(2017, 4, 10))
        for day, expected in (("2017-03-15", 300), ("2017-04-15", 200), ("2017-05-15", 0)):
            with freeze_time(day):
                self.assertEqual(self.env['dealflow.receipt'].get_plan_summary()['month']['received'], expected)
        self.assertEqual(receipt.matched_days, {'2017-03-10': [300, 300], '2017-04-10': [200, 200]})

    def test_money_of_marketing_counts_on_its_own_days(self):
        self.env.user.group_ids |= self.env.ref('dealflow.group_marketing')
        event = self.env['dealflow.marketing.event'].create({'name': "Fair", 'date_start': date(2017, 1, 1)})
        deal = self._new_deal(marketing_event_id=event.id)
        receipt = self._new_receipt(deal, amount=1000)
        invoice = self._new_posted_invoice(1000)
        receipt.invoice_ids = [Command.link(invoice.id)]
        self._pay(invoice, 300, date(2017, 3, 10))
        self._pay(invoice, 200, date(2017, 4, 10))
        rows = self.env['dealflow.marketing.report'].search([('event_id', '=', event.id), ('received_amount', '!=', 0)])
        self.assertEqual(
            sorted(rows.mapped(lambda row: (fields.Date.to_string(row.date), row.received_amount))),
            [('2017-03-10', 300.0), ('2017-04-10', 200.0)],
        )
