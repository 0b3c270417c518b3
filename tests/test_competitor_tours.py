from odoo.tests import HttpCase, new_test_user, tagged


@tagged('post_install', '-at_install')
class TestCompetitorTours(HttpCase):
    """Rivals in a real browser, with a rep's rights."""

    # The first page of a run waits until the bundles are built.
    tour_timeout = 300

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep = new_test_user(cls.env, 'tour_rep', groups='dealflow.group_user_own', name="Tour Rep")
        funnel = cls.env['dealflow.funnel'].create({'name': "Tour Funnel", 'sequence': 0, 'stage_ids': [
            (0, 0, {'name': "Clarification", 'sequence': 1}),
            (0, 0, {'name': "Contract", 'sequence': 2, 'is_won': True}),
        ]})
        industry = cls.env['res.partner.industry'].create({'name': "Tour Schools"})
        partner = cls.env['res.partner'].create(
            {'name': "Tour Client", 'is_company': True, 'industry_id': industry.id})
        cls.env['crm.lost.reason'].create({'name': "Tour Reason"})
        cls.rival = cls.env['dealflow.competitor'].create({
            'name': "Tour Rival",
            'status_id': cls.env['dealflow.competitor.status'].create({'name': "Tour Status", 'sequence': 0}).id,
        })
        cls.deal = cls.env['dealflow.deal'].create({
            'name': "Tour Desks", 'business_partner_id': partner.id, 'user_id': cls.rep.id, 'funnel_id': funnel.id,
            'amount': 700,
        })

    def test_rep_loses_to_a_rival(self):
        """Note the rival, lose to him, read his battle card (B51, C65)."""
        self.start_tour('/odoo', 'dealflow_competitors', login='tour_rep', timeout=self.tour_timeout)
        self.assertEqual(self.deal.lost_competitor_id, self.rival)
        self.assertRecordValues(self.deal.competitor_ids, [{'price': 630.0, 'outcome': 'winner'}])
