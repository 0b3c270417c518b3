from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.call_results import MISSED, TALKED


class DealflowCallReport(models.Model):
    """Calls by person, hour and region: who was reached, what was missed and called back, what is said of it (E59).

    A row is a call. Shares are averages of 0 and 100 over the calls that they are about, and empty for others.
    """

    _name = 'dealflow.call.report'
    _description = "Analysis of Calls"
    _inherit = 'dealflow.sql.report.mixin'
    _auto = False
    _rec_name = 'call_id'
    _order = 'date desc, id desc'
    _depends = {
        'dealflow.call': [
            'company_id',
            'direction',
            'result',
            'started_on',
            'hour',
            'ring_seconds',
            'talk_seconds',
            'user_id',
            'team_id',
            'partner_id',
            'business_partner_id',
            'provider_id',
            'queue',
            'is_waiting',
            'called_back_id',
            'needs_comment',
            'event_id',
        ],
        'res.partner': ['region_id', 'client_status_id'],
    }

    call_id = fields.Many2one('dealflow.call', readonly=True)
    date = fields.Datetime(string="Time", readonly=True)
    hour = fields.Integer(
        string="Hour of the Day", readonly=True, aggregator=None, help="In the time zone of the company."
    )
    direction = fields.Selection(
        selection=lambda self: self.env['dealflow.call']._fields['direction']._description_selection(self.env),
        readonly=True,
    )
    result = fields.Selection(
        selection=lambda self: self.env['dealflow.call']._fields['result']._description_selection(self.env),
        readonly=True,
    )
    user_id = fields.Many2one('res.users', string="Responsible", readonly=True, help="Who talked last.")
    team_id = fields.Many2one('crm.team', string="Sales Team", readonly=True)
    company_id = fields.Many2one('res.company', readonly=True)
    provider_id = fields.Many2one('dealflow.telephony.provider', readonly=True)
    queue = fields.Char(readonly=True)
    partner_id = fields.Many2one('res.partner', string="Client", readonly=True)
    business_partner_id = fields.Many2one('res.partner', string="Group of the Client", readonly=True)
    region_id = fields.Many2one('dealflow.region', readonly=True)
    partner_status_id = fields.Many2one('dealflow.partner.status', string="Client Status", readonly=True)
    talk_minutes = fields.Float(string="Talk, min", readonly=True)
    average_talk = fields.Float(string="One Talk, min", aggregator='avg', readonly=True)
    reached = fields.Float(
        string="Reached, %", aggregator='avg', readonly=True, help="Of outgoing calls, those that took place."
    )
    taken = fields.Float(
        string="Taken, %", aggregator='avg', readonly=True, help="Of incoming calls, those that somebody answered."
    )
    missed = fields.Integer(readonly=True, help="Incoming calls that nobody took.")
    to_call_back = fields.Integer(
        string="Asked Back", readonly=True, help="First missed calls of numbers: each asks for one call back."
    )
    waiting = fields.Integer(string="Still Waiting", readonly=True)
    called_back = fields.Float(
        string="Called Back, %",
        aggregator='avg',
        readonly=True,
        help="Of the first missed calls of numbers, those with which somebody has talked since.",
    )
    callback_hours = fields.Float(string="Hours until Called Back", aggregator='avg', readonly=True)
    to_comment = fields.Integer(string="Comments Asked For", readonly=True, help="Calls with clients that took place.")
    commented = fields.Float(string="Commented, %", aggregator='avg', readonly=True)
    debts = fields.Integer(string="Comments Missing", readonly=True)
    debt_days = fields.Integer(string="Oldest Missing, Days", aggregator='max', readonly=True)

    @api.model
    def _get_report_sql(self):
        return SQL(
            """SELECT call.id, call.id AS call_id, call.started_on AS date, call.hour, call.direction, call.result,
                      call.user_id, call.team_id, call.company_id, call.provider_id, call.queue, call.partner_id,
                      call.business_partner_id, COALESCE(partner.region_id, client.region_id) AS region_id,
                      client.client_status_id AS partner_status_id,
                      call.talk_seconds / 60.0 AS talk_minutes,
                      CASE WHEN call.talk_seconds > 0 THEN call.talk_seconds / 60.0 END AS average_talk,
                      CASE WHEN call.direction = 'outgoing'
                           THEN (call.result IN %(talked)s)::int * 100.0 END AS reached,
                      CASE WHEN call.direction = 'incoming'
                           THEN (call.result IN %(talked)s)::int * 100.0 END AS taken,
                      (call.direction = 'incoming' AND call.result IN %(missed)s)::int AS missed,
                      (call.is_waiting OR call.called_back_id IS NOT NULL)::int AS to_call_back,
                      COALESCE(call.is_waiting, FALSE)::int AS waiting,
                      CASE WHEN call.called_back_id IS NOT NULL THEN 100.0
                           WHEN call.is_waiting THEN 0.0 END AS called_back,
                      EXTRACT(EPOCH FROM back.started_on - call.started_on) / 3600.0 AS callback_hours,
                      (call.event_id IS NOT NULL OR owed.is_debt)::int AS to_comment,
                      CASE WHEN call.event_id IS NOT NULL THEN 100.0 WHEN owed.is_debt THEN 0.0 END AS commented,
                      owed.is_debt::int AS debts,
                      CASE WHEN owed.is_debt
                           THEN EXTRACT(DAY FROM %(now)s - call.started_on)::int END AS debt_days
                 FROM dealflow_call call
                CROSS JOIN LATERAL (
                    SELECT COALESCE(call.needs_comment, FALSE) AND call.partner_id IS NOT NULL AS is_debt
                ) owed
                 LEFT JOIN res_partner partner ON partner.id = call.partner_id
                 LEFT JOIN res_partner client ON client.id = call.business_partner_id
                 LEFT JOIN dealflow_call back ON back.id = call.called_back_id""",
            talked=TALKED,
            missed=MISSED,
            now=fields.Datetime.now(),
        )
