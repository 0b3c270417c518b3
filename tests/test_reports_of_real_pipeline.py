import random
from datetime import date, timedelta
from unittest import SkipTest

from odoo.tests import tagged

from .report_common import DealflowReportCase, find_sales_data


@tagged('post_install', '-at_install')
class TestReportsOfRealPipeline(DealflowReportCase):
    """Both reports over 8,800 real deals equal figures computed from the file itself."""

    @classmethod
    def setUpClass(cls):
        folder = find_sales_data()
        if not folder:
            raise SkipTest("the sales pipeline is not beside the checkout; DEALFLOW_DATA may name its folder")
        super().setUpClass()
        cls.rows, cls.deals, cls.sellers, cls.products, cls.last_day = cls._load_sales_pipeline(folder)
        cls.env.flush_all()
        # What autovacuum does after so large an import; without it PostgreSQL plans for empty tables.
        cls.env.cr.execute("ANALYZE dealflow_deal, dealflow_deal_log, dealflow_deal_line")

    def test_funnel_of_the_file(self):
        self._assert_funnel_of(self.rows)
        for name in sorted(self.sellers):
            self._assert_funnel_of(
                [row for row in self.rows if row['sales_agent'] == name], user_id=self.sellers[name].id)
        for name, product in self.products.items():
            self._assert_funnel_of(
                [row for row in self.rows if row['product'] == name], domain=[('line_ids.product_id', '=', product.id)])
        for start, stop in self._get_months():
            chosen = [row for row in self.rows if start <= (row['engage_date'] or self.last_day) < stop]
            period = {'date_from': str(start), 'date_to': str(stop - timedelta(days=1))}
            self._assert_funnel_of(chosen, **period)
            closed = [row for row in self.rows if row['close_date'] and start <= row['close_date'] < stop]
            data = self._get_funnel(**period, basis='moved')
            self.assertEqual(data['won_count'], sum(row['deal_stage'] == 'Won' for row in closed))
            self.assertEqual(data['lost_count'], sum(row['deal_stage'] == 'Lost' for row in closed))
            self._assert_money([data['won_amount']], [sum(row['close_value'] for row in closed)])

    def test_funnel_agrees_with_a_plain_replay(self):
        ledger = self._read_ledger(self.deals)
        self._assert_funnel(self._get_funnel(), self._replay_funnel(ledger))
        start, stop = date(2017, 3, 1), date(2017, 4, 1)
        self._assert_funnel(
            self._get_funnel(date_from='2017-03-01', date_to='2017-03-31', basis='moved'),
            self._replay_funnel(ledger, self._to_moment(start), self._to_moment(stop)),
        )

    def test_dynamics_of_the_file(self):
        ledger = self._read_ledger(self.deals)
        self._assert_ledger_gives_present_state(ledger)
        report = self._report('dealflow.deal.dynamics')
        chance = random.Random(20)
        for _period in range(10):
            start = date(2016, 10, 1) + timedelta(days=chance.randrange(430))
            stop = start + timedelta(days=chance.randrange(1, 120))
            data = report.get_data({
                'date_from': str(start), 'date_to': str(stop - timedelta(days=1)), 'funnel_id': self.funnel.id,
            })
            with self.subTest(start=start, stop=stop):
                self._assert_dynamics(
                    data, self._replay_dynamics(ledger, self._to_moment(start), self._to_moment(stop)))
                self._assert_movements_of_file(data, start, stop)

    def _get_months(self):
        for month in range(1, 12):
            yield date(2017, month, 1), date(2017, month + 1, 1)

    def _get_funnel(self, **options):
        return self._report('dealflow.sales.funnel').get_data(
            {'date_from': '2016-01-01', 'date_to': '2017-12-31', 'funnel_id': self.funnel.id, **options})

    def _assert_funnel_of(self, rows, **options):
        """Prospecting stands in Interest, Engaging and lost deals got to the Offer, won ones to the Contract."""
        data = self._get_funnel(**options)
        number = {
            outcome: sum(row['deal_stage'] == outcome for row in rows)
            for outcome in ('Prospecting', 'Engaging', 'Won', 'Lost')
        }
        won = number['Won']
        self.assertEqual(
            [row['count'] for row in data['stages']], [len(rows), len(rows) - number['Prospecting'], won, won, 0])
        self.assertEqual([row['lost_count'] for row in data['stages']], [0, number['Lost'], 0, 0, 0])
        self.assertEqual(
            [row['count'] for row in data['in_work']], [number['Prospecting'], number['Engaging'], 0, won, 0])
        self._assert_money([data['won_amount']], [sum(row['close_value'] for row in rows)])
        self.assertEqual(data['deal_count'], len(rows))

    def _assert_ledger_gives_present_state(self, ledger):
        for deal in self.deals:
            last = ledger[deal.id][-1]
            self.assertEqual(
                (last['stage_to_id'], last['state_to'], round(float(last['amount_company_to']) * 100)),
                (deal.stage_id.id, deal.state, round(deal.amount_company * 100)),
            )

    def _assert_movements_of_file(self, data, start, stop):
        def cents(chosen):
            return round(sum(row['close_value'] for row in chosen) * 100)

        movements = {row['key']: (row['count'], round(row['amount'] * 100)) for row in data['movements']}
        opened = [row for row in self.rows if start <= (row['engage_date'] or self.last_day) < stop]
        self.assertEqual(movements['new'], (len(opened), cents(opened)))
        for outcome, key in (('Won', 'won'), ('Lost', 'lost')):
            closed = [row for row in self.rows if row['deal_stage'] == outcome and start <= row['close_date'] < stop]
            self.assertEqual(movements[key], (len(closed), -cents(closed)))
        before = [
            row for row in self.rows
            if (row['engage_date'] or self.last_day) < start and not (row['close_date'] and row['close_date'] < start)
        ]
        self.assertEqual(data['opening']['count'], len(before))
        self.assertEqual(round(data['opening']['amount'] * 100), cents(before))
