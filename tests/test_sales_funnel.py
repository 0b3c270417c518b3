from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged, users

from .report_common import ReportCommon

OPTIONS = {'date_from': '2026-01-01', 'date_to': '2026-12-31'}


@tagged('post_install', '-at_install')
class TestSalesFunnel(ReportCommon):
    def _get_data(self, user=None, companies=None, **options):
        return self._report('dealflow.sales.funnel', user, companies).get_data(
            {**OPTIONS, 'funnel_id': self.funnel.id, **options},
        )

    def _get_row(self, data, stage, table='stages'):
        return next(row for row in data[table] if row['stage_id'] == stage.id)

    def test_share_lost_shows_the_weak_spot(self):
        """Of four deals one is lost at the offer, one at the negotiation, one is won by skipping, one stays (E27)."""
        lost_early = self._open_deal('2026-02-01 10:00')
        self._change('2026-02-03 10:00', lost_early, stage_id=self.offer.id)
        self._change('2026-02-07 10:00', lost_early, lost_reason_id=self.reasons[0].id)
        lost_late = self._open_deal('2026-02-01 10:00', amount=300)
        self._change('2026-02-11 10:00', lost_late, stage_id=self.negotiation.id)
        self._change('2026-02-12 10:00', lost_late, lost_reason_id=self.reasons[1].id)
        won = self._open_deal('2026-02-01 10:00', amount=1000)
        self._change('2026-02-05 10:00', won, stage_id=self.contract.id)
        self._open_deal('2026-02-01 10:00', amount=10)

        data = self._get_data(date_from='2020-01-01')

        self.assertEqual([row['count'] for row in data['stages']], [4, 3, 2, 1, 0])
        self.assertEqual([row['percent'] for row in data['stages']], [100, 75, 50, 25, 0])
        self.assertEqual([row['lost_count'] for row in data['stages']], [0, 1, 1, 0, 0])
        self.assertEqual([row['lost_percent'] for row in data['stages']], [0, 33.3, 50, 0, False])
        self.assertEqual([row['amount'] for row in data['stages']], [1410, 1400, 1300, 1000, 0])
        self.assertEqual([row.get('conversion_next') for row in data['stages']], [75, 66.7, 50, 0, None])
        self.assertEqual([row['conversion_first'] for row in data['stages']], [100, 75, 50, 25, 0])
        # The first stage took 2, 10 and 4 days; the deal still in it is not measured.
        self.assertEqual([row['median_days'] for row in data['stages']], [4, 4, 1, False, False])
        self.assertEqual([row['count'] for row in data['in_work']], [1, 0, 0, 1, 0])
        self.assertEqual([row['count'] for row in data['failed']], [0, 1, 1])
        self.assertEqual(
            self._get_row(data, self.negotiation, 'failed')['reasons'],
            [
                {
                    'reason_id': self.reasons[1].id,
                    'name': "Too late",
                    'count': 1,
                    'amount': 300,
                    'percent': 100,
                }
            ],
        )
        self.assertEqual((data['deal_count'], data['won_count'], data['lost_count']), (4, 1, 2))

    def test_deal_that_went_back_and_was_lost_has_not_gone_on(self):
        """Ten deals reach the offer; eight of them go back to the first stage and are lost there."""
        for number in range(10):
            deal = self._open_deal('2026-02-01 10:00')
            self._change('2026-02-03 10:00', deal, stage_id=self.offer.id)
            if number < 8:
                self._change('2026-02-05 10:00', deal, stage_id=self.interest.id)
                self._change('2026-02-07 10:00', deal, lost_reason_id=self.reasons[0].id)
        for basis in ('opened', 'moved'):
            with self.subTest(basis=basis):
                data = self._get_data(date_from='2020-01-01', basis=basis)
                first, offer = (self._get_row(data, stage) for stage in (self.interest, self.offer))
                self.assertEqual((first['count'], first['passed_count'], first['lost_count']), (10, 2, 8))
                self.assertEqual((first['conversion_next'], first['lost_percent']), (20, 80))
                self.assertEqual((first['decided_count'], first['decided_conversion']), (10, 20))
                # They reached the offer and went back from it: neither passed on nor lost there.
                self.assertEqual((offer['count'], offer['passed_count'], offer['lost_count']), (10, 0, 0))
                self.assertEqual(offer['decided_count'], 0)

    def test_a_deal_leaves_a_stage_in_one_way(self):
        self._make_random_history(60, seed=7)
        for basis in ('opened', 'moved'):
            for row in self._get_data(date_from='2026-02-01', date_to='2026-04-30', basis=basis)['stages'][:-1]:
                self.assertLessEqual(row['passed_count'] + row['lost_count'], row['count'])
                self.assertEqual(row['decided_count'], row['passed_count'] + row['lost_count'])

    def test_a_funnel_of_seventy_stages(self):
        funnel = self._new_funnel("Long", *(f"Step {number}" for number in range(1, 71)))
        stages = funnel.stage_ids.sorted('sequence')
        report = self._report('dealflow.sales.funnel')
        far = self._open_deal('2026-02-01 10:00', funnel_id=funnel.id, stage_id=stages[0].id)
        self._change('2026-02-03 10:00', far, stage_id=stages[69].id)
        back = self._open_deal('2026-02-01 10:00', funnel_id=funnel.id, stage_id=stages[0].id)
        self._change('2026-02-03 10:00', back, stage_id=stages[65].id)
        self._change('2026-02-05 10:00', back, stage_id=stages[63].id)
        self._change('2026-02-07 10:00', back, lost_reason_id=self.reasons[0].id)
        for basis in ('opened', 'moved'):
            with self.subTest(basis=basis):
                options = {**OPTIONS, 'funnel_id': funnel.id, 'basis': basis}
                rows = report.get_data(options)['stages']
                self.assertEqual([row['count'] for row in rows], [2] * 66 + [1] * 4)
                self.assertEqual([row['passed_count'] for row in rows[:-1]], [2] * 63 + [1] * 6)
                self.assertEqual([row['lost_count'] for row in rows], [0] * 63 + [1] + [0] * 6)
                self.assertEqual(self._open_action(report.get_deals_action(options, 'reached', stages[69].id)), far)
                self.assertEqual(
                    self._open_action(report.get_deals_action(options, 'reached', stages[64].id)), far + back
                )

    def test_agrees_with_a_plain_replay(self):
        deals = self._make_random_history(60, seed=4)
        log = self._read_log(deals)
        for month in range(1, 6):
            start, stop = date(2026, month, 1), date(2026, month + 1, 1)
            period = {'date_from': str(start), 'date_to': str(stop - timedelta(days=1))}
            opened = {deal.id: log[deal.id] for deal in deals if start <= deal.opened_on < stop}
            with self.subTest(basis='opened', month=month):
                self._assert_funnel(self._get_data(**period), self._replay_funnel(opened))
            with self.subTest(basis='moved', month=month):
                self._assert_funnel(
                    self._get_data(**period, basis='moved'),
                    self._replay_funnel(log, self._to_moment(start), self._to_moment(stop)),
                )

    def test_every_figure_opens_its_deals(self):
        self._make_random_history(40, seed=5)
        report = self._report('dealflow.sales.funnel')
        for basis in ('opened', 'moved'):
            options = {'date_from': '2026-02-01', 'date_to': '2026-04-15', 'funnel_id': self.funnel.id, 'basis': basis}
            data = report.get_data(options)
            opened = self._open_action(report.get_deals_action(options, 'all'))
            self.assertEqual(len(opened), data['deal_count'])
            if basis == 'opened':
                self.assertEqual(round(sum(opened.mapped('amount_company')), 2), data['amount'])
            for figure, table in (('reached', 'stages'), ('in_work', 'in_work'), ('failed', 'failed')):
                for row in data[table]:
                    deals = self._open_action(report.get_deals_action(options, figure, row['stage_id']))
                    self.assertEqual(len(deals), row['count'], (basis, figure, row['name']))
                    for reason in row.get('reasons', []):
                        deals = self._open_action(
                            report.get_deals_action(options, figure, row['stage_id'], reason['reason_id'])
                        )
                        self.assertEqual(len(deals), reason['count'])
        with self.assertRaisesRegex(UserError, "no figure “unknown”"):
            report.get_deals_action(options, 'unknown', self.offer.id)

    def test_plan_is_flagged_only_beyond_chance(self):
        """The planned rate of the first stage is 50 %: 0 of 4 may be chance, 0 of 12 is not; open deals are ignored."""
        for index in range(4):
            deal = self._open_deal(f'2026-03-{index + 1:02} 08:00')
            self._change('2026-04-01 08:00', deal, lost_reason_id=self.reasons[0].id)
        for _index in range(5):
            self._open_deal('2026-03-20 08:00')
        row = self._get_row(self._get_data(date_from='2020-01-01'), self.interest)
        self.assertEqual((row['decided_count'], row['decided_conversion'], row['plan_flag']), (4, 0, False))
        for index in range(8):
            deal = self._open_deal(f'2026-03-{index + 1:02} 08:00')
            self._change('2026-04-01 08:00', deal, lost_reason_id=self.reasons[0].id)
        row = self._get_row(self._get_data(date_from='2020-01-01'), self.interest)
        self.assertEqual((row['decided_count'], row['plan_flag']), (12, 'below'))

    def test_p_value(self):
        """Known values of the two-sided binomial test; the exact and the score test agree at the switch."""
        report = self.env['dealflow.sales.funnel']
        self.assertAlmostEqual(report._get_p_value(0, 4, 0.5), 2 * 0.5**4)
        self.assertAlmostEqual(report._get_p_value(12, 12, 0.5), 2 * 0.5**12)
        self.assertAlmostEqual(report._get_p_value(8, 10, 0.5), 2 * (45 + 10 + 1) / 1024)
        self.assertEqual(report._get_p_value(5, 10, 0.5), 1)
        self.assertEqual(report._get_p_value(0, 0, 0.5), 1)
        self.assertEqual(report._get_p_value(9, 10, 1.0), 0)
        self.assertAlmostEqual(report._get_p_value(640, 1000, 0.6), report._get_p_value(641, 1001, 0.6), delta=0.002)

    def test_a_rep_sees_his_own_deals_only(self):
        """The same report for the whole company, for one manager, and limited by access rights (E28)."""
        deals = self._make_random_history(24, seed=6)
        own = deals.filtered(lambda deal: deal.user_id == self.rep)
        self.assertTrue(own and own != deals)
        self.assertEqual(self._get_data(date_from='2020-01-01')['deal_count'], 24)
        self.assertEqual(self._get_data(self.viewer, date_from='2020-01-01')['deal_count'], 24)
        whole = self._get_data(self.rep, date_from='2020-01-01')
        self.assertEqual(whole['deal_count'], len(own))
        self.assertEqual(whole['stages'], self._get_data(user_id=self.rep.id, date_from='2020-01-01')['stages'])
        self.assertEqual(self._get_data(self.rep, date_from='2020-01-01', user_id=self.other_rep.id)['deal_count'], 0)
        for basis in ('opened', 'moved'):
            action = self._report('dealflow.sales.funnel', self.rep).get_deals_action(
                {**OPTIONS, 'date_from': '2020-01-01', 'funnel_id': self.funnel.id, 'basis': basis}, 'all'
            )
            self.assertLessEqual(set(action['domain'][0][2]), set(own.ids))
            self.assertTrue(action['domain'][0][2])

    def test_the_report_names_whose_deals_it_shows(self):
        """The report says «Whole company» only to users who see the whole company (C58)."""
        team_rep = self._new_user('team_rep', 'dealflow.group_user_team')
        for user, name in (
            (self.viewer, "Whole company"),
            (self._new_user('all', 'dealflow.group_user'), "Whole company"),
            (team_rep, "Deals of my teams"),
            (self.rep, "My deals"),
        ):
            for model in ('dealflow.sales.funnel', 'dealflow.deal.dynamics'):
                data = self._report(model, user).get_data({**OPTIONS, 'funnel_id': self.funnel.id})
                self.assertEqual(data['options']['scope_name'], name, (user.login, model))

    def test_a_hidden_stage_hides_its_deals(self):
        """Deals in a stage that the user may not see are in no figure (X52)."""
        self._open_deal('2026-02-01 10:00', user_id=self.rep.id)
        hidden = self._open_deal('2026-02-01 10:00', user_id=self.rep.id)
        self._change('2026-02-03 10:00', hidden, stage_id=self.negotiation.id)
        self.negotiation.visible_group_ids = self.env.ref('dealflow.group_manager')
        self.assertEqual(self._get_data(date_from='2020-01-01')['deal_count'], 2)
        self.assertEqual(self._get_data(self.rep, date_from='2020-01-01')['deal_count'], 1)

    def test_outsiders_are_refused(self):
        outsider = self._new_user('outsider', 'base.group_user')
        with self.assertRaises(AccessError):
            self._get_data(outsider)

    def test_filters(self):
        group = self.env['res.partner.category'].create({'name': "Wholesale"})
        region = self.env['dealflow.region'].create({'name': "North"})
        partner = self.env['res.partner'].create(
            {
                'name': "Client",
                'is_company': True,
                'category_id': [Command.link(group.id)],
                'region_id': region.id,
            }
        )
        product = self.env['product.product'].create({'name': "Chair"})
        campaign = self.env['utm.campaign'].create({'name': "Fair"})
        team = self.env['crm.team'].create({'name': "Field", 'company_id': self.company.id})
        deal = self._open_deal(
            '2026-02-01 10:00',
            business_partner_id=partner.id,
            campaign_id=campaign.id,
            team_id=team.id,
            line_ids=[Command.create({'product_id': product.id, 'price_unit': 5})],
        )
        self._open_deal('2026-02-01 10:00')
        report = self._report('dealflow.sales.funnel')
        for domain in (
            [('team_id', '=', team.id)],
            [('business_partner_id.category_id', 'in', group.ids)],
            [('business_partner_id.region_id', 'child_of', region.ids)],
            [('line_ids.product_id', '=', product.id)],
            [('campaign_id', '=', campaign.id)],
            [('company_id', '=', self.company.id), ('business_partner_id', '!=', False)],
        ):
            options = {'date_from': '2020-01-01', 'funnel_id': self.funnel.id, 'domain': domain}
            self.assertEqual(self._open_action(report.get_deals_action(options, 'all')), deal, domain)
            self.assertEqual(report.get_data(options)['deal_count'], 1, domain)

    def test_archived_deals_are_left_out(self):
        self._open_deal('2026-02-01 10:00').active = False
        self.assertEqual(self._get_data(date_from='2020-01-01')['deal_count'], 0)

    def test_days_are_those_of_the_reader(self):
        """A move on the evening of 31 March UTC is in April in Tokyo, and still in March in New York."""
        deal = self._open_deal('2026-02-10 10:00')
        self._change('2026-03-31 20:00', deal, stage_id=self.offer.id)
        late = self._open_deal('2026-02-10 10:00')
        self._change('2026-04-01 02:00', late, stage_id=self.offer.id)
        march = {'date_from': '2026-03-01', 'date_to': '2026-03-31', 'basis': 'moved', 'funnel_id': self.funnel.id}
        report = self._report('dealflow.sales.funnel')
        for zone, expected in (('UTC', deal), ('Asia/Tokyo', deal.browse()), ('America/New_York', deal + late)):
            action = report.with_context(tz=zone).get_deals_action(march, 'all')
            self.assertEqual(self._open_action(action), expected, zone)
        edge = self._open_deal('2026-02-10 10:00')
        self._change('2026-04-01 00:00', edge, stage_id=self.offer.id)
        self.assertNotIn(edge, self._open_action(report.get_deals_action(march, 'all')))
        april = {**march, 'date_from': '2026-04-01', 'date_to': '2026-04-30'}
        self.assertIn(edge, self._open_action(report.get_deals_action(april, 'all')))

    def test_companies_and_currencies(self):
        """Amounts of a company in euro are converted at the rate of the log row; inactive companies are left out."""
        euro_company = self.env['res.company'].create({'name': "Euro Ltd", 'currency_id': self.env.ref('base.EUR').id})
        self.head.company_ids += euro_company
        self.funnel.company_id = False
        self._set_rates()
        self._open_deal('2026-02-01 10:00', amount=100)
        euro_deal = self._open_deal('2026-02-01 10:00', company_id=euro_company.id, amount=100)
        both = self.company + euro_company
        self.assertEqual(self._get_data(companies=both, date_from='2020-01-01')['amount'], 100 + 200)
        self._change('2026-03-05 10:00', euro_deal, stage_id=self.offer.id)
        # The last row is in March, when a euro was worth 4 dollars.
        data = self._get_data(companies=both, date_from='2020-01-01')
        self.assertEqual((data['amount'], data['currency_name']), (100 + 400, 'USD'))
        self.assertEqual(self._get_row(data, self.offer)['amount'], 400)
        moved = self._get_data(companies=both, basis='moved', date_from='2026-02-01', date_to='2026-02-28')
        self.assertEqual(moved['amount'], 100 + 200)
        data = self._get_data(date_from='2020-01-01')
        self.assertEqual((data['deal_count'], data['amount']), (1, 100))

    def test_empty_database(self):
        data = self._get_data()
        self.assertEqual((data['deal_count'], data['amount']), (0, 0))
        self.assertEqual([row['count'] for row in data['stages']], [0] * 5)
        self.assertEqual([row['percent'] for row in data['stages']], [False] * 5)
        # The state before the first funnel is created; users cannot archive the last one.
        self.env.cr.execute("UPDATE dealflow_funnel SET active = FALSE")
        self.env.invalidate_all()
        data = self._report('dealflow.sales.funnel').get_data({})
        self.assertEqual((data['stages'], data['options']['funnel_id']), ([], False))

    def test_bad_options_are_named(self):
        with self.assertRaisesRegex(UserError, "begins on 2026-02-02"):
            self._get_data(date_from='2026-02-02', date_to='2026-01-01')
        with self.assertRaisesRegex(UserError, "“date_from” cannot be read: \"soon\""):
            self._get_data(date_from='soon')
        with self.assertRaisesRegex(UserError, "not “guessed”"):
            self._get_data(basis='guessed')
        with self.assertRaisesRegex(UserError, "number 999999"):
            self._get_data(funnel_id=999999)

    def test_queries_do_not_grow(self):
        self._make_random_history(3, seed=7)
        self._get_data(date_from='2020-01-01')

        def count_queries():
            return self._count_queries(lambda: self._get_data(date_from='2020-01-01'))

        few = count_queries()
        self._make_random_history(30, seed=8)
        self._get_data(date_from='2020-01-01')
        self.assertLessEqual(count_queries(), few)

    @users('test_viewer')
    def test_a_viewer_may_read_it_from_a_replica(self):
        self.assertTrue(self.env['dealflow.sales.funnel'].get_data({}))
        self.assertTrue(self.env['dealflow.sales.funnel'].get_data._readonly)
