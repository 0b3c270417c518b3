from datetime import date
from functools import partial

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, users

from .marketing_common import MarketingCommon

# Fields of the campaign, which every employee may edit.
CHANGES = {
    'title': "Something else",
    'name': "something-else",
    'active': False,
    'color': 3,
    'is_auto_campaign': True,
    'tag_ids': False,
    'user_id': 1,
    'company_id': False,
}


@tagged('post_install', '-at_install')
class TestMarketingAccess(MarketingCommon):
    """Who may see and change which parts of a marketing event (E46, E49, C69)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fair.budget = 5000
        cls.cost = cls.env['dealflow.marketing.cost'].create(
            {
                'name': "Rent",
                'event_id': cls.fair.id,
                'actual_amount': 300,
                'date': date(2024, 3, 1),
            }
        )
        cls.attendee = cls._attend(cls.fair, cls.berta)
        cls.mailer = cls._new_user('mailer', 'mass_mailing.group_mass_mailing_user')

    def _assert_refused(self, function, exception=AccessError):
        with self.assertRaises(exception), self.env.cr.savepoint():
            function()

    @users('test_clerk', 'test_rep', 'test_mailer')
    def test_employees_do_not_change_events_through_campaigns(self):
        campaign = self.fair.campaign_id.with_env(self.env)
        for name, value in CHANGES.items():
            with self.subTest(field=name):
                self._assert_refused(partial(campaign.write, {name: value}))
        self.assertEqual(self.fair.title, "Spring fair")

    def test_an_automation_of_an_employee_does_not_change_events_either(self):
        campaign = self.fair.campaign_id.with_user(self.clerk).sudo()
        self._assert_refused(lambda: campaign.write({'title': "By the back door"}))

    def test_employees_go_on_with_other_campaigns(self):
        campaign = self.env['utm.campaign'].with_user(self.clerk).create({'title': "Of the clerk"})
        campaign.title = "Still of the clerk"
        self.assertEqual(campaign.title, "Still of the clerk")

    def test_a_campaign_of_an_event_is_not_deleted(self):
        self._assert_refused(self.fair.campaign_id.with_user(self.mailer).unlink, UserError)

    def test_budget_cost_and_results_are_read_by_marketing_only(self):
        names = (
            'budget',
            'cost_actual',
            'cost_planned',
            'roi_won',
            'roi_received',
            'received_amount',
            'goal',
            'participant_ids',
            'cost_ids',
            'material_ids',
            'segment_domain',
        )
        for user in (self.clerk, self.rep):
            event = self.fair.with_user(user)
            for name in names:
                with self.subTest(user=user.login, field=name):
                    self._assert_refused(lambda event=event, name=name: event.read([name]))
                    self._assert_refused(lambda event=event, name=name: event.search([(name, '!=', False)]))
        self.assertEqual(self.fair.with_user(self.marketer).budget, 5000)
        self.assertEqual(self.fair.with_user(self.marketer).cost_actual, 300)

    def test_budget_is_not_read_through_campaigns(self):
        campaign = self.fair.campaign_id.with_user(self.clerk)
        self.assertNotIn('budget', campaign.fields_get())
        self._assert_refused(lambda: campaign.read(['budget']), ValueError)

    def test_tables_of_marketing_are_closed_to_sellers(self):
        for record in (
            self.cost,
            self.attendee,
            self.env['dealflow.marketing.touch'],
            self.env['dealflow.marketing.material'],
            self.env['dealflow.marketing.report'],
        ):
            with self.subTest(model=record._name):
                self._assert_refused(lambda record=record: record.with_user(self.rep).search([]))

    def test_sellers_read_names_and_dates_and_change_nothing(self):
        event = self.fair.with_user(self.rep)
        self.assertEqual(event.read(['title', 'date_start', 'state'])[0]['title'], "Spring fair")
        self.assertIn((event.id, "Spring fair"), event.browse().name_search("spring"))
        self._assert_refused(lambda: event.write({'state': 'done'}))
        self._assert_refused(lambda: event.write({'title': "Mine"}))
        self._assert_refused(event.unlink)
        self._assert_refused(lambda: self.env['dealflow.marketing.event'].with_user(self.rep).create({'title': "Mine"}))

    def test_messages_of_an_event_are_read_by_marketing_only(self):
        message = self.fair.with_user(self.marketer).message_post(body="The stand costs 3,000")
        self.assertEqual(message.with_user(self.marketer).read(['id'])[0]['id'], message.id)
        self._assert_refused(lambda: message.with_user(self.rep).read(['body']))

    def test_sellers_choose_the_event_of_their_deal(self):
        deal = self._new_deal(user_id=self.rep.id)
        deal.with_user(self.rep).marketing_event_id = self.fair
        self.assertEqual(deal.marketing_event_id, self.fair)
        self.assertEqual(deal.touch_ids.kind, 'hand')
        self._assert_refused(lambda: deal.with_user(self.rep).read(['touch_ids']))

    def test_marketer_plans_changes_and_deletes(self):
        event = (
            self.env['dealflow.marketing.event']
            .with_user(self.marketer)
            .create(
                {
                    'title': "Open day",
                    'budget': 100,
                    'date_start': date(2024, 6, 1),
                }
            )
        )
        event.write({'title': "Open week", 'date_end': date(2024, 6, 7), 'state': 'planned'})
        self.assertEqual(event.campaign_id.title, "Open week")
        event.unlink()
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            self.fair.with_user(self.marketer).unlink()

    def test_two_companies(self):
        other = (
            self.company_data_2['company'] if hasattr(self, 'company_data_2') else self.setup_other_company()['company']
        )
        stranger = self._new_user('stranger', 'dealflow.group_marketing', company_id=other.id)
        self.assertFalse(self.env['dealflow.marketing.event'].with_user(stranger).search([]))
        self._assert_refused(lambda: self.fair.with_user(stranger).read(['title']))
        theirs = self._new_marketing_event("Their fair", company_id=other.id)
        self.assertEqual(theirs.campaign_id.company_id, other)
        self.assertEqual(theirs.currency_id, other.currency_id)
        with self.assertRaises(UserError):
            theirs.parent_id = self.fair
        with self.assertRaises(UserError):
            self._new_deal(marketing_event_id=theirs.id)
        lead = self._new_lead(campaign_id=theirs.campaign_id.id, company_id=self.company.id)
        self.assertFalse(lead.marketing_event_id)
        shared = self._new_lead(campaign_id=theirs.campaign_id.id, company_id=False)
        self.assertEqual(shared.marketing_event_id, theirs)
        self.assertFalse(self._new_deal(lead_id=shared.id).marketing_event_id)
        with self.assertRaisesRegex(UserError, "stays in that company"):
            self.fair.company_id = other
