from datetime import date

import psycopg2

from odoo.exceptions import AccessError
from odoo.tests import tagged, users
from odoo.tools import mute_logger

from .common import DealflowCommon


@tagged('post_install', '-at_install')
class TestTarget(DealflowCommon):
    """Sales targets of sellers beside the amounts that they won (C62, C63)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['dealflow.target'].search([]).unlink()
        cls.target, cls.south, cls.undivided = (
            cls.env['dealflow.target']
            .with_user(cls.manager)
            .create(
                [
                    {'user_id': cls.rep_north.id, 'month': '2026-03-17', 'amount': 2000, 'count': 2},
                    {'user_id': cls.rep_south.id, 'month': '2026-03-01', 'amount': 500, 'count': 1},
                    {'team_id': cls.team_north.id, 'month': '2026-03-01', 'amount': 1000, 'count': 1},
                ]
            )
        )

    def _win(self, user, day, amount, **values):
        """Import a deal that ``user`` won on ``day``."""
        return self._import_deal(
            name=f"Won on {day}",
            stage_id=self.stage_signed.id,
            amount=amount,
            user_id=user.id,
            **{'opened_on': '2026-01-10', 'closed_on': day, **values},
        )

    def _read(self, user, groupby=('user_id',), domain=()):
        report = self.env['dealflow.target.report'].with_user(user)
        return report._read_group(
            [('date', '>=', '2026-03-01'), ('date', '<=', '2026-03-31'), *domain],
            list(groupby),
            ['planned_amount:sum', 'won_amount:sum', 'planned_count:sum', 'won_count:sum', 'attainment:avg'],
        )

    def test_target_is_of_a_month_and_a_team(self):
        self.assertEqual(self.target.month, date(2026, 3, 1))
        self.assertEqual(self.target.team_id, self.team_north)
        self.target.month = '2026-04-30'
        self.assertEqual(self.target.month, date(2026, 4, 1))

    @mute_logger('odoo.sql_db')
    def test_one_target_for_seller_and_month(self):
        for values in (
            {'user_id': self.rep_north.id, 'month': '2026-03-02'},
            {'team_id': self.team_north.id, 'month': '2026-03-02'},
            {'month': '2026-03-02'},
            {'user_id': self.rep_second.id, 'month': '2026-03-02', 'amount': -1},
        ):
            with self.assertRaises(psycopg2.IntegrityError), self.env.cr.savepoint():
                self.env['dealflow.target'].create(values)

    def test_copies_are_for_the_next_free_month(self):
        april = self.target.copy()
        self.assertRecordValues(
            april, [{'user_id': self.rep_north.id, 'month': date(2026, 4, 1), 'amount': 2000, 'count': 2}]
        )
        copies = (self.target | april | self.undivided).copy()
        self.assertEqual(copies.mapped('month'), [date(2026, 5, 1), date(2026, 6, 1), date(2026, 4, 1)])
        self.assertEqual(self.target.copy({'month': '2027-01-01'}).month, date(2027, 1, 1))

    def test_plan_and_fact(self):
        """A deal counts in the month in which it was won; open, lost and other months' deals do not."""
        self._win(self.rep_north, '2026-03-20', 700)
        self._win(self.rep_north, '2026-03-31', 800)
        self._win(self.rep_north, '2026-04-01', 5000)
        lost = self._new_deal(self.rep_north)
        lost.action_lose(self.reason.id, "Too dear")
        rows = self._read(self.seller_all, domain=[('user_id', '=', self.rep_north.id)])
        self.assertEqual(rows, [(self.rep_north, 2000, 1500, 2, 2, 75)])

    def test_attainment_of_a_team_is_that_of_its_sums(self):
        self._win(self.rep_north, '2026-03-20', 900)
        self._win(self.rep_second, '2026-03-21', 600)
        rows = self._read(self.seller_all, ['team_id'], [('team_id', '=', self.team_north.id)])
        self.assertEqual(rows, [(self.team_north, 3000, 1500, 3, 2, 50)])

    def test_who_sees_what(self):
        for user in (self.rep_north, self.rep_second, self.rep_south):
            self._win(user, '2026-03-20', 100)
        for user, targets, sellers in (
            (self.rep_north, self.target + self.undivided, self.rep_north),
            (self.rep_south, self.south, self.rep_south),
            (self.head_north, self.target + self.undivided, self.rep_north + self.rep_second),
            (
                self.seller_all,
                self.target + self.south + self.undivided,
                self.rep_north + self.rep_second + self.rep_south,
            ),
            (self.viewer, self.target + self.south + self.undivided, self.rep_north + self.rep_second + self.rep_south),
        ):
            with self.subTest(user.login):
                self.assertEqual(self.env['dealflow.target'].with_user(user).search([]), targets.sorted())
                found = {seller for seller, *_figures in self._read(user) if seller}
                self.assertEqual(found, set(sellers))
        stranger = self._new_user('stranger', 'base.group_user')
        with self.assertRaises(AccessError):
            self._read(stranger)

    def test_a_colleagues_unassigned_sale_is_not_in_sight(self):
        self._win(self.env['res.users'], '2026-03-20', 100, team_id=self.team_north.id)
        rows = self._read(self.rep_north, ['kind'], [('kind', '=', 'fact')])
        self.assertFalse(rows)

    def test_sale_in_a_hidden_stage_is_not_in_sight(self):
        self._win(self.rep_north, '2026-03-20', 100)
        self.stage_signed.visible_group_ids = self.env.ref('dealflow.group_manager')
        self.assertFalse(self._read(self.rep_north, ['kind'], [('kind', '=', 'fact')]))

    @users('test_viewer', 'test_rep_north', 'test_head_north', 'test_seller_all')
    def test_only_managers_set_targets(self):
        with self.assertRaises(AccessError):
            self.target.with_env(self.env).amount = 1
        with self.assertRaises(AccessError):
            self.env['dealflow.target'].create({'user_id': self.env.uid})

    def test_companies_are_apart(self):
        foreign = self._new_foreigner()
        self._win(self.rep_north, '2026-03-20', 100)
        self.assertFalse(self.env['dealflow.target'].with_user(foreign).search([]))
        self.assertFalse(self._read(foreign))
