from odoo.tests import tagged

from .tour_common import TourCommon


@tagged('post_install', '-at_install')
class TestCompetitorTours(TourCommon):
    """Competitors in a real browser, with the rights of a rep."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep = cls._new_user('rep', 'dealflow.group_user_own', name="Tour Rep")
        funnel = cls._new_funnel("Tour Funnel", "Clarification", {'name': "Contract", 'is_won': True}, sequence=0)
        industry = cls.env['res.partner.industry'].create({'name': "Tour Schools"})
        partner = cls._new_partner("Tour Client", industry_id=industry.id)
        cls.env['crm.lost.reason'].create({'name': "Tour Reason"})
        cls.competitor = cls.env['dealflow.competitor'].create(
            {
                'name': "Tour Competitor",
                'status_id': cls.env['dealflow.competitor.status'].create({'name': "Tour Status", 'sequence': 0}).id,
            }
        )
        cls.deal = cls._new_deal(
            name="Tour Desks", business_partner_id=partner.id, user_id=cls.rep.id, funnel_id=funnel.id, amount=700
        )

    def test_rep_loses_to_a_competitor(self):
        """A rep adds a competitor to a deal, loses the deal to it and reads its battle card (B51, C65)."""
        self._start_tour('dealflow_competitors', self.rep)
        self.assertEqual(self.deal.lost_competitor_id, self.competitor)
        self.assertRecordValues(self.deal.competitor_ids, [{'price': 630.0, 'outcome': 'winner'}])
