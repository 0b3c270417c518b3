from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.deal_states import DEAL_STATES


class DealflowDealReport(models.Model):
    """Current values of deals, with the measures of the standard reports: forecast, won, lost, days to close (X03)."""

    _name = 'dealflow.deal.report'
    _description = "Deal Analysis"
    _inherit = 'dealflow.sql.report.mixin'
    _auto = False
    _rec_name = 'deal_id'
    _order = 'opened_on desc, id desc'

    deal_id = fields.Many2one('dealflow.deal', readonly=True)
    company_id = fields.Many2one('res.company', readonly=True)
    company_currency_id = fields.Many2one('res.currency', readonly=True)
    business_partner_id = fields.Many2one('res.partner', string="Partner", readonly=True)
    industry_id = fields.Many2one('res.partner.industry', string="Segment", readonly=True)
    region_id = fields.Many2one('dealflow.region', readonly=True)
    partner_status_id = fields.Many2one('dealflow.partner.status', string="Client Status", readonly=True)
    user_id = fields.Many2one('res.users', string="Responsible", readonly=True)
    team_id = fields.Many2one('crm.team', string="Sales Team", readonly=True)
    funnel_id = fields.Many2one('dealflow.funnel', readonly=True)
    stage_id = fields.Many2one('dealflow.stage', readonly=True)
    state = fields.Selection(DEAL_STATES, readonly=True)
    lost_reason_id = fields.Many2one('crm.lost.reason', readonly=True)
    lost_competitor_id = fields.Many2one('dealflow.competitor', string="Lost To", readonly=True)
    marketing_event_id = fields.Many2one('dealflow.marketing.event', readonly=True)
    campaign_id = fields.Many2one('utm.campaign', readonly=True)
    medium_id = fields.Many2one('utm.medium', string="UTM Medium", readonly=True)
    source_id = fields.Many2one('utm.source', readonly=True)
    opened_on = fields.Date(readonly=True)
    expected_close_date = fields.Date(string="Expected Close", readonly=True)
    closed_on = fields.Date(readonly=True)
    amount = fields.Monetary(currency_field='company_currency_id', readonly=True)
    open_amount = fields.Monetary(
        string="Forecast",
        currency_field='company_currency_id',
        readonly=True,
        help="Amount of the deals that are open.",
    )
    weighted_amount = fields.Monetary(
        string="Weighted Forecast",
        currency_field='company_currency_id',
        readonly=True,
        help="Amount of the open deals times their probability.",
    )
    won_amount = fields.Monetary(currency_field='company_currency_id', readonly=True)
    lost_amount = fields.Monetary(currency_field='company_currency_id', readonly=True)
    average_won_amount = fields.Monetary(
        currency_field='company_currency_id',
        aggregator='avg',
        readonly=True,
    )
    open_count = fields.Integer(string="Open", readonly=True)
    won_count = fields.Integer(string="Won", readonly=True)
    lost_count = fields.Integer(string="Lost", readonly=True)
    win_rate = fields.Float(
        string="Win Rate (%)",
        aggregator='avg',
        readonly=True,
        help="Won deals, in per cent of the closed ones.",
    )
    cycle_days = fields.Float(
        string="Days to Close",
        aggregator='avg',
        readonly=True,
        help="Days from opening to winning or losing.",
    )

    @api.model
    def _get_report_sql(self):
        return SQL(
            """SELECT deal.id, deal.id AS deal_id, deal.company_id, company.currency_id AS company_currency_id,
                      deal.business_partner_id, partner.industry_id, partner.region_id,
                      partner.client_status_id AS partner_status_id,
                      deal.user_id, deal.team_id, deal.funnel_id, deal.stage_id, deal.state, deal.lost_reason_id,
                      deal.lost_competitor_id, deal.marketing_event_id, deal.campaign_id, deal.medium_id,
                      deal.source_id, deal.opened_on,
                      deal.expected_close_date, deal.closed_on, deal.amount_company AS amount,
                      CASE WHEN deal.state = 'open' THEN deal.amount_company ELSE 0 END AS open_amount,
                      CASE WHEN deal.state = 'open' THEN deal.weighted_amount ELSE 0 END AS weighted_amount,
                      CASE WHEN deal.state = 'won' THEN deal.amount_company ELSE 0 END AS won_amount,
                      CASE WHEN deal.state = 'lost' THEN deal.amount_company ELSE 0 END AS lost_amount,
                      CASE WHEN deal.state = 'won' THEN deal.amount_company END AS average_won_amount,
                      (deal.state = 'open')::int AS open_count,
                      (deal.state = 'won')::int AS won_count,
                      (deal.state = 'lost')::int AS lost_count,
                      CASE deal.state WHEN 'won' THEN 100.0 WHEN 'lost' THEN 0.0 END AS win_rate,
                      CASE WHEN deal.state <> 'open' THEN deal.closed_on - deal.opened_on END AS cycle_days
                 FROM dealflow_deal deal
                 JOIN res_company company ON company.id = deal.company_id
                 LEFT JOIN res_partner partner ON partner.id = deal.business_partner_id
                WHERE deal.active""",
        )
