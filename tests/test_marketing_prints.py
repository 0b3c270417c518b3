from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .marketing_common import MarketingCommon


@tagged('post_install', '-at_install')
class TestMarketingPrints(MarketingCommon):
    """The printed marketing event and the comparison of events (E50)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['dealflow.marketing.cost'].create(
            [
                {
                    'name': f"Cost {number}",
                    'event_id': cls.fair.id,
                    'actual_amount': 10 + number,
                    'date': date(2024, 3, 1),
                }
                for number in range(14)
            ]
        )
        cls._new_lead(campaign_id=cls.fair.campaign_id.id)
        cls._attend(cls.fair, cls.berta)

    def _render(self, name, events, user=None, **context):
        reports = self.env['ir.actions.report'].with_user(user or self.marketer).with_context(**context)
        return str(reports._render_qweb_html(f'dealflow.{name}', events.ids)[0])

    def test_page_of_an_event(self):
        page = self._render('report_marketing_event', self.fair)
        for text in ("Spring fair", "First touch", "Cost 13", "Further costs: ", "not enough cases"):
            self.assertIn(text.replace("</t>", ""), page)
        self.assertNotIn("Cost 1<", page)
        self.assertIn("Last touch", self._render('report_marketing_event', self.fair, dealflow_attribution='last'))

    def test_comparison_begins_with_the_best(self):
        cheap = self._new_marketing_event("Letters")
        self.env['dealflow.marketing.cost'].create({'name': "Post", 'event_id': cheap.id, 'actual_amount': 10})
        deal = self._new_deal(amount=100, marketing_event_id=cheap.id)
        self._new_receipt(deal, amount=100, date_planned=date(2024, 3, 20), state='received')
        page = self._render('report_marketing_comparison', self.webinar + self.fair + cheap)
        self.assertLess(page.index("Letters"), page.index("Spring fair"))
        self.assertLess(page.index("Spring fair"), page.index("Chair webinar"))
        self.assertIn("900.0 %", page)

    def test_button_hands_the_attribution_over(self):
        events = (self.fair + self.webinar).with_user(self.marketer).with_context(dealflow_attribution='last')
        action = events.action_print_comparison()
        self.assertEqual(action['context']['active_ids'], events.ids)
        reports = self.env['ir.actions.report'].with_user(self.marketer).with_context(**action['context'])
        page = str(reports._render_qweb_html('dealflow.report_marketing_comparison', None)[0])
        self.assertIn("Last touch", page)
        self.assertIn("Spring fair", page)

    def test_prints_are_refused_to_sellers(self):
        for name in ('report_marketing_event', 'report_marketing_comparison'):
            with self.assertRaises(AccessError):
                self._render(name, self.fair, user=self.rep)
