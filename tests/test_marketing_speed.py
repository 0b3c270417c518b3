from datetime import date

from odoo.tests import tagged

from .marketing_common import MarketingCommon

RESULTS = (
    'title',
    'attribution',
    'lead_count',
    'deal_count',
    'won_count',
    'won_amount',
    'received_amount',
    'cost_actual',
    'cost_per_lead',
    'roi_won',
    'roi_received',
    'break_even_date',
    'child_count',
)


@tagged('post_install', '-at_install')
class TestMarketingSpeed(MarketingCommon):
    """The comparison of events needs as many queries for many events as for one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.events = cls.env['dealflow.marketing.event'].create(
            [{'title': f"Event {number}", 'date_start': date(2024, 1, 1)} for number in range(60)]
        )
        cls.events[40:].parent_id = cls.events[0]
        cls.env['crm.lead'].create(
            [
                {'name': f"Lead {number}", 'type': 'opportunity', 'campaign_id': event.campaign_id.id}
                for number, event in enumerate([*cls.events, *cls.events])
            ]
        )
        cls.env['dealflow.marketing.cost'].create(
            [{'name': "Rent", 'event_id': event.id, 'actual_amount': 10} for event in cls.events]
        )

    def _read(self, asked):
        """Return the number of queries needed to read the list, and its rows."""
        events = self.env['dealflow.marketing.event'].with_user(self.marketer).with_company(self.company)
        records = []
        count = self._count_queries(
            lambda: records.extend(
                events.web_search_read(
                    [('id', 'in', asked.ids)],
                    {name: {} for name in RESULTS},
                    limit=1000,
                )['records']
            )
        )
        return count, records

    def test_same_number_of_queries_for_one_and_for_many(self):
        counts = {}
        for size in (1, 1, 10, 60):
            counts[size], records = self._read(self.events[:size])
            self.assertEqual(len(records), size)
        self.assertEqual(counts[1], counts[60])
        self.assertEqual(counts[10], counts[60])

    def test_group_and_events_of_one_statement(self):
        _count, records = self._read(self.events)
        by_title = {record['title']: record for record in records}
        self.assertEqual(by_title["Event 0"]['lead_count'], 2 * 21)
        self.assertEqual(by_title["Event 0"]['cost_actual'], 210.0)
        self.assertEqual(by_title["Event 59"]['lead_count'], 2)

    def test_attaching_many_opportunities_by_batches(self):
        values = {'name': "Lead", 'type': 'opportunity', 'campaign_id': self.fair.campaign_id.id}

        def count(size):
            return self._count_queries(leads[:size]._dealflow_add_campaign_touches)

        leads = self.env['crm.lead'].create([values] * 41)
        leads.touch_ids.sudo().unlink()
        count(1)
        leads.touch_ids.sudo().unlink()
        one = count(1)
        leads.touch_ids.sudo().unlink()
        self.assertLessEqual(count(41), one + 2)
