import re
import secrets
from datetime import timedelta

import phonenumbers

from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError, ValidationError

from ...tools.phone_numbers import get_e164_of_contact, get_first_e164, get_shown
from ...tools.public_methods import KEY, TEXT, WHOLE_NUMBER, public_method

# Two tabs, or two clicks, within this time are one call. The bridge knows longer whether the first one goes on.
SAME_CALL = timedelta(seconds=5)
# What begins the name of a call that Dealflow asks for.
CALL_PREFIX = 'dealflow-'
# Fields of our models that hold a number though their names do not say so.
# Where other records name the contact that they are about.
CONTACT_FIELDS = ('client_contact_id', 'contact_id', 'partner_id', 'business_partner_id')
NUMBER_FIELDS = {('dealflow.partner.phone', 'number'), ('dealflow.call', 'number')}
# Nobody talks longer: the news that the call has ended was lost.
LONGEST_TALK = timedelta(hours=4)


class DealflowTelephonyExtension(models.Model):
    """The phone of an employee; one person may have several, of several providers."""

    _name = 'dealflow.telephony.extension'
    _description = "Extension of an Employee"
    _inherit = 'dealflow.derived.mixin'
    _order = 'provider_id, sequence, number, id'
    _rec_name = 'number'
    _dealflow_code_only_fields = ('talking_in', 'talking_since', 'last_call', 'last_number', 'last_called_on')

    provider_id = fields.Many2one('dealflow.telephony.provider', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='provider_id.company_id', store=True, index=True)
    sequence = fields.Integer(default=10, help="Of several phones of a person, the first is rung.")
    number = fields.Char(
        string="Extension", required=True, help="As the telephony calls it, e.g. 101. The part of a channel's name too."
    )
    user_id = fields.Many2one('res.users', string="Employee", required=True, index=True, ondelete='cascade')
    # What the person asked for last; whoever knows the name of a call may end it.
    last_call = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)
    last_number = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)
    last_called_on = fields.Datetime(readonly=True, copy=False, groups=fields.NO_ACCESS)

    substitute_id = fields.Many2one(
        'res.users',
        ondelete='set null',
        help="Whose phone rings while the employee is away: between the dates here, or on a leave in their calendar.",
    )
    absent_from = fields.Date(string="Away From", help="First day. Empty with a last day means from now on.")
    absent_until = fields.Date(string="Away Until", help="Last day. Empty with a first day means until further notice.")
    talking_in = fields.Char(readonly=True, copy=False, help="The call in which the employee talks, for the provider.")
    talking_since = fields.Datetime(readonly=True, copy=False)

    _number_unique = models.Constraint(
        'UNIQUE (provider_id, number)',
        "An extension belongs to one employee of a provider. Remove it from the other employee first.",
    )
    _check_number = models.Constraint(
        r"CHECK (number ~ '^[A-Za-z0-9_.-]+$')",
        "An extension consists of letters, digits, points, hyphens and underscores, e.g. 101.",
    )
    _check_absence = models.Constraint(
        'CHECK (absent_from <= absent_until)',
        "An absence cannot end before it begins. Correct one of the two days.",
    )

    @api.constrains('substitute_id', 'user_id')
    def _check_substitute(self):
        for extension in self:
            if extension.substitute_id == extension.user_id:
                raise ValidationError(
                    self.env._(
                        "%(user)s cannot stand in for themselves at the extension %(extension)s. Choose somebody else.",
                        user=extension.user_id.name,
                        extension=extension.number,
                    )
                )

    def _filter_present(self):
        """Return the extensions whose employees are there today: neither away by these dates, nor on leave.

        A day is one of the company; a leave is one in the working calendar, where Odoo's time off enters it.
        """
        now = fields.Datetime.now()
        # sudo - resource.calendar.leaves: whether somebody is there is asked for the telephone, and not told why.
        leaves = (
            self.env['resource.calendar.leaves']
            .sudo()
            .search(
                [
                    ('resource_id.user_id', 'in', self.user_id.ids),
                    ('time_type', '=', 'leave'),
                    ('date_from', '<=', now),
                    ('date_to', '>=', now),
                ]
            )
        )
        on_leave = leaves.resource_id.user_id
        return self.filtered(lambda extension: extension.user_id not in on_leave and not extension._is_away())

    def _is_away(self):
        if not (self.absent_from or self.absent_until):
            return False
        today = self.company_id._dealflow_get_today()
        return (self.absent_from or today) <= today <= (self.absent_until or today)

    def _filter_free(self):
        """Return the extensions at which nobody talks now, as far as the provider has told."""
        since = fields.Datetime.now() - LONGEST_TALK
        return self.filtered(lambda extension: not extension.talking_in or extension.talking_since < since)

    # Calls to the outside (E60, C12)

    @api.model
    def _get_mine(self):
        """Return the extension by which the person calls: the first one at a provider that takes commands, or none."""
        return self.search(
            [
                ('user_id', '=', self.env.uid),
                ('provider_id.active', '=', True),
                ('provider_id.command_url', '!=', False),
                ('company_id', 'in', self.env.companies.ids),
            ],
            order='sequence, id',
            limit=1,
        )

    @api.model
    @public_method(number=TEXT, model=KEY, record_id=WHOLE_NUMBER, field=KEY)
    def start_call(self, number, model=False, record_id=False, field=False):
        """Ring the phone of the person, and when it is lifted call a number of the outside.

        Asked for twice, it rings once. Called may be what the person may read: a number in a phone field of a record,
        or one of a contact; whoever sells calls any other number too. Extensions, codes and premium-rate numbers are
        refused.

        :param str number: in any spelling; without a country code, that of the contact or of the line decides
        :param str model: the name of the model of the record with the number, if there is one
        :param int record_id: its id
        :param str field: the name of its field
        :rtype: dict
        :return: ``call``, the name of the call for :meth:`hang_up`; ``number`` as E.164, and ``shown`` as people read
            it; ``name`` of the contact or an empty string; ``extension`` that rings
        :raise UserError: the person has no extension, the number cannot be called, or the telephony says why not
        :raise AccessError: the person may neither read the record nor a contact with the number, nor sells
        """
        extension = self._get_mine()
        if not extension:
            raise UserError(
                self.env._(
                    "You have no extension at a telephony that Dealflow may ask for calls. Call with another phone, or "
                    "ask your administrator for one."
                )
            )
        e164, contact = extension._read_called(number, model, record_id, field)
        return extension._start_call(e164, contact)

    @api.model
    @public_method(call=TEXT)
    def hang_up(self, call):
        """End a call that the person asked for. One that is over already is no mistake.

        :param str call: its name, as :meth:`start_call` returned it
        :rtype: dict
        :return: ``state``, which is ``hung_up`` or ``over``
        :raise UserError: the person did not ask for that call, or the telephony says why not
        """
        # sudo - dealflow.telephony.extension: the names of calls are read by nobody; this one is that of the person.
        extension = self._get_mine().sudo()
        if not call or extension.last_call != call:
            raise UserError(self.env._("You end the last call only that you began here. Hang up with your phone."))
        answer = extension.provider_id._send_command(
            'hang_up', {'call': call, 'extension': extension.number}, extension.number
        )
        return {'state': 'over' if answer.get('state') == 'over' else 'hung_up'}

    @public_method(one=True)
    def action_test(self):
        """Ask the telephony how the phone of the one extension is.

        :return: the action of a message in words
        """
        self.check_access('read')
        return self.provider_id._test(self)

    # What may be called

    def _read_called(self, spelling, model, record_id, field):
        """Return a number as E.164 with the contact that has it, if the person of the one extension may call it."""
        country = self.provider_id.country_id
        record = self._read_record(model, record_id, field)
        of_record = record and record[field] or ''
        contact = self._get_contact_of(record)
        codes = [*self._get_country_codes_of(record, contact), country.code]
        e164 = get_first_e164(spelling, *codes)
        if not e164 or re.search(r'[*#]', spelling):
            raise UserError(
                self.env._(
                    "“%(number)s” cannot be called from here: it is no number of the outside. Extensions and codes are "
                    "dialed on the phone.",
                    number=spelling or '',
                )
            )
        if phonenumbers.number_type(phonenumbers.parse(e164)) == phonenumbers.PhoneNumberType.PREMIUM_RATE:
            raise UserError(
                self.env._("%(number)s is a premium-rate number. It is dialed on the phone only.", number=e164)
            )
        owners = self.env['res.partner']._dealflow_get_number_owners([e164], country, self.company_id)[e164]
        readable = owners.with_env(self.env)._filtered_access('read')
        is_of_record = e164 in get_e164_of_contact(of_record, *codes)
        if not (is_of_record or readable or self.env.user.has_group('dealflow.group_user_own')):
            raise AccessError(
                self.env._(
                    "%(number)s belongs to no contact that you may read. Only whoever sells calls other numbers.",
                    number=e164,
                )
            )
        return e164, (readable & contact or readable)[:1]

    def _get_contact_of(self, record):
        """Return the contact whose number stands in a record: the record itself, or whom it is about."""
        partners = self.env['res.partner']
        if not record or record._name == 'res.partner':
            return record or partners
        names = (name for name in CONTACT_FIELDS if name in record._fields and record[name]._name == 'res.partner')
        return next((record[name] for name in names if record[name]), partners)

    def _get_country_codes_of(self, record, contact):
        """Return the codes of the countries that a number in a record may be meant in, the nearest first."""
        own = record.country_id.mapped('code') if record and 'country_id' in record._fields else []
        # sudo - res.partner: which country a contact is in is no secret to whoever reads its number.
        return dict.fromkeys([*own, *contact.sudo()._dealflow_get_country_codes()])

    def _read_record(self, model, record_id, field):
        """Return the record with the number, if there is one, it may be read, and its field is one of phones."""
        if not (model and record_id and field) or model not in self.env:
            return None
        record = self.env[model].browse(record_id).exists()
        is_phone = field.endswith('phone') or (model, field) in NUMBER_FIELDS
        definition = record._fields.get(field)
        if not record or not is_phone or not definition or definition.type != 'char':
            return None
        if not record.has_access('read') or not record._has_field_access(definition, 'read'):
            return None
        return record

    # The call

    def _start_call(self, e164, contact):
        """Let the one extension call a number, once."""
        # sudo - dealflow.telephony.extension: which call was the last is noted by code, and read by nobody.
        extension = self.sudo()
        name = contact.name or ''
        try:
            extension.lock_for_update()
        except LockError:
            raise UserError(self.env._("Your phone is being rung already.")) from None
        now = self.env.cr.now()
        if extension.last_number == e164 and extension.last_called_on and now - extension.last_called_on < SAME_CALL:
            call = extension.last_call
        else:
            answer = extension.provider_id._send_command(
                'originate',
                {
                    'call': f'{CALL_PREFIX}{secrets.token_hex(16)}',
                    'extension': extension.number,
                    'number': e164,
                    'name': name,
                },
                extension.number,
            )
            call = answer['call']
            extension._dealflow_set_derived({'last_call': call, 'last_number': e164, 'last_called_on': now})
        told = {'call': call, 'number': e164, 'shown': get_shown(e164), 'name': name, 'extension': extension.number}
        self.env.user._bus_send('dealflow.outgoing_call', {'event': 'calling', **told})
        return told

    def _note_end(self, call):
        """The call is over: the same number may be called again at once."""
        # sudo - dealflow.telephony.extension: see above.
        for extension in self.sudo().filtered(lambda extension: extension.last_call == call):
            extension._dealflow_set_derived({'last_called_on': False})
