from datetime import date, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import DealflowCommon


@tagged('post_install', '-at_install')
class TestDeal(DealflowCommon):
    def test_new_deal_starts_in_first_stage(self):
        """A new deal starts in the first stage, with the seller's team and today as its opening date (E22)."""
        deal = self._new_deal(self.rep_north)
        self.assertEqual(deal.stage_id, self.stage_talk)
        self.assertRecordValues(
            deal,
            [
                {
                    'state': 'open',
                    'user_id': self.rep_north.id,
                    'team_id': self.team_north.id,
                    'probability': 10.0,
                    'legal_entity_id': self.partner.id,
                    'opened_on': fields.Date.context_today(deal),
                    'closed_on': False,
                }
            ],
        )
        self.assertTrue(deal.number)
        self.assertReconciled(deal)

    def test_form_makes_a_deal_with_products(self):
        """The form creates a deal with product lines (E23, E24)."""
        with Form(self.env['dealflow.deal'].with_user(self.rep_north)) as form:
            form.name = "Chairs for Ромашка"
            form.business_partner_id = self.partner
            form.funnel_id = self.funnel
            with form.line_ids.new() as line:
                line.product_id = self.product
                line.quantity = 3
                line.discount = 10
        deal = form.record
        self.assertRecordValues(deal.line_ids, [{'price_unit': 100.0, 'price_subtotal': 270.0, 'name': "Chair"}])
        self.assertEqual(deal.amount, 270.0)
        self.assertReconciled(deal)

    def test_amount_follows_lines(self):
        deal = self._new_deal(self.rep_north, amount=50)
        deal.line_ids = [(0, 0, {'name': "Delivery", 'quantity': 1, 'price_unit': 80})]
        self.assertEqual(deal.amount, 80.0)
        deal.line_ids.quantity = 2
        self.assertEqual(deal.amount, 160.0)
        deal.line_ids.unlink()
        self.assertEqual(deal.amount, 160.0, "Without products the last amount is kept and may be typed over")
        deal.amount = 70
        self.assertEqual(deal.amount, 70.0)
        self.assertReconciled(deal)

    def test_amount_against_products_is_refused(self):
        deal = self._new_deal(self.rep_north, line_ids=[(0, 0, {'name': "Chair", 'quantity': 1, 'price_unit': 10})])
        with self.assertRefused(ValidationError, "sum of its products, 10.0"):
            deal.amount = 11

    def test_amount_in_company_currency(self):
        foreign = self.env['res.currency'].create(
            {
                'name': 'TSC',
                'symbol': 't',
                'rate_ids': [(0, 0, {'name': '2020-01-01', 'rate': 2.0})],
            }
        )
        deal = self._new_deal(currency_id=foreign.id, amount=100)
        self.assertEqual(deal.amount_company, 50.0)
        self.assertEqual(deal.log_ids.amount_company_to, 50.0)
        self.env['res.currency.rate'].create({'currency_id': foreign.id, 'name': fields.Date.today(), 'rate': 4.0})
        self.assertEqual(deal.amount_company, 50.0, "A new rate alone does not change the history")
        deal.amount = 200
        self.assertEqual(deal.amount_company, 50.0)
        self.assertReconciled(deal)

    def test_currency_without_rate_is_refused(self):
        rateless = self.env['res.currency'].create({'name': 'TSX', 'symbol': 'x'})
        with self.assertRefused(ValidationError, "TSX has no rate"):
            self._new_deal(currency_id=rateless.id)

    def test_negative_amount_is_refused(self):
        deal = self._new_deal(self.rep_north)
        with self.assertRefused(ValidationError, "cannot be negative"):
            deal.amount = -1

    def test_unknown_stage_is_refused(self):
        deal = self._new_deal(self.rep_north)
        with self.assertRefused(UserError, "no record with the number 0 "):
            deal.action_move_stage(0, "comment", "status")

    def test_stage_of_another_funnel_is_refused(self):
        foreign = self._new_funnel("Other", "Foreign").stage_ids
        deal = self._new_deal(self.rep_north)
        with self.assertRefused(ValidationError, "belongs to the funnel Other"):
            deal.action_move_stage(foreign.id, "comment", "status")

    def test_change_of_funnel_takes_its_first_stage(self):
        other_funnel = self._new_funnel("Other", "Start")
        deal = self._new_deal(self.rep_north)
        with self.assertRefused(ValidationError, "Start.*missing: Comment on the Move"):
            deal.funnel_id = other_funnel
        deal.write({'funnel_id': other_funnel.id, 'move_comment': "Another line of business", 'short_status': "New"})
        self.assertEqual(deal.stage_id, other_funnel.stage_ids)
        self.assertReconciled(deal)

    def test_win_lose_reopen(self):
        deal = self._new_deal(self.rep_north)
        deal.action_win("Signed today")
        self.assertRecordValues(
            deal,
            [
                {
                    'state': 'won',
                    'stage_id': self.stage_signed.id,
                    'probability': 100.0,
                    'closed_on': fields.Date.context_today(deal),
                }
            ],
        )
        deal.action_reopen("They want to talk again")
        self.assertRecordValues(deal, [{'state': 'open', 'stage_id': self.stage_offer.id, 'closed_on': False}])
        deal.action_lose(self.reason.id, "Went elsewhere")
        self.assertRecordValues(
            deal,
            [
                {
                    'state': 'lost',
                    'stage_id': self.stage_offer.id,
                    'probability': 0.0,
                    'lost_reason_id': self.reason.id,
                }
            ],
        )
        with self.assertRefused(ValidationError, "is lost. Reopen it"):
            deal.action_move_stage(self.stage_signed.id, "comment", "status")
        deal.action_reopen("A second chance")
        self.assertRecordValues(deal, [{'state': 'open', 'stage_id': self.stage_offer.id, 'lost_reason_id': False}])
        self.assertEqual(deal.log_ids.sorted('id').mapped('kind'), ['open', 'win', 'reopen', 'lose', 'reopen'])
        self.assertReconciled(deal)

    def test_loss_needs_a_reason_and_a_comment(self):
        """A loss needs a reason and a comment (E20)."""
        deal = self._new_deal(self.rep_north)
        with self.assertRefused(UserError, "needs a reason"):
            deal.action_lose(False, "comment")
        with self.assertRefused(ValidationError, "Comment on the Move"):
            deal.action_lose(self.reason.id, "")
        self.assertEqual(deal.state, 'open')

    def test_loss_names_the_competitor(self):
        competitor = self.env['dealflow.competitor'].create({'name': "Competitor"})
        deal = self._new_deal(self.rep_north)
        deal.action_lose(self.reason.id, "Cheaper", competitor_id=competitor.id)
        self.assertEqual(deal.lost_competitor_id, competitor)
        self.assertEqual(deal.log_ids.sorted('id')[-1].competitor_id, competitor)

    def test_state_cannot_be_set_by_hand(self):
        deal = self._new_deal(self.rep_north)
        with self.assertRefused(AccessError, "“State” .*cannot be set to “Won”: it follows from Stage, Lost Reason"):
            deal.write({'state': 'won', 'move_comment': "comment", 'short_status': "status"})

    def test_history_dates_only_by_right(self):
        with self.assertRaises(AccessError):
            self._new_deal(self.rep_north, opened_on='2020-01-01')
        deal = self._new_deal(self.rep_north)
        with self.assertRaises(AccessError):
            deal.opened_on = '2020-01-01'
        self.assertEqual(
            self._new_deal(self.importer, opened_on='2020-01-01').opened_on, fields.Date.to_date('2020-01-01')
        )

    def test_closed_before_opened_is_refused(self):
        with self.assertRefused(ValidationError, "cannot have been closed before"):
            self._new_deal(
                self.importer,
                opened_on='2020-01-02',
                closed_on='2020-01-01',
                stage_id=self.stage_signed.id,
                move_comment="comment",
                short_status="status",
            )

    def test_deal_opened_where_it_is_tomorrow_can_be_closed(self):
        with freeze_time('2026-03-04 23:30:00'):
            self.head_north.tz, self.rep_north.tz = 'Asia/Tokyo', 'UTC'
            deal = self._new_deal(self.head_north.with_context(tz='Asia/Tokyo'), user_id=self.rep_north.id)
            self.assertEqual(deal.opened_on, date(2026, 3, 5))
            deal.with_user(self.rep_north).with_context(tz='UTC').action_lose(self.reason.id, "Too late")
            self.assertEqual(deal.closed_on, date(2026, 3, 5))

    def test_copy_starts_anew(self):
        deal = self._new_deal(self.rep_north, line_ids=[(0, 0, {'name': "Chair", 'quantity': 2, 'price_unit': 10})])
        deal.action_win("Signed")
        copy = deal.copy()
        self.assertRecordValues(
            copy,
            [
                {
                    'state': 'open',
                    'stage_id': self.stage_talk.id,
                    'amount': 20.0,
                    'closed_on': False,
                    'lead_id': False,
                }
            ],
        )
        self.assertNotEqual(copy.number, deal.number)
        self.assertEqual(copy.log_ids.mapped('kind'), ['open'])

    def test_split(self):
        """A split moves the chosen lines to a new deal in the first stage (C53)."""
        deal = self._new_deal(
            self.rep_north,
            line_ids=[
                (0, 0, {'name': "Chair", 'quantity': 1, 'price_unit': 10}),
                (0, 0, {'name': "Desk", 'quantity': 1, 'price_unit': 30}),
            ],
        )
        deal.action_move_stage(self.stage_offer.id, "comment", "status")
        wizard = Form(self.env['dealflow.deal.split'].with_user(self.rep_north).with_context(default_deal_id=deal.id))
        wizard.line_ids.add(deal.line_ids[1])
        part = self.env['dealflow.deal'].browse(wizard.save().action_apply()['res_id'])
        self.assertRecordValues(
            deal + part,
            [
                {'amount': 10.0, 'stage_id': self.stage_offer.id, 'predecessor_id': False},
                {'amount': 30.0, 'stage_id': self.stage_talk.id, 'predecessor_id': deal.id},
            ],
        )
        self.assertReconciled(deal + part)
        with self.assertRefused(UserError, "some, but not all"):
            deal._split(deal.line_ids)

    def test_deal_with_a_history_is_archived_not_deleted(self):
        deal = self._new_deal(self.manager)
        deal.action_move_stage(self.stage_offer.id, "They asked for an offer", "offer")
        with self.assertRefused(UserError, "Archive it instead"):
            deal.unlink()
        deal.action_archive()
        self.assertFalse(deal.active)

    def test_company_stays(self):
        other_company = self.env['res.company'].create({'name': "Other company"})
        deal = self._new_deal()
        with self.assertRefused(UserError, "stays in the company"):
            deal.company_id = other_company

    def test_record_of_another_company_is_refused(self):
        other_company = self.env['res.company'].create({'name': "Other company"})
        foreign = self._new_partner("Foreign", company_id=other_company.id)
        with self.assertRaises(UserError):
            self._new_deal(business_partner_id=foreign.id)

    def test_legal_entity_follows_partner(self):
        entity = self._new_partner("Ромашка ООО", counterparty_role='entity')
        self._link(self.partner, entity, is_default=True)
        deal = self._new_deal(self.rep_north)
        self.assertEqual(deal.legal_entity_id, entity)
        deal.legal_entity_id = self.partner
        deal.business_partner_id = self.other_partner
        self.assertEqual(deal.legal_entity_id, self.other_partner)

    @mute_logger('odoo.sql_db')
    def test_line_bounds(self):
        deal = self._new_deal(self.rep_north)
        for values in ({'quantity': -1}, {'price_unit': -1}, {'discount': 101}):
            with self.subTest(values), self.assertRaises(Exception) as caught, self.env.cr.savepoint():
                self.env['dealflow.deal.line'].create({'deal_id': deal.id, 'name': "Chair", **values})
                self.env.flush_all()
            self.assertIn('check', str(caught.exception))

    def test_deal_rots_in_its_stage(self):
        self.stage_talk.rotting_threshold_days = 5
        with freeze_time(fields.Datetime.now() - timedelta(days=30)):
            deal = self._new_deal()
        self.assertTrue(deal.is_rotting)
        self.assertIn(deal, self.env['dealflow.deal'].search([('is_rotting', '=', True)]))
        deal.action_lose(self.reason.id, "Silence")
        self.assertFalse(deal.is_rotting)

    def test_creating_deals_does_not_query_per_deal_on_lookups(self):
        def count_queries(number):
            deals = self.env['dealflow.deal'].with_user(self.importer).with_context(import_file=True)
            return self._count_queries(
                lambda: deals.create(
                    [
                        {
                            'name': f"Deal {index}",
                            'funnel_id': self.funnel.id,
                            'amount': index,
                            'number': f"N{number}-{index}",
                        }
                        for index in range(number)
                    ]
                )
            )

        count_queries(2)
        few, many = count_queries(5), count_queries(50)
        self.assertLessEqual(many - few, 3, "Only full batches may add queries")
