from datetime import timedelta

import pytz
from dateutil.relativedelta import relativedelta
from psycopg2.errors import UniqueViolation

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, UserError
from odoo.fields import Command, Domain
from odoo.tools import format_date

from ...tools.call_results import MISSED, TALKED
from ...tools.phone_numbers import get_e164, get_shown
from ...tools.public_methods import TEXT, public_method
from ..claims.dealflow_claim import OPEN_STATES
from ..partners.dealflow_requisites_mixin import SETTLED_STATES

DELETED_AT_ONCE = 1000
# How long after a call somebody is asked about it.
POPUP_LASTS = timedelta(minutes=15)
OFFERED_DEALS = 20
MISSED_DOMAIN = Domain('direction', '=', 'incoming') & Domain('result', 'in', MISSED)


class DealflowCall(models.Model):
    """A call with somebody outside, as the telephony told it when it had ended (E57, B60).

    One call is the life of one outside leg. Employees among themselves make none. What the telephony said never
    changes; which contact the number belongs to, and whether it was called back, follows from the register.
    """

    _name = 'dealflow.call'
    _description = "Call"
    _inherit = 'dealflow.derived.mixin'
    _order = 'started_on desc, id desc'
    _is_guarded = True
    _dealflow_history_fields = (
        'provider_id',
        'company_id',
        'uniqueid',
        'direction',
        'number',
        'number_e164',
        'caller_name',
        'dialled',
        'queue',
        'forwarded_to',
        'recording_url',
        'is_partial',
        'result',
        'started_on',
        'ended_on',
        'hour',
        'ring_seconds',
        'talk_seconds',
        'user_id',
        'answered_by_id',
        'team_id',
        'rang_user_ids',
        'partner_id',
        'is_waiting',
        'called_back_id',
        'needs_comment',
        'event_id',
    )

    provider_id = fields.Many2one(
        'dealflow.telephony.provider', required=True, readonly=True, index=True, ondelete='restrict'
    )
    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True, ondelete='restrict')
    uniqueid = fields.Char(
        string="Name at the Provider", required=True, readonly=True, help="What the provider calls the outside leg."
    )
    direction = fields.Selection(
        [
            ('incoming', "Incoming"),
            ('outgoing', "Outgoing"),
        ],
        required=True,
        readonly=True,
    )
    number = fields.Char(readonly=True, help="As the network gave it; empty when the caller hides it.")
    number_e164 = fields.Char(string="International Number", readonly=True, index='btree_not_null')
    caller_name = fields.Char(string="Name on the Phone", readonly=True)
    dialled = fields.Char(string="Dialed Number", readonly=True, help="Which of our numbers the caller dialed.")
    queue = fields.Char(readonly=True)
    forwarded_to = fields.Char(readonly=True, help="The outside number to which the call was passed on.")
    recording_url = fields.Char(string="Recording", readonly=True)
    is_partial = fields.Boolean(
        string="Incomplete", readonly=True, help="The bridge was not connected to the PBX all the time."
    )
    result = fields.Selection(
        [
            ('answered', "Answered"),
            ('missed', "Missed"),
            ('machine', "Answered by a machine"),
            ('refused', "Declined"),
            ('forwarded', "Passed on outside"),
            ('busy', "Busy"),
            ('no_answer', "No answer"),
            ('cancelled', "Cancelled"),
            ('failed', "Not connected"),
            ('unknown', "Unknown"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    started_on = fields.Datetime(string="Time", required=True, readonly=True, index=True)
    ended_on = fields.Datetime(string="Ended", required=True, readonly=True)
    hour = fields.Integer(
        string="Hour of the Day",
        readonly=True,
        aggregator=None,
        help="In the time zone of the company, for the graph.",
    )
    ring_seconds = fields.Integer(
        string="Ringing, s", readonly=True, aggregator='avg', help="Until the first person of ours answered."
    )
    talk_seconds = fields.Integer(string="Talk, s", readonly=True, help="Of all persons of ours.")
    leg_ids = fields.One2many('dealflow.call.leg', 'call_id', string="Employees in the Call", readonly=True)
    user_id = fields.Many2one(
        'res.users',
        string="Responsible",
        readonly=True,
        index='btree_not_null',
        ondelete='restrict',
        help="Who talked last, or called in vain.",
    )
    answered_by_id = fields.Many2one('res.users', readonly=True, ondelete='restrict')
    team_id = fields.Many2one('crm.team', string="Sales Team", readonly=True, index='btree_not_null')
    rang_user_ids = fields.Many2many('res.users', string="Phones That Rang", readonly=True)
    partner_id = fields.Many2one(
        'res.partner', string="Client", readonly=True, index='btree_not_null', ondelete='set null'
    )
    business_partner_id = fields.Many2one(
        related='partner_id.business_partner_id', string="Group of the Client", store=True, index='btree_not_null'
    )
    client_user_id = fields.Many2one(
        'res.users',
        string="Responsible for the Client",
        compute='_compute_client_user_id',
        store=True,
        index='btree_not_null',
        help="Of the contact, else of its company, else of the group.",
    )
    is_waiting = fields.Boolean(
        string="To Call Back",
        readonly=True,
        help="The first missed call of a number that nobody of us has talked with since.",
    )
    called_back_id = fields.Many2one(
        'dealflow.call', string="Talked In", readonly=True, index='btree_not_null', ondelete='set null'
    )
    needs_comment = fields.Boolean(
        string="Comment Missing",
        readonly=True,
        help="The call with a client took place, and whoever talked last has not yet said what came of it.",
    )
    event_id = fields.Many2one(
        'calendar.event',
        string="Logged As",
        readonly=True,
        index='btree_not_null',
        ondelete='set null',
        help="The event with the comment on the call.",
    )
    waiting_hours = fields.Float(
        string="Hours Waiting",
        compute='_compute_waiting_hours',
        help="From the missed call until somebody of us talked with the number, or until now.",
    )

    attempts = fields.Integer(
        compute='_compute_attempts',
        help="How often the number has called in vain since, until somebody of us talked with it.",
    )
    last_attempt_on = fields.Datetime(string="Last Attempt", compute='_compute_attempts')

    _uniqueid_unique = models.UniqueIndex('(provider_id, uniqueid)', "This call is in the register already.")
    _waiting_idx = models.Index('(company_id, number_e164) WHERE is_waiting')
    _comment_idx = models.Index('(user_id) WHERE needs_comment')

    @api.depends('direction', 'partner_id', 'number')
    def _compute_display_name(self):
        for call in self:
            # sudo - res.partner: the name of the client tells the call, like in a history.
            who = call.sudo().partner_id.display_name or call.number or self.env._("Hidden number")
            if call.direction == 'outgoing':
                call.display_name = self.env._("Call to %(who)s", who=who)
            else:
                call.display_name = self.env._("Call from %(who)s", who=who)

    @api.depends(
        'partner_id.user_id', 'partner_id.commercial_partner_id.user_id', 'partner_id.business_partner_id.user_id'
    )
    def _compute_client_user_id(self):
        for call in self:
            contact = call.partner_id
            call.client_user_id = (
                contact.user_id or contact.commercial_partner_id.user_id or contact.business_partner_id.user_id
            )

    @api.depends('is_waiting', 'called_back_id', 'number_e164', 'started_on')
    def _compute_attempts(self):
        asked = self.filtered(lambda call: call.number_e164 and (call.is_waiting or call.called_back_id))
        self.attempts, self.last_attempt_on = 0, False
        if not asked:
            return
        # sudo - dealflow.call: how often somebody called is told also where the phones of others rang.
        missed = self.sudo().search_fetch(
            Domain('number_e164', 'in', asked.mapped('number_e164'))
            & Domain('company_id', 'in', asked.company_id.ids)
            & Domain('started_on', '>=', min(asked.mapped('started_on')))
            & MISSED_DOMAIN,
            ['company_id', 'number_e164', 'started_on'],
            order='started_on',
        )
        of_number = missed.grouped(lambda call: (call.company_id, call.number_e164))
        for call in asked:
            until = call.sudo().called_back_id.started_on
            times = [
                other.started_on
                for other in of_number.get((call.sudo().company_id, call.number_e164), ())
                if call.started_on <= other.started_on and (not until or other.started_on <= until)
            ]
            call.attempts = len(times)
            call.last_attempt_on = times[-1] if times else False

    @api.depends('is_waiting', 'called_back_id', 'started_on')
    def _compute_waiting_hours(self):
        now = fields.Datetime.now()
        for call in self:
            # sudo - dealflow.call: the person may not read the call in which a colleague talked with the client.
            until = now if call.is_waiting else call.sudo().called_back_id.started_on
            call.waiting_hours = (until - call.started_on).total_seconds() / 3600 if until else 0.0

    # Calls come from the telephony alone

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.user._is_superuser():
            raise AccessError(self.env._("Calls come from the telephony. Log a call of another phone as an event."))
        return super().create(vals_list)

    @api.model
    def _keep(self, provider, told):
        """Create calls that the provider has told.

        :param told: pairs of the values of a call and of its legs, as ``_receive`` of the provider read them
        :return: the calls
        """
        user_by_extension = {extension.number: extension.user_id for extension in provider.extension_ids}
        country = provider.country_id
        numbers = [get_e164(values['number'], country.code) for values, _legs in told]
        owners = self.env['res.partner']._dealflow_get_number_owners(
            filter(None, numbers), country, provider.company_id
        )
        vals_list = [
            self._prepare_values(provider, values, legs, number, owners.get(number), user_by_extension)
            for (values, legs), number in zip(told, numbers, strict=True)
        ]
        try:
            calls = self.create(vals_list)
            calls.flush_recordset()
        except UniqueViolation as error:
            # The same call was told twice at the same time: the second time finds it.
            raise ConcurrencyError(*error.args) from error
        self.env['dealflow.call.leg']._append(
            [
                {
                    'call_id': call.id,
                    'company_id': provider.company_id.id,
                    'kind': leg['kind'],
                    'extension': leg['extension'],
                    'user_id': user_by_extension.get(leg['extension'], self.env['res.users']).id,
                    'date': leg['date'],
                    'seconds': _get_seconds(leg),
                }
                for call, (_values, legs) in zip(calls, told, strict=True)
                for leg in legs
            ]
        )
        calls._follow_missed_calls()
        self.env['dealflow.stage.requirement']._refresh_deals_of_calls(calls)
        calls._tell_phones_that_it_ended()
        return calls

    @api.model
    def _prepare_values(self, provider, values, legs, number, owners, user_by_extension):
        talks = [leg for leg in legs if leg['kind'] == 'talked' and leg['extension']]
        nobody = self.env['res.users']
        rang = nobody.union(*(user_by_extension.get(leg['extension'], nobody) for leg in legs if leg['kind'] == 'rang'))
        first = user_by_extension.get(talks[0]['extension'], nobody) if talks else nobody
        last = user_by_extension.get(talks[-1]['extension'], nobody) if talks else nobody
        # Who called in vain answers for the call too.
        caller = nobody.union(
            *(user_by_extension.get(leg['extension'], nobody) for leg in legs if leg['kind'] == 'called')
        )[:1]
        responsible = caller if values['direction'] == 'outgoing' and not talks else last
        partner = owners._dealflow_get_only_owner() if owners else self.env['res.partner']
        begin = min((leg['date'] for leg in legs if leg['kind'] == 'talked'), default=values['ended_on'])
        zone = pytz.timezone(provider.company_id._dealflow_get_tz())
        return {
            **values,
            'started_on': values['started_on'].replace(microsecond=0),
            'ended_on': values['ended_on'].replace(microsecond=0),
            'provider_id': provider.id,
            'company_id': provider.company_id.id,
            'number_e164': number or False,
            'partner_id': partner.id,
            'needs_comment': bool(partner) and values['result'] == 'answered' and last._dealflow_may_log_calls(),
            'hour': pytz.utc.localize(values['started_on']).astimezone(zone).hour,
            'ring_seconds': max(round((begin - values['started_on']).total_seconds()), 0),
            'talk_seconds': sum(_get_seconds(leg) for leg in legs),
            'user_id': responsible.id,
            'answered_by_id': first.id,
            'team_id': responsible.sale_team_id.id,
            'rang_user_ids': [Command.set(rang.ids)],
        }

    def _follow_missed_calls(self):
        """Note which numbers wait for somebody to call them back, once each, and which have been talked with since.

        Calls come in any order: a queue on the way may hold some of them back.
        """
        numbers = set(filter(None, self.mapped('number_e164')))
        if not numbers:
            return
        same = self.search(
            [
                ('company_id', 'in', self.company_id.ids),
                ('number_e164', 'in', list(numbers)),
                ('started_on', '>=', min(self.mapped('started_on')) - timedelta(days=90)),
            ],
            order='started_on, id',
        )
        for (_company, _number), calls in same.grouped(lambda call: (call.company_id, call.number_e164)).items():
            first = self.browse()
            for call in calls:
                values = {'is_waiting': False, 'called_back_id': False}
                if call.direction == 'incoming' and call.result in MISSED and not first:
                    first = call
                    talk = next(
                        (other for other in calls if other.started_on >= call.started_on and other.result in TALKED),
                        self.browse(),
                    )
                    values = {'is_waiting': not talk, 'called_back_id': talk.id}
                elif call.result in TALKED:
                    first = self.browse()
                if (call.is_waiting, call.called_back_id.id) != (values['is_waiting'], values['called_back_id']):
                    call._dealflow_set_derived(values)

    # After the call

    def _tell_phones_that_it_ended(self):
        """Close the pop-ups of those at whom it rang, and ask whoever talked last for a comment (E59, E61).

        A call that is told later has no pop-up any more; the list of calls without a comment has it.
        """
        recent = fields.Datetime.now() - POPUP_LASTS
        for call in self.filtered(lambda call: call.ended_on >= recent):
            for user in call.rang_user_ids | call.user_id | call.answered_by_id:
                # Whoever talked with an unknown number may still say whose it is.
                stays = user == call.user_id and call.result == 'answered' and bool(call.number_e164)
                user._bus_send(
                    'dealflow.call',
                    {
                        'event': 'ended',
                        'uniqueid': call.uniqueid,
                        'call_id': stays and user._dealflow_may_log_calls() and call.id,
                        'asks': call.needs_comment,
                    },
                )

    @public_method(one=True)
    def action_comment(self):
        """Open the dialog that logs one call, which took place, as an event of its client.

        :return: the action of the dialog
        :raise UserError: the call was logged already, did not take place, belongs to no client or to somebody else
        """
        self._check_may_be_commented()
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_event_log_action')
        action['name'] = self.display_name
        action['context'] = {
            'dialog_size': 'medium',
            **{f'default_{name}': value for name, value in self._prepare_log_values().items()},
        }
        return action

    def _prepare_log_values(self):
        """Return the values of the dialog that logs the one call, as far as they are known."""
        code = 'call_in' if self.direction == 'incoming' else 'call_out'
        event_type = self.env['dealflow.event.type'].search([('code', '=', code), ('is_call', '=', True)], limit=1)
        deals = self._find_open_deals()
        return {
            'call_id': self.id,
            'partner_id': self.partner_id.id,
            'duration': self.talk_seconds / 3600,
            **({'event_type_id': event_type.id} if event_type else {}),
            # Of several deals only the person knows which one they talked about.
            **({'deal_id': deals.id} if len(deals) == 1 else {}),
        }

    def _find_open_deals(self):
        """Return the newest open deals of the client of the one call that the user may read."""
        return self.env['dealflow.deal'].search_fetch(
            [('business_partner_id', '=', self.business_partner_id.id), ('state', '=', 'open')],
            ['name'],
            order='opened_on desc, id desc',
            limit=OFFERED_DEALS,
        )

    def _check_may_be_commented(self):
        self.ensure_one()
        self.check_access('read')
        if self.event_id:
            raise UserError(self.env._("“%(call)s” was logged already. Open its event.", call=self.display_name))
        if self.result != 'answered' or not self.partner_id:
            raise UserError(
                self.env._(
                    "“%(call)s” cannot be logged: only calls with a client that took place are.",
                    call=self.display_name,
                )
            )
        if self.env.user not in self.user_id | self.answered_by_id:
            raise UserError(
                self.env._(
                    "“%(call)s” is logged by who talked with the client: %(user)s.",
                    call=self.display_name,
                    user=self.user_id.name or self.env._("somebody without an extension here"),
                )
            )

    def _note_comment(self, event):
        """Note the event that logs the one call."""
        self._check_may_be_commented()
        # The telephony keeps calls, and this belongs to what follows from them.
        call = self.with_user(SUPERUSER_ID)
        call._dealflow_set_derived({'event_id': event.id, 'needs_comment': False})
        # The pop-up that still asks, here or on another screen, has its answer.
        call.user_id._bus_send('dealflow.call', {'event': 'commented', 'uniqueid': call.uniqueid})

    # Who is calling

    @api.readonly
    @api.model
    @public_method(number=TEXT)
    def get_caller_card(self, number):
        """Return what the person may know of those who have a number, for the pop-up (E57).

        :param str number: in any spelling; without a country code, that of the person's telephony decides
        :rtype: dict
        :return: ``number`` as E.164 or as it was given; ``owners``, a list of dictionaries with ``id``, ``name``,
            ``function``, ``company``, ``group``, ``status``, ``responsible``, ``requisites`` (if they are not
            confirmed), ``overdue_receipts`` and ``open_claims`` (numbers), ``last_touch`` (day and words) and
            ``deals``, the newest three open ones with ``id``, ``name``, ``stage`` and ``short_status``; ``shown``, the
            number as people read it; ``opportunities``, the newest three open ones that have the number themselves and
            belong to none of the owners, with ``id``, ``name``, ``contact``, ``stage`` and ``responsible``
        """
        country, company = self._get_line()
        e164 = get_e164(number, country.code)
        owners = self.env['res.partner']
        if e164:
            owners = owners._dealflow_get_number_owners([e164], country, company)[e164]
        readable = owners.with_env(self.env)._filtered_access('read')
        opportunities = self.env['crm.lead']._dealflow_get_by_number(e164, country, company)
        others = opportunities.filtered(lambda lead: lead.partner_id not in readable)
        return {
            'number': e164 or number or '',
            'shown': get_shown(e164 or number),
            'owners': [self._describe_owner(owner) for owner in readable],
            'opportunities': [lead._dealflow_describe_caller() for lead in others],
        }

    @api.model
    def _get_line(self):
        """Return the country and the company of the telephone line of the user; without one, those of the company."""
        # sudo - dealflow.telephony.provider: the country of the line is no secret.
        provider = self._find_provider_sudo()
        company = provider.company_id or self.env.company
        return provider.country_id or self.env.company.country_id, company.sudo(False)

    @api.model
    def _find_provider_sudo(self):
        """Return the first provider at which the user has a phone, in elevated rights."""
        providers_sudo = self.env['dealflow.telephony.provider'].sudo()
        return providers_sudo.search(
            [('extension_ids.user_id', '=', self.env.uid), ('company_id', 'in', self.env.companies.ids)], limit=1
        )

    def _describe_owner(self, owner):
        client = owner.business_partner_id
        of_client = [('business_partner_id', '=', client.id)]
        deals = self.env['dealflow.deal'].search_fetch(
            [*of_client, ('state', '=', 'open')], ['name', 'stage_id', 'short_status'], order='opened_on desc', limit=3
        )
        firm = owner.commercial_partner_id
        last = self.search([*of_client, ('result', 'in', TALKED)], limit=1)
        return {
            'id': owner.id,
            'name': owner.name or '',
            'function': owner.function or '',
            'company': firm.name if firm != owner else '',
            'group': client.name if client not in (owner, firm) else '',
            'status': firm.client_status_id.name or '',
            'responsible': (owner.user_id or firm.user_id or client.user_id).name or '',
            'requisites': ''
            if firm.requisites_state in SETTLED_STATES
            else firm._dealflow_get_value_label('requisites_state'),
            'overdue_receipts': self.env['dealflow.receipt'].search_count([*of_client, ('is_overdue', '=', True)]),
            'open_claims': self.env['dealflow.claim'].search_count([*of_client, ('state', 'in', OPEN_STATES)]),
            'last_touch': last.display_name and f'{format_date(self.env, last.started_on)}: {last.display_name}',
            'deals': [
                {
                    'id': deal.id,
                    'name': deal.name,
                    'stage': deal.stage_id.name,
                    'short_status': deal.short_status or '',
                }
                for deal in deals
            ],
        }

    def _find_owners(self):
        """Return the contacts with the number of the one call today, as far as the person may read them."""
        self.ensure_one()
        if not self.number_e164:
            return self.env['res.partner']
        # sudo - dealflow.telephony.provider: the country of the line is no secret.
        country = self.sudo().provider_id.country_id
        owners = self.env['res.partner']._dealflow_get_number_owners([self.number_e164], country, self.company_id)
        return owners[self.number_e164].with_env(self.env)._filtered_access('read')

    # Deletion

    @api.model
    def _cron_delete_old(self):
        """Delete the calls that are older than their companies keep them."""
        # sudo - res.company: the job works for all companies.
        companies = self.env['res.company'].sudo().search([('dealflow_call_months', '>', 0)])
        domain = Domain.OR(
            Domain('company_id', '=', company.id)
            & Domain('ended_on', '<', fields.Datetime.now() - relativedelta(months=company.dealflow_call_months))
            for company in companies
        )
        self.env['ir.cron']._commit_progress(remaining=self.search_count(domain))
        while calls := self.search(domain, limit=DELETED_AT_ONCE):
            calls._delete()
            if not self.env['ir.cron']._commit_progress(len(calls)):
                break

    def _delete(self):
        """Delete the calls with their legs, whose rows nobody else deletes."""
        self.env['dealflow.call.leg']._delete_of_calls(self)
        self.unlink()


def _get_seconds(leg):
    return round((leg['until'] - leg['date']).total_seconds()) if leg['kind'] == 'talked' else 0
