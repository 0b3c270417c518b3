from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import DealflowCommon
from .property_common import holds_for

START = datetime(2026, 3, 2, 9)
LAST_DAY = 60


def draw_steps(st):
    """Draw a sequence of user actions: how many days later, on which deal, which action, and with which number."""
    action = st.sampled_from(
        [
            'move',
            'move',
            'move',
            'win',
            'lose',
            'reopen',
            'amount',
            'amount',
            'currency',
            'deadline',
            'owner',
            'line',
        ]
    )
    return st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 2), action, st.integers(0, 99_999_999)),
        min_size=1,
        max_size=12,
    )


def draw_period(st):
    return st.tuples(st.integers(-5, LAST_DAY), st.integers(0, LAST_DAY))


@tagged('post_install', '-at_install')
class TestDealLogProperties(DealflowCommon):
    """The log is complete and reconciles, whatever users do to deals and in whatever order (rule 2)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clock = cls.startClassPatcher(freeze_time(START))
        cls.env = cls.env(context={**cls.env.context, 'tracking_disable': True})
        company_currency = cls.env.company.currency_id
        cls.currencies = (
            cls.env['res.currency']
            .with_context(active_test=False)
            .search(
                [
                    ('name', 'in', ['USD', 'EUR', 'JPY', 'KWD']),
                    ('id', '!=', company_currency.id),
                ]
            )
        )
        cls.currencies.active = True
        cls.env['res.currency.rate'].create(
            [
                {'currency_id': currency.id, 'name': day, 'rate': rate * (1 + number)}
                for number, currency in enumerate(cls.currencies)
                for day, rate in (('2026-01-01', 1.37), ('2026-03-20', 0.61803))
            ]
        )
        cls.currencies += company_currency
        cls.people = cls.rep_north + cls.rep_second + cls.rep_south

    def _play(self, steps):
        """Create three deals and run the steps with all rights; a refused step changes nothing."""
        self.clock.move_to(START)
        deals = (
            self.env['dealflow.deal']
            .with_user(self.importer)
            .create(
                [{'name': f"Deal {number}", 'funnel_id': self.funnel.id, 'amount': 100 * number} for number in range(3)]
            )
        )
        day = 0
        for days, number, action, value in steps:
            day = min(day + days, LAST_DAY)
            self.clock.move_to(START + timedelta(days=day, seconds=len(deals.log_ids)))
            try:
                with self.env.cr.savepoint():
                    getattr(self, f'_do_{action}')(deals[number], value)
            except UserError:
                # For example, moving a lost deal.
                continue
        self.env.flush_all()
        self.env.invalidate_all()
        return deals

    def _do_move(self, deal, value):
        stages = self.funnel.stage_ids.sorted('sequence')
        deal.action_move_stage(stages[value % len(stages)].id, f"Comment {value}", "Moved")

    def _do_win(self, deal, value):
        deal.action_win("Signed")

    def _do_lose(self, deal, value):
        deal.action_lose(self.reason.id, "No money")

    def _do_reopen(self, deal, value):
        deal.action_reopen("They called again")

    def _do_amount(self, deal, value):
        deal.amount = value / 1000

    def _do_currency(self, deal, value):
        deal.currency_id = self.currencies[value % len(self.currencies)]

    def _do_deadline(self, deal, value):
        deal.expected_close_date = bool(value % 7) and START.date() + timedelta(days=value % 90)

    def _do_owner(self, deal, value):
        deal.user_id = self.people[value % len(self.people)]

    def _do_line(self, deal, value):
        deal.line_ids = [(0, 0, {'product_id': self.product.id, 'quantity': 1 + value % 5, 'price_unit': value / 1000})]

    @holds_for(40, steps=draw_steps)
    def test_each_row_begins_where_the_one_before_ended(self, steps):
        """Each row starts where the one before ended, and the deal has the values of its last row."""
        deals = self._play(steps)
        self.assertReconciled(deals)
        for deal in deals.sudo():
            logs = deal.log_ids.sorted('id')
            self.assertEqual((logs[0].kind, logs[0].stage_from_id.id, logs[0].amount_company_from), ('open', False, 0))
            self.assertEqual(
                self.env.company.currency_id.compare_amounts(
                    sum(log.amount_company_to - log.amount_company_from for log in logs), deal.amount_company
                ),
                0,
            )
            self.assertEqual(logs.sorted('date').ids, logs.ids)

    @holds_for(30, steps=draw_steps, period=draw_period)
    def test_opening_and_movements_are_closing(self, steps, period):
        """Opening figures plus movements are the closing figures for any period, and both agree with the log."""
        deals = self._play(steps)
        first, days = period
        date_from = START.date() + timedelta(days=first)
        date_to = date_from + timedelta(days=days)
        self.clock.move_to(START + timedelta(days=LAST_DAY + 80))
        data = (
            self.env['dealflow.deal.dynamics']
            .with_user(self.manager)
            .with_context(tz='UTC')
            .get_data(
                {
                    'date_from': str(date_from),
                    'date_to': str(date_to),
                    'funnel_id': self.funnel.id,
                }
            )
        )
        self.assertEqual(data['opening'], self._get_open_deals(deals, date_from - timedelta(days=1)))
        self.assertEqual(data['closing'], self._get_open_deals(deals, date_to))
        compare = self.env.company.currency_id.compare_amounts
        movements = data['movements']
        self.assertEqual(
            compare(data['opening']['amount'] + sum(row['amount'] for row in movements), data['closing']['amount']), 0
        )
        self.assertEqual(data['opening']['count'] + sum(row['effect'] for row in movements), data['closing']['count'])

    def _get_open_deals(self, deals, day):
        """Return number and amount of the deals open at the end of a day, computed from the log row by row."""
        heads = [deal.log_ids.filtered(lambda log: log.date.date() <= day).sorted('id')[-1:] for deal in deals.sudo()]
        amounts = [head.amount_company_to for head in heads if head.state_to == 'open']
        return {'count': len(amounts), 'amount': self.env.company.currency_id.round(sum(amounts))}
