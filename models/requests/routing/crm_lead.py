import logging

from odoo import api, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import split_every

from ....tools.public_methods import public_method

_logger = logging.getLogger(__name__)

# How many requests the job routes in one transaction.
BATCH = 100


class CrmLead(models.Model):
    """Gives requests to salespeople by the rules of the routing, and says why (C30).

    What comes in waits (:meth:`_dealflow_await_routing`), and the job, which is one at a time, gives it away: so no
    request waits for another one, and no turn is counted twice.
    """

    _inherit = 'crm.lead'

    def _dealflow_await_routing(self):
        """Let requests without a salesperson be routed by the job, at once after this transaction."""
        waiting = self.filtered(lambda lead: not lead.user_id and lead.won_status == 'pending' and lead.active)
        if waiting:
            waiting._dealflow_set_derived({'dealflow_routing': 'waiting'})
            # sudo - ir.cron: whoever takes in requests lets the job run.
            self.env.ref('dealflow.ir_cron_crm_lead_route').sudo()._trigger()
        return waiting

    @public_method()
    def action_dealflow_route(self):
        """Give open opportunities without a salesperson to those whose turn it is by the routing rules.

        :return: the action of a message in words
        :raise UserError: one has a salesperson already, or is closed; or none of them can be given now
        """
        self.check_access('write')
        for lead in self:
            if lead.user_id or lead.won_status != 'pending':
                raise UserError(
                    self.env._(
                        "“%(opportunity)s” cannot be routed: it is closed, or has the salesperson %(person)s. Remove "
                        "the salesperson first.",
                        opportunity=lead.name,
                        person=lead.user_id.name or "–",
                    )
                )
        routed = self._dealflow_route()
        if not routed:
            raise UserError(
                self.env._(
                    "No routing rule fits, or nobody of those that fit is there and has room for more today. Choose a "
                    "salesperson, or look at the rules in the configuration."
                )
            )
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'success' if routed == self else 'warning',
                'message': '\n'.join(
                    self.env._("%(opportunity)s goes to %(person)s.", opportunity=lead.name, person=lead.user_id.name)
                    for lead in routed[:10]
                ),
                'className': 'o_dealflow_lines',
                'next': {'type': 'ir.actions.act_window_close'},
            },
        }

    @api.model
    def _dealflow_begin_round(self):
        """Return what is remembered of people and rules while requests are given one after another."""
        return {'presence': {}, 'working': {}, 'today': {}, 'month': {}, 'turns': {}, 'locked': set(), 'routes': {}}

    def _dealflow_route(self, excluded=None, overdue=None):
        """Give the requests to those whose turn it is, in the order of their arrival.

        :param dict excluded: users who do not get a request, by request
        :param dict overdue: in how many hours nobody has worked on a request, by request that goes on
        :return: the requests that somebody has got
        :raise ConcurrencyError: somebody else routes by the same rule
        """
        memory = self._dealflow_begin_round()
        found = []
        for lead in self.sorted('id'):
            # sudo - crm.lead: the rules look at all of a request, whoever lets it be routed.
            lead_sudo = lead.sudo()
            company = lead_sudo._dealflow_get_company()
            if company not in memory['routes']:
                memory['routes'][company] = self.env['dealflow.request.route']._get_routes(company)
            barred = (excluded or {}).get(lead, self.env['res.users'])
            for route in memory['routes'][company]:
                if route._fits(lead_sudo) and (choice := lead_sudo._dealflow_choose(route, barred, memory)):
                    found.append((lead, route, *choice))
                    break
        self._dealflow_assign(found, overdue or {})
        return self.browse([lead.id for lead, *_rest in found])

    def _dealflow_choose(self, route, excluded, memory):
        """Return the kind, who gets the one request by a rule, whose turn that was, and why; None when nobody does."""
        owner = route.is_owner_first and self._dealflow_get_owner()
        if owner and owner not in excluded and route.company_id in owner.company_ids:
            if owner._dealflow_get_presence(memory)[0]:
                reason = owner._dealflow_in_own_language().env._(
                    "Rule “%(route)s”: %(client)s is your client.",
                    route=route.name,
                    client=self.partner_id.display_name,
                )
                return 'owner', owner, self.env['res.users'], reason
        if turn := route._take_turn(excluded, memory):
            taker, user, *figures = turn
            return 'rule', taker, user, route._explain_turn(taker, user, *figures)
        return None

    def _dealflow_get_owner(self):
        """Return the salesperson of the client of the one request: of the contact, the company, or its group."""
        partner = self.partner_id
        owners = (partner.user_id, partner.commercial_partner_id.user_id, partner.business_partner_id.user_id)
        return next((owner for owner in owners if owner and owner.active and not owner.share), self.env['res.users'])

    def _dealflow_assign(self, found, overdue):
        """Write who got what and why; the salesperson is told as Odoo tells it."""
        now = self.env.cr.now()
        groups, rows = {}, []
        for lead, route, kind, user, turn_user, reason in found:
            # sudo - crm.lead: see above.
            lead_sudo = lead.sudo()
            if lead in overdue:
                reason = user._dealflow_in_own_language().env._(
                    "%(reason)s Nobody worked on it in %(hours)s hours at %(person)s.",
                    reason=reason,
                    hours=f'{overdue[lead]:g}',
                    person=lead_sudo.user_id.name,
                )
                kind = 'next'
            rows.append(
                {
                    'lead_id': lead.id,
                    'company_id': lead_sudo._dealflow_get_company().id,
                    'date': now,
                    'kind': kind,
                    'route_id': route.id,
                    'user_from_id': lead_sudo.user_id.id,
                    'user_id': user.id,
                    'turn_user_id': turn_user.id,
                    'reason': reason,
                }
            )
            groups.setdefault((user, route), lead_sudo.browse())
            groups[user, route] |= lead_sudo
            lead_sudo._dealflow_set_derived(
                {'dealflow_routing': 'routed', 'dealflow_route_id': route.id, 'dealflow_route_reason': reason}
            )
        for (user, route), leads_sudo in groups.items():
            team = route.team_id if route.target == 'team' and user in route.team_id.member_ids else None
            leads_sudo.write({'user_id': user.id, **({'team_id': team.id} if team else {})})
            leads_sudo._dealflow_begin_answer_time(route._get_answer_hours())
        self.env['dealflow.request.assignment']._append(rows)

    def _dealflow_give_by_hand(self, user, reason):
        """Give the opportunities to a person who was chosen, and keep why; by the rights of the user."""
        if not self:
            return
        before = {lead: lead.user_id for lead in self}
        self.write({'user_id': user.id})
        # sudo - crm.lead: they may be out of reach now; the right to change them was asked.
        leads_sudo = self.sudo()
        leads_sudo._dealflow_set_derived(
            {'dealflow_routing': 'routed', 'dealflow_route_id': False, 'dealflow_route_reason': reason}
        )
        for company, of_company in leads_sudo.grouped(lambda lead: lead._dealflow_get_company()).items():
            of_company._dealflow_begin_answer_time(company.dealflow_request_hours)
        self.env['dealflow.request.assignment']._append(
            [
                {
                    'lead_id': lead.id,
                    'company_id': lead._dealflow_get_company().id,
                    'date': self.env.cr.now(),
                    'kind': 'hand',
                    'route_id': False,
                    'user_from_id': before[lead.sudo(False)].id,
                    'user_id': user.id,
                    'turn_user_id': False,
                    'reason': reason,
                }
                for lead in leads_sudo
            ]
        )

    def _dealflow_begin_answer_time(self, hours):
        """Count from now until when somebody has to work on the requests."""
        now = self.env.cr.now()
        for company, leads in self.grouped(lambda lead: lead._dealflow_get_company()).items():
            leads._dealflow_set_derived(
                {
                    'dealflow_routed_on': now,
                    'dealflow_answer_until': hours and company._dealflow_plan_working_hours(hours, now),
                }
            )

    @api.model
    def _dealflow_cron_route(self):
        """Give the requests that wait to those whose turn it is; what nobody can be given waits on."""
        waiting = self.search(
            [('dealflow_routing', '=', 'waiting'), ('user_id', '=', False), ('won_status', '=', 'pending')], order='id'
        )
        self.env['ir.cron']._commit_progress(remaining=len(waiting))
        for leads in map(self.browse, split_every(BATCH, waiting.ids)):
            is_done = self._dealflow_cron_route_batch(leads)
            if not self.env['ir.cron']._commit_progress(len(leads)) or not is_done:
                # The rest is done right after.
                self.env.ref('dealflow.ir_cron_crm_lead_route')._trigger()
                return

    @api.model
    def _dealflow_cron_route_batch(self, leads):
        """Give some of the requests that wait, and return whether nobody else routes just now."""
        try:
            with self.env.cr.savepoint():
                leads.exists()._dealflow_route()
        except ConcurrencyError as error:
            _logger.info("Routing goes on later: %s", error)
            return False
        return True

    def write(self, vals):
        result = super().write(vals)
        if vals.get('user_id'):
            # Given by somebody, they no longer wait.
            waiting = self.filtered(lambda lead: lead.sudo().dealflow_routing == 'waiting')
            if waiting:
                waiting._dealflow_set_derived({'dealflow_routing': False})
        return result
