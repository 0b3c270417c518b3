from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, tagged

from odoo.addons.dealflow.tests.common import DealflowCommon


class SiteVisitCommon(DealflowCommon):
    """The people, the funnel and the clients of Dealflow's own tests, and a deal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deal = cls._new_deal(cls.rep_north)

    @classmethod
    def _new_visit(cls, user=None, **values):
        return cls._new('dealflow.site.visit', user, {'name': "Warehouse", 'deal_id': cls.deal.id, **values})


@tagged('post_install', '-at_install')
class TestSiteVisit(SiteVisitCommon):
    def test_a_stage_demands_a_visit(self):
        self.stage_offer.requirement_ids = [(0, 0, {'kind': 'site_visit'})]
        with self.assertRefused(ValidationError, "missing: Somebody was at the client's"):
            self.deal.action_move_stage(self.stage_offer.id, "They want an offer", "Offer")
        self._new_visit(self.rep_north)
        self.deal.action_move_stage(self.stage_offer.id, "They want an offer", "Offer")
        self.assertTrue(self.deal.meets_requirements)
        self.env['dealflow.site.visit'].search([('deal_id', '=', self.deal.id)]).unlink()
        self.assertFalse(self.deal.meets_requirements, "the card says at once that the requirement is no longer met")

    def test_the_card_leads_to_the_requirement(self):
        self.stage_offer.requirement_ids = [(0, 0, {'kind': 'site_visit'})]
        self.assertEqual(
            self.stage_offer.requirement_ids._get_action(self.deal)['context'], {'default_deal_id': self.deal.id}
        )

    def test_visits_are_in_the_history_of_the_client(self):
        self._new_visit(self.rep_north, date='2040-05-20')
        domain = self.partner.action_dealflow_view_history()['domain']
        entry = self.env['dealflow.history'].with_user(self.rep_north).search([*domain, ('kind', '=', 'site_visit')])
        self.assertEqual((entry.summary, entry.date.date()), ("Warehouse", date(2040, 5, 20)))
        self.assertEqual(entry.action_open()['res_model'], 'dealflow.site.visit')
        self.env.invalidate_all()
        hidden = self.env['dealflow.history'].with_user(self.rep_south).search([*domain, ('kind', '=', 'site_visit')])
        self.assertEqual(hidden.summary, "Work of a colleague")
        with self.assertRaises(AccessError):
            hidden.action_open()

    def test_only_deals_that_one_may_read(self):
        with self.assertRefused(AccessError, "."):
            self._new_visit(self.rep_south)

    def test_the_method_for_the_start_page(self):
        self._new_visit(self.rep_north, date='2040-05-20')
        visits = self.env['dealflow.site.visit'].with_user(self.rep_north)
        self.assertEqual(visits.get_my_visits()['rows'][0]['date'], '2040-05-20', "dates travel as texts")
        with self.assertRefused(UserError, "“limit” must be a whole number"):
            visits.get_my_visits("all")


@tagged('post_install', '-at_install')
class TestStartPage(SiteVisitCommon, HttpCase):
    def _assert_on_start_page(self, user, condition):
        """Check a condition in JavaScript on the start page of a person, once the blocks are there."""
        self.browser_js(
            '/odoo/action-dealflow.dealflow_start_action',
            f"console.log({condition} ? 'test successful' : 'test failed')",
            # The blocks come all at once; this one is for everybody.
            "Boolean(document.querySelector('.o_dealflow_my_day'))",
            login=user.login,
            timeout=300,
        )

    def test_the_block_shows_the_visits(self):
        self._new_visit(self.rep_north)
        self._assert_on_start_page(
            self.rep_north, "document.querySelector('.o_dealflow_my_visits').textContent.includes('Warehouse')"
        )

    def test_the_block_is_for_people_with_the_group(self):
        self._assert_on_start_page(self.viewer, "!document.querySelector('.o_dealflow_my_visits')")
