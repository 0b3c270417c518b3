from datetime import date

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged, users
from odoo.tools import mute_logger

from .common import DealflowCommon

MEASURES = ['__count', 'decided_count:sum', 'won_count:sum', 'conversion:avg', 'planned:avg', 'gap:avg', 'chance:avg']


@tagged('post_install', '-at_install')
class TestConversion(DealflowCommon):
    """Conversion of opportunities by source and campaign against the targets, with chance (C57)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['dealflow.conversion.target'].search([]).unlink()
        cls.marketer = cls._new_user('marketer', 'dealflow.group_marketing')
        cls.fair, cls.site = cls.env['utm.source'].create([{'name': "Fair of the test"}, {'name': "Site of the test"}])
        cls.spring = cls.env['utm.campaign'].create({'title': "Spring of the test"})

    @classmethod
    def _come(cls, won, lost, pending=0, day='2026-03-10', **values):
        """Create opportunities that came in on ``day`` and were won, were lost, or are open."""
        leads = cls.env['crm.lead'].create(
            [
                {
                    'name': f"Opportunity {number}",
                    'type': 'opportunity',
                    'company_id': cls.company.id,
                    'user_id': cls.rep_north.id,
                    'team_id': cls.team_north.id,
                    **values,
                }
                for number in range(won + lost + pending)
            ]
        )
        leads.flush_recordset()
        cls.env.cr.execute("UPDATE crm_lead SET create_date = %s WHERE id = ANY(%s)", [f'{day} 12:00:00', leads.ids])
        leads.invalidate_recordset(['create_date'])
        leads[:won].action_set_won()
        leads[won : won + lost].action_set_lost()
        return leads

    def _plan(self, conversion, **values):
        return self.env['dealflow.conversion.target'].create(
            {'conversion': conversion, 'date_from': '2026-01-01', **values}
        )

    def _read(self, groupby='source_id', user=None, domain=()):
        report = self.env['dealflow.conversion.report'].with_user(user or self.seller_all)
        rows = report._read_group(
            [('source_id', 'in', (self.fair + self.site).ids), *domain], [groupby] if groupby else [], MEASURES
        )
        return [tuple(round(cell, 2) if isinstance(cell, float) else cell for cell in row) for row in rows]

    def test_conversion_against_the_plan_of_the_source(self):
        """2 of 12 where half should be won: 79 of 4,096 cases are as bad, twice that is 3.86 %."""
        self._come(2, 10, 3, source_id=self.fair.id)
        self._come(5, 5, source_id=self.site.id)
        self._plan(50, source_id=self.fair.id)
        self.assertEqual(
            self._read(),
            [(self.fair, 15, 12, 2, 16.67, 50, -33.33, 3.86), (self.site, 10, 10, 5, 50, False, False, False)],
        )

    def test_few_cases_say_nothing_of_chance(self):
        self._come(0, 9, source_id=self.fair.id)
        target = self._plan(50, source_id=self.fair.id)
        self.assertEqual(self._read(), [(self.fair, 9, 9, 0, 0, 50, -50, False)])
        self.assertEqual(target.verdict, 'few')

    def test_difference_that_may_be_chance(self):
        self._come(4, 8, source_id=self.fair.id)
        target = self._plan(50, source_id=self.fair.id)
        # 794 of 4,096 cases have at most 4 won ones, twice that is 38.77 %.
        self.assertEqual(self._read(), [(self.fair, 12, 12, 4, 33.33, 50, -16.67, 38.77)])
        self.assertEqual(target.verdict, 'chance')

    def test_interval_of_the_conversion(self):
        """Bounds of Wilson for 2 of 12, as published tables have them: 4.7 % and 44.8 %."""
        self._come(2, 10, source_id=self.fair.id)
        [(low, high)] = (
            self.env['dealflow.conversion.report']
            .with_user(self.seller_all)
            ._read_group([('source_id', '=', self.fair.id)], [], ['low:avg', 'high:avg'])
        )
        self.assertAlmostEqual(low, 4.7, 1)
        self.assertAlmostEqual(high, 44.8, 1)

    def test_screens_get_the_same_figures(self):
        """The pivot asks for several groupings at once, and gets figures of sums in each of them."""
        self._come(2, 10, source_id=self.fair.id)
        self._plan(50, source_id=self.fair.id)
        report = self.env['dealflow.conversion.report'].with_user(self.seller_all)
        domain = [('source_id', '=', self.fair.id)]
        total, by_source = report.formatted_read_grouping_sets(domain, [[], ['source_id']], MEASURES)
        for [row] in (total, by_source):
            self.assertAlmostEqual(row['conversion:avg'], 16.67, 2)
            self.assertAlmostEqual(row['chance:avg'], 3.86, 2)
        empty = report.formatted_read_group([('id', '=', 0)], [], MEASURES)
        self.assertFalse(empty[0]['chance:avg'])

    def test_the_most_precise_target_counts(self):
        """Campaign goes before source, source before the general one, the later one before the earlier."""
        general = self._plan(20)
        source = self._plan(30, source_id=self.fair.id)
        later = self._plan(35, source_id=self.fair.id, date_from='2026-03-01')
        campaign = self._plan(40, campaign_id=self.spring.id)
        ended = self._plan(60, source_id=self.fair.id, campaign_id=self.spring.id, date_to='2026-03-09')
        found = {
            target: self._come(1, 0, day=day, **values)
            for target, day, values in (
                (general, '2026-03-10', {'source_id': self.site.id}),
                (source, '2026-02-28', {'source_id': self.fair.id}),
                (later, '2026-03-10', {'source_id': self.fair.id}),
                (campaign, '2026-03-10', {'source_id': self.fair.id, 'campaign_id': self.spring.id}),
                (ended, '2026-03-09', {'source_id': self.fair.id, 'campaign_id': self.spring.id}),
            )
        }
        report = self.env['dealflow.conversion.report']
        for target, lead in found.items():
            with self.subTest(target.display_name):
                self.assertEqual(report.search([('lead_id', '=', lead.id)]).target_id, target)
        self.assertFalse(report.search([('lead_id', '=', self._come(1, 0, day='2025-12-31').id)]).target_id)

    def test_target_of_another_company_does_not_count(self):
        other = self.env['res.company'].create({'name': "Other company"})
        self._plan(50, source_id=self.fair.id, company_id=other.id)
        lead = self._come(1, 0, source_id=self.fair.id)
        self.assertFalse(self.env['dealflow.conversion.report'].search([('lead_id', '=', lead.id)]).target_id)

    def test_targets_show_their_figures(self):
        """2 of 12 against 9 of 10 of all others on these days, without those that came in before."""
        self._come(2, 10, 3, source_id=self.fair.id)
        self._come(9, 1, source_id=self.site.id)
        self._come(0, 30, day='2025-12-31', source_id=self.site.id)
        self.env['crm.lead'].search(
            [('source_id', 'not in', (self.fair + self.site).ids), ('create_date', '>=', '2026-01-01')]
        ).type = 'lead'
        target = self._plan(50, source_id=self.fair.id, date_to='2026-03-31').with_user(self.seller_all)
        self.assertEqual(
            (target.lead_count, target.decided_count, target.won_count, round(target.actual, 1), target.verdict),
            (15, 12, 2, 16.7, 'below'),
        )
        self.assertEqual((round(target.rest, 1), target.rest_verdict), (90.0, 'below'))
        action = target.action_view_opportunities()
        self.assertEqual(self.env[action['res_model']].search_count(action['domain']), 15)

    def test_an_opportunity_with_several_deals_counts_once(self):
        """It is decided when its last deal is, and won if any deal was."""
        lead = self._come(0, 0, 1, source_id=self.fair.id)
        deals = self._new_deal(self.rep_north, lead_id=lead.id) + self._new_deal(self.rep_north, lead_id=lead.id)
        deals[0].action_lose(self.reason.id, "Too dear")
        self.assertEqual(self._read()[0][:4], (self.fair, 1, 0, 0))
        deals[1].action_win("Signed")
        self.assertEqual(self._read()[0][:4], (self.fair, 1, 1, 1))

    def test_archived_ones_and_leads_are_left_out(self):
        leads = self._come(0, 0, 3, source_id=self.fair.id)
        leads[0].probability = 30
        leads[0].active = False
        leads[1].type = 'lead'
        self.assertEqual(self._read()[0][:2], (self.fair, 1))

    def test_by_month_and_by_day_of_decision(self):
        self._come(1, 1, day='2026-02-27', source_id=self.fair.id)
        self._come(3, 1, source_id=self.fair.id)
        rows = self._read('date:month')
        self.assertEqual(
            [(row[0].date(), *row[1:5]) for row in rows],
            [
                (date(2026, 2, 1), 2, 2, 1, 50),
                (date(2026, 3, 1), 4, 4, 3, 75),
            ],
        )
        decided = [('date_closed', '>=', fields.Datetime.now().replace(hour=0, minute=0))]
        self.assertEqual(self._read(None, domain=decided)[0][:3], (6, 6, 4))

    def test_who_sees_what(self):
        for user, team in (
            (self.rep_north, self.team_north),
            (self.rep_second, self.team_north),
            (self.rep_south, self.rep_south.sale_team_id),
        ):
            self._come(1, 0, source_id=self.fair.id, user_id=user.id, team_id=team.id)
        everybody = self.rep_north + self.rep_second + self.rep_south
        for user, sellers in (
            (self.rep_north, self.rep_north),
            (self.head_north, self.rep_north + self.rep_second),
            (self.seller_all, everybody),
            (self.viewer, everybody),
            (self.marketer, everybody),
            (self._new_foreigner(), self.env['res.users']),
        ):
            with self.subTest(user.login):
                self.assertEqual({row[0] for row in self._read('user_id', user)}, set(sellers))
        with self.assertRaises(AccessError):
            self._read('user_id', self._new_user('stranger', 'base.group_user'))

    def test_opportunity_in_a_hidden_stage_is_not_in_sight(self):
        lead = self._come(0, 0, 1, source_id=self.fair.id)
        self.assertTrue(self._read(user=self.rep_north))
        lead.stage_id.dealflow_visible_group_ids = [Command.set(self.env.ref('dealflow.group_manager').ids)]
        self.assertFalse(self._read(user=self.rep_north))

    def test_row_opens_its_opportunity(self):
        lead = self._come(0, 0, 1, source_id=self.fair.id)
        row = self.env['dealflow.conversion.report'].with_user(self.rep_north).search([('lead_id', '=', lead.id)])
        action = row.action_open_opportunity()
        self.assertEqual((action['res_model'], action['res_id']), ('crm.lead', lead.id))

    @mute_logger('odoo.sql_db')
    def test_bad_targets_are_refused(self):
        self._plan(20, source_id=self.fair.id)
        for values in (
            {'source_id': self.fair.id, 'conversion': 30},
            {'conversion': 0},
            {'conversion': 101},
        ):
            with self.subTest(values=values), self.assertRaises(psycopg2.IntegrityError), self.env.cr.savepoint():
                self._plan(**values)
        with self.assertRaisesRegex(ValidationError, "before it begins"):
            self._plan(20, source_id=self.site.id, date_to='2025-12-31')

    @users('test_viewer', 'test_rep_north', 'test_head_north', 'test_seller_all')
    def test_only_managers_and_marketers_set_targets(self):
        with self.assertRaises(AccessError):
            self.env['dealflow.conversion.target'].create({'conversion': 20})

    def test_marketers_set_targets(self):
        target = self.env['dealflow.conversion.target'].with_user(self.marketer).create({'conversion': 20})
        target.conversion = 25
        self.assertEqual(target.sudo().conversion, 25)
        target.unlink()
        self.assertFalse(target.exists())
