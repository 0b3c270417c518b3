from importlib.util import module_from_spec, spec_from_file_location

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import file_path, mute_logger

from .common import DealflowCommon


@tagged('post_install', '-at_install')
class TestDealCompetitor(DealflowCommon):
    """Competitors of a deal: their prices, their terms and the outcome (B51, C65)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officeland, cls.nordform, cls.meblex = cls.env['dealflow.competitor'].create(
            [
                {'name': "Test OfficeLand"},
                {'name': "Test NordForm"},
                {'name': "Test Meblex"},
            ]
        )
        cls.deal = cls._new_deal(cls.rep_north)
        cls.competitors = (
            cls.env['dealflow.deal.competitor']
            .with_user(cls.rep_north)
            .create(
                [
                    {'deal_id': cls.deal.id, 'competitor_id': cls.officeland.id, 'price': 800.0},
                    {'deal_id': cls.deal.id, 'competitor_id': cls.nordform.id},
                ]
            )
        )
        cls.competitor_office, cls.competitor_nord = cls.competitors

    def _lose(self, deal, competitor=None, price=None):
        deal.action_lose(self.reason.id, "Cheaper", competitor_id=competitor and competitor.id, competitor_price=price)

    def test_rep_writes_competitors_on_the_card_of_the_deal(self):
        with Form(self.deal) as form:
            with form.competitor_ids.new() as competitor:
                competitor.competitor_id = self.meblex
                competitor.price = 1250.0
        competitor = self.deal.competitor_ids - self.competitors
        self.assertRecordValues(
            competitor,
            [
                {
                    'competitor_id': self.meblex.id,
                    'price': 1250.0,
                    'price_gap': -20.0,
                    'outcome': 'present',
                    'currency_id': self.deal.currency_id.id,
                    'company_id': self.deal.company_id.id,
                }
            ],
        )

    def test_gap_is_counted_from_their_price(self):
        self.assertRecordValues(self.competitors, [{'price_gap': 25.0}, {'price_gap': 0.0}])

    def test_outcome_follows_the_deal(self):
        self.competitor_nord.has_withdrawn = True
        self.assertEqual(self.competitors.mapped('outcome'), ['present', 'withdrawn'])
        self.deal.action_win("They signed")
        self.assertEqual(self.competitors.mapped('outcome'), ['beaten', 'withdrawn'])
        self.deal.action_reopen("The order was called off")
        self.assertEqual(self.competitors.mapped('outcome'), ['present', 'withdrawn'])
        self.competitor_nord.has_withdrawn = False
        self._lose(self.deal, self.officeland)
        self.assertEqual(self.competitors.mapped('outcome'), ['winner', 'also_lost'])

    def test_loss_to_nobody_known(self):
        self._lose(self.deal)
        self.assertEqual(self.competitors.mapped('outcome'), ['also_lost', 'also_lost'])

    def test_loss_adds_the_competitor_that_nobody_had_noted(self):
        self._lose(self.deal, self.meblex, 900.0)
        competitor = self.deal.competitor_ids - self.competitors
        self.assertRecordValues(competitor, [{'competitor_id': self.meblex.id, 'outcome': 'winner', 'price': 900.0}])

    def test_every_way_to_a_loss_names_the_competitor(self):
        """A plain write and an import need the competitor as well."""
        self.deal.write(
            {
                'lost_reason_id': self.reason.id,
                'lost_competitor_id': self.meblex.id,
                'move_comment': "Dear",
            }
        )
        self.assertIn(self.meblex, self.deal.competitor_ids.competitor_id)
        imported = self._import_deal(
            lost_reason_id=self.reason.id,
            lost_competitor_id=self.nordform.id,
            opened_on='2024-02-01',
            closed_on='2024-03-01',
        )
        self.assertRecordValues(
            imported.competitor_ids,
            [
                {'competitor_id': self.nordform.id, 'outcome': 'winner'},
            ],
        )

    def test_dialog_asks_to_whom_and_at_which_price(self):
        form = Form(
            self.env['dealflow.deal.lose']
            .with_user(self.rep_north)
            .with_context(
                active_model='dealflow.deal',
                active_ids=self.deal.ids,
            )
        )
        self.assertIn(self.deal.name, form.deal_name, "it says which deal is lost")
        form.lost_reason_id = self.reason
        form.comment = "They were cheaper"
        form.competitor_id = self.officeland
        self.assertEqual(form.competitor_price, 800.0, "the price that is known already")
        form.competitor_price = 780.0
        form.save().action_apply()
        self.assertRecordValues(self.competitor_office, [{'price': 780.0, 'outcome': 'winner'}])
        self.assertEqual(self.competitor_nord.outcome, 'also_lost')

    def test_deals_lost_together_keep_their_prices(self):
        """The deals differ in currencies and prices, so the dialog does not ask for a price."""
        other = self._new_deal(self.rep_north, name="Desks")
        dialog = (
            self.env['dealflow.deal.lose']
            .with_user(self.rep_north)
            .create(
                {
                    'deal_ids': [(6, 0, (self.deal | other).ids)],
                    'lost_reason_id': self.reason.id,
                    'competitor_id': self.officeland.id,
                    'comment': "Both",
                    'competitor_price': 5.0,
                }
            )
        )
        dialog.action_apply()
        self.assertEqual(self.competitor_office.price, 800.0)
        self.assertRecordValues(
            other.competitor_ids,
            [
                {'competitor_id': self.officeland.id, 'price': 0.0, 'outcome': 'winner'},
            ],
        )

    def test_outcome_cannot_be_set_by_hand(self):
        with self.assertRefused(AccessError, "“Outcome” of .* cannot be set to “We won”"):
            self.competitor_office.outcome = 'beaten'
            self.competitor_office.flush_recordset()

    def test_one_row_for_each_competitor(self):
        with mute_logger('odoo.sql_db'), self.assertRefused(Exception, "deal_competitor_uniq"):
            self.env['dealflow.deal.competitor'].create({'deal_id': self.deal.id, 'competitor_id': self.officeland.id})

    def test_price_is_not_negative(self):
        with mute_logger('odoo.sql_db'), self.assertRefused(Exception, "check_price"):
            self.competitor_office.price = -1.0
            self.competitor_office.flush_recordset()

    def test_winner_stays_on_the_deal(self):
        self._lose(self.deal, self.officeland)
        with self.assertRefused(UserError, "was lost to Test OfficeLand"):
            self.competitor_office.unlink()
        with self.assertRefused(UserError, "was lost to Test OfficeLand"):
            self.competitor_office.competitor_id = self.meblex
        self.competitor_nord.unlink()
        self.deal.action_reopen("It was a misunderstanding")
        self.competitor_office.unlink()

    def test_row_cannot_be_pushed_onto_another_deal(self):
        with self.assertRefused(UserError, "stays on its deal"):
            self.competitor_office.deal_id = self._new_deal(self.rep_south)

    def test_access_is_that_of_the_deal(self):
        """Competitors of a deal are visible to those who see the deal."""
        for user, visible in (
            (self.rep_north, True),
            (self.rep_second, False),
            (self.head_north, True),
            (self.rep_south, False),
            (self.seller_all, True),
            (self.manager, True),
            (self.viewer, True),
        ):
            with self.subTest(user.login):
                seen = self.env['dealflow.deal.competitor'].with_user(user).search([('id', 'in', self.competitors.ids)])
                self.assertEqual(bool(seen), visible)
        with self.assertRaises(AccessError):
            self.competitor_office.with_user(self.viewer).price = 1.0
        with self.assertRaises(AccessError):
            self.competitor_office.with_user(self.rep_south).price = 1.0
        with self.assertRaises(AccessError):
            self.env['dealflow.deal.competitor'].with_user(self.rep_south).create(
                {'deal_id': self.deal.id, 'competitor_id': self.meblex.id}
            )
        self.competitor_office.with_user(self.head_north).price = 810.0
        stranger = self._new_user('stranger', 'base.group_user')
        with self.assertRaises(AccessError):
            self.competitor_office.with_user(stranger).read(['price'])

    def test_stage_that_few_may_see_hides_its_competitors(self):
        """A restricted stage hides the competitors of its deals (X52)."""
        self.stage_talk.visible_group_ids = self.env.ref('dealflow.group_manager')
        competitors = self.env['dealflow.deal.competitor']
        domain = [('id', 'in', self.competitors.ids)]
        self.assertFalse(competitors.with_user(self.seller_all).search(domain))
        self.assertEqual(competitors.with_user(self.manager).search(domain), self.competitors)

    def test_companies_are_apart(self):
        foreign = self._new_foreigner()
        self.assertFalse(
            self.env['dealflow.deal.competitor'].with_user(foreign).search([('id', 'in', self.competitors.ids)])
        )
        theirs = self.env['dealflow.competitor'].create(
            {'name': "Local competitor", 'company_id': foreign.company_id.id}
        )
        with self.assertRefused(UserError, "Local competitor"):
            self.competitor_office.competitor_id = theirs

    def test_copy_and_repeat_begin_without_competitors(self):
        self.deal.action_win("They signed")
        repeat = self.deal.browse(self.deal.action_repeat()['res_id'])
        self.assertFalse(repeat.competitor_ids)
        self.assertFalse(self.deal.copy().competitor_ids)

    def test_both_parts_of_a_split_deal_have_the_competitors(self):
        """The new part gets no prices, which were for the whole deal, and no withdrawn competitors (C53)."""
        self.competitor_nord.has_withdrawn = True
        self.competitor_office.strengths = "Delivers next day"
        self.deal.line_ids = [
            (0, 0, {'name': "Chair", 'quantity': 1, 'price_unit': 600}),
            (0, 0, {'name': "Desk", 'quantity': 1, 'price_unit': 400}),
        ]
        part = self.deal._split(self.deal.line_ids[1])
        self.assertRecordValues(
            part.competitor_ids,
            [
                {
                    'competitor_id': self.officeland.id,
                    'price': 0.0,
                    'strengths': "Delivers next day",
                    'outcome': 'present',
                }
            ],
        )
        self.assertEqual(self.deal.competitor_ids, self.competitors)

    def test_deals_are_found_by_a_competitor(self):
        found = (
            self.env['dealflow.deal']
            .with_user(self.rep_north)
            .search([('competitor_ids.competitor_id', 'ilike', "Test NordF")])
        )
        self.assertEqual(found, self.deal)

    def test_losses_before_the_upgrade_get_their_competitor(self):
        self._lose(self.deal, self.officeland, 750.0)
        old = self._new_deal(self.rep_north, name="Old")
        self._lose(old, self.nordform)
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM dealflow_deal_competitor WHERE deal_id = %s", [old.id])
        self.env.invalidate_all()
        path = file_path('dealflow/migrations/19.0.1.1.0/post-rivals-of-lost-deals.py')
        spec = spec_from_file_location('competitors_of_lost_deals', path)
        migration = module_from_spec(spec)
        spec.loader.exec_module(migration)
        migration.migrate(self.env.cr, '19.0.1.0.0')
        self.assertRecordValues(
            old.competitor_ids,
            [
                {'competitor_id': self.nordform.id, 'outcome': 'winner', 'company_id': old.company_id.id},
            ],
        )
        self.assertEqual(self.competitor_office.price, 750.0)
