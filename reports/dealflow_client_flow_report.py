from odoo import api, fields, models
from odoo.tools import SQL


class DealflowClientFlowReport(models.Model):
    """Clients won and lost: who bought for the first time, who came back, and who stayed away for a year (C59).

    A client is lost twelve months after a sale that no other sale has followed; a later sale brings it back.
    """

    _name = 'dealflow.client.flow.report'
    _description = "Clients Won and Lost"
    _inherit = 'dealflow.sql.report.mixin'
    _auto = False
    _rec_name = 'business_partner_id'
    _order = 'date desc, id desc'
    _depends = {
        'dealflow.deal': ['active', 'state', 'company_id', 'business_partner_id', 'user_id', 'team_id', 'closed_on'],
        'res.partner': ['industry_id', 'region_id', 'client_status_id'],
    }

    kind = fields.Selection(
        [('new', "New Client"), ('back', "Came Back"), ('lost', "Lost Client")],
        string="What Happened",
        readonly=True,
    )
    date = fields.Date(readonly=True, help="Day of the sale; of a lost client, twelve months after the last one.")
    business_partner_id = fields.Many2one('res.partner', string="Partner", readonly=True)
    industry_id = fields.Many2one('res.partner.industry', string="Segment", readonly=True)
    region_id = fields.Many2one('dealflow.region', readonly=True)
    partner_status_id = fields.Many2one('dealflow.partner.status', string="Client Status", readonly=True)
    deal_id = fields.Many2one('dealflow.deal', readonly=True, help="The sale that brought the client, or the last one.")
    user_id = fields.Many2one('res.users', string="Responsible", readonly=True)
    team_id = fields.Many2one('crm.team', string="Sales Team", readonly=True)
    company_id = fields.Many2one('res.company', readonly=True)
    new_count = fields.Integer(string="New Clients", readonly=True)
    back_count = fields.Integer(string="Clients who Came Back", readonly=True)
    lost_count = fields.Integer(string="Lost Clients", readonly=True)
    change = fields.Integer(readonly=True, help="New clients and those who came back, less the lost ones.")

    @api.model
    def _get_report_sql(self):
        return SQL(
            """WITH sale AS (
                   SELECT id, company_id, business_partner_id, user_id, team_id, closed_on,
                          (closed_on + interval '12 months')::date AS lost_on,
                          (lag(closed_on) OVER chain + interval '12 months')::date AS lost_before,
                          lead(closed_on) OVER chain AS next_on
                     FROM dealflow_deal
                    WHERE active AND state = 'won' AND business_partner_id IS NOT NULL
                   WINDOW chain AS (PARTITION BY company_id, business_partner_id ORDER BY closed_on, id)
               ), movement AS (
                   SELECT sale.*, 2 * id AS movement_id, closed_on AS date,
                          CASE WHEN lost_before IS NULL THEN 'new' ELSE 'back' END AS kind
                     FROM sale
                    WHERE lost_before IS NULL OR lost_before < closed_on
                    UNION ALL
                   SELECT sale.*, 2 * id + 1, lost_on, 'lost'
                     FROM sale
                    WHERE lost_on < COALESCE(next_on, %s)
               )
               SELECT movement.movement_id AS id, movement.kind, movement.date, movement.business_partner_id,
                      partner.industry_id, partner.region_id, partner.client_status_id AS partner_status_id,
                      movement.id AS deal_id, movement.user_id, movement.team_id,
                      movement.company_id, (movement.kind = 'new')::int AS new_count,
                      (movement.kind = 'back')::int AS back_count,
                      (movement.kind = 'lost')::int AS lost_count,
                      CASE movement.kind WHEN 'lost' THEN -1 ELSE 1 END AS change
                 FROM movement
                 JOIN res_partner partner ON partner.id = movement.business_partner_id""",
            fields.Date.context_today(self),
        )
