from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from .marketing_common import MarketingCommon


@tagged('post_install', '-at_install')
class TestMarketingTouch(MarketingCommon):
    """How an opportunity or a deal is attributed to a marketing event (E50)."""

    def setUp(self):
        super().setUp()
        self.today = fields.Date.today()

    def _assert_events(self, case, first, last=None):
        nothing = self.env['dealflow.marketing.event']
        self.assertEqual(case.marketing_event_id, first or nothing)
        self.assertEqual(case.marketing_last_event_id, (first if last is None else last) or nothing)

    def test_campaign(self):
        lead = self._new_lead(campaign_id=self.fair.campaign_id.id)
        self._assert_events(lead, self.fair)
        lead.campaign_id = self.webinar.campaign_id
        self._assert_events(lead, self.webinar)
        lead.campaign_id = False
        self._assert_events(lead, False)
        self._assert_events(self._new_deal(campaign_id=self.fair.campaign_id.id), self.fair)

    def test_campaign_that_becomes_an_event_later(self):
        campaign = self.env['utm.campaign'].create({'title': "Old letters"})
        lead, deal = self._new_lead(campaign_id=campaign.id), self._new_deal(campaign_id=campaign.id)
        event = self.env['dealflow.marketing.event'].create({'campaign_id': campaign.id})
        self._assert_events(lead, event)
        self._assert_events(deal, event)
        self.assertEqual(event.title, "Old letters")

    def test_participation_of_somebody_of_the_firm(self):
        before = self._new_lead(partner_id=self.alpha.id)
        self._attend(self.fair, self.anna, date=self.today)
        after = self._new_lead(partner_id=self.arno.id)
        other = self._new_lead(partner_id=self.berta.id)
        deal = self._new_deal(business_partner_id=self.alpha.id, opened_on=self.today)
        for case in (before, after, deal):
            self._assert_events(case, self.fair)
            self.assertEqual(case.touch_ids.kind, 'participation')
        self._assert_events(other, False)

    def test_participation_counts_for_attendees_only(self):
        lead = self._new_lead(partner_id=self.anna.id)
        participant = self.env['dealflow.marketing.participant'].create(
            {
                'event_id': self.fair.id,
                'partner_id': self.anna.id,
                'state': 'confirmed',
            }
        )
        self._assert_events(lead, False)
        participant.action_attend()
        participant.date = self.today
        self._assert_events(lead, self.fair)
        participant.action_miss()
        self._assert_events(lead, False)
        self.assertFalse(participant.date)

    def test_participation_outside_of_the_window(self):
        self._attend(self.fair, self.anna, date=self.today - timedelta(days=400))
        self._assert_events(self._new_lead(partner_id=self.anna.id), False)
        self.company.dealflow_attribution_days = 0
        self._assert_events(self._new_lead(partner_id=self.anna.id), self.fair)

    def test_participation_after_the_closing(self):
        lead = self._new_lead(partner_id=self.anna.id)
        lead.action_set_won()
        self._attend(self.fair, self.anna, date=self.today + timedelta(days=1))
        self._assert_events(lead, False)

    def test_client_changes(self):
        self._attend(self.fair, self.anna, date=self.today)
        lead = self._new_lead(partner_id=self.anna.id)
        lead.partner_id = self.berta
        self._assert_events(lead, False)

    def test_guest_counts_for_the_firm_that_he_belongs_to(self):
        self._attend(self.fair, self.anna, date=self.today)
        self.anna.parent_id = self.beta
        self._assert_events(self._new_lead(partner_id=self.berta.id), self.fair)
        self._assert_events(self._new_lead(partner_id=self.arno.id), False)

    def test_clients_who_attended_nothing_are_told_apart_beforehand(self):
        """Odoo converts leads one by one: clients without participation are sorted out before any flush or search."""
        self._attend(self.fair, self.anna, date=self.today)
        leads = self._new_lead() | self._new_lead()
        with patch.object(type(self.env['dealflow.marketing.touch']), '_find_participations') as search:
            for lead in leads:
                lead.partner_id = self.berta
            search.assert_not_called()
            leads[0].partner_id = self.arno
            search.assert_called_once()

    def test_first_and_last_touch(self):
        lead = self._new_lead(partner_id=self.anna.id, campaign_id=self.fair.campaign_id.id)
        self._attend(self.webinar, self.anna, date=self.today + timedelta(days=3))
        self._assert_events(lead, self.fair, self.webinar)
        early = self._new_marketing_event("Seminar")
        self._attend(early, self.anna, date=self.today - timedelta(days=30))
        self._assert_events(lead, early, self.webinar)

    def test_choice_by_hand_decides_alone(self):
        lead = self._new_lead(partner_id=self.anna.id, campaign_id=self.fair.campaign_id.id)
        lead.marketing_event_id = self.webinar
        self._assert_events(lead, self.webinar)
        self._attend(self.fair, self.anna, date=self.today)
        self._assert_events(lead, self.webinar)
        lead.marketing_event_id = False
        self._assert_events(lead, False)

    def test_deals_share_the_event_of_their_opportunity(self):
        lead = self._new_lead(campaign_id=self.fair.campaign_id.id)
        lead.action_convert_to_deal({})
        deals = lead.deal_ids | self._new_deal(lead_id=lead.id)
        for deal in deals:
            self._assert_events(deal, self.fair)
            self.assertFalse(deal.touch_ids)
        deals[0].marketing_event_id = self.webinar
        for case in (lead, *deals):
            self._assert_events(case, self.webinar)

    def test_deal_that_gets_an_opportunity_brings_its_touches_along(self):
        deal = self._new_deal(campaign_id=self.fair.campaign_id.id)
        lead = self._new_lead()
        deal.lead_id = lead
        self._assert_events(lead, self.fair)
        self._assert_events(deal, self.fair)

    def test_merged_opportunities_keep_all_touches(self):
        first = self._new_lead(campaign_id=self.fair.campaign_id.id, partner_id=self.anna.id)
        second = self._new_lead(campaign_id=self.webinar.campaign_id.id, partner_id=self.anna.id)
        merged = (first | second).merge_opportunity()
        self.assertEqual(merged.touch_ids.event_id, self.fair | self.webinar)
        self._assert_events(merged, self.fair, self.webinar)

    def test_opportunities_by_the_client_who_recommended_us(self):
        self._new_lead(referrer_id=self.anna.id, user_id=self.rep.id)
        leads = self.env['crm.lead'].with_user(self.rep)
        self.assertEqual(
            leads._read_group([('referrer_id', '=', self.anna.id)], ['referrer_id'], ['__count']), [(self.anna, 1)]
        )

    def test_the_deal_keeps_who_recommended_us(self):
        """The deal keeps its referrer: on conversion, when linked to an opportunity, and when set only later (C97)."""
        lead = self._new_lead(referrer_id=self.anna.id, user_id=self.rep.id)
        lead.with_user(self.rep).action_convert_to_deal()
        self.assertEqual(lead.deal_ids.referrer_id, self.anna)
        open_deal = self._new_deal()
        self._new_lead(referrer_id=self.anna.id).action_convert_to_deal({'deal_id': open_deal.id})
        self.assertEqual(open_deal.referrer_id, self.anna)
        late = self._new_lead(user_id=self.rep.id)
        late.action_convert_to_deal()
        late.referrer_id = self.anna
        self.assertEqual(late.deal_ids.referrer_id, self.anna)
        chosen = self._new_partner("Chosen")
        late.deal_ids.with_user(self.rep).referrer_id = chosen
        late.referrer_id = self.beta
        self.assertEqual(late.deal_ids.referrer_id, chosen)
        deals = self.env['dealflow.deal'].with_user(self.rep)
        self.assertEqual(deals.search_count([('referrer_id', '=', chosen.id)]), 1)

    def test_funnel_and_deal_reports_filter_by_event(self):
        deal = self._new_deal(campaign_id=self.fair.campaign_id.id)
        other = self._new_deal()
        group = self._new_marketing_event("Spring")
        self.fair.parent_id = group
        data = self.env['dealflow.sales.funnel'].get_data(
            {
                'date_from': '2024-03-01',
                'date_to': '2024-03-31',
                'funnel_id': deal.funnel_id.id,
                'domain': [('marketing_event_id', 'child_of', group.id)],
            }
        )
        self.assertEqual(data['deal_count'], 1)
        rows = self.env['dealflow.deal.report'].search([('marketing_event_id', '=', self.fair.id)])
        self.assertEqual(rows.deal_id, deal)
        self.assertNotIn(other, rows.deal_id)
