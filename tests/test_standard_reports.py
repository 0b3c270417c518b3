import ast
import io

import openpyxl

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools.safe_eval import safe_eval

from .report_common import ReportCommon

REPORT_MODELS = ('dealflow.deal.report', 'dealflow.product.report', 'dealflow.product.pair.report')


@tagged('post_install', '-at_install')
class TestStandardReports(ReportCommon):
    """The documented standard reports: figures, access and favourites (X03)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chair, cls.desk, cls.lamp = cls.env['product.product'].create(
            [{'name': name} for name in ("Chair", "Desk", "Lamp")]
        )
        cls.segment = cls.env['res.partner.industry'].create({'name': "Schools"})
        cls.school = cls.env['res.partner'].create(
            {
                'name': "School",
                'is_company': True,
                'industry_id': cls.segment.id,
            }
        )

    def _new_sale(self, lines, moment='2026-02-01 10:00', **values):
        return self._open_deal(
            moment,
            line_ids=[
                Command.create({'product_id': product.id, 'quantity': 1, 'price_unit': price})
                for product, price in lines
            ],
            **values,
        )

    def _read_group(self, model, user, domain, groupby, aggregates):
        self.env.flush_all()
        report = self._report(model, user)
        return report._read_group([*domain, ('company_id', '=', self.company.id)], groupby, aggregates)

    def test_sellers(self):
        """Forecast and fact of a seller: open, won and lost amounts, win rate and days to close."""
        won = self._open_deal('2026-02-01 10:00', user_id=self.rep.id, amount=100)
        self._change('2026-02-11 10:00', won, stage_id=self.contract.id)
        lost = self._open_deal('2026-02-01 10:00', user_id=self.rep.id, amount=40)
        self._change('2026-02-05 10:00', lost, lost_reason_id=self.reasons[0].id)
        self._open_deal('2026-02-01 10:00', user_id=self.rep.id, amount=7)
        rows = self._read_group(
            'dealflow.deal.report',
            self.head,
            [],
            ['user_id'],
            [
                'open_amount:sum',
                'weighted_amount:sum',
                'won_amount:sum',
                'lost_amount:sum',
                'won_count:sum',
                'win_rate:avg',
                'cycle_days:avg',
            ],
        )
        self.assertEqual(rows, [(self.rep, 7, 3.5, 100, 40, 1, 50, 7)])

    def test_lost_reasons_by_stage(self):
        deal = self._open_deal('2026-02-01 10:00', amount=40)
        self._change('2026-02-03 10:00', deal, stage_id=self.offer.id)
        self._change('2026-02-05 10:00', deal, lost_reason_id=self.reasons[1].id)
        rows = self._read_group(
            'dealflow.deal.report',
            self.head,
            [('state', '=', 'lost')],
            ['lost_reason_id', 'stage_id'],
            ['lost_count:sum', 'lost_amount:sum'],
        )
        self.assertEqual(rows, [(self.reasons[1], self.offer, 1, 40)])

    def test_products_by_segments_in_company_currency(self):
        """A deal in euro counts at the rate at which its amount was converted (C67)."""
        self._set_rates()
        self._new_sale([(self.chair, 10), (self.desk, 30)], business_partner_id=self.school.id)
        self._new_sale([(self.chair, 5)], business_partner_id=self.school.id, currency_id=self.env.ref('base.EUR').id)
        self._new_sale([(self.chair, 1)])
        rows = self._read_group('dealflow.product.report', self.head, [], ['product_id', 'industry_id'], ['amount:sum'])
        found = {(product, segment): round(amount, 2) for product, segment, amount in rows}
        none = self.env['res.partner.industry']
        self.assertEqual(
            found,
            {
                # 5 euro at 2 dollars
                (self.chair, self.segment): 20,
                (self.desk, self.segment): 30,
                (self.chair, none): 1,
            },
        )

    def test_cross_sales(self):
        """A pair of products counts once for each deal with both, however many lines they are on (C67)."""
        self._new_sale([(self.chair, 1), (self.desk, 1), (self.chair, 2)])
        self._new_sale([(self.chair, 1), (self.desk, 1), (self.lamp, 1)])
        self._new_sale([(self.chair, 1)])
        rows = self._read_group(
            'dealflow.product.pair.report', self.head, [], ['product_id', 'other_product_id'], ['__count']
        )
        found = {(product, other): count for product, other, count in rows}
        self.assertEqual(
            found,
            {
                (self.chair, self.desk): 2,
                (self.desk, self.chair): 2,
                (self.chair, self.lamp): 1,
                (self.lamp, self.chair): 1,
                (self.desk, self.lamp): 1,
                (self.lamp, self.desk): 1,
            },
        )

    def test_clients_won_and_lost(self):
        """A client is new with the first sale, lost after a year without one, and regained with the next (C59)."""
        faithful, leaver, returner = self.env['res.partner'].create(
            [{'name': name, 'is_company': True} for name in ("Faithful", "Leaver", "Returner")]
        )
        for partner, moments in (
            (faithful, ('2025-01-10', '2025-12-10', '2026-11-10')),
            (leaver, ('2025-03-10',)),
            (returner, ('2024-01-10', '2026-02-10')),
        ):
            for moment in moments:
                deal = self._open_deal(f'{moment} 10:00', business_partner_id=partner.id)
                self._change(f'{moment} 11:00', deal, stage_id=self.contract.id)
        rows = self._read_group(
            'dealflow.client.flow.report', self.head, [], ['business_partner_id', 'date:day', 'kind'], ['change:sum']
        )
        found = {(partner, str(day), kind): change for partner, day, kind, change in rows}
        self.assertEqual(
            found,
            {
                (faithful, '2025-01-10', 'new'): 1,
                (leaver, '2025-03-10', 'new'): 1,
                (leaver, '2026-03-10', 'lost'): -1,
                (returner, '2024-01-10', 'new'): 1,
                (returner, '2025-01-10', 'lost'): -1,
                (returner, '2026-02-10', 'back'): 1,
            },
        )

    def test_clients_won_and_lost_are_seen_with_their_deals(self):
        for user in (self.rep, self.other_rep):
            partner = self.env['res.partner'].create({'name': user.name, 'is_company': True})
            deal = self._open_deal('2026-02-01 10:00', user_id=user.id, business_partner_id=partner.id)
            self._change('2026-02-02 10:00', deal, stage_id=self.contract.id)
        model = 'dealflow.client.flow.report'
        self.assertEqual(self._read_group(model, self.rep, [], ['user_id'], []), [(self.rep,)])
        self.assertEqual(len(self._read_group(model, self.head, [], ['user_id'], [])), 2)
        self.contract.visible_group_ids = self.env.ref('dealflow.group_manager')
        self.assertFalse(self._read_group(model, self.rep, [], ['user_id'], []))

    def test_rights(self):
        """Deals that the user may not see are in no report either."""
        self._new_sale([(self.chair, 1), (self.desk, 1)], user_id=self.rep.id)
        self._new_sale([(self.chair, 1), (self.desk, 1)], user_id=self.other_rep.id)
        outsider = self._new_user('outsider', 'base.group_user')
        for model in REPORT_MODELS:
            for user, expected in (
                (self.head, self.rep + self.other_rep),
                (self.viewer, self.rep + self.other_rep),
                (self.rep, self.rep),
            ):
                rows = self._read_group(model, user, [], ['user_id'], [])
                self.assertEqual({seller for [seller] in rows}, set(expected), (model, user.login))
            with self.assertRaises(AccessError):
                self._read_group(model, outsider, [], ['user_id'], [])
        self.interest.visible_group_ids = self.env.ref('dealflow.group_manager')
        for model in REPORT_MODELS:
            self.assertFalse(self._read_group(model, self.rep, [], ['user_id'], []), model)

    def test_favourites_are_shared_and_work(self):
        """Each favourite is valid for its model: domain, groups and measures exist."""
        keys = (
            'funnel',
            'dynamics',
            'forecast',
            'sellers',
            'targets',
            'products',
            'cross_sales',
            'sources',
            'lost_reasons',
            'cycle_time',
            'client_flow',
        )
        for key in keys:
            favourite = self.env.ref(f'dealflow.ir_filters_{key}')
            self.assertFalse(favourite.user_ids, key)
            model = self._report(favourite.model_id)
            domain = safe_eval(favourite.domain, {'uid': self.head.id})
            context = ast.literal_eval(favourite.context)
            measures = [
                name if name == '__count' else f'{name}:{model._fields[name].aggregator}'
                for name in context.get('pivot_measures', [])
            ]
            groups = context.get('pivot_row_groupby', []) + context.get('pivot_column_groupby', [])
            self.assertIsInstance(model.formatted_read_group(domain, groups, measures), list, key)


@tagged('post_install', '-at_install')
class TestPrintedFunnel(ReportCommon, HttpCase):
    def test_export(self):
        """The spreadsheet has the figures of the screen, limited by the access of the user."""
        self._open_deal('2026-02-01 10:00', user_id=self.rep.id, name="=1+1")
        self._open_deal('2026-02-01 10:00', user_id=self.other_rep.id)
        self.authenticate(self.rep.login, self.rep.login)
        response = self.url_open(
            '/dealflow/sales_funnel/xlsx?options={"date_from":"2020-01-01","date_to":"2026-12-31",'
            f'"funnel_id":{self.funnel.id}}}'
        )
        self.assertEqual(response.status_code, 200)
        self.assertTrue(response.content.startswith(b'PK'))
        sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
        rows = [row for row in sheet.iter_rows(values_only=True) if row[0] == "Interest"]
        self.assertEqual(rows[0][:4], ("Interest", 1, 100, 100))

    def _render(self, report, options):
        data = {'funnel_options': options}
        return report._render_qweb_html('dealflow.report_sales_funnel', None, data=data)[0].decode()

    def test_print(self):
        """The printed page shows the stages and explains the figures; an empty period can be printed as well."""
        self._open_deal('2026-02-01 10:00')
        report = (
            self.env['ir.actions.report']
            .with_user(self.head)
            .with_company(self.company)
            .with_context(allowed_company_ids=self.company.ids)
        )
        options = {'date_from': '2020-01-01', 'date_to': '2026-12-31', 'funnel_id': self.funnel.id}
        html = self._render(report, options)
        for text in ("Negotiation", "A stage that was skipped counts as passed", "Deals opened in the period"):
            self.assertIn(text, html)
        options['date_to'] = '2020-01-02'
        html = self._render(report, options)
        self.assertNotRegex(html, r'[>·/]\s*0\.0 %', "no case is no conversion of nought")
        self.assertNotIn("Failed, by stage", html)
