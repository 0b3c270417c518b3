import csv
import os
import random
import re
import tempfile
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from unittest import SkipTest
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged

from ..bench.sales_opportunities import DirtyFile, SalesOpportunities
from .common import find_data_set
from .report_common import NOW, ReportCommon

LAST_DAY = date(2017, 12, 31)


def read_pipeline(folder):
    """Return the deals of the file with dates and numbers; open ones have their list price, as in the import."""

    def read(name):
        with open(folder / f'{name}.csv', newline='', encoding='utf-8') as source:
            return list(csv.DictReader(source))

    def to_date(text):
        return datetime.strptime(text, '%d-%m-%Y').date() if text else None

    prices = {row['product']: row['sales_price'] for row in read('products')}
    return [
        {
            **row,
            'opened': to_date(row['engage_date']) or LAST_DAY,
            'closed': to_date(row['close_date']),
            'close_value': float(row['close_value'] or prices[row['product']]),
        }
        for row in read('sales_pipeline')
    ]


@tagged('post_install', '-at_install', 'real_data')
class TestSalesOpportunities(ReportCommon):
    """Import 8,800 real deals through the public import, and compare both reports with the file."""

    @classmethod
    def setUpClass(cls):
        cls.folder = find_data_set('crm_sales_opportunities')
        super().setUpClass()
        cls.env = cls.env['base'].with_company(cls.company).env
        cls.env.user.group_ids |= cls.env.ref('dealflow.group_stage_override')
        # The import uses the first funnel, which is the default one.
        cls.funnel.active = False
        cls.funnel = cls.env.ref('dealflow.funnel_default')
        cls.stages = cls.funnel.stage_ids.sorted('sequence')
        cls.rows = read_pipeline(cls.folder)
        # A deal without an opening date is opened on the day of the import.
        cls.clock.move_to(LAST_DAY)
        cls.sales = SalesOpportunities(cls.env, cls.folder)
        cls.remarks = cls.sales.load()
        cls.env.flush_all()
        cls.clock.move_to(NOW)
        cls.deals = cls._get_loaded('dealflow.deal')
        # Autovacuum would do this after such a large import; without it PostgreSQL plans for empty tables.
        cls.env.cr.execute("ANALYZE dealflow_deal, dealflow_deal_log, dealflow_deal_line")

    def test_unclean_rows_are_counted(self):
        self.assertEqual(self.remarks["sales_pipeline.csv: deals without an account"], 1425)
        self.assertEqual(self.remarks["sales_pipeline.csv: open deals without a value; valued at the list price"], 2089)
        self.assertEqual(self.remarks["sales_teams.csv: sellers without any deal"], 5)

    def test_figures_are_those_of_the_file(self):
        deals = self.deals
        by_state = {
            state: (count, amount)
            for state, count, amount in self.env['dealflow.deal']._read_group(
                [('id', 'in', deals.ids)], ['state'], ['__count', 'amount_company:sum']
            )
        }
        self.assertEqual(len(deals), 8800)
        self.assertEqual(by_state['won'], (4238, 10005534.0))
        self.assertEqual(by_state['lost'][0], 2473)
        self.assertEqual(by_state['open'][0], 2089)
        self.assertEqual(len(deals.filtered(lambda deal: deal.state == 'open' and not deal.business_partner_id)), 1425)
        accounts = self._get_loaded('res.partner').filtered('is_company')
        self.assertEqual(len(accounts), 85)
        self.assertEqual(len(accounts.business_partner_id), 70)
        acme = accounts.filtered(lambda partner: partner.name == "Acme Corporation")
        self.assertEqual(len(acme._dealflow_get_legal_entities()), 5)
        self.assertEqual(len(self._get_loaded('res.users')), 41)
        receipts = self._get_loaded('dealflow.receipt')
        self.assertEqual(len(receipts), 4238)
        self.assertEqual(set(receipts.mapped('state')), {'received'})
        self.assertEqual(sum(receipts.mapped('amount')), 10005534.0)
        self.assertEqual(sum(receipts.mapped('received_amount')), 10005534.0)

    def test_log_has_the_dates_of_the_file_and_ends_with_the_deal(self):
        self.env.cr.execute(
            """
            SELECT count(*)
              FROM dealflow_deal deal
              JOIN LATERAL (
                    SELECT * FROM dealflow_deal_log log WHERE log.deal_id = deal.id ORDER BY id DESC LIMIT 1
                   ) log ON TRUE
             WHERE deal.id = ANY(%s)
               AND log.stage_to_id = deal.stage_id AND log.state_to = deal.state
               AND log.amount_company_to = deal.amount_company AND log.kind = 'import'
               AND log.date::date = COALESCE(deal.closed_on, deal.opened_on)
        """,
            [self.deals.ids],
        )
        self.assertEqual(self.env.cr.fetchone()[0], 8800)

    def test_second_run_loads_nothing(self):
        before = self._snapshot()
        second = SalesOpportunities(self.env, self.folder)
        second.load()
        self.assertFalse(second.seconds)
        self.assertEqual(self._snapshot(), before)

    def test_funnel_of_the_file(self):
        self._assert_funnel_of(self.rows)
        for name in sorted({row['sales_agent'] for row in self.rows}):
            self._assert_funnel_of(
                [row for row in self.rows if row['sales_agent'] == name], user_id=self._get_record('user', name).id
            )
        for name in sorted({row['product'] for row in self.rows}):
            self._assert_funnel_of(
                [row for row in self.rows if row['product'] == name],
                domain=[('line_ids.product_id', '=', self._get_record('product', name).id)],
            )
        for start, stop in self._get_months():
            chosen = [row for row in self.rows if start <= row['opened'] < stop]
            period = {'date_from': str(start), 'date_to': str(stop - timedelta(days=1))}
            self._assert_funnel_of(chosen, **period)
            closed = [row for row in self.rows if row['closed'] and start <= row['closed'] < stop]
            data = self._get_funnel(**period, basis='moved')
            self.assertEqual(data['won_count'], sum(row['deal_stage'] == 'Won' for row in closed))
            self.assertEqual(data['lost_count'], sum(row['deal_stage'] == 'Lost' for row in closed))
            self._assert_money([data['won_amount']], [sum(row['close_value'] for row in closed)])

    def test_funnel_agrees_with_a_plain_replay(self):
        log = self._read_log(self.deals)
        self._assert_funnel(self._get_funnel(), self._replay_funnel(log))
        start, stop = date(2017, 3, 1), date(2017, 4, 1)
        self._assert_funnel(
            self._get_funnel(date_from='2017-03-01', date_to='2017-03-31', basis='moved'),
            self._replay_funnel(log, self._to_moment(start), self._to_moment(stop)),
        )

    def test_dynamics_of_the_file(self):
        log = self._read_log(self.deals)
        self._assert_log_gives_present_state(log)
        report = self._report('dealflow.deal.dynamics')
        chance = random.Random(20)
        for _period in range(10):
            start = date(2016, 10, 1) + timedelta(days=chance.randrange(430))
            stop = start + timedelta(days=chance.randrange(1, 120))
            data = report.get_data(
                {
                    'date_from': str(start),
                    'date_to': str(stop - timedelta(days=1)),
                    'funnel_id': self.funnel.id,
                }
            )
            with self.subTest(start=start, stop=stop):
                self._assert_dynamics(data, self._replay_dynamics(log, self._to_moment(start), self._to_moment(stop)))
                self._assert_movements_of_file(data, start, stop)

    @classmethod
    def _get_loaded(cls, model):
        data = cls.env['ir.model.data'].search([('module', '=', 'sales_opportunities'), ('model', '=', model)])
        return cls.env[model].browse(data.mapped('res_id'))

    def _get_record(self, kind, name):
        return self.env.ref(self.sales._key(kind, name))

    def _snapshot(self):
        """Return the number and the newest change of the rows of every table that the load writes."""
        self.env.flush_all()
        tables = (
            'dealflow_deal',
            'dealflow_deal_line',
            'dealflow_deal_log',
            'dealflow_receipt',
            'dealflow_entity_link',
            'res_partner',
            'res_users',
            'crm_team',
            'crm_team_member',
            'product_product',
            'ir_model_data',
        )
        snapshot = {}
        for table in tables:
            self.env.cr.execute(f'SELECT count(*), max(id), max(write_date) FROM "{table}"')  # noqa: S608 - fixed names
            snapshot[table] = self.env.cr.fetchone()
        return snapshot

    def _get_months(self):
        for month in range(1, 12):
            yield date(2017, month, 1), date(2017, month + 1, 1)

    def _get_funnel(self, **options):
        return self._report('dealflow.sales.funnel').get_data(
            {'date_from': '2016-01-01', 'date_to': '2017-12-31', 'funnel_id': self.funnel.id, **options}
        )

    def _assert_funnel_of(self, rows, **options):
        """Check the stages: «Prospecting» is Clarification, «Engaging» and lost are Offer, won is the last stage."""
        data = self._get_funnel(**options)
        number, amount = Counter(), Counter()
        for row in rows:
            number[row['deal_stage']] += 1
            amount[row['deal_stage']] += row['close_value']
        won = number['Won']
        self.assertEqual(
            [row['count'] for row in data['stages']], [len(rows), len(rows) - number['Prospecting'], won, won, won, won]
        )
        self.assertEqual([row['lost_count'] for row in data['stages']], [0, number['Lost'], 0, 0, 0, 0])
        self.assertEqual(
            [row['count'] for row in data['in_work']], [number['Prospecting'], number['Engaging'], 0, 0, 0, won]
        )
        self._assert_money(
            [row['amount'] for row in data['in_work']],
            [amount['Prospecting'], amount['Engaging'], 0, 0, 0, amount['Won']],
        )
        self._assert_money([data['won_amount']], [amount['Won']])
        self.assertEqual(data['deal_count'], len(rows))

    def _assert_log_gives_present_state(self, log):
        for deal in self.deals:
            last = log[deal.id][-1]
            self.assertEqual(
                (last['stage_to_id'], last['state_to'], round(float(last['amount_company_to']) * 100)),
                (deal.stage_id.id, deal.state, round(deal.amount_company * 100)),
            )

    def _assert_movements_of_file(self, data, start, stop):
        def cents(chosen):
            return round(sum(row['close_value'] for row in chosen) * 100)

        movements = {row['key']: (row['count'], round(row['amount'] * 100)) for row in data['movements']}
        opened = [row for row in self.rows if start <= row['opened'] < stop]
        self.assertEqual(movements['new'], (len(opened), cents(opened)))
        for outcome, key in (('Won', 'won'), ('Lost', 'lost')):
            closed = [row for row in self.rows if row['deal_stage'] == outcome and start <= row['closed'] < stop]
            self.assertEqual(movements[key], (len(closed), -cents(closed)))
        before = [row for row in self.rows if row['opened'] < start and not (row['closed'] and row['closed'] < start)]
        self.assertEqual(data['opening']['count'], len(before))
        self.assertEqual(round(data['opening']['amount'] * 100), cents(before))


