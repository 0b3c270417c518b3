from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import DealflowCommon


@tagged('post_install', '-at_install')
class TestDealGuards(DealflowCommon):
    """Changes that a deal refuses with a message, and changes without an effect."""

    def test_probability_of_a_closed_deal_stays(self):
        deal = self._new_deal(self.rep_north)
        deal.action_win("They signed")
        with self.assertRefused(ValidationError, "is “Won”, so its field “Probability” is 100.0"):
            deal.probability = 90
        deal.action_reopen("They took it back")
        deal.action_lose(self.reason.id, "Too dear")
        with self.assertRefused(ValidationError, "is “Lost”.*Reopen the deal first"):
            deal.probability = 10
        deal.action_reopen("They came back")
        deal.probability = 33
        self.assertEqual(deal.probability, 33)

    def test_the_same_amount_keeps_the_rate_of_its_day(self):
        currency = (
            self.env['res.currency']
            .with_context(active_test=False)
            .search([('name', 'in', ['EUR', 'USD']), ('id', '!=', self.env.company.currency_id.id)], limit=1)
        )
        currency.active = True
        self.env['res.currency.rate'].create(
            [
                {'currency_id': currency.id, 'name': '2026-01-01', 'rate': 2},
                {'currency_id': currency.id, 'name': '2026-02-01', 'rate': 4},
            ]
        )
        with freeze_time('2026-01-10'):
            deal = self._new_deal(currency_id=currency.id, amount=1000, opened_on=date(2026, 1, 5))
        self.assertEqual(deal.amount_company, 500)
        with freeze_time('2026-02-10'):
            deal.write({'amount': 1000})
            self.env.flush_all()
            self.assertEqual(deal.amount_company, 500)
            self.assertEqual(len(deal.log_ids), 1)
            deal.write({'amount': 2000})
            self.env.flush_all()
            self.assertEqual(deal.amount_company, 500)
        self.assertReconciled(deal)

    def test_currency_of_a_company_with_deals_stays(self):
        company = self.env['res.company'].create({'name': "New branch"})
        currency = (
            self.env['res.currency']
            .with_context(active_test=False)
            .search([('id', '!=', company.currency_id.id)], limit=1)
        )
        currency.active = True
        company.currency_id = currency
        self._new_deal(company_id=company.id, business_partner_id=False)
        with self.assertRefused(UserError, "New branch has deals.*Create a new company"):
            company.currency_id = self.env.company.currency_id
        company.currency_id = currency

    def test_opportunity_does_not_become_a_closed_deal(self):
        deal = self._new_deal(self.rep_north)
        deal.action_lose(self.reason.id, "Too dear")
        with self.assertRefused(UserError, "is “Lost”.*Reopen the deal"):
            self._new_lead(self.rep_north).action_convert_to_deal({'deal_id': deal.id})

    def test_campaign_of_an_attached_opportunity_reaches_the_deal(self):
        deal = self._new_deal(self.rep_north)
        campaign = self.env['utm.campaign'].create({'name': "Spring"})
        self._new_lead(self.rep_north, campaign_id=campaign.id).action_convert_to_deal({'deal_id': deal.id})
        self.assertEqual(deal.campaign_id, campaign)

    def test_order_of_a_deal_gets_its_opportunity(self):
        lead = self._new_lead(self.rep_north)
        lead.action_convert_to_deal()
        values = {'partner_id': self.partner.id}
        order, later = self.env['sale.order'].create([{**values, 'deal_id': lead.deal_ids.id}, values])
        later.deal_id = lead.deal_ids
        self.assertEqual((order + later).opportunity_id, lead)

    def test_archived_stage_is_not_entered(self):
        deal = self._new_deal(self.rep_north)
        self.stage_offer.active = False
        with self.assertRefused(ValidationError, "The stage Proposal is archived"):
            deal.action_move_stage(self.stage_offer.id, "They asked for it", "Offer sent")

    def test_last_funnel_stays_and_an_empty_one_is_told(self):
        empty = self.env['dealflow.funnel'].create({'name': "Empty"})
        with self.assertRefused(UserError, "The funnel Empty has no stages"):
            self._new_deal(funnel_id=empty.id)
        funnels = self.env['dealflow.funnel'].search([('company_id', '=', False), ('id', '!=', empty.id)])
        funnels.active = False
        with self.assertRefused(UserError, "The funnel Empty is the last one"):
            empty.active = False

    def test_plan_of_receipts_over_the_api(self):
        deal = self._new_deal(self.rep_north)
        plan = self.env['dealflow.receipt.plan'].with_user(self.rep_north).create({'deal_id': deal.id})
        self.assertEqual((plan.method, plan.amount), ('instalments', 1000))

    def test_comments_on_moves_say_something(self):
        deal = self._new_deal(self.rep_north)
        for comment, status in (('ok', "Offer sent"), ('-', "Offer sent"), ("They asked", 'x'), ("They asked", '...')):
            with self.assertRefused(ValidationError, "with a meaningful text"):
                deal.action_move_stage(self.stage_offer.id, comment, status)
        self.env.company.dealflow_check_move_comments = False
        deal.action_move_stage(self.stage_offer.id, 'ok', 'x')
        self.assertEqual(deal.stage_id, self.stage_offer)


@tagged('post_install', '-at_install')
class TestImportedHistory(DealflowCommon):
    """An imported history without dates of the deal itself takes the dates of its rows."""

    def _import(self, rows, **values):
        deals = self.env['dealflow.deal'].with_user(self.importer).with_context(import_file=True)
        return deals.create(
            {
                'name': "Old",
                'business_partner_id': self.partner.id,
                'funnel_id': self.funnel.id,
                'amount': 10,
                'log_ids': [Command.create(row) for row in rows],
                **values,
            }
        )

    def test_dates_come_from_the_rows(self):
        deal = self._import(
            [
                {'date': '2012-03-01 10:00:00', 'stage_to_id': self.stage_talk.id, 'comment': "Call"},
                {'date': '2012-05-01 10:00:00', 'stage_to_id': self.stage_signed.id, 'comment': "Signed"},
            ],
            stage_id=self.stage_signed.id,
        )
        self.assertRecordValues(deal, [{'opened_on': date(2012, 3, 1), 'closed_on': date(2012, 5, 1), 'state': 'won'}])

    def test_lost_and_reopened(self):
        deal = self._import(
            [
                {'date': '2012-03-01 10:00:00', 'stage_to_id': self.stage_talk.id, 'comment': "Call"},
                {
                    'date': '2012-04-01 10:00:00',
                    'stage_to_id': self.stage_talk.id,
                    'comment': "Gone",
                    'state_to': 'lost',
                    'lost_reason_id': self.reason.id,
                },
                {'date': '2012-05-01 10:00:00', 'stage_to_id': self.stage_offer.id, 'comment': "Back"},
            ],
            stage_id=self.stage_offer.id,
        )
        self.assertEqual(deal.log_ids.sorted('id').mapped('state_to'), ['open', 'lost', 'open'])
        self.assertEqual(deal.opened_on, date(2012, 3, 1))
        self.assertFalse(deal.closed_on)
        self.assertReconciled(deal)
