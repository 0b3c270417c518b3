from datetime import date, datetime, timedelta

import pytz
from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from .accounting_common import AccountingCommon
from .property_common import holds_for
from .receipt_common import ReceiptCommon

SECTIONS = ['earlier', 'month_before', 'week', 'month_after', 'later']


def draw_amounts(largest):
    """Draw a few amounts in the smallest unit of the currency."""
    return lambda st: st.lists(st.integers(1, 200_000), min_size=1, max_size=largest)


@tagged('post_install', '-at_install')
class TestReceiptAllocationProperties(AccountingCommon):
    """However money is split, the receipts of its invoice get all of it and no more (rule 4)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Currencies with zero, two and three decimals.
        cls.currencies = (
            cls.env['res.currency']
            .with_context(active_test=False)
            .search([('name', 'in', ['JPY', 'EUR', 'KWD'])], order='rounding DESC')
        )
        cls.currencies.active = True
        cls.env['res.currency.rate'].create(
            [
                {'currency_id': currency.id, 'name': '2017-01-01', 'rate': rate}
                for currency, rate in zip(cls.currencies, (151.37, 0.91, 0.307), strict=True)
                if currency != cls.env.company.currency_id
            ]
        )
        cls.invoices = {
            currency: cls._new_invoice(cls.partner_a, 1000, '2017-03-01', currency_id=currency.id)
            for currency in cls.currencies
        }
        cls.deal = cls._new_deal()

    def _make_receipts(self, invoice, currency, amounts):
        return self.env['dealflow.receipt'].create(
            [
                {
                    'name': f"Payment {number}",
                    'deal_id': self.deal.id,
                    'currency_id': currency.id,
                    'amount': amount * currency.rounding,
                    'date_planned': date(2017, 3, 1) + timedelta(days=number),
                    'invoice_ids': [Command.link(invoice.id)],
                }
                for number, amount in enumerate(amounts)
            ]
        )

    def _allocate(self, invoice, money, credits):
        """Allocate settlements of an invoice, given in the smallest unit of its currency."""
        unit = invoice.currency_id.rounding
        currencies = invoice.dealflow_receipt_ids.currency_id | invoice.currency_id
        get_rate = currencies._dealflow_get_rate_finder(invoice.company_id)
        day = date(2017, 4, 1)
        worth = unit * get_rate(invoice.currency_id, day)
        settlements = {
            invoice.id: {
                kind: [{'date': day, 'amount': amount * unit, 'amount_company': amount * worth} for amount in amounts]
                for kind, amounts in (('money', money), ('credit', credits), ('rest', []))
            }
        }
        return self.env['dealflow.receipt']._allocate(invoice, settlements, get_rate), get_rate

    @holds_for(
        45,
        place=lambda st: st.integers(0, 2),
        planned=draw_amounts(5),
        money=draw_amounts(5),
        credits=lambda st: st.lists(st.integers(1, 50_000), max_size=3),
    )
    def test_money_is_given_out_to_the_last_unit(self, place, planned, money, credits):
        """In the currency of the invoice the sums agree exactly, and only the last receipt may get too much."""
        currency = self.currencies[place]
        invoice = self.invoices[currency]
        receipts = self._make_receipts(invoice, currency, planned)
        values, _get_rate = self._allocate(invoice, money, credits)
        for field_name, given in (('matched_amount', money), ('credited_amount', credits)):
            shares = [values[receipt][field_name] for receipt in receipts]
            self.assertEqual(
                [round(share / currency.rounding) for share in shares],
                [self._to_units(share, currency) for share in shares],
                "no share is finer than the currency",
            )
            self.assertEqual(sum(self._to_units(share, currency) for share in shares), sum(given))
            self.assertGreaterEqual(min(shares), 0)
        overfull = receipts.filtered(
            lambda receipt: (
                currency.compare_amounts(
                    values[receipt]['matched_amount'] + values[receipt]['credited_amount'], receipt.amount
                )
                > 0
            )
        )
        # Payments may overfill the last receipt, and credits the first one.
        self.assertLessEqual(overfull, receipts[0] | receipts[-1])
        if not credits:
            self.assertLessEqual(overfull, receipts[-1])
        for receipt in receipts:
            is_covered = (
                currency.compare_amounts(
                    values[receipt]['matched_amount'] + values[receipt]['credited_amount'], receipt.amount
                )
                >= 0
            )
            self.assertEqual(bool(values[receipt]['cover_date']), is_covered and values[receipt]['matched_amount'] > 0)

    @staticmethod
    def _to_units(amount, currency):
        """Return an amount in the smallest unit of its currency; fail when it is more precise."""
        units = round(amount / currency.rounding)
        assert abs(amount - units * currency.rounding) < currency.rounding / 1000, amount
        return units

    @holds_for(
        30,
        places=lambda st: st.permutations(range(3)),
        planned=draw_amounts(4),
        money=draw_amounts(4),
    )
    def test_a_payment_is_never_given_beyond_itself(self, places, planned, money):
        """In another currency, receipts get the payment, up to the rounding of each share."""
        currency, receipt_currency = (self.currencies[place] for place in places[:2])
        invoice = self.invoices[currency]
        receipts = self._make_receipts(invoice, receipt_currency, planned)
        values, get_rate = self._allocate(invoice, money, [])
        day = date(2017, 4, 1)
        paid = sum(money) * currency.rounding
        shares = len(money) * len(receipts)
        for field_name, own_currency in (
            ('matched_amount', receipt_currency),
            ('matched_amount_company', invoice.company_id.currency_id),
        ):
            given = sum(values[receipt][field_name] for receipt in receipts)
            worth = paid * get_rate(currency, day) / get_rate(own_currency, day)
            self.assertAlmostEqual(given, worth, delta=shares * own_currency.rounding / 2 + 1e-6)

    @holds_for(6, planned=draw_amounts(3), parts=lambda st: st.lists(st.integers(1, 40), min_size=1, max_size=3))
    def test_payments_of_accounting_reach_the_receipts(self, planned, parts):
        """Registered payments reach the stored figures, and unreconciling them resets the figures."""
        invoice = self._new_posted_invoice(sum(planned) / 100)
        currency = invoice.currency_id
        receipts = self._make_receipts(invoice, currency, planned)
        for part in parts:
            self._pay(invoice, currency.round(max(invoice.amount_total * part / 120, 0.01)))
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(
            currency.compare_amounts(
                sum(receipts.mapped('received_amount')), invoice.amount_total - invoice.amount_residual
            ),
            0,
        )
        self.assertEqual(currency.compare_amounts(sum(receipts.mapped('gap')), invoice.amount_residual), 0)
        invoice.line_ids.remove_move_reconcile()
        self.assertEqual(receipts.mapped('received_amount'), [0] * len(receipts))


@tagged('post_install', '-at_install')
class TestReceiptSectionProperties(ReceiptCommon):
    """Every receipt is in exactly one section of the plan, for any date and time zone (E37)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clock = cls.startClassPatcher(freeze_time('2026-05-20 12:00:00'))
        cls.receipt = cls._new_receipt()
        cls.lang = cls.env['res.lang']._lang_get('en_US')

    @holds_for(
        80,
        moment=lambda st: st.datetimes(datetime(2021, 1, 1), datetime(2037, 12, 31)),
        zone=lambda st: st.sampled_from(pytz.common_timezones),
        first_weekday=lambda st: st.integers(1, 7),
        edge=lambda st: st.sampled_from(['today', 'week', 'next week', 'month', 'next month']),
        # Errors are most likely on the last day before a boundary and on the first day after it.
        distance=lambda st: st.one_of(st.integers(-1, 0), st.integers(-45, 45)),
    )
    def test_one_section_for_every_day_and_zone(self, moment, zone, first_weekday, edge, distance):
        """The field, the search and the groups return the same section as the definition."""
        self.clock.move_to(moment)
        self.lang.week_start = str(first_weekday)
        today = pytz.utc.localize(moment).astimezone(pytz.timezone(zone)).date()
        week = self._get_week_start(today, first_weekday)
        month = today.replace(day=1)
        day = (
            timedelta(days=distance)
            + {
                'today': today,
                'week': week,
                'next week': week + timedelta(days=7),
                'month': month,
                'next month': (month + timedelta(days=31)).replace(day=1),
            }[edge]
        )
        self.receipt.deal_id.opened_on = min(day, self.receipt.deal_id.opened_on)
        self.receipt.write({'date_planned': day, 'postpone_reason': "Tried"})
        receipt = self.receipt.with_context(tz=zone)
        section = self._get_section(day, today, week)
        self.assertEqual(receipt.bucket, section)
        mine = [('id', '=', receipt.id)]
        found = [name for name in SECTIONS if receipt.search_count([*mine, ('bucket', '=', name)])]
        self.assertEqual(found, [section])
        self.assertEqual(receipt._read_group(mine, ['bucket'], ['__count']), [(section, 1)])

    @staticmethod
    def _get_week_start(today, first_weekday):
        """Return the last date up to ``today`` with the given weekday, counted from Monday = 1."""
        days = [today - timedelta(days=back) for back in range(7)]
        return next(day for day in days if day.isoweekday() == first_weekday)

    @staticmethod
    def _get_section(day, today, week):
        """Return the section by the definition: the current week first, then the month."""
        if 0 <= (day - week).days < 7:
            return 'week'
        if (day.year, day.month) == (today.year, today.month):
            return 'month_before' if day < today else 'month_after'
        return 'earlier' if day < today else 'later'
