from odoo import api, fields, models
from odoo.tools import SQL


class DealflowCallResponseReport(models.Model):
    """How long a request waits until somebody calls: an opportunity is a request from when it is entered (X15).

    The calls are those with the client of the opportunity, or with its number. The call during which it was entered, or
    a quarter of an hour before, is the first one. Opportunities from before the register of calls are left out.
    """

    _name = 'dealflow.call.response.report'
    _description = "Time to the First Call"
    _inherit = 'dealflow.sql.report.mixin'
    _auto = False
    _rec_name = 'lead_id'
    _order = 'date desc, id desc'
    _depends = {
        'crm.lead': ['create_date', 'company_id', 'partner_id', 'phone_sanitized', 'user_id', 'team_id', 'source_id'],
        'dealflow.call': [
            'company_id',
            'business_partner_id',
            'number_e164',
            'direction',
            'started_on',
            'ended_on',
            'talk_seconds',
        ],
        'res.partner': ['business_partner_id', 'region_id'],
    }

    lead_id = fields.Many2one('crm.lead', string="Opportunity", readonly=True)
    date = fields.Datetime(string="Entered On", readonly=True)
    partner_id = fields.Many2one('res.partner', string="Client", readonly=True)
    region_id = fields.Many2one('dealflow.region', readonly=True)
    source_id = fields.Many2one('utm.source', readonly=True)
    user_id = fields.Many2one('res.users', string="Responsible", readonly=True)
    team_id = fields.Many2one('crm.team', string="Sales Team", readonly=True)
    company_id = fields.Many2one('res.company', readonly=True)
    first_call_on = fields.Datetime(string="First Call", readonly=True)
    first_talk_on = fields.Datetime(string="First Talk", readonly=True)
    call_hours = fields.Float(
        string="Hours to the First Call",
        aggregator='avg',
        readonly=True,
        help="Until somebody called, whether or not the client answered, or talked with the client.",
    )
    talk_hours = fields.Float(string="Hours to the First Talk", aggregator='avg', readonly=True)
    called = fields.Float(string="Called, %", aggregator='avg', readonly=True)

    @api.model
    def _get_report_sql(self):
        return SQL(
            """SELECT lead.id, lead.id AS lead_id, lead.create_date AS date, lead.partner_id, client.region_id,
                      lead.source_id, lead.user_id, lead.team_id, lead.company_id,
                      first.call_on AS first_call_on, first.talk_on AS first_talk_on,
                      CASE WHEN first.call_on IS NOT NULL THEN
                          EXTRACT(EPOCH FROM GREATEST(first.call_on, lead.create_date) - lead.create_date) / 3600.0
                      END AS call_hours,
                      CASE WHEN first.talk_on IS NOT NULL THEN
                          EXTRACT(EPOCH FROM GREATEST(first.talk_on, lead.create_date) - lead.create_date) / 3600.0
                      END AS talk_hours,
                      (first.call_on IS NOT NULL)::int * 100.0 AS called
                 FROM crm_lead lead
                 LEFT JOIN res_partner partner ON partner.id = lead.partner_id
                 LEFT JOIN res_partner client ON client.id = partner.business_partner_id
                CROSS JOIN LATERAL (
                    SELECT min(call.started_on) AS call_on,
                           min(call.started_on) FILTER (WHERE call.talk_seconds > 0) AS talk_on
                      FROM (
                          SELECT * FROM dealflow_call WHERE business_partner_id = client.id
                           UNION
                          SELECT * FROM dealflow_call WHERE number_e164 = lead.phone_sanitized
                      ) call
                     WHERE call.company_id = COALESCE(lead.company_id, call.company_id)
                       AND call.ended_on >= lead.create_date - interval '15 minutes'
                       AND (call.direction = 'outgoing' OR call.talk_seconds > 0)
                ) first
                WHERE lead.create_date >= (
                    SELECT min(started_on) FROM dealflow_call WHERE company_id = COALESCE(lead.company_id, company_id)
                )"""
        )
