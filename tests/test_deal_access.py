from odoo.tests import tagged
from odoo.tools import SQL

from .common import DealflowCommon


@tagged('post_install', '-at_install')
class TestDealAccess(DealflowCommon):
    """The user's own deals are the same as shown, as searched and under the record rules."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls._new_deal(user_id=cls.rep_north.id, team_id=cls.team_north.id)
        cls.helped = cls._new_deal(user_id=cls.rep_south.id, co_executor_ids=cls.rep_north.ids, team_id=False)
        cls.of_colleague = cls._new_deal(user_id=cls.rep_second.id, team_id=cls.team_north.id)
        cls.foreign = cls._new_deal(user_id=cls.rep_south.id, team_id=cls.team_south.id)
        cls.archived = cls._new_deal(user_id=cls.rep_north.id, team_id=cls.team_north.id, active=False)
        cls.deals = cls.own + cls.helped + cls.of_colleague + cls.foreign + cls.archived
        cls.env.flush_all()

    def _check(self, user, field_name, expected):
        deals = self.deals.with_user(user).sudo().with_context(active_test=False)
        self.assertEqual(deals.filtered(field_name).ids, expected.ids, "as shown")
        domain = [('id', 'in', deals.ids)]
        self.assertEqual(deals.search([*domain, (field_name, '=', True)], order='id').ids, expected.ids, "as searched")
        self.assertEqual(
            deals.search([*domain, (field_name, '=', False)], order='id').ids,
            (self.deals - expected).ids,
            "the opposite search",
        )

    def test_own_deals(self):
        self._check(self.rep_north, 'is_own', self.own + self.helped + self.archived)
        self._check(self.viewer, 'is_own', self.deals.browse())

    def test_deals_of_the_team(self):
        of_north = self.own + self.of_colleague + self.archived
        self._check(self.rep_second, 'is_of_team', of_north)
        self._check(self.head_north, 'is_of_team', of_north)
        self._check(self.rep_north, 'is_of_team', self.own + self.helped + self.of_colleague + self.archived)

    def test_rules_follow(self):
        def see(user):
            return self.env['dealflow.deal'].with_user(user).search([('id', 'in', self.deals.ids)], order='id')

        self.assertEqual(see(self.rep_north), self.own + self.helped)
        self.assertEqual(see(self.head_north), self.own + self.of_colleague)
        self.assertEqual(see(self.rep_south), self.helped + self.foreign)
        self.assertEqual(see(self.seller_all), self.deals - self.archived)

    def test_own_receipts_are_reached_by_index(self):
        """Conditions on two tables joined by OR would make PostgreSQL read every deal."""
        query = self.env['dealflow.receipt'].with_user(self.rep_north)._search([])
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        plan = '\n'.join(line for (line,) in self.env.execute_query(SQL("EXPLAIN %s", query.select())))
        self.assertIn('dealflow_deal__user_id_index', plan)
        self.assertNotIn('Seq Scan on dealflow_deal ', plan)
