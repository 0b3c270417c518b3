from odoo import api, fields, models
from odoo.tools import SQL


class DealflowCallDealReport(models.Model):
    """How many calls a won deal took.

    A row is a won deal, with the calls of its client between its opening and the sale. A call that was logged on
    another deal of the client counts there only. Deals from before the register of calls are left out.
    """

    _name = 'dealflow.call.deal.report'
    _description = "Calls per Won Deal"
    _inherit = 'dealflow.sql.report.mixin'
    _auto = False
    _rec_name = 'deal_id'
    _order = 'date desc, id desc'
    _depends = {
        'dealflow.deal': [
            'active',
            'state',
            'company_id',
            'business_partner_id',
            'user_id',
            'team_id',
            'funnel_id',
            'opened_on',
            'closed_on',
        ],
        'dealflow.call': ['company_id', 'business_partner_id', 'started_on', 'result', 'talk_seconds', 'event_id'],
        'calendar.event': ['deal_id'],
        'res.partner': ['region_id'],
    }

    deal_id = fields.Many2one('dealflow.deal', readonly=True)
    date = fields.Date(string="Won On", readonly=True)
    business_partner_id = fields.Many2one('res.partner', string="Partner", readonly=True)
    region_id = fields.Many2one('dealflow.region', readonly=True)
    funnel_id = fields.Many2one('dealflow.funnel', readonly=True)
    user_id = fields.Many2one('res.users', string="Responsible", readonly=True)
    team_id = fields.Many2one('crm.team', string="Sales Team", readonly=True)
    company_id = fields.Many2one('res.company', readonly=True)
    calls = fields.Float(string="Calls per Deal", aggregator='avg', readonly=True)
    talks = fields.Float(
        string="Talks per Deal", aggregator='avg', readonly=True, help="Calls that took place, one way or the other."
    )
    talk_minutes = fields.Float(string="Talk per Deal, min", aggregator='avg', readonly=True)

    @api.model
    def _get_report_sql(self):
        return SQL(
            """SELECT deal.id, deal.id AS deal_id, deal.closed_on AS date, deal.business_partner_id, client.region_id,
                      deal.funnel_id, deal.user_id, deal.team_id, deal.company_id, made.calls, made.talks,
                      made.talk_minutes
                 FROM dealflow_deal deal
                 JOIN (
                     SELECT company_id, min(started_on)::date AS day FROM dealflow_call GROUP BY company_id
                 ) register ON register.company_id = deal.company_id AND register.day <= deal.closed_on
                 JOIN res_partner client ON client.id = deal.business_partner_id
                CROSS JOIN LATERAL (
                    SELECT count(*)::float AS calls,
                           count(*) FILTER (WHERE call.talk_seconds > 0)::float AS talks,
                           COALESCE(sum(call.talk_seconds), 0) / 60.0 AS talk_minutes
                      FROM dealflow_call call
                      LEFT JOIN calendar_event event ON event.id = call.event_id
                     WHERE call.business_partner_id = deal.business_partner_id
                       AND call.company_id = deal.company_id
                       AND call.started_on >= deal.opened_on
                       AND call.started_on < deal.closed_on + 1
                       AND COALESCE(event.deal_id, deal.id) = deal.id
                ) made
                WHERE deal.active AND deal.state = 'won'"""
        )
