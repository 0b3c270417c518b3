import random
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from statistics import median

import pytz
from freezegun import freeze_time

from .common import DealflowCase

NOW = '2026-12-01 12:00:00'
STATES_CLOSED = ('won', 'lost')


class ReportCommon(DealflowCase):
    """Test case with dated deals, and a plain replay of their log that shares no code with the reports.

    Stages of the funnel, with the planned rate of going on:

        Interest (50 %) -> Offer (60 %) -> Negotiation (80 %) -> Contract (won) -> Paid (won)

    People, in a separate company: ``head`` (Full access), ``rep`` and ``other_rep`` (own deals), ``viewer``.
    """

    env_context = {**DealflowCase.env_context, 'tracking_disable': True}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clock = cls.startClassPatcher(freeze_time(NOW))
        cls.company = cls.env['res.company'].create({'name': "Reports Ltd", 'currency_id': cls.env.ref('base.USD').id})
        cls.env.ref('base.USD').active = True
        cls.env.ref('base.EUR').active = True
        cls.user_values = {'company_id': cls.company.id, 'tz': 'UTC'}
        cls.head = cls._new_user('head', 'dealflow.group_manager')
        cls.rep = cls._new_user('rep', 'dealflow.group_user_own')
        cls.other_rep = cls._new_user('other_rep', 'dealflow.group_user_own')
        cls.viewer = cls._new_user('viewer', 'dealflow.group_viewer')
        cls.funnel = cls._new_report_funnel("Reports")
        cls.stages = cls.funnel.stage_ids
        cls.interest, cls.offer, cls.negotiation, cls.contract, cls.paid = cls.stages
        cls.reasons = cls.env['crm.lost.reason'].create([{'name': "Too dear"}, {'name': "Too late"}])
        cls.deal_values = {'company_id': cls.company.id, 'funnel_id': cls.funnel.id, 'amount': 100.0}

    @classmethod
    def _new_report_funnel(cls, name):
        return cls._new_funnel(
            name,
            *(
                {
                    'name': stage,
                    'color': color,
                    'is_won': is_won,
                    'planned_conversion': plan,
                    'require_comment': False,
                    'probability': 50,
                }
                for color, (stage, plan, is_won) in enumerate(
                    [
                        ("Interest", 50, False),
                        ("Offer", 60, False),
                        ("Negotiation", 80, False),
                        ("Contract", 0, True),
                        ("Paid", 0, True),
                    ],
                    start=1,
                )
            ),
            company_id=cls.company.id,
        )

    def _report(self, model, user=None, companies=None):
        report = self.env[model].with_user(user or self.head)
        companies = companies or self.company
        return report.with_company(companies[0]).with_context(allowed_company_ids=companies.ids)

    def _open_action(self, action, user=None):
        """Return the deals that an action shows to a user."""
        return self.env['dealflow.deal'].with_user(user or self.head).search(action['domain'])

    def _open_deal(self, moment, user=None, **values):
        """Return a deal opened at the given moment, a UTC string."""
        self.clock.move_to(moment)
        deal = self._new_deal(user or self.head, **{'name': f"Deal {moment}", **values})
        # Pending recomputations must run while the clock is still frozen at that moment.
        deal.flush_recordset()
        self.clock.move_to(NOW)
        return deal

    def _change(self, moment, deal, comment="Agreed", **values):
        self.clock.move_to(moment)
        deal.write({'move_comment': comment, 'short_status': "Going on", **values})
        deal.flush_recordset()
        self.clock.move_to(NOW)

    def _set_rates(self):
        """Set the rates: one euro is worth 2 dollars in February and 4 from March on."""
        self.env['res.currency.rate'].create(
            [
                {'currency_id': self.env.ref('base.EUR').id, 'company_id': self.company.id, 'name': day, 'rate': rate}
                for day, rate in (('2026-02-01', 0.5), ('2026-03-01', 0.25))
            ]
        )

    def _make_random_history(self, count, seed, companies=None, start=date(2026, 1, 1)):
        """Create deals that move, skip stages, go back, are won, lost and reopened; amounts and deadlines change."""
        chance = random.Random(seed)
        deals = self.env['dealflow.deal']
        for index in range(count):
            company = chance.choice(companies or [self.company])
            moment = datetime.combine(start, time(0)) + timedelta(minutes=chance.randrange(60 * 24 * 150))
            deal = self._open_deal(
                str(moment),
                name=f"Deal {index}",
                company_id=company.id,
                funnel_id=self.funnel.id,
                user_id=chance.choice([self.rep, self.other_rep, self.head]).id,
                amount=chance.randrange(1000, 900000) / 100,
                stage_id=chance.choice([self.interest, self.interest, self.interest, self.negotiation]).id,
                expected_close_date=moment.date() + timedelta(days=60),
                move_comment="Opened",
                short_status="New",
            )
            for _step in range(chance.randrange(6)):
                moment += timedelta(minutes=chance.randrange(1, 60 * 24 * 20))
                self._change(str(moment), deal, **self._choose_change(chance, deal, moment))
            deals += deal
        return deals

    def _choose_change(self, chance, deal, moment):
        comment = chance.choice(["Said yes", "Waits", False])
        if deal.state == 'lost':
            return {'lost_reason_id': False, 'comment': "Came back"}
        kind = chance.choice(['stage', 'stage', 'stage', 'lose', 'amount', 'deadline'])
        return {
            'stage': {'stage_id': chance.choice(self.stages).id, 'comment': "Moved"},
            'lose': {'lost_reason_id': chance.choice(self.reasons).id, 'comment': "Lost"},
            'amount': {'amount': chance.randrange(1000, 900000) / 100, 'comment': comment},
            'deadline': {
                'expected_close_date': moment.date() + timedelta(days=chance.randrange(5, 90)),
                'comment': comment,
            },
        }[kind]

    # Replay: the rows of the log in plain Python

    def _read_log(self, deals):
        """Return ``{deal id: rows}``, the rows as ordered dictionaries."""
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT log.*, company.currency_id AS company_currency_id
                 FROM dealflow_deal_log log JOIN res_company company ON company.id = log.company_id
                WHERE log.deal_id = ANY(%s) ORDER BY log.deal_id, log.date, log.id""",
            [deals.ids],
        )
        log = defaultdict(list)
        for row in self.env.cr.dictfetchall():
            log[row['deal_id']].append(row)
        return dict(log)

    def _to_moment(self, day, zone='UTC'):
        return pytz.timezone(zone).localize(datetime.combine(day, time(0))).astimezone(pytz.utc).replace(tzinfo=None)

    def _replay_funnel(self, log, start=None, stop=None, stages=None):
        """Compute the funnel from rows, deal by deal; ``start`` and ``stop`` limit it to the moves of that period."""
        order = {stage.id: index for index, stage in enumerate(stages or self.stages)}
        count = len(order)
        result = {
            'count': [0] * count,
            'amount': [0.0] * count,
            'lost': [0] * count,
            'passed': [0] * count,
            'decided': [0] * count,
            'in_work': [0] * count,
            'in_work_amount': [0.0] * count,
            'lost_amount': [0.0] * count,
            'reasons': defaultdict(int),
            'median': [None] * count,
            'first': 0,
            'from_first': [0] * count,
        }
        stays = defaultdict(list)
        for rows in log.values():
            steps = [
                row
                for row in rows
                if row['stage_from_id'] != row['stage_to_id'] or row['state_from'] != row['state_to']
            ]
            considered = [
                row for row in steps if (start is None or row['date'] >= start) and (stop is None or row['date'] < stop)
            ]
            if not considered:
                continue
            for before, after in zip(steps, steps[1:], strict=False):
                if after in considered and before['state_to'] != 'lost':
                    stays[order[before['stage_to_id']]].append((after['date'] - before['date']).total_seconds() / 86400)
            reached = set()
            # How the deal left each stage for the last time
            ways = {}
            if start is None:
                reached = set(range(max(order[row['stage_to_id']] for row in steps) + 1))
            for row in considered:
                target = order[row['stage_to_id']]
                source = order[row['stage_from_id']] if row['stage_from_id'] else 0
                if start is not None:
                    reached |= set(range(source, target + 1)) if target >= source else {source, target}
                ways |= dict.fromkeys(range(source, target), 'forward')
                ways |= dict.fromkeys(range(target + 1, source + 1), 'back')
                ways[target] = 'lost' if row['state_to'] == 'lost' else None
            last = rows[-1] if start is None else considered[-1]
            amount = float(last['amount_company_to'])
            place = order[last['stage_to_id']]
            is_lost = last['state_to'] == 'lost'
            result['first'] += 0 in reached
            for index in reached:
                result['count'][index] += 1
                result['amount'][index] += amount
                result['passed'][index] += ways.get(index) == 'forward'
                result['decided'][index] += ways.get(index) in ('forward', 'lost')
                result['from_first'][index] += 0 in reached
            if is_lost:
                result['lost'][place] += 1
                result['lost_amount'][place] += amount
                result['reasons'][place, last['lost_reason_id']] += 1
            else:
                result['in_work'][place] += 1
                result['in_work_amount'][place] += amount
        for index, days in stays.items():
            result['median'][index] = median(days)
        return result

    def _replay_state(self, rows, moment):
        """Return the last row before the moment, or ``None``."""
        before = [row for row in rows if row['date'] < moment]
        return before[-1] if before else None

    def _replay_dynamics(self, log, start, stop, convert=None):
        """Compute the matrix and the movements from rows, deal by deal; amounts are whole cents."""
        convert = convert or (lambda amount, row: amount)

        def cents(row, value_of=None):
            return round(convert(float((value_of or row)['amount_company_to']), row) * 100)

        matrix, movements = defaultdict(lambda: [0, 0]), defaultdict(lambda: [0, 0])
        opening, closing = [0, 0], [0, 0]
        then_amounts = defaultdict(int)
        for rows in log.values():
            then, now = self._replay_state(rows, start), self._replay_state(rows, stop)
            if not now:
                continue
            matrix[self._get_key(then), self._get_key(now)][0] += 1
            matrix[self._get_key(then), self._get_key(now)][1] += cents(now)
            if then:
                then_amounts[self._get_key(then)] += cents(then)
            for row, total in ((then, opening), (now, closing)):
                if row and row['state_to'] == 'open':
                    total[0] += 1
                    total[1] += cents(row)
            previous = then
            for row in (row for row in rows if start <= row['date'] < stop):
                for key, amount in self._get_row_movements(previous, row, cents):
                    movements[key][0] += 1
                    movements[key][1] += amount
                previous = row
        return {
            'matrix': dict(matrix),
            'movements': dict(movements),
            'opening': opening,
            'closing': closing,
            'then': dict(then_amounts),
        }

    def _get_row_movements(self, previous, row, cents):
        state, before = row['state_to'], previous and previous['state_to']
        if not previous:
            yield 'new', cents(row)
        elif before == 'open':
            revalued = cents(row, value_of=previous)
            if cents(row) != revalued:
                yield 'up' if cents(row) > revalued else 'down', cents(row) - revalued
            if revalued != cents(previous):
                yield 'exchange', revalued - cents(previous)
        elif before != state:
            yield 'reopened', cents(row)
        if state in STATES_CLOSED and state != before:
            yield state, -cents(row)
        deadline, deadline_before = row['deadline_to'], previous and previous['deadline_to']
        if deadline and deadline_before and deadline != deadline_before:
            yield 'pushed_out' if deadline > deadline_before else 'pulled_in', cents(row)

    def _get_key(self, row):
        if row is None:
            return 'new'
        return 'lost' if row['state_to'] == 'lost' else str(row['stage_to_id'])

    # Comparison

    def _assert_funnel(self, data, replay, stages=None):
        stages = stages or self.stages
        self.assertEqual([row['count'] for row in data['stages']], replay['count'])
        self._assert_money([row['amount'] for row in data['stages']], replay['amount'])
        self.assertEqual([row['lost_count'] for row in data['stages']], replay['lost'])
        self._assert_money([row['lost_amount'] for row in data['stages']], replay['lost_amount'])
        self.assertEqual([row.get('passed_count') for row in data['stages']][:-1], replay['passed'][:-1])
        self.assertEqual([row.get('decided_count') for row in data['stages']][:-1], replay['decided'][:-1])
        self.assertEqual([row['count'] for row in data['in_work']], replay['in_work'])
        self._assert_money([row['amount'] for row in data['in_work']], replay['in_work_amount'])
        for row, days in zip(data['stages'], replay['median'], strict=True):
            self.assertEqual(row['median_days'], False if days is None else round(days, 1), row['name'])
        for index, row in enumerate(data['stages']):
            expected = round(100 * replay['from_first'][index] / replay['first'], 1) if replay['first'] else False
            self.assertEqual(row['conversion_first'], expected, row['name'])
        order = {stage.id: index for index, stage in enumerate(stages)}
        reasons = {
            (order[row['stage_id']], reason['reason_id'] or None): reason['count']
            for row in data['failed']
            for reason in row['reasons']
        }
        self.assertEqual(reasons, dict(replay['reasons']))

    def _assert_money(self, found, expected):
        self.assertEqual([round(amount * 100) for amount in found], [round(amount * 100) for amount in expected])

    def _assert_dynamics(self, data, replay):
        matrix = {
            (row['key'], cell['now']): [cell['count'], round(cell['amount'] * 100)]
            for row in data['rows']
            for cell in row['cells']
        }
        self.assertEqual(matrix, replay['matrix'])
        self._assert_totals(data, replay)
        movements = {
            movement['key']: [movement['count'], round(movement['amount'] * 100)]
            for movement in data['movements']
            if movement['count']
        }
        deadlines = {row['key']: row['count'] for row in data['deadlines'] if row['count']}
        expected = dict(replay['movements'])
        self.assertEqual(
            deadlines, {key: expected.pop(key)[0] for key in ('pulled_in', 'pushed_out') if key in expected}
        )
        self.assertEqual(movements, expected)
        self.assertEqual([data['opening']['count'], round(data['opening']['amount'] * 100)], replay['opening'])
        self.assertEqual([data['closing']['count'], round(data['closing']['amount'] * 100)], replay['closing'])
        self._assert_reconciles(data)

    def _assert_totals(self, data, replay):
        """Check that totals are the sums of their cells, with row totals converted at the rates of the start."""
        for row in data['rows']:
            cells = [figures for (then, _now), figures in replay['matrix'].items() if then == row['key']]
            self.assertEqual(row['count'], sum(count for count, _amount in cells), row['name'])
            self.assertEqual(round(row['then_amount'] * 100), replay['then'].get(row['key'], 0), row['name'])
        for column in data['columns']:
            cells = [figures for (_then, now), figures in replay['matrix'].items() if now == column['key']]
            self.assertEqual(column['count'], sum(count for count, _amount in cells), column['name'])
            self.assertEqual(round(column['amount'] * 100), sum(amount for _count, amount in cells), column['name'])

    def _assert_reconciles(self, data):
        amount = round(data['opening']['amount'] * 100) + sum(round(row['amount'] * 100) for row in data['movements'])
        self.assertEqual(amount, round(data['closing']['amount'] * 100))
        count = data['opening']['count'] + sum(row['effect'] for row in data['movements'])
        self.assertEqual(count, data['closing']['count'])
