import random
from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .report_common import ReportCommon

MARCH = {'date_from': '2026-03-01', 'date_to': '2026-03-31'}


@tagged('post_install', '-at_install')
class TestDealDynamics(ReportCommon):
    def _get_data(self, user=None, companies=None, **options):
        return self._report('dealflow.deal.dynamics', user, companies).get_data(
            {**MARCH, 'funnel_id': self.funnel.id, **options},
        )

    def _get_movements(self, data):
        return {row['key']: (row['count'], row['amount']) for row in data['movements'] if row['count']}

    def _get_cells(self, data):
        return {
            (row['key'], cell['now']): (cell['count'], cell['amount'], cell['direction'])
            for row in data['rows']
            for cell in row['cells']
        }

    def test_what_happened_in_march(self):
        """The movements of March, counted by hand: one deal for each kind of movement (E67)."""
        resting = self._open_deal('2026-02-01 10:00', amount=1)
        forward = self._open_deal('2026-02-01 10:00', amount=10, expected_close_date='2026-04-10')
        self._change('2026-03-05 10:00', forward, stage_id=self.offer.id, comment=False)
        self._change('2026-03-06 10:00', forward, amount=15, expected_close_date='2026-04-20')
        back = self._open_deal('2026-02-01 10:00', amount=100)
        self._change('2026-02-02 10:00', back, stage_id=self.negotiation.id)
        self._change('2026-03-05 10:00', back, stage_id=self.offer.id)
        self._change('2026-03-07 10:00', back, amount=60)
        won = self._open_deal('2026-02-01 10:00', amount=1000, expected_close_date='2026-04-10')
        self._change('2026-03-05 10:00', won, expected_close_date='2026-04-01')
        self._change('2026-03-06 10:00', won, stage_id=self.contract.id, amount=1100)
        lost = self._open_deal('2026-02-01 10:00', amount=10000)
        self._change('2026-03-05 10:00', lost, lost_reason_id=self.reasons[0].id)
        reopened = self._open_deal('2026-02-01 10:00', amount=100000)
        self._change('2026-02-05 10:00', reopened, lost_reason_id=self.reasons[0].id)
        self._change('2026-03-05 10:00', reopened, lost_reason_id=False)
        new = self._open_deal('2026-03-08 10:00', amount=1000000)
        self._change('2026-04-01 10:00', new, stage_id=self.offer.id)

        data = self._get_data()

        interest, offer, negotiation, contract = (
            str(stage.id) for stage in (self.interest, self.offer, self.negotiation, self.contract)
        )
        self.assertEqual(
            self._get_cells(data),
            {
                (interest, interest): (1, 1, 'same'),
                (interest, offer): (1, 15, 'forward'),
                (negotiation, offer): (1, 60, 'back'),
                (interest, contract): (1, 1100, 'forward'),
                (interest, 'lost'): (1, 10000, 'back'),
                ('lost', interest): (1, 100000, 'forward'),
                ('new', interest): (1, 1000000, 'new'),
            },
        )
        self.assertEqual(data['opening'], {'count': 5, 'amount': 11111})
        self.assertEqual(
            self._get_movements(data),
            {
                'new': (1, 1000000),
                'reopened': (1, 100000),
                'up': (2, 105),
                'down': (1, -40),
                'won': (1, -1100),
                'lost': (1, -10000),
            },
        )
        self.assertEqual(data['closing'], {'count': 5, 'amount': 1100076})
        self.assertEqual([row['count'] for row in data['deadlines']], [1, 1])
        # Eight changes; the move of ``forward`` has no comment.
        self.assertEqual((data['explained_count'], data['change_count']), (7, 8))
        self._assert_reconciles(data)
        report = self._report('dealflow.deal.dynamics')
        options = {**MARCH, 'funnel_id': self.funnel.id}
        for arguments, deals in (
            ({'then': interest, 'now': interest}, resting),
            ({'then': negotiation, 'now': offer}, back),
            ({'then': 'new'}, new),
            ({'now': 'lost'}, lost),
            ({'movement': 'up'}, forward + won),
            ({'movement': 'pushed_out'}, forward),
            ({'movement': 'pulled_in'}, won),
            ({'movement': 'reopened'}, reopened),
        ):
            opened = self._open_action(report.get_deals_action(options, **arguments)).sorted('id')
            self.assertEqual(opened, deals, arguments)
        moves = self.env['dealflow.deal.log'].with_user(self.head).search(report.get_moves_action(options)['domain'])
        self.assertEqual(len(moves), 9)
        self.assertEqual([move['id'] for move in data['moves']], moves.ids)
        with self.assertRaisesRegex(UserError, "no movement “unknown”"):
            report.get_deals_action(options, movement='unknown')

    def test_ten_random_periods_reconcile_and_agree_with_a_plain_replay(self):
        deals = self._make_random_history(60, seed=1)
        log = self._read_log(deals)
        chance = random.Random(2)
        for _period in range(10):
            start = date(2026, 1, 1) + timedelta(days=chance.randrange(200))
            stop = start + timedelta(days=chance.randrange(1, 90))
            data = self._get_data(date_from=str(start), date_to=str(stop - timedelta(days=1)))
            with self.subTest(start=start, stop=stop):
                self._assert_dynamics(data, self._replay_dynamics(log, self._to_moment(start), self._to_moment(stop)))
                self._assert_cells_open(data)

    def _assert_cells_open(self, data):
        report = self._report('dealflow.deal.dynamics')
        options = {key: data['options'][key] for key in ('date_from', 'date_to', 'funnel_id')}
        row = max(data['rows'], key=lambda row: row['count'])
        for cell in row['cells']:
            action = report.get_deals_action(options, then=row['key'], now=cell['now'])
            self.assertEqual(len(self._open_action(action)), cell['count'])
        for movement in data['movements']:
            action = report.get_deals_action(options, movement=movement['key'])
            self.assertEqual(len(self._open_action(action)), movement['deal_count'])

    def test_now_is_what_the_deals_are(self):
        """The matrix shows the current values of the deals, because the log ends with them (rule 2)."""
        deals = self._make_random_history(40, seed=3)
        data = self._get_data(date_from='2025-12-01', date_to='2027-12-31')
        open_deals = deals.filtered(lambda deal: deal.state == 'open')
        self.assertEqual(data['opening'], {'count': 0, 'amount': 0})
        self.assertEqual(data['closing']['count'], len(open_deals))
        self._assert_money([data['closing']['amount']], [sum(open_deals.mapped('amount_company'))])
        columns = {column['key']: column['count'] for column in data['columns']}
        for stage in self.stages:
            standing = deals.filtered(lambda deal, stage=stage: deal.state != 'lost' and deal.stage_id == stage)
            self.assertEqual(columns[str(stage.id)], len(standing))

    def test_periods_chain(self):
        """The closing figures of a month are the opening figures of the next, also across a change of the clocks."""
        self._make_random_history(30, seed=9)
        for zone in ('UTC', 'Europe/Berlin', 'Pacific/Kiritimati'):
            report = self._report('dealflow.deal.dynamics').with_context(tz=zone)
            closing = None
            for month in range(2, 6):
                data = report.get_data(
                    {
                        'date_from': f'2026-{month:02}-01',
                        'date_to': str(date(2026, month + 1, 1) - timedelta(days=1)),
                        'funnel_id': self.funnel.id,
                    }
                )
                self._assert_reconciles(data)
                self.assertEqual(data['opening'], closing or data['opening'])
                closing = data['closing']

    def test_days_are_those_of_the_reader(self):
        deal = self._open_deal('2026-02-10 10:00')
        self._change('2026-03-31 20:00', deal, stage_id=self.offer.id)
        midnight = self._open_deal('2026-02-10 10:00')
        self._change('2026-04-01 00:00', midnight, stage_id=self.offer.id)
        report = self._report('dealflow.deal.dynamics')
        options = {**MARCH, 'funnel_id': self.funnel.id}
        arguments = {'then': str(self.interest.id), 'now': str(self.offer.id)}
        for zone, expected in (('UTC', deal), ('Asia/Tokyo', deal.browse()), ('America/New_York', deal + midnight)):
            action = report.with_context(tz=zone).get_deals_action(options, **arguments)
            self.assertEqual(self._open_action(action).sorted('id'), expected, zone)

    def test_rows_of_one_second_keep_their_order(self):
        deal = self._open_deal('2026-03-10 10:00:00', amount=10)
        self._change('2026-03-10 10:00:00', deal, stage_id=self.offer.id)
        self._change('2026-03-10 10:00:00', deal, amount=30)
        data = self._get_data()
        self.assertEqual(self._get_cells(data), {('new', str(self.offer.id)): (1, 30, 'new')})
        self._assert_reconciles(data)

    def test_a_deal_opened_and_closed_by_one_row(self):
        self._open_deal(
            '2026-03-10 10:00', stage_id=self.contract.id, move_comment="Bought at once", short_status="Won"
        )
        data = self._get_data()
        self.assertEqual(self._get_movements(data), {'new': (1, 100), 'won': (1, -100)})
        self.assertEqual(data['closing'], {'count': 0, 'amount': 0})

    def test_a_deal_of_another_funnel_before(self):
        other = self._new_report_funnel("Before")
        deal = self._open_deal('2026-02-10 10:00', funnel_id=other.id)
        self._change('2026-03-10 10:00', deal, funnel_id=self.funnel.id, stage_id=self.offer.id)
        data = self._get_data()
        stranger = next(row for row in data['rows'] if row['key'] == str(other.stage_ids[0].id))
        self.assertEqual(stranger['name'], "Before / Interest")
        self.assertEqual([cell['now'] for cell in stranger['cells']], [str(self.offer.id)])
        self._assert_reconciles(data)

    def test_a_rep_sees_his_own_deals_only(self):
        deals = self._make_random_history(24, seed=6)
        own = deals.filtered(lambda deal: deal.user_id == self.rep)
        everything = {'date_from': '2020-01-01', 'date_to': '2027-01-01'}
        self.assertEqual(self._get_data(**everything)['deal_count'], 24)
        data = self._get_data(self.rep, **everything)
        self.assertEqual(data['deal_count'], len(own))
        self.assertLessEqual({move['deal_id'] for move in data['moves']}, set(own.ids))
        self.assertEqual(data['rows'], self._get_data(user_id=self.rep.id, **everything)['rows'])
        action = self._report('dealflow.deal.dynamics', self.rep).get_deals_action(
            {**everything, 'funnel_id': self.funnel.id}, then='new'
        )
        self.assertEqual(set(action['domain'][0][2]), set(own.ids))
        outsider = self._new_user('outsider', 'base.group_user')
        with self.assertRaises(AccessError):
            self._get_data(outsider)

    def test_companies_and_currencies(self):
        """Rates change between the rows of a company in euro: the difference has its own line, and the sums agree."""
        euro_company = self.env['res.company'].create({'name': "Euro Ltd", 'currency_id': self.env.ref('base.EUR').id})
        self.head.company_ids += euro_company
        for user in (self.rep, self.other_rep):
            user.company_ids += euro_company
        self.funnel.company_id = False
        chance = random.Random(11)
        self.env['res.currency.rate'].create(
            [
                {
                    'currency_id': self.env.ref('base.EUR').id,
                    'company_id': self.company.id,
                    'name': str(date(2025, 12, 1) + timedelta(days=days)),
                    'rate': round(chance.uniform(0.7, 1.1), 4),
                }
                for days in range(0, 300, 7)
            ]
        )
        both = self.company + euro_company
        deals = self._make_random_history(40, seed=10, companies=both)
        self.assertEqual(deals.company_id, both)
        log = self._read_log(deals)
        euro, dollar = self.env.ref('base.EUR'), self.env.ref('base.USD')

        def convert(amount, row):
            if row['company_currency_id'] != euro.id:
                return amount
            return euro._convert(amount, dollar, self.company, row['date'].date())

        for start, stop in ((date(2026, 2, 1), date(2026, 4, 1)), (date(2026, 3, 10), date(2026, 5, 20))):
            data = self._get_data(companies=both, date_from=str(start), date_to=str(stop - timedelta(days=1)))
            self.assertIn('exchange', self._get_movements(data))
            self._assert_dynamics(
                data, self._replay_dynamics(log, self._to_moment(start), self._to_moment(stop), convert)
            )
            self._assert_cells_open_for(data, both)
        one = self._get_data(date_from='2020-01-01', date_to='2027-01-01')
        self.assertEqual(one['deal_count'], len(deals.filtered(lambda deal: deal.company_id == self.company)))

    def _assert_cells_open_for(self, data, companies):
        report = self._report('dealflow.deal.dynamics', companies=companies)
        options = {key: data['options'][key] for key in ('date_from', 'date_to', 'funnel_id')}
        for movement in data['movements']:
            action = report.get_deals_action(options, movement=movement['key'])
            self.assertEqual(len(action['domain'][0][2]), movement['deal_count'])

    def test_deal_in_a_foreign_currency(self):
        """The log keeps the amount in company currency at the rate of the day of the change."""
        self._set_rates()
        deal = self._open_deal('2026-02-10 10:00', currency_id=self.env.ref('base.EUR').id, amount=100)
        self.assertEqual(self._get_data()['opening'], {'count': 1, 'amount': 200})
        self._change('2026-03-10 10:00', deal, amount=101)
        data = self._get_data()
        self.assertEqual(self._get_movements(data), {'up': (1, 204)})
        self.assertEqual(data['closing'], {'count': 1, 'amount': 404})

    def test_empty_database(self):
        data = self._get_data()
        self.assertEqual((data['opening'], data['closing']), ({'count': 0, 'amount': 0}, {'count': 0, 'amount': 0}))
        self.assertEqual((data['deal_count'], data['moves'], data['change_count']), (0, [], 0))

    def test_queries_do_not_grow(self):
        everything = {'date_from': '2020-01-01', 'date_to': '2027-01-01'}

        def count_queries():
            self._get_data(**everything)
            return self._count_queries(lambda: self._get_data(**everything))

        self._make_random_history(5, seed=7)
        few = count_queries()
        self._make_random_history(30, seed=8)
        self.assertLessEqual(count_queries(), few)
        self.assertTrue(self.env['dealflow.deal.dynamics'].get_data._readonly)
