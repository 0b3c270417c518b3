from odoo import fields
from odoo.tests import tagged

from .tour_common import TourCommon


@tagged('post_install', '-at_install')
class TestMarketingTours(TourCommon):
    def test_marketer(self):
        """A marketer plans an event, imports participants and reads the return of another event (E46-E50)."""
        marketer = self._new_user('marketer', 'dealflow.group_marketing', name="Tour Marketer")
        today = fields.Date.today()
        self.env['res.partner'].create({'name': "Tour Known", 'email': 'known@tour.example.com'})
        fair = self.env['dealflow.marketing.event'].create({'title': "Tour fair", 'date_start': today})
        self.env['dealflow.marketing.cost'].create({'name': "Stand", 'event_id': fair.id, 'actual_amount': 500})
        funnel = self._new_funnel("Tour Funnel", "Talk", {'name': "Sold", 'is_won': True}, sequence=0)
        deal = self._new_deal(
            name="Tour deal", amount=2000, funnel_id=funnel.id, marketing_event_id=fair.id, opened_on=today
        )
        deal.action_win("They signed at the stand")
        self._new_receipt(deal, name="Half", amount=1000, date_planned=today, state='received')
        # Demo events would push the records of the tour off the first page.
        self.env['dealflow.marketing.event'].search([('id', '!=', fair.id)]).action_archive()
        self._start_tour('dealflow_marketer', marketer)
        event = self.env['dealflow.marketing.event'].search([('title', '=', "Tour open day")])
        self.assertRecordValues(event, [{'budget': 2000, 'cost_planned': 700, 'participant_count': 2}])
        self.assertEqual(event.create_uid, marketer)
        self.assertEqual(sorted(event.participant_ids.partner_id.mapped('name')), ["Tour Guest", "Tour Known"])
