from odoo.tests import tagged

from .tour_common import TourCommon


@tagged('post_install', '-at_install')
class TestTours(TourCommon):
    """Daily work of a sales rep in a real browser, with the rights of a rep."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep = cls._new_user('rep', 'dealflow.group_user_own,dealflow.group_receipts', name="Tour Rep")
        cls.funnel = cls._new_funnel(
            "Tour Funnel",
            {'name': "Clarification", 'probability': 20},
            {'name': "Offer", 'probability': 40},
            {'name': "Negotiation", 'probability': 70},
            {'name': "Contract", 'is_won': True},
            sequence=0,
        )
        cls.partner = cls._new_partner("Tour Client")
        cls.lead = cls._new_lead(
            name="Tour Chairs", partner_id=cls.partner.id, user_id=cls.rep.id, expected_revenue=5000
        )
        cls.lost_reason = cls.env['crm.lost.reason'].create({'name': "Tour Reason"})
        cls.lost_deal = cls._new_deal(
            name="Tour Desks",
            business_partner_id=cls.partner.id,
            user_id=cls.rep.id,
            funnel_id=cls.funnel.id,
            amount=700,
        )

    def test_rep(self):
        """Convert, move by click and by drop, plan receipts, quote, lose and reopen (E19, E20, E22, E25, E26, E31)."""
        self._start_tour('dealflow_rep', self.rep)

        deal = self.lead.deal_ids
        self.assertRecordValues(
            deal,
            [
                {
                    'state': 'open',
                    'stage_id': self.funnel.stage_ids[2].id,
                    'short_status': "Price is discussed",
                    'amount': 5000,
                }
            ],
        )
        self.assertEqual(deal.order_ids.partner_id, self.partner)
        self.assertRecordValues(
            deal.receipt_ids.sorted('date_planned'),
            [
                {'name': "Advance", 'amount': 1500, 'state': 'received'},
                {'name': "Balance", 'amount': 3500, 'state': 'planned'},
            ],
        )
        self.assertEqual(
            deal.log_ids.sorted('id').mapped(lambda log: (log.kind, log.stage_to_id.name, log.comment or '')),
            [
                ('open', "Clarification", ''),
                ('move', "Offer", "The buyer asked for two variants"),
                ('move', "Negotiation", "He wants a discount"),
            ],
        )
        self.assertEqual(self.lost_deal.log_ids.sorted('id').mapped('kind'), ['open', 'lose', 'reopen'])
        self.assertEqual(self.lost_deal.log_ids.sorted('id').mapped('user_id'), self.env.user | self.rep)
        self.assertEqual(self.lost_deal.state, 'open')

    def test_rep_begins_deals(self):
        """«New» opens an empty deal, and after saving it another one (E22)."""
        self._start_tour('dealflow_new_deal', self.rep, '/odoo/dealflow-deals/new')

        deal = self.env['dealflow.deal'].search([('name', '=', "Tour Stools")])
        self.assertRecordValues(deal, [{'user_id': self.rep.id, 'stage_id': self.funnel.stage_ids[0].id}])

    def test_manager_describes_a_funnel(self):
        """A new funnel with two stages and their requirements is saved at once (E65)."""
        manager = self._new_user('tour_manager', 'dealflow.group_manager')
        self._start_tour('dealflow_new_funnel', manager, '/odoo/action-dealflow.dealflow_funnel_action/new')

        funnel = self.env['dealflow.funnel'].search([('name', '=', "Tour Tenders")])
        self.assertEqual(funnel.stage_ids.mapped('name'), ["Bid", "Award"])
        self.assertEqual(funnel.stage_ids.requirement_ids.mapped('kind'), ['attachment', 'order_or_contract'])
        self.assertFalse(funnel.enforces_requirements)