@tagged('post_install', '-at_install')
class TestDirtySalesOpportunities(TransactionCase):
    """Files that cannot be loaded raise an error that says where and why."""

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def _write(self, name, row):
        with open(self.folder / f'{name}.csv', 'w', newline='', encoding='utf-8') as target:
            writer = csv.DictWriter(target, row)
            writer.writeheader()
            writer.writerow(row)

    def test_missing_data_set_skips_tests_and_says_where_it_belongs(self):
        place = re.escape(str(self.folder / 'crm_sales_opportunities'))
        with (
            patch.dict(os.environ, {'DEALFLOW_DATA': str(self.folder)}),
            self.assertRaisesRegex(SkipTest, f"Put its files into {place}, or let DEALFLOW_DATA name"),
        ):
            find_data_set('crm_sales_opportunities')

    def test_missing_file_is_told(self):
        with self.assertRaisesRegex(DirtyFile, "There is no file accounts.csv"):
            SalesOpportunities(self.env, self.folder)

    def test_unknown_product_is_told(self):
        self._write('accounts', {'account': "Acme", 'subsidiary_of': ""})
        self._write('products', {'product': "GTX Pro", 'sales_price': "4821"})
        self._write('sales_teams', {'sales_agent': "Anna", 'manager': "Boris"})
        self._write(
            'sales_pipeline',
            {'opportunity_id': "1", 'sales_agent': "Anna", 'product': "GTXPro", 'account': "Acme", 'deal_stage': "Won"},
        )
        with self.assertRaisesRegex(DirtyFile, "the product “GTXPro” is unknown"):
            SalesOpportunities(self.env, self.folder)._load_deals()
