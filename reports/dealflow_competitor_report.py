from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.deal_states import DEAL_STATES
from ..tools.price_gap import GAP_BANDS, GAP_EDGES


class DealflowCompetitorReport(models.Model):
    """Every competitor on every deal, with the outcome: wins and losses against a competitor (B51, C65).

    A case is a closed deal on which the competitor stayed until the client decided. The price gap is a ratio of two
    prices in the currency of the deal, so it needs no rate. Users see the rows of the deals that they may read.
    """

    _name = 'dealflow.competitor.report'
    _description = "Competitor Analysis"
    _inherit = 'dealflow.sql.report.mixin'
    _auto = False
    _rec_name = 'deal_id'
    _order = 'closed_on desc, id desc'
    _depends = {
        'dealflow.deal.competitor': ['deal_id', 'competitor_id', 'price', 'outcome'],
        'dealflow.deal': [
            'active',
            'company_id',
            'business_partner_id',
            'user_id',
            'team_id',
            'state',
            'opened_on',
            'closed_on',
            'amount',
            'amount_company',
        ],
        'res.partner': ['industry_id', 'region_id'],
    }

    competitor_id = fields.Many2one('dealflow.competitor', readonly=True)
    deal_id = fields.Many2one('dealflow.deal', readonly=True)
    company_id = fields.Many2one('res.company', readonly=True)
    company_currency_id = fields.Many2one('res.currency', readonly=True)
    business_partner_id = fields.Many2one('res.partner', string="Partner", readonly=True)
    industry_id = fields.Many2one('res.partner.industry', readonly=True)
    region_id = fields.Many2one('dealflow.region', readonly=True)
    user_id = fields.Many2one('res.users', string="Responsible", readonly=True)
    team_id = fields.Many2one('crm.team', string="Sales Team", readonly=True)
    state = fields.Selection(DEAL_STATES, string="State of the Deal", readonly=True)
    outcome = fields.Selection(selection='_selection_outcome', string="What Became of the Competitor", readonly=True)
    opened_on = fields.Date(readonly=True)
    closed_on = fields.Date(readonly=True)
    amount = fields.Monetary(currency_field='company_currency_id', readonly=True)
    lost_to_amount = fields.Monetary(string="Amount Lost to Them", currency_field='company_currency_id', readonly=True)
    open_count = fields.Integer(string="Open", readonly=True)
    case_count = fields.Integer(
        string="Cases",
        readonly=True,
        help="Closed deals on which the competitor stayed until the client decided.",
    )
    won_count = fields.Integer(string="Won by Us", readonly=True)
    lost_to_count = fields.Integer(string="Lost to Them", readonly=True)
    win_rate = fields.Float(
        string="Win Rate (%)",
        aggregator='avg',
        readonly=True,
        help="Deals that we won, in per cent of the cases.",
    )
    lost_share = fields.Float(
        string="Lost to Them (%)",
        aggregator='avg',
        readonly=True,
        help="Deals that this competitor took, in per cent of the cases.",
    )
    price_gap = fields.Float(
        string="We Are Dearer By (%)",
        aggregator='avg',
        readonly=True,
        help="Our amount less their price, in per cent of their price; cases with a known price only.",
    )
    gap_band = fields.Selection(GAP_BANDS, string="Price Range", readonly=True)

    def _selection_outcome(self):
        return self.env['dealflow.deal.competitor']._fields['outcome']._description_selection(self.env)

    @api.model
    def _get_report_sql(self):
        # The record rules of competitors on deals apply to their report, too.
        allowed = self.env['dealflow.deal.competitor']._search([])
        return SQL(
            "SELECT %s FROM %s WHERE deal.active%s",
            self._get_columns(),
            self._get_tables(),
            SQL(" AND competitor.id IN %s", allowed.subselect()) if allowed.where_clause else SQL(),
        )

    def _get_sql_id(self):
        return SQL("competitor.id")

    def _get_columns(self):
        return SQL(
            """%s AS id, competitor.competitor_id, competitor.deal_id, deal.company_id,
               company.currency_id AS company_currency_id, deal.business_partner_id, partner.industry_id,
               partner.region_id, deal.user_id, deal.team_id, deal.state, competitor.outcome, deal.opened_on,
               deal.closed_on, deal.amount_company AS amount,
               CASE WHEN competitor.outcome = 'winner' THEN deal.amount_company ELSE 0 END AS lost_to_amount,
               (deal.state = 'open')::int AS open_count,
               (competitor.outcome IN ('beaten', 'winner', 'also_lost'))::int AS case_count,
               (competitor.outcome = 'beaten')::int AS won_count,
               (competitor.outcome = 'winner')::int AS lost_to_count,
               CASE WHEN competitor.outcome = 'beaten' THEN 100.0
                    WHEN competitor.outcome IN ('winner', 'also_lost') THEN 0.0 END AS win_rate,
               CASE WHEN competitor.outcome = 'winner' THEN 100.0
                    WHEN competitor.outcome IN ('beaten', 'also_lost') THEN 0.0 END AS lost_share,
               gap.percent AS price_gap, width_bucket(gap.percent, %s::numeric[])::varchar AS gap_band""",
            self._get_sql_id(),
            list(GAP_EDGES),
        )

    def _get_tables(self):
        return SQL(
            """dealflow_deal_competitor competitor
               JOIN dealflow_deal deal ON deal.id = competitor.deal_id
               JOIN res_company company ON company.id = deal.company_id
               LEFT JOIN res_partner partner ON partner.id = deal.business_partner_id
               LEFT JOIN LATERAL (SELECT 100 * (deal.amount - competitor.price) / NULLIF(competitor.price, 0) AS percent
                                   WHERE competitor.outcome IN ('beaten', 'winner', 'also_lost')
                                 ) AS gap ON TRUE""",
        )
