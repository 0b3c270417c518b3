from datetime import date

from odoo.tests import TransactionCase, tagged

from odoo.addons.dealflow.tools.chance import newcombe_interval, wilson_interval

from .marketing_common import MarketingCommon


@tagged('post_install', '-at_install')
class TestChance(TransactionCase):
    """Confidence intervals against figures published with the methods."""

    def test_wilson(self):
        for (successes, cases), expected in {
            (81, 263): (0.2553, 0.3662),
            (15, 148): (0.0624, 0.1605),
            (0, 20): (0.0, 0.1611),
            (1, 29): (0.0061, 0.1718),
        }.items():
            with self.subTest(successes=successes, cases=cases):
                for found, bound in zip(wilson_interval(successes, cases), expected, strict=True):
                    self.assertAlmostEqual(found, bound, 4)
        self.assertEqual(wilson_interval(0, 0), (0.0, 1.0))

    def test_newcombe(self):
        for counts, expected in {
            (56, 70, 48, 80): (0.0524, 0.3339),
            (9, 10, 3, 10): (0.1705, 0.8090),
            (10, 10, 0, 20): (0.6791, 1.0),
        }.items():
            with self.subTest(counts=counts):
                for found, bound in zip(newcombe_interval(*counts), expected, strict=True):
                    self.assertAlmostEqual(found, bound, 4)
        self.assertEqual(newcombe_interval(0, 0, 1, 2), (-1.0, 1.0))


@tagged('post_install', '-at_install')
class TestMarketingInvited(MarketingCommon):
    """Invited contacts compared with the rest of the segment (E50)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tag = cls.env['res.partner.category'].create({'name': "Furniture dealers"})
        cls.event = cls._new_marketing_event(
            "Seminar",
            date_start=date(2024, 3, 1),
            segment_domain=repr([('category_id', 'in', cls.tag.ids)]),
        )
        cls.reason = cls.env['crm.lost.reason'].create({'name': "No need"})

    def _create_cases(self, won, lost, invited):
        """Create companies of the segment with one closed deal each; invite one contact of each if asked."""
        for number in range(won + lost):
            firm = self._new_partner(f"Firm {number}", category_id=self.tag.ids)
            if invited:
                guest = self._new_contact("Guest", firm)
                self.env['dealflow.marketing.participant'].create({'event_id': self.event.id, 'partner_id': guest.id})
            deal = self._new_deal(business_partner_id=firm.id)
            if number < won:
                self._win(deal, date(2024, 4, 1))
            else:
                deal.action_lose(self.reason.id, "No need")

    def test_enough_cases(self):
        self._create_cases(9, 3, invited=True)
        self._create_cases(3, 9, invited=False)
        effect = self.event._get_invitation_effect()
        self.assertEqual((effect['invited']['won'], effect['invited']['closed']), (9, 12))
        self.assertEqual((effect['rest']['won'], effect['rest']['closed']), (3, 12))
        self.assertEqual(effect['invited']['rate'], 75.0)
        self.assertEqual(effect['difference'], 50.0)
        self.assertTrue(effect['is_certain'])
        self.assertGreater(effect['low'], 0)
        self.assertIn("larger than chance explains", self.event.with_user(self.marketer).invitation_effect)

    def test_not_enough_cases_is_said(self):
        self._create_cases(9, 3, invited=True)
        self._create_cases(1, 2, invited=False)
        effect = self.event._get_invitation_effect()
        self.assertFalse(effect['is_enough'])
        self.assertIsNone(effect['difference'])
        self.assertIn("not enough cases", self.event.with_user(self.marketer).invitation_effect)

    def test_which_cases_count(self):
        self._create_cases(1, 0, invited=True)
        firm = self.env['res.partner'].search([('category_id', 'in', self.tag.ids)])
        self._new_deal(business_partner_id=firm.id)
        lost_before = self._new_deal(business_partner_id=firm.id, opened_on=date(2024, 2, 1))
        lost_before.action_lose(self.reason.id, "No need")
        stranger = self._new_deal(business_partner_id=self.beta.id)
        stranger.action_lose(self.reason.id, "No need")
        lead = self._new_lead(partner_id=firm.id)
        deals = self._new_deal(lead_id=lead.id) | self._new_deal(lead_id=lead.id)
        deals.action_lose(self.reason.id, "No need")
        effect = self.event._get_invitation_effect()
        self.assertEqual((effect['invited']['won'], effect['invited']['closed']), (1, 2))
        self.assertEqual(effect['rest'], {'won': 0, 'closed': 0, 'rate': None, 'low': 0.0, 'high': 100.0})
