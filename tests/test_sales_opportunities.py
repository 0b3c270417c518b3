import os
from pathlib import Path

from odoo.tests import TransactionCase, tagged

from ..bench.sales_opportunities import DirtyFile, SalesOpportunities

FOLDER = Path(os.environ.get(
    'DEALFLOW_DATA', Path(__file__).resolve().parents[2] / 'shared' / 'data',
)) / 'crm_sales_opportunities'


@tagged('post_install', '-at_install')
class TestSalesOpportunities(TransactionCase):
    """The real sales data flows through the public import and comes out with the known figures."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref('dealflow.group_stage_override')
        cls.env.company.currency_id = cls.env.ref('base.USD')

    def test_figures_and_second_run(self):
        sales = SalesOpportunities(self.env, FOLDER)
        remarks = sales.load()
        self.assertEqual(remarks["sales_pipeline.csv: deals without an account"], 1425)
        self.assertEqual(remarks["sales_pipeline.csv: open deals without a value; valued at the list price"], 2089)
        self.assertEqual(remarks["sales_teams.csv: sellers without any deal"], 5)
        self._check_figures()
        self._check_ledger()

        before = self._snapshot()
        second = SalesOpportunities(self.env, FOLDER)
        second.load()
        self.assertFalse(second.seconds, "The second run loads nothing")
        self.assertEqual(self._snapshot(), before)

    def _loaded(self, model):
        data = self.env['ir.model.data'].search([('module', '=', 'sales_opportunities'), ('model', '=', model)])
        return self.env[model].browse(data.mapped('res_id'))

    def _check_figures(self):
        deals = self._loaded('dealflow.deal')
        by_state = {
            state: (count, amount) for state, count, amount in self.env['dealflow.deal']._read_group(
                [('id', 'in', deals.ids)], ['state'], ['__count', 'amount_company:sum'])
        }
        self.assertEqual(len(deals), 8800)
        self.assertEqual(by_state['won'], (4238, 10005534.0))
        self.assertEqual(by_state['lost'][0], 2473)
        self.assertEqual(by_state['open'][0], 2089)
        self.assertEqual(len(deals.filtered(lambda deal: deal.state == 'open' and not deal.business_partner_id)), 1425)
        accounts = self._loaded('res.partner').filtered('is_company')
        self.assertEqual(len(accounts), 85)
        self.assertEqual(len(accounts.business_partner_id), 70)
        acme = accounts.filtered(lambda partner: partner.name == "Acme Corporation")
        self.assertEqual(len(acme._get_legal_entities()), 5)
        self.assertEqual(len(self._loaded('res.users')), 41)
        receipts = self._loaded('dealflow.receipt')
        self.assertEqual(len(receipts), 4238)
        self.assertEqual(set(receipts.mapped('state')), {'received'})
        self.assertEqual(sum(receipts.mapped('amount')), 10005534.0)
        self.assertEqual(sum(receipts.mapped('received_amount')), 10005534.0)

    def _check_ledger(self):
        """Rows of the ledger have the dates of the file, and the last row of each deal is what the deal is."""
        self.env.flush_all()
        self.env.cr.execute("""
            SELECT count(*)
              FROM dealflow_deal deal
              JOIN LATERAL (
                    SELECT * FROM dealflow_deal_log log WHERE log.deal_id = deal.id ORDER BY id DESC LIMIT 1
                   ) log ON TRUE
             WHERE deal.id = ANY(%s)
               AND log.stage_to_id = deal.stage_id AND log.state_to = deal.state
               AND log.amount_company_to = deal.amount_company AND log.kind = 'import'
               AND log.date::date = COALESCE(deal.closed_on, deal.opened_on)
        """, [self._loaded('dealflow.deal').ids])
        self.assertEqual(self.env.cr.fetchone()[0], 8800)

    def _snapshot(self):
        """Count and newest change of every table that the load writes."""
        self.env.flush_all()
        tables = (
            'dealflow_deal',
            'dealflow_deal_line',
            'dealflow_deal_log',
            'dealflow_receipt',
            'dealflow_entity_link',
            'res_partner',
            'res_users',
            'crm_team',
            'crm_team_member',
            'product_product',
            'ir_model_data',
        )
        snapshot = {}
        for table in tables:
            self.env.cr.execute(f'SELECT count(*), max(id), max(write_date) FROM "{table}"')  # noqa: S608 - fixed names
            snapshot[table] = self.env.cr.fetchone()
        return snapshot

    def test_missing_file_is_told(self):
        with self.assertRaisesRegex(DirtyFile, "There is no file accounts.csv"):
            SalesOpportunities(self.env, FOLDER.parent)

    def test_unknown_product_is_told(self):
        sales = SalesOpportunities(self.env, FOLDER)
        sales.files['sales_pipeline'] = sales.files['sales_pipeline'][:1]
        sales.files['sales_pipeline'][0]['product'] = "GTXPro"
        with self.assertRaisesRegex(DirtyFile, "the product “GTXPro” is unknown"):
            sales._load_deals()
