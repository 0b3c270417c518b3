from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.fields import Domain
from odoo.tools import SQL, format_datetime

ACTIVITY_TYPE = 'dealflow.mail_activity_type_request'


class CrmLead(models.Model):
    """Sees to it that somebody works on each request: what nobody does is red, goes on, and is told the leader (X20).

    Work is what leaves a trace since the request was routed: a message or note of an employee, an activity that
    somebody planned or did, an event, a call with the client, another stage, a deal.
    """

    _inherit = 'crm.lead'

    dealflow_is_untouched = fields.Boolean(
        string="Nobody Works on It",
        compute='_compute_dealflow_is_untouched',
        compute_sudo=True,
        search='_search_dealflow_is_untouched',
        groups='base.group_user',
        help="It was to be worked on until now, and nothing has been done: no message, activity, event, call, other "
        "stage or deal.",
    )

    @api.depends('dealflow_answer_until', 'stage_id', 'won_status', 'active', 'message_ids', 'activity_ids')
    def _compute_dealflow_is_untouched(self):
        untouched_ids = set(self._dealflow_get_untouched_ids(self.ids)) if self.ids else set()
        for lead in self:
            lead.dealflow_is_untouched = lead._origin.id in untouched_ids

    def _search_dealflow_is_untouched(self, operator, value):
        if operator != 'in':
            return NotImplemented
        return Domain('id', 'in', self._dealflow_get_untouched_ids())

    @api.model
    def _dealflow_get_untouched_ids(self, ids=None):
        """Return the ids of the requests, of all or of these, whose time is over and that nobody has worked on."""
        self._dealflow_flush_work()
        now = fields.Datetime.now()
        query = SQL(
            """
            SELECT lead.id
              FROM crm_lead lead
             WHERE lead.dealflow_answer_until <= %(now)s AND lead.active AND lead.won_status = 'pending'
               AND lead.user_id IS NOT NULL AND %(these)s
               AND (lead.date_last_stage_update IS NULL OR lead.date_last_stage_update <= lead.dealflow_routed_on)
               AND NOT EXISTS (
                   SELECT FROM mail_message message
                     JOIN res_users author ON author.partner_id = message.author_id
                    WHERE message.model = 'crm.lead' AND message.res_id = lead.id
                      AND message.message_type IN ('comment', 'email_outgoing')
                      AND message.date >= lead.dealflow_routed_on
                      AND NOT COALESCE(author.share, FALSE) AND author.id != %(root)s
               )
               AND NOT EXISTS (
                   SELECT FROM mail_activity activity
                    WHERE activity.res_model = 'crm.lead' AND activity.res_id = lead.id
                      AND activity.activity_type_id IS DISTINCT FROM %(kind)s
                      AND (
                          activity.create_uid != %(root)s AND activity.create_date >= lead.dealflow_routed_on
                          OR NOT activity.active AND activity.write_date >= lead.dealflow_routed_on
                      )
               )
               AND NOT EXISTS (
                   SELECT FROM calendar_event event
                    WHERE event.opportunity_id = lead.id AND event.create_date >= lead.dealflow_routed_on
               )
               AND NOT EXISTS (SELECT FROM dealflow_deal deal WHERE deal.lead_id = lead.id)
               AND NOT EXISTS (
                   SELECT FROM dealflow_call call
                    WHERE call.company_id = COALESCE(lead.company_id, call.company_id)
                      AND call.ended_on >= lead.dealflow_routed_on
                      AND (call.partner_id = lead.partner_id OR call.number_e164 = lead.phone_sanitized)
                      AND (call.direction = 'outgoing' OR call.talk_seconds > 0)
               )
            """,
            now=now,
            these=SQL("lead.id IN %s", tuple(ids)) if ids else SQL("TRUE"),
            root=SUPERUSER_ID,
            kind=self.env['ir.model.data']._xmlid_to_res_id(ACTIVITY_TYPE) or 0,
        )
        return [row_id for [row_id] in self.env.execute_query(query)]

    @api.model
    def _dealflow_flush_work(self):
        """Bring to the database what tells whether somebody has worked on requests."""
        self.flush_model(
            [
                'dealflow_answer_until',
                'dealflow_routed_on',
                'active',
                'won_status',
                'user_id',
                'date_last_stage_update',
                'partner_id',
                'phone_sanitized',
                'company_id',
            ]
        )
        for model, names in (
            ('mail.message', ['model', 'res_id', 'message_type', 'date', 'author_id']),
            ('mail.activity', ['res_model', 'res_id', 'active', 'activity_type_id']),
            ('calendar.event', ['opportunity_id']),
            ('dealflow.deal', ['lead_id']),
            ('dealflow.call', ['partner_id', 'number_e164', 'direction', 'talk_seconds', 'ended_on', 'company_id']),
        ):
            self.env[model].flush_model(names)

    @api.model
    def _dealflow_cron_attend(self):
        """Let requests that nobody works on go on to the next person, or tell the leader of the team, once."""
        untouched = self.browse(self._dealflow_get_untouched_ids()).sorted('id')
        going_on = untouched.filtered(lambda lead: lead.dealflow_route_id.is_returned)
        gone = self.browse()
        try:
            with self.env.cr.savepoint():
                gone = going_on._dealflow_go_on()
        except ConcurrencyError:
            # Requests are routed by hand just now: these go on with the next run.
            gone = going_on
        (untouched - gone)._dealflow_escalate()
        worked_on = self.search([('dealflow_answer_until', '<=', fields.Datetime.now())]) - untouched
        worked_on._dealflow_set_derived({'dealflow_answer_until': False})
        self.env['mail.activity']._dealflow_get_reminders('crm.lead', ACTIVITY_TYPE)._dealflow_unlink_obsolete(
            Domain('dealflow_is_untouched', '=', True)
        )

    def _dealflow_go_on(self):
        """Give each request to somebody who has not had it yet, and return those that somebody has got."""
        if not self:
            return self
        had = {}
        for row in self.env['dealflow.request.assignment'].search([('lead_id', 'in', self.ids)]):
            had[row.lead_id] = had.get(row.lead_id, self.env['res.users']) | row.user_id | row.turn_user_id
        barred = {lead: had.get(lead, self.env['res.users']) | lead.user_id for lead in self}
        hours = {lead: lead.dealflow_route_id._get_answer_hours() for lead in self}
        before = {lead: lead.user_id for lead in self}
        gone = self._dealflow_route(excluded=barred, overdue=hours)
        for lead in gone:
            lead.message_post(
                body=self.env._(
                    "Nobody worked on this request in time: it goes on from %(before)s to %(now)s.",
                    before=before[lead].name,
                    now=lead.user_id.name,
                )
            )
        return gone

    def _dealflow_escalate(self):
        """Ask the leader of the team to see to each request, once."""
        now = self.env.cr.now()
        for lead in self.filtered(lambda lead: not lead.dealflow_escalated_on):
            leader = lead.user_id._dealflow_get_head(lead)
            if not leader.active or not lead.with_user(leader).has_access('read'):
                continue
            reader = leader._dealflow_in_own_language()
            lead.activity_schedule(
                ACTIVITY_TYPE,
                date_deadline=leader._dealflow_get_today(),
                user_id=leader.id,
                summary=reader.env._("Nobody works on this request"),
                note=reader.env._(
                    "%(person)s has it since %(day)s and was to work on it until %(until)s. See to it, or give it to "
                    "somebody else.",
                    person=lead.user_id.name,
                    day=format_datetime(reader.env, lead.dealflow_routed_on, tz=leader.tz),
                    until=format_datetime(reader.env, lead.dealflow_answer_until, tz=leader.tz),
                ),
            )
            lead._dealflow_set_derived({'dealflow_escalated_on': now})
