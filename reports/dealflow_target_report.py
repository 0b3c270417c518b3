from odoo import api, fields, models
from odoo.tools import SQL


class DealflowTargetReport(models.Model):
    """Plan and fact of salespeople: targets and won deals, by the day of winning (C63).

    A row is either a target or a won deal, so that both add up by salesperson, team and month.
    """

    _name = 'dealflow.target.report'
    _description = "Plan and Fact of Salespeople"
    _inherit = 'dealflow.sql.report.mixin'
    _auto = False
    _rec_name = 'deal_id'
    _order = 'date desc, id desc'
    _depends = {
        'dealflow.target': ['company_id', 'user_id', 'team_id', 'month', 'amount', 'count'],
        'dealflow.deal': ['active', 'state', 'company_id', 'user_id', 'team_id', 'closed_on', 'amount_company'],
    }

    kind = fields.Selection([('plan', "Plan"), ('fact', "Fact")], string="Plan or Fact", readonly=True)
    date = fields.Date(readonly=True, help="First day of the month of a target, or the day on which a deal was won.")
    user_id = fields.Many2one('res.users', string="Salesperson", readonly=True)
    team_id = fields.Many2one('crm.team', string="Sales Team", readonly=True)
    company_id = fields.Many2one('res.company', readonly=True)
    company_currency_id = fields.Many2one('res.currency', readonly=True)
    deal_id = fields.Many2one('dealflow.deal', readonly=True)
    amount = fields.Monetary(
        currency_field='company_currency_id', readonly=True, help="Amount of one target, or of one won deal."
    )
    planned_amount = fields.Monetary(string="Plan", currency_field='company_currency_id', readonly=True)
    won_amount = fields.Monetary(string="Fact", currency_field='company_currency_id', readonly=True)
    gap_amount = fields.Monetary(
        string="Fact minus Plan",
        currency_field='company_currency_id',
        readonly=True,
    )
    planned_count = fields.Integer(string="Planned Deals", readonly=True)
    won_count = fields.Integer(string="Won Deals", readonly=True)
    attainment = fields.Float(
        string="Fact in % of Plan",
        aggregator='avg',
        readonly=True,
        help="0 where there is no plan.",
    )

    @api.model
    def _get_report_sql(self):
        return SQL(
            """SELECT 2 * target.id AS id, 'plan' AS kind, target.month AS date, target.user_id, target.team_id,
                      target.company_id, company.currency_id AS company_currency_id, NULL::int AS deal_id,
                      target.amount, target.amount AS planned_amount, 0.0 AS won_amount,
                      -target.amount AS gap_amount, target.count AS planned_count, 0 AS won_count, 0.0 AS attainment
                 FROM dealflow_target target
                 JOIN res_company company ON company.id = target.company_id
                UNION ALL
               SELECT 2 * deal.id + 1, 'fact', deal.closed_on, deal.user_id, deal.team_id,
                      deal.company_id, company.currency_id, deal.id,
                      deal.amount_company, 0.0, deal.amount_company,
                      deal.amount_company, 0, 1, 0.0
                 FROM dealflow_deal deal
                 JOIN res_company company ON company.id = deal.company_id
                WHERE deal.active AND deal.state = 'won'""",
        )

    def _read_group_select(self, aggregate_spec, query):
        """Compute the attainment as the ratio of sums, not the mean of ratios; 0 without a plan."""
        if aggregate_spec != 'attainment:avg':
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "COALESCE(100.0 * SUM(%s) / NULLIF(SUM(%s), 0), 0)",
            self._field_to_sql(self._table, 'won_amount', query),
            self._field_to_sql(self._table, 'planned_amount', query),
        )
