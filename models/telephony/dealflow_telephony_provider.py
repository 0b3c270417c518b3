import logging
import secrets
import uuid
from datetime import datetime, timedelta, timezone

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain

from ...tools.bearer_keys import get_hash
from ...tools.phone_numbers import get_e164
from ...tools.public_methods import public_method
from ...tools.signed_command import CommandAway, is_safe_address, send_command

_logger = logging.getLogger(__name__)

# A clock that is off by less counts as right: the way over the network takes time too.
TOLERATED_SECONDS = 5
# A connection is noted at most so often, so that calls do not wait for one another.
SEEN_SECONDS = 60
MOST_CALLS = 500
ROUTES = 2000
TEXT = 128

CALL_KEYS = {
    'uniqueid',
    'direction',
    'number',
    'name',
    'dialled',
    'started',
    'ended',
    'result',
    'legs',
    'queue',
    'forwarded_to',
    'recording',
    'partial',
}
# What a notice says of an outgoing call that the person asked for here, in their order.
OUTGOING = ('phone_rings', 'lifted', 'client_rings', 'answered', 'ended')
NOTICES = ('ringing', *OUTGOING)
LEG_KEYS = {'kind', 'extension', 'from', 'until'}


class DealflowTelephonyProvider(models.Model):
    """A telephone system that tells Dealflow of calls: an Asterisk by its bridge, or any program by the webhook (E56).

    Whoever calls shows the token of the provider. What they tell becomes calls in the register, once each: a call is
    known by its provider and the name that the provider gave to the outside leg.
    """

    _name = 'dealflow.telephony.provider'
    _description = "Telephony Provider"
    _inherit = ['dealflow.derived.mixin', 'dealflow.company.mixin']
    _order = 'sequence, id'
    _dealflow_code_only_fields = ('token_hash', 'token_made_on', 'last_seen_on')

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ('asterisk', "Asterisk (FreePBX, Issabel)"),
            ('webhook', "Signed webhook"),
        ],
        default='asterisk',
        required=True,
        help="Asterisk: the program telephony-bridge runs beside the PBX. Webhook: the PBX or a script calls Dealflow.",
    )
    company_id = fields.Many2one(
        'res.company', required=True, index=True, default=lambda self: self.env.company, ondelete='restrict'
    )
    country_id = fields.Many2one(
        'res.country',
        string="Country of the Line",
        required=True,
        default=lambda self: self.env.company.country_id,
        ondelete='restrict',
        help="It decides what a number without a country code means.",
    )
    extension_ids = fields.One2many('dealflow.telephony.extension', 'provider_id', string="Extensions")
    token_hash = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)
    token_made_on = fields.Datetime(string="Token Made", readonly=True, copy=False)
    last_seen_on = fields.Datetime(
        string="Last Heard Of", readonly=True, copy=False, help="When the provider last called with its token."
    )
    command_url = fields.Char(
        string="Command Address",
        copy=False,
        help="Where the bridge or the PBX takes commands of Dealflow, e.g. http://127.0.0.1:8176. With it, numbers are "
        "called by a click. Without it, calls are only told.",
    )

    _token_unique = models.UniqueIndex('(token_hash)')

    @api.constrains('command_url')
    def _check_command_url(self):
        for provider in self:
            if provider.command_url and not is_safe_address(provider.command_url):
                raise ValidationError(
                    self.env._(
                        "The command address “%(address)s” must begin with https://, or with http:// on this machine "
                        "or in the own network, and hold no password: numbers of clients are sent there.",
                        address=provider.command_url,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        providers = super().create(vals_list)
        self._update_group()
        return providers

    def write(self, vals):
        if 'company_id' in vals:
            self._check_no_calls(vals['company_id'])
        result = super().write(vals)
        if 'active' in vals:
            self._update_group()
        return result

    def unlink(self):
        result = super().unlink()
        self._update_group()
        return result

    def _check_no_calls(self, company_id):
        moved = self.filtered(lambda provider: provider.company_id.id != company_id)
        # sudo - dealflow.call: whether there are calls decides it, also those that the user may not read.
        if moved and self.env['dealflow.call'].sudo().search_count([('provider_id', 'in', moved.ids)], limit=1):
            raise UserError(
                self.env._(
                    "“%(provider)s” has calls and stays in its company. Archive it, and make another one.",
                    provider=moved[0].name,
                )
            )

    @api.model
    def _update_group(self):
        """Show telephony to everybody who sees clients while there is a provider, and to nobody otherwise (C02).

        Whoever sells has calling rounds then, and also where a company calls with any phone.
        """
        # sudo - dealflow.telephony.provider: those of other companies count too.
        has_provider = bool(self.sudo().with_context(active_test=True).search_count([], limit=1))
        # sudo - res.company: so do the settings of other companies.
        has_rounds = has_provider or bool(
            self.env['res.company'].sudo().search_count([('dealflow_call_rounds', '=', True)], limit=1)
        )
        self._give_group('dealflow.group_viewer', 'dealflow.group_telephony', has_provider)
        self._give_group('dealflow.group_user_own', 'dealflow.group_call_rounds', has_rounds)

    @api.model
    def _give_group(self, receiver, group, is_given):
        # sudo - res.groups: whoever may keep providers or settings shows or hides the screens with them.
        receiver_sudo, group_sudo = self.env.ref(receiver).sudo(), self.env.ref(group).sudo()
        if is_given != (group_sudo in receiver_sudo.implied_ids):
            receiver_sudo.implied_ids = [Command.link(group_sudo.id) if is_given else Command.unlink(group_sudo.id)]

    # The token

    @public_method(one=True)
    def action_new_token(self):
        """Make a new token for the one provider; the former one is worth nothing from then on.

        :return: the action of the dialog that shows it, once
        """
        self.check_access('write')
        token = secrets.token_urlsafe(32)
        # sudo - dealflow.telephony.provider: nobody reads the hash, and who may change the provider may replace it.
        self.sudo()._dealflow_set_derived({'token_hash': get_hash(token), 'token_made_on': fields.Datetime.now()})
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Token of “%(provider)s”", provider=self.name),
            'res_model': 'dealflow.telephony.token',
            'view_mode': 'form',
            'views': [(self.env.ref('dealflow.dealflow_telephony_token_view_form').id, 'form')],
            'target': 'new',
            'context': {'default_token': token},
        }

    @api.model
    def _find_by_token(self, token):
        """Return the provider with a token in use, or none; only the hash is compared."""
        if not token:
            return self.browse()
        return self.search([('token_hash', '=', get_hash(token))], limit=1)

    @api.model
    def _is_connected(self, companies=None):
        """Return whether there is a telephony, of these companies or at all; without one, nothing is asked (C02)."""
        of_companies = Domain('company_id', 'in', companies.ids) if companies else Domain.TRUE
        # sudo - dealflow.telephony.provider: whether there is one is no secret.
        return bool(self.sudo().search_count(of_companies, limit=1))

    def _note_contact(self):
        now = fields.Datetime.now()
        is_due = not self.last_seen_on or now - self.last_seen_on > timedelta(seconds=SEEN_SECONDS)
        # Of several notices at once, one notes it, and none waits for another.
        if is_due and self.try_lock_for_update():
            self._dealflow_set_derived({'last_seen_on': now})

    # Who calls, and to whom it goes

    def _look_up(self, number):
        """Return who has a number, and whose phones it goes to.

        :param str number: in any spelling
        :rtype: dict
        :return: ``number`` as E.164 or an empty string; ``owners``, a list with ``id``, ``name``, ``function``,
            ``company`` and ``group``; ``extensions``, best first
        """
        self.ensure_one()
        e164 = get_e164(number, self.country_id.code)
        contacts = self.env['res.partner']
        if e164:
            contacts = contacts._dealflow_get_number_owners([e164], self.country_id, self.company_id)[e164]
        return {
            'number': e164,
            'owners': [
                {
                    'id': contact.id,
                    'name': contact.name or '',
                    'function': contact.function or '',
                    'company': contact.commercial_partner_id.name or '',
                    'group': contact.business_partner_id.name or '',
                }
                for contact in contacts
            ],
            'extensions': self._get_phones_of_first(contacts._dealflow_get_only_owner()),
        }

    def _get_phones_of_first(self, owner):
        """Return the extensions of the best person for a contact who does not talk just now, if any."""
        free = self._get_takers(owner, self.extension_ids._filter_free()).get(owner)
        return free[0].mapped('number') if free else []

    def _get_extensions(self, contacts):
        """Return the extensions that calls of each contact go to, best first.

        :rtype: dict[res.partner, list[str]]
        """
        takers = self._get_takers(contacts | contacts._dealflow_get_only_owner(), self.extension_ids)
        return {
            contact: [extension.number for extensions in phones for extension in extensions]
            for contact, phones in takers.items()
        }

    def _get_takers(self, contacts, phones):
        """Return the phones of those who take calls of each contact, best person first.

        In the place of somebody who is away stands the substitute, and that of the substitute who is away too.

        :param phones: the extensions that may ring; whoever is there and has none of them is passed over
        :rtype: dict[res.partner, list[dealflow.telephony.extension]]
        """
        of_user = self.extension_ids.grouped('user_id')
        present = self.extension_ids._filter_present()
        found = {}
        for contact, users in contacts._dealflow_get_call_takers().items():
            takers = self.env['res.users'].union(*(self._find_taker(user, of_user, present) for user in users))
            ringing = [of_user[taker] & present & phones for taker in takers]
            if any(ringing):
                found[contact] = [extensions for extensions in ringing if extensions]
        return found

    @api.model
    def _find_taker(self, user, of_user, present):
        """Return who takes calls for a user: they, or who stands in for them; nobody where nobody is there."""
        seen = nobody = self.env['res.users']
        while user in of_user and user not in seen:
            if of_user[user] & present:
                return user
            seen |= user
            user = of_user[user].substitute_id[:1]
        return nobody

    def _get_routes(self, after=0):
        """Return a part of the table by which a bridge directs calls without asking.

        :param int after: the ``next`` of the part before; 0 for the first one
        :rtype: dict
        :return: ``routes``, the extensions by number as E.164; ``next``, ``False`` at the end
        """
        self.ensure_one()
        # sudo - res.partner: the table is that of the telephone system and not of a person.
        contacts_sudo = (
            self.env['res.partner']
            .sudo()
            .search(
                Domain('id', '>', after)
                & Domain('company_id', 'in', [False, *self.company_id.parent_ids.ids])
                & (Domain('phone', '!=', False) | Domain('phone_ids', '!=', False)),
                order='id',
                limit=ROUTES,
            )
        )
        extensions = self._get_extensions(contacts_sudo)
        numbers = {}
        for contact in contacts_sudo:
            if contact in extensions:
                country = contact.country_id or contact.commercial_partner_id.country_id or self.country_id
                further = contact.phone_ids.filtered(lambda phone: phone.kind != 'internal')
                for spelling in filter(None, (contact.phone, *further.mapped('number'))):
                    if e164 := get_e164(spelling, country.code):
                        numbers.setdefault(e164, extensions[contact])
        return {
            'routes': numbers,
            'next': contacts_sudo[-1].id if len(contacts_sudo) == ROUTES else False,
        }

    # While it rings

    def _notify(self, kind, uniqueid, direction, number, name, extension, rang, command=None, reason=None):
        """Tell those concerned what a phone does at this moment; only who talks is kept.

        :param str kind: ``ringing`` at the extension, or ``answered`` by it; of a call that the person asked for here,
            ``phone_rings``, ``lifted``, ``client_rings`` and ``ended`` as well
        :param rang: the extensions at which it has rung
        :param command: the name of the call, if a person asked for it here
        :param reason: how it ended
        """
        self.ensure_one()
        where = self.env._("Notice")
        self._read_choice(where, 'kind', kind, NOTICES)
        texts = [
            self._read_text(where, key, value)
            for key, value in (
                ('uniqueid', uniqueid),
                ('number', number),
                ('name', name),
                ('extension', extension),
                ('command', command),
                ('reason', reason),
            )
        ]
        uniqueid, number, name, extension, command, reason = texts
        takers = self.extension_ids.filtered(lambda each: each.number == extension)
        users = takers.user_id
        if command and kind in OUTGOING:
            self._notify_outgoing(kind, takers, number, command, reason)
        if kind in ('ringing', 'answered'):
            if kind == 'answered':
                rung = [each for each in self._read_list(where, 'rang', rang) if isinstance(each, str)]
                users |= self.extension_ids.filtered(lambda each: each.number in rung).user_id
                self._note_talk(uniqueid, extension)
            for user in users:
                user._bus_send(
                    'dealflow.call',
                    {
                        'event': kind,
                        'uniqueid': uniqueid,
                        'direction': 'outgoing' if direction == 'outgoing' else 'incoming',
                        'number': number,
                        'name': name,
                        'is_mine': user == takers.user_id,
                        'taker': takers.user_id.name or extension,
                    },
                )
        return {'told': len(users)}

    def _notify_outgoing(self, kind, extension, number, command, reason):
        """Tell all tabs of the person how the call goes that they asked for."""
        if kind == 'ended':
            extension._note_end(command)
        for user in extension.user_id:
            user._bus_send(
                'dealflow.outgoing_call',
                {
                    'event': kind,
                    'call': command,
                    'number': number,
                    'extension': extension.number,
                    'reason': reason,
                },
            )

    # What the provider is asked to do

    def _send_command(self, command, values, extension=''):
        """Let the one provider do something at once, and return its answer.

        The SHA-256 of the token signs it, which is all that is kept of the token here. So whoever reads the database
        can command the telephone system, but not tell calls in its name.

        :param str command: ``originate``, ``hang_up`` or ``test``
        :param dict values: what belongs to it
        :param str extension: whose phone it is about, for the messages
        :rtype: dict
        :raise UserError: it does not answer, does not understand, or says why not; in words
        """
        self.ensure_one()
        # sudo - dealflow.telephony.provider: nobody reads the hash; it signs here and is sent nowhere.
        key = self.sudo().token_hash
        if not key:
            raise UserError(
                self.env._(
                    "“%(provider)s” has no token yet. Press New Token, and give the token to the bridge or the PBX.",
                    provider=self.name,
                )
            )
        # Not the time of the transaction, which may have waited.
        sent = f'{fields.Datetime.now().isoformat()}+00:00'
        body = {'id': str(uuid.uuid4()), 'sent': sent, 'command': command, **values}
        try:
            status, answer = send_command(self.command_url, key, body)
        except CommandAway as error:
            _logger.info("The telephony provider %s does not take a command: %s", self.id, error)
            raise UserError(
                self.env._(
                    "The telephony “%(provider)s” does not answer at %(address)s. Is the bridge running there?",
                    provider=self.name,
                    address=self.command_url,
                )
            ) from None
        if status == 200 and (command != 'originate' or answer.get('call')):
            return answer
        raise UserError(self._describe_reason(answer, status, extension))

    def _describe_reason(self, answer, status, extension):
        """Say in words why a provider does not do what it was asked."""
        reason = str(answer.get('reason') or '')
        said = {
            **self._get_phone_states(extension),
            'signature': self.env._(
                "The telephony at %(address)s does not know the token of “%(provider)s”. Press New Token, and give "
                "that token to it.",
                address=self.command_url,
                provider=self.name,
            ),
            'clock': self.env._(
                "The clocks of Odoo and of the telephony at %(address)s differ by more than a minute. Set them right.",
                address=self.command_url,
            ),
            'busy': self.env._("You are calling somebody already. Hang up first."),
            'pbx_away': self.env._("The bridge answers, but its PBX is not connected. Calls go on with phones alone."),
            'no_context': self.env._(
                "The bridge may not make calls: “context” is missing in the section [calls] of its settings."
            ),
        }.get(reason)
        return said or self.env._(
            "The telephony at %(address)s does not do it: %(words)s",
            address=self.command_url,
            words=str(answer.get('message') or reason or status)[:200],
        )

    def _get_phone_states(self, extension):
        return {
            'ready': self.env._("%(extension)s is ready.", extension=extension),
            'in_use': self.env._("%(extension)s is in a call.", extension=extension),
            'phone_off': self.env._("%(extension)s is known, but its phone is off.", extension=extension),
            'unknown_extension': self.env._("Extension %(extension)s is not known to the PBX.", extension=extension),
        }

    @public_method(one=True)
    def action_test(self):
        """Ask the one provider how it is, and the phones of all its extensions.

        :return: the action of a message in words
        """
        self.check_access('read')
        return self._test(self.extension_ids)

    def _test(self, extensions):
        """Return the action that says how the phones of these extensions are, and whether calls can be made."""
        if not self.command_url:
            raise UserError(
                self.env._("“%(provider)s” has no command address, so Dealflow cannot ask it.", provider=self.name)
            )
        numbers = extensions.mapped('number')
        answer = self._send_command('test', {'extensions': numbers})
        told = answer.get('extensions') if isinstance(answer.get('extensions'), dict) else {}
        lines = [self.env._("The telephony answers at %(address)s.", address=self.command_url)]
        is_well = answer.get('may_call') is not False
        if not is_well:
            lines.append(self._describe_reason({'reason': 'no_context'}, 409, ''))
        for number in numbers:
            state = told.get(number)
            is_well = is_well and state in ('ready', 'in_use')
            lines.append(
                self._get_phone_states(number).get(state)
                or self.env._("Nothing was said of %(extension)s.", extension=number)
            )
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'title': self.name,
                'message': '\n'.join(lines),
                'type': 'success' if is_well else 'warning',
                'sticky': not is_well,
                'className': 'o_dealflow_lines',
            },
        }

    def _note_talk(self, uniqueid, number=None):
        """Note that a call has ended, or that who has this extension talks in it, and nobody else does any more."""
        talking = self.extension_ids.filtered(lambda extension: number and extension.number == number)
        others = self.extension_ids.filtered(lambda extension: extension.talking_in == uniqueid) - talking
        if others:
            others._dealflow_set_derived({'talking_in': False, 'talking_since': False})
        if talking and talking.talking_in != uniqueid:
            talking._dealflow_set_derived({'talking_in': uniqueid, 'talking_since': fields.Datetime.now()})

    # Calls that are told

    def _receive(self, calls, sent_on):
        """Put calls into the register, each once, and leave those alone that are there.

        :param list[dict] calls: as docs/api.md describes them
        :param str sent_on: what the clock of the sender says now; when it is off, the times of the calls are moved
        :rtype: list[dict]
        :return: for each call its ``uniqueid``, the ``id`` in the register and whether it is ``new``
        :raise ValidationError: the first call that is not understood; none is kept then
        """
        self.ensure_one()
        if not isinstance(calls, list) or not calls or len(calls) > MOST_CALLS:
            raise ValidationError(self.env._("“calls” must be a list of 1 to %(count)s calls.", count=MOST_CALLS))
        now = self.env.cr.now()
        offset = now - self._read_time('sent', sent_on)
        if abs(offset.total_seconds()) <= TOLERATED_SECONDS:
            offset = timedelta()
        read = [self._read_call(number, call, offset, now) for number, call in enumerate(calls, start=1)]
        for values, _legs in read:
            self._note_talk(values['uniqueid'])
        register = self.env['dealflow.call']
        known = {
            call.uniqueid: call
            for call in register.search(
                [('provider_id', '=', self.id), ('uniqueid', 'in', [values['uniqueid'] for values, _legs in read])]
            )
        }
        new = {values['uniqueid']: (values, legs) for values, legs in read if values['uniqueid'] not in known}
        made = register._keep(self, list(new.values())) if new else register
        known |= {call.uniqueid: call for call in made}
        return [
            {
                'uniqueid': values['uniqueid'],
                'id': known[values['uniqueid']].id,
                'new': values['uniqueid'] in new,
            }
            for values, _legs in read
        ]

    def _read_call(self, number, call, offset, now):
        """Return the values of a call and of its legs, or refuse it in a sentence that names the call and the key."""
        where = self.env._("Call %(number)s", number=number)
        self._check_keys(where, call, CALL_KEYS, {'uniqueid', 'direction', 'started', 'ended', 'result'})
        selections = self.env['dealflow.call']._fields
        values = {
            'uniqueid': self._read_text(where, 'uniqueid', call['uniqueid']),
            'direction': self._read_choice(
                where, 'direction', call['direction'], selections['direction'].get_values(self.env)
            ),
            'result': self._read_choice(where, 'result', call['result'], selections['result'].get_values(self.env)),
            'number': self._read_text(where, 'number', call.get('number')),
            'caller_name': self._read_text(where, 'name', call.get('name')),
            'dialled': self._read_text(where, 'dialled', call.get('dialled')),
            'queue': self._read_text(where, 'queue', call.get('queue')),
            'forwarded_to': self._read_text(where, 'forwarded_to', call.get('forwarded_to')),
            'recording_url': self._read_text(where, 'recording', call.get('recording'), 2048),
            'is_partial': bool(call.get('partial')),
            'started_on': self._read_time(where + ', started', call['started']) + offset,
            'ended_on': self._read_time(where + ', ended', call['ended']) + offset,
        }
        if not values['uniqueid']:
            raise ValidationError(self.env._("%(where)s: “uniqueid” is empty.", where=where))
        if not values['started_on'] <= values['ended_on'] <= now + timedelta(seconds=TOLERATED_SECONDS):
            raise ValidationError(
                self.env._("%(where)s: it ends before it has begun, or after it was sent.", where=where)
            )
        url = values['recording_url']
        if url and not url.startswith(('http://', 'https://')):
            raise ValidationError(
                self.env._("%(where)s: “recording” must be an address that begins with https://.", where=where)
            )
        legs = [self._read_leg(where, leg, offset) for leg in self._read_list(where, 'legs', call.get('legs'))]
        has_talked = any(leg['kind'] == 'talked' for leg in legs)
        if has_talked != (values['result'] in ('answered', 'forwarded')):
            raise ValidationError(
                self.env._(
                    "%(where)s: the result “answered” or “forwarded” needs a leg of the kind “talked”, and no other "
                    "result has one.",
                    where=where,
                )
            )
        return values, legs

    def _read_leg(self, where, leg, offset):
        self._check_keys(where, leg, LEG_KEYS, {'kind'})
        kinds = self.env['dealflow.call.leg']._fields['kind'].get_values(self.env)
        kind = self._read_choice(where, 'kind', leg['kind'], kinds)
        begin = end = False
        if kind == 'talked':
            begin, end = (self._read_time(f'{where}, {key}', leg.get(key)) + offset for key in ('from', 'until'))
            if end < begin:
                raise ValidationError(self.env._("%(where)s: a talk ends before it has begun.", where=where))
        return {
            'kind': kind,
            'extension': self._read_text(where, 'extension', leg.get('extension')),
            'date': begin,
            'until': end,
        }

    def _check_keys(self, where, given, allowed, required):
        if not isinstance(given, dict):
            raise ValidationError(self.env._("%(where)s must be an object with keys.", where=where))
        for key in sorted(given.keys() - allowed):
            raise ValidationError(
                self.env._(
                    "%(where)s: the key “%(key)s” is unknown. Known are %(keys)s.",
                    where=where,
                    key=key,
                    keys=", ".join(sorted(allowed)),
                )
            )
        for key in sorted(required - given.keys()):
            raise ValidationError(self.env._("%(where)s: the key “%(key)s” is missing.", where=where, key=key))

    def _read_text(self, where, key, value, length=TEXT):
        if value in (None, False):
            return ''
        if not isinstance(value, str) or len(value) > length or '\0' in value:
            raise ValidationError(
                self.env._(
                    "%(where)s: “%(key)s” must be a text of at most %(length)s characters.",
                    where=where,
                    key=key,
                    length=length,
                )
            )
        return value.strip()

    def _read_choice(self, where, key, value, choices):
        if value not in choices:
            raise ValidationError(
                self.env._(
                    "%(where)s: “%(key)s” must be one of %(choices)s.",
                    where=where,
                    key=key,
                    choices=", ".join(choices),
                )
            )
        return value

    def _read_list(self, where, key, value):
        if value in (None, False):
            return []
        if not isinstance(value, list) or len(value) > MOST_CALLS:
            raise ValidationError(self.env._("%(where)s: “%(key)s” must be a list.", where=where, key=key))
        return value

    def _read_time(self, where, value):
        """Return a moment in UTC, naive and in whole microseconds, of a text with a zone."""
        try:
            moment = datetime.fromisoformat(value.replace('Z', '+00:00'))
            if moment.tzinfo is None:
                raise ValueError
            return moment.astimezone(timezone.utc).replace(tzinfo=None)
        except (AttributeError, ValueError, OverflowError) as error:
            raise ValidationError(
                self.env._(
                    "%(where)s must be a moment with its zone, such as 2026-03-31T14:00:00Z.",
                    where=where,
                )
            ) from error
