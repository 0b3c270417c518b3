from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DealflowCommon
from .tour_common import TourCommon


@tagged('post_install', '-at_install')
class TestDealConflict(DealflowCommon):
    """A user who saves a deal is told what others have changed since it was opened."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deal = cls._new_deal(user_id=cls.rep_north.id, team_id=cls.team_north.id)

    def _get_conflicts(self, **seen):
        return self.deal.with_user(self.rep_north).get_conflicts(seen)

    def test_what_nobody_changed_is_no_conflict(self):
        seen = {
            'amount': 1000.0,
            'name': "Chairs",
            'expected_close_date': False,
            'user_id': self.rep_north.id,
            'priority': '0',
            'short_status': False,
        }
        self.assertEqual(self._get_conflicts(**seen), [])

    def test_who_changed_what_and_when(self):
        self.deal.with_user(self.head_north).write({'amount': 2000, 'expected_close_date': date(2030, 1, 31)})
        self.env.cr.precommit.run()
        conflicts = self._get_conflicts(amount=1000.0, expected_close_date=False, name="Chairs")
        self.assertEqual([conflict['name'] for conflict in conflicts], ['amount', 'expected_close_date'])
        amount, deadline = conflicts
        self.assertEqual((amount['user'], amount['label']), (self.head_north.name, "Amount"))
        self.assertIn("1,000", amount['before'])
        self.assertIn("2,000", amount['now'])
        self.assertEqual(deadline['before'], "")
        self.assertIn("2030", deadline['now'])
        self.assertTrue(amount['time'])

    def test_names_are_told_not_numbers(self):
        self.deal.business_partner_id = self.other_partner
        conflict = self._get_conflicts(business_partner_id=self.partner.id)[0]
        self.assertEqual((conflict['before'], conflict['now']), (self.partner.name, self.other_partner.name))

    def test_who_may_not_read_the_deal_is_told_nothing(self):
        with self.assertRefused(AccessError, ""):
            self.deal.with_user(self.rep_south).get_conflicts({'amount': 1.0})

    def test_fields_that_are_not_compared(self):
        self.assertEqual(self._get_conflicts(contact_ids=[]), [])
        with self.assertRefused(UserError, "has no key “no_such_field”"):
            self._get_conflicts(no_such_field=1)


@tagged('post_install', '-at_install')
class TestDealConflictTour(TourCommon):
    def test_two_tabs(self):
        """The user takes the other value, then keeps their own: nothing is overwritten unnoticed."""
        rep = self._new_user('rep', 'dealflow.group_user_own', name="Tour Seller")
        deal = self._new_deal(name="Tour Chairs", user_id=rep.id)
        self._start_tour('dealflow_deal_conflict', rep, f'/odoo/dealflow.deal/{deal.id}')
        self.assertEqual(deal.amount, 4000)
