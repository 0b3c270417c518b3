from datetime import date

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.dealflow.models.competitors.battle_card.dealflow_competitor import MIN_CASES

from .event_common import EventCommon


@tagged('post_install', '-at_install')
class TestBattleCard(EventCommon):
    """Figures of the battle card, on data small enough to count by hand (B51, C65)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.competitor, cls.other_competitor = cls.env['dealflow.competitor'].create(
            [{'name': "Competitor"}, {'name': "Other competitor"}]
        )
        cls.schools, cls.shops = cls.env['res.partner.industry'].create([{'name': "Schools"}, {'name': "Shops"}])
        cls.north, cls.south = cls.env['dealflow.region'].create([{'name': "Test North"}, {'name': "Test South"}])
        cls.partner.write({'industry_id': cls.schools.id, 'region_id': cls.north.id})
        cls.other_partner.write({'industry_id': cls.shops.id, 'region_id': cls.south.id})

    def _close(self, outcome, price=0.0, amount=1000.0, user=None, closed_on='2026-02-10', **values):
        """Return a closed deal with the competitor: ``won``, ``lost`` to it, or ``other`` (lost to another one)."""
        deal = self._import_deal(
            **{
                'name': f"Deal {outcome}",
                'user_id': (user or self.rep_north).id,
                'amount': amount,
                'opened_on': '2026-01-01',
                'closed_on': closed_on,
                'competitor_ids': [Command.create({'competitor_id': self.competitor.id, 'price': price})],
                **({'stage_id': self.stage_signed.id} if outcome == 'won' else {'lost_reason_id': self.reason.id}),
                **({'lost_competitor_id': self.competitor.id} if outcome == 'lost' else {}),
                **({'lost_competitor_id': self.other_competitor.id} if outcome == 'other' else {}),
                **values,
            }
        )
        return deal.with_env(self.env)

    def _card(self, user=None, company=None):
        self.env.flush_all()
        self.env.invalidate_all()
        card = self.competitor.with_user(user or self.seller_all)
        return card.with_company(company) if company else card

    def _rows(self, card, key):
        section = next(section for section in card.battle_card if section['key'] == key)
        return {row['name']: (row['won'], row['lost_to'], row['cases']) for row in section['rows']}

    def test_shares_of_all_cases(self):
        """The share is won of all closed deals with the competitor, without open deals and withdrawn competitors."""
        for outcome in ('won', 'won', 'won', 'lost', 'lost', 'other'):
            self._close(outcome, amount=100.10)
        self._new_deal(self.rep_north, competitor_ids=[Command.create({'competitor_id': self.competitor.id})])
        self._close('won').competitor_ids.has_withdrawn = True
        self._close('won', competitor_ids=[Command.create({'competitor_id': self.other_competitor.id})])
        self.assertRecordValues(
            self._card(),
            [
                {
                    'deal_count': 8,
                    'open_deal_count': 1,
                    'case_count': 6,
                    'won_count': 3,
                    'lost_to_count': 2,
                    'win_rate': 50.0,
                    'lost_to_amount': 200.20,
                }
            ],
        )
        self.assertAlmostEqual(self._card().lost_share, 33.3, 1)

    def test_nothing_known_yet(self):
        card = self._card()
        self.assertRecordValues(
            card,
            [
                {
                    'deal_count': 0,
                    'case_count': 0,
                    'win_rate': 0.0,
                    'lost_share': 0.0,
                    'lost_to_amount': 0.0,
                    'priced_case_count': 0,
                    'last_deal_ids': [],
                }
            ],
        )
        self.assertIn("Not enough cases", card.price_verdict)
        self.assertEqual([section['rows'] for section in card.battle_card], [[]] * 6)

    def test_by_industry_region_and_period(self):
        self._close('won')
        self._close('lost', closed_on='2026-05-02')
        self._close('lost', business_partner_id=self.other_partner.id, closed_on='2026-05-03')
        card = self._card()
        self.assertEqual(self._rows(card, 'industry'), {"Schools": (1, 1, 2), "Shops": (0, 1, 1)})
        self.assertEqual(self._rows(card, 'region'), {"Test North": (1, 1, 2), "Test South": (0, 1, 1)})
        self.assertEqual(self._rows(card, 'period'), {"Q1 2026": (1, 0, 1), "Q2 2026": (0, 2, 2)})
        self.assertEqual(next(iter(self._rows(card, 'period'))), "Q2 2026", "the newest first")

    def test_by_product(self):
        """A deal counts once for each of its products, even when a product is on two lines."""
        desk = self.env['product.product'].create({'name': "Test desk"})

        def lines(*products):
            return [Command.create({'product_id': product.id, 'price_unit': 10}) for product in products]

        self._close('won', line_ids=lines(self.product, self.product, desk))
        self._close('lost', line_ids=lines(desk))
        self.assertEqual(self._rows(self._card(), 'product'), {"Chair": (1, 0, 1), "Test desk": (1, 1, 2)})

    def test_rows_open_their_cases(self):
        won = self._close('won', line_ids=[Command.create({'product_id': self.product.id, 'price_unit': 10})])
        self._close('lost', business_partner_id=self.other_partner.id, closed_on='2026-07-01')
        for section in self._card().battle_card[1:-1]:
            row = next(row for row in section['rows'] if row['won'] == 1)
            cases = self.env[section['model']].with_user(self.seller_all).search(row['domain'])
            self.assertEqual(cases.deal_id, won, section['key'])

    def test_price_at_which_we_begin_to_lose(self):
        """The losing gap is the lowest price range with enough cases of which less than half were won."""
        for outcome in ('won', 'won', 'won', 'won', 'lost'):
            self._close(outcome, price=1020.0, amount=1000.0)
        for outcome in ('won', 'won', 'lost', 'other', 'lost'):
            self._close(outcome, price=1000.0, amount=1050.0)
        for _index in range(MIN_CASES - 1):
            self._close('lost', price=1000.0, amount=1020.0)
        card = self._card()
        self.assertEqual(card.losing_gap, 5.0)
        self.assertEqual(card.priced_case_count, 14)
        self.assertEqual(
            card.price_verdict, "We begin to lose at +5 %: won 2 of 5 there (14 cases with a known price)."
        )
        self.assertEqual(
            self._rows(card, 'gap'),
            {
                "Up to 5 % cheaper": (4, 1, 5),
                "Same price to 5 % dearer": (0, 4, 4),
                "5 to 10 % dearer": (2, 2, 5),
            },
        )
        self._close('lost', price=1000.0, amount=1049.99)
        self.assertEqual(self._card().losing_gap, 0.0, "the range below has enough cases now")
        self.assertIn("at +0 %: won 0 of 5", self._card().price_verdict)

    def test_too_few_prices(self):
        for _index in range(MIN_CASES - 1):
            self._close('lost', price=900.0)
        self._close('lost')
        card = self._card()
        self.assertEqual((card.priced_case_count, card.losing_gap), (4, 0.0))
        self.assertEqual(
            card.price_verdict, "Not enough cases: 4 with a known price, and no price range has 5 of them."
        )

    def test_price_does_not_decide(self):
        for outcome in ('won', 'won', 'won', 'lost', 'lost'):
            self._close(outcome, price=900.0)
        self.assertIn("No price difference found at which we lose", self._card().price_verdict)

    def test_lost_at_every_price(self):
        for _index in range(MIN_CASES):
            self._close('lost', price=2000.0)
        self.assertIn("even more than 20 % cheaper: won 0 of 5", self._card().price_verdict)

    def test_gap_in_another_currency_needs_no_rate(self):
        currency = self.env['res.currency'].create(
            {
                'name': "TST",
                'symbol': "T",
                'rate_ids': [
                    Command.create({'name': '2026-01-01', 'rate': 4.0, 'company_id': self.env.company.id}),
                ],
            }
        )
        deal = self._close('lost', price=800.0, amount=1000.0, currency_id=currency.id)
        row = self.env['dealflow.competitor.report'].with_user(self.seller_all).search([('deal_id', '=', deal.id)])
        self.assertRecordValues(
            row,
            [
                {
                    'competitor_id': self.competitor.id,
                    'price_gap': 25.0,
                    'gap_band': '9',
                    'amount': 250.0,
                    'lost_to_amount': 250.0,
                }
            ],
        )
        self.assertEqual(self._card().lost_to_amount, 250.0)

    def test_what_worked_in_the_meetings_of_won_deals(self):
        """Techniques used in won deals with the competitor count; sheets that the user may not read do not."""
        variants, number = self.env['dealflow.technique'].create(
            [
                {'name': "Two variants", 'code': 'test_card_variants', 'kind': 'closing'},
                {'name': "A surprising number", 'code': 'test_card_number', 'kind': 'attention'},
            ]
        )
        won, lost = self._close('won'), self._close('lost')
        for deal, outcomes in (
            (won, {variants: 'worked', number: 'unused'}),
            (won, {variants: 'failed'}),
            (lost, {variants: 'worked'}),
        ):
            meeting = self._new_event(self.rep_north, event_type_id=self.meeting_type.id, deal_id=deal.id)
            sheet = self.env['dealflow.meeting.sheet'].with_user(self.rep_north).create({'event_id': meeting.id})
            self.assertEqual(sheet.competitor_ids & self.competitor, self.competitor)
            sheet.technique_ids = [
                Command.create({'technique_id': technique.id, 'outcome': outcome})
                for technique, outcome in outcomes.items()
            ]

        def read(user):
            rows = self._card(user).battle_card[-1]['rows']
            return [(row['name'], row['worked'], row['cases']) for row in rows]

        self.assertEqual(read(self.rep_north), [("Two variants", 1, 2)])
        self.assertEqual(read(self.manager), [("Two variants", 1, 2)])
        self.assertEqual(read(self.rep_second), [], "the sheets are confidential")
        [row] = self._card(self.rep_north).battle_card[-1]['rows']
        lines = self.env['dealflow.meeting.technique'].with_user(self.rep_north).search(row['domain'])
        self.assertCountEqual(lines.mapped('outcome'), ['worked', 'failed'])

    def test_last_ten_deals(self):
        deals = self.env['dealflow.deal']
        for day in range(1, 13):
            deals |= self._close('won' if day % 2 else 'lost', closed_on=date(2026, 3, day))
        self._new_deal(self.rep_north, competitor_ids=[Command.create({'competitor_id': self.competitor.id})])
        self.assertEqual(
            self._card().last_deal_ids.deal_id.mapped('closed_on'), [date(2026, 3, day) for day in range(12, 2, -1)]
        )

    def test_each_person_counts_what_he_may_see(self):
        self._close('won')
        self._close('lost', user=self.rep_south)
        for user, cases in (
            (self.rep_north, 1),
            (self.rep_second, 0),
            (self.head_north, 1),
            (self.seller_all, 2),
            (self.viewer, 2),
        ):
            with self.subTest(user.login):
                card = self._card(user)
                self.assertEqual(card.case_count, cases)
                self.assertEqual(len(card.last_deal_ids), cases)
                self.assertEqual(sum(row[2] for row in self._rows(card, 'industry').values()), cases)
        self.stage_signed.visible_group_ids = self.env.ref('dealflow.group_manager')
        self.assertEqual(self._card(self.seller_all).case_count, 1, "deals in hidden stages are not counted")

    def test_two_companies_and_currencies(self):
        """Amounts are in the currency of the current company, at the rate of the day of the loss."""
        dollar = self.env.ref('base.USD')
        crown = self.env['res.currency'].create({'name': "CRN", 'symbol': "k"})
        company = self.env.company
        self.assertEqual(company.currency_id, dollar)
        other = self.env['res.company'].create({'name': "Other company", 'currency_id': crown.id})
        self.env['res.currency.rate'].create(
            [
                {'currency_id': crown.id, 'company_id': company.id, 'name': day, 'rate': rate}
                for day, rate in (('2026-01-01', 4.0), ('2026-02-20', 5.0))
            ]
        )
        both = self.seller_all
        both.company_ids = company | other
        self.importer.company_ids = company | other
        self._close('lost', amount=10.01)
        funnel = self._new_funnel("Theirs", "Start", {'name': "Won", 'is_won': True}, company_id=other.id)
        theirs = {
            'company_id': other.id,
            'funnel_id': funnel.id,
            'currency_id': crown.id,
            'user_id': both.id,
            'business_partner_id': self.other_partner.id,
        }
        self._close('lost', amount=40.0, closed_on='2026-02-10', **theirs)
        self._close('lost', amount=40.0, closed_on='2026-02-25', **theirs)
        card = self._card().with_context(allowed_company_ids=[company.id, other.id])
        self.assertRecordValues(card, [{'case_count': 3, 'lost_to_amount': 28.01}])
        self.assertEqual(self._card().with_context(allowed_company_ids=[company.id]).lost_to_amount, 10.01)
        self.assertEqual(self._card().with_context(allowed_company_ids=[other.id]).lost_to_amount, 80.0)

    def test_statements_do_not_grow_with_competitors(self):
        competitors = self.env['dealflow.competitor'].create([{'name': f"Competitor {number}"} for number in range(12)])
        for competitor in competitors:
            self._close('won', competitor_ids=[Command.create({'competitor_id': competitor.id, 'price': 900})])
        figures = ['deal_count', 'win_rate', 'lost_to_amount', 'price_verdict', 'battle_card', 'last_deal_ids']

        def count(records):
            return self._count_queries(lambda: records.with_user(self.seller_all).read(figures))

        count(competitors)
        self.assertLessEqual(count(competitors), count(competitors[:2]) + 2)

    def test_report_counts_cases(self):
        self._close('won', price=800.0)
        self._close('lost', price=1000.0)
        self.env.flush_all()
        groups = (
            self.env['dealflow.competitor.report']
            .with_user(self.rep_north)
            ._read_group(
                [('competitor_id', '=', self.competitor.id)],
                ['competitor_id'],
                ['case_count:sum', 'win_rate:avg', 'lost_share:avg', 'price_gap:avg', 'lost_to_amount:sum'],
            )
        )
        self.assertEqual(groups, [(self.competitor, 2, 50.0, 50.0, 12.5, 1000.0)])
