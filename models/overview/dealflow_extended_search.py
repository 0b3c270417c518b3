import re
from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate, format_date, format_datetime, formatLang

from ...tools.asked_fields import Asked, asked
from ...tools.public_methods import MAPPING, TEXT, WHOLE_NUMBER, public_method

_lt = LazyTranslate(__name__)

# What a person may ask of a field, by its type.
KINDS = {
    'char': 'text',
    'text': 'text',
    'html': 'text',
    'selection': 'choice',
    'boolean': 'flag',
    'many2one': 'records',
    'many2many': 'records',
    'one2many': 'records',
    'integer': 'range',
    'float': 'range',
    'monetary': 'range',
    'date': 'days',
    'datetime': 'moments',
}
# Fields that find a number by its digits. Those after the prefixes that people write differently are compared, so that
# any spelling finds it.
PHONES = ('dealflow_phone_search', 'phone_mobile_search')
FEWEST_DIGITS = 3
MOST_VALUES = 200
MAX_NUMBER = 1e15
FIRST_YEAR, LAST_YEAR = 1900, 2999
# Periods that move with the calendar. The server reads these dates whenever the filter is used, in the time zone and
# with the first day of the week of who uses it; the last day does not belong to the period.
PERIODS = {
    'today': (_lt("Today"), 'today', 'today +1d'),
    'yesterday': (_lt("Yesterday"), 'today -1d', 'today'),
    'this_week': (_lt("This week"), 'today =week_start', 'today =week_start +7d'),
    'last_week': (_lt("Last week"), 'today =week_start -7d', 'today =week_start'),
    'this_month': (_lt("This month"), 'today =1d', 'today =1d +1m'),
    'last_month': (_lt("Last month"), 'today =1d -1m', 'today =1d'),
    'this_year': (_lt("This year"), 'today =1m =1d', 'today =1m =1d +1y'),
    'last_7_days': (_lt("Last 7 days"), 'today -7d', 'today +1d'),
    'last_30_days': (_lt("Last 30 days"), 'today -30d', 'today +1d'),
    'last_90_days': (_lt("Last 90 days"), 'today -90d', 'today +1d'),
    'next_7_days': (_lt("Next 7 days"), 'today', 'today +8d'),
    'next_30_days': (_lt("Next 30 days"), 'today', 'today +31d'),
    'past': (_lt("Before today"), None, 'today'),
    'older_90_days': (_lt("Longer than 90 days ago"), None, 'today -90d'),
}


CHANGED = asked('write_date', label=_lt("Changed"))
CREATED = asked('create_date', label=_lt("Created"))
CHANGED_BY = asked('write_uid', label=_lt("Changed by"))
MAIL_OR_PHONE = asked('email', 'dealflow_phone_search', label=_lt("E-mail or phone"))
CLIENT_MAIL_OR_PHONE = asked(
    'business_partner_id.email',
    'business_partner_id.child_ids.email',
    'business_partner_id.dealflow_phone_search',
    'business_partner_id.child_ids.dealflow_phone_search',
    label=_lt("E-mail or phone of the client"),
)
PARTNERS = (
    asked('complete_name', 'ref', label=_lt("Name or code")),
    MAIL_OR_PHONE,
    asked('child_ids.name', label=_lt("Name of a contact")),
    asked('client_status_id'),
    asked('region_id'),
    asked('industry_id'),
    asked('category_id'),
    asked('user_id', label=_lt("Responsible person")),
    asked('country_id'),
    asked('city'),
    asked('counterparty_role'),
    asked('competitor_ids'),
    CREATED,
    CHANGED,
    CHANGED_BY,
)
LEGAL_ENTITIES = (
    asked('complete_name', label=_lt("Name")),
    asked('vat'),
    asked('company_registry'),
    MAIL_OR_PHONE,
    asked('business_partner_id'),
    asked('requisites_state'),
    asked('region_id'),
    asked('country_id'),
    asked('city'),
    asked('user_id', label=_lt("Responsible person")),
    CREATED,
    CHANGED,
    CHANGED_BY,
)
CONTACTS = (
    asked('firstname', label=_lt("First name"), instead=('name',)),
    asked('lastname', label=_lt("Surname"), instead=('complete_name',)),
    MAIL_OR_PHONE,
    asked('parent_id', label=_lt("Company")),
    asked('function'),
    asked('type', label=_lt("Kind of contact")),
    asked('region_id'),
    asked('user_id', label=_lt("Responsible person")),
    asked('category_id'),
    asked('mailing_consent'),
    CREATED,
    CHANGED,
    CHANGED_BY,
)
# The lines of the sections by their models; a model that has several sections says which action has which lines, and
# ``None`` stands for all others.
FORMS = {
    'res.partner': {
        None: PARTNERS,
        'dealflow.res_partner_action_legal_entities': LEGAL_ENTITIES,
        'dealflow.res_partner_action_contacts': CONTACTS,
    },
    'crm.lead': {
        None: (
            asked('name', label=_lt("Opportunity")),
            asked('partner_name', 'partner_id.name', label=_lt("Company")),
            asked('contact_name', 'partner_id.child_ids.name', label=_lt("Name of a contact")),
            asked(
                'email_from',
                'phone_mobile_search',
                'partner_id.dealflow_phone_search',
                'partner_id.child_ids.dealflow_phone_search',
                label=_lt("E-mail or phone"),
            ),
            asked('stage_id'),
            asked('won_status'),
            asked('user_id', label=_lt("Responsible person")),
            asked('team_id'),
            asked('expected_revenue'),
            asked('probability'),
            asked('date_deadline'),
            asked('source_id'),
            asked('tag_ids'),
            asked('partner_id.region_id', label=_lt("Region")),
            CREATED,
            CHANGED,
            CHANGED_BY,
        ),
    },
    'calendar.event': {
        None: (
            asked('name', label=_lt("Subject")),
            asked('event_type_id'),
            asked('event_status_id'),
            asked('business_partner_id'),
            asked('client_contact_id.name', 'client_participant_ids.name', label=_lt("Name of a contact")),
            asked(
                'client_contact_id.email',
                'client_contact_id.dealflow_phone_search',
                label=_lt("E-mail or phone of the contact"),
            ),
            asked('user_id', label=_lt("Responsible person")),
            asked('event_category_id'),
            asked('start', label=_lt("Begins")),
            asked('result'),
            asked('next_step'),
            asked('deal_id'),
            asked('business_partner_id.region_id', label=_lt("Region")),
            CREATED,
            CHANGED,
            CHANGED_BY,
        ),
    },
    'dealflow.deal': {
        None: (
            asked('name', 'number', label=_lt("Name or number")),
            asked('business_partner_id'),
            asked('legal_entity_id'),
            asked('contact_ids.name', label=_lt("Name of a contact")),
            CLIENT_MAIL_OR_PHONE,
            asked('funnel_id'),
            asked('stage_id'),
            asked('state'),
            asked('amount_company', label=_lt("Amount in the currency of the company")),
            asked('user_id', label=_lt("Responsible person")),
            asked('team_id'),
            asked('business_partner_id.region_id', label=_lt("Region")),
            asked('expected_close_date'),
            asked('opened_on'),
            asked('closed_on'),
            asked('lost_reason_id'),
            asked('tag_ids'),
            CHANGED,
            CHANGED_BY,
        ),
    },
    'dealflow.receipt': {
        None: (
            asked('name', label=_lt("Receipt")),
            asked('deal_id'),
            asked('business_partner_id'),
            asked('legal_entity_id'),
            CLIENT_MAIL_OR_PHONE,
            asked('state'),
            asked('amount_company', label=_lt("Amount in the currency of the company")),
            asked('date_planned'),
            asked('date_received'),
            asked('is_invoiced'),
            asked('user_id', label=_lt("Responsible person")),
            asked('team_id'),
            asked('region_id'),
            CHANGED,
            CHANGED_BY,
        ),
    },
    'dealflow.marketing.event': {
        None: (
            asked('title', label=_lt("Event")),
            asked('kind_id'),
            asked('state'),
            asked('parent_id'),
            asked('location'),
            asked('date_start'),
            asked('date_end'),
            asked('budget'),
            asked('user_id', label=_lt("Responsible person")),
            asked('tag_ids'),
            CREATED,
            CHANGED,
            CHANGED_BY,
        ),
    },
    'dealflow.competitor': {
        None: (
            asked('name', label=_lt("Competitor")),
            asked('status_id'),
            asked('industry_id'),
            asked('region_id'),
            asked('client_ids'),
            asked('equipment'),
            asked('projects'),
            asked('strengths'),
            asked('weaknesses'),
            CREATED,
            CHANGED,
            CHANGED_BY,
        ),
    },
    'dealflow.claim': {
        None: (
            asked('name', 'number', label=_lt("Title or number")),
            asked('kind'),
            asked('state'),
            asked('business_partner_id'),
            asked('contact_id.name', label=_lt("Name of a contact")),
            asked(
                'email_from',
                'contact_id.email',
                'contact_id.dealflow_phone_search',
                label=_lt("E-mail or phone of the contact"),
            ),
            asked('subject'),
            asked('product_id'),
            asked('cause_id'),
            asked('user_id', label=_lt("Responsible person")),
            asked('team_id'),
            asked('priority'),
            asked('date_open'),
            asked('date_deadline'),
            asked('cost_amount_company'),
            CHANGED,
            CHANGED_BY,
        ),
    },
}


class DealflowExtendedSearch(models.AbstractModel):
    """The form that unfolds under the search bar: several fields of a section at once (E35, X27).

    The server says which fields a section offers (:meth:`_get_forms`) and turns what a person has filled in into
    conditions with labels, which the search bar shows like filters of its own. A module adds a model, or lines to one,
    in ``_get_forms`` with ``super()``; nothing else is to be done, the screens follow.
    """

    _name = 'dealflow.extended.search'
    _description = "Extended Search"

    @api.model
    def _get_forms(self):
        """Return the lines of each section.

        :return: by model, by the XML ID of the section's action (``None`` for all others): tuples of :class:`Asked`
        :rtype: dict
        """
        return FORMS

    @api.model
    def _get_model_names(self):
        """Return the models that have a form and that the user may read, for the screens."""
        return [name for name in self._get_forms() if name in self.env and self.env[name].has_access('read')]

    @api.model
    @public_method(model=TEXT, action=WHOLE_NUMBER)
    def get_form(self, model, action=None):
        """Return the lines of the form of a section, as far as the user may read their fields.

        :param str model: the model that the list shows
        :param int action: id of the window action that opened it; it tells sections of one model apart
        :return: ``fields``: for each line its ``key``, ``label``, ``kind`` (``text``, ``choice``, ``flag``,
            ``records``, ``range``, ``days``, ``moments``), for choices ``choices`` (pairs of value and label) and for
            records their ``model``; ``periods``: pairs of the key and the label of a period
        :rtype: dict
        :raise UserError: the model has no form
        """
        self._check_model(model)
        sections = self._get_forms()[model]
        lines = sections.get(None, ())
        for xml_id, own in sections.items():
            if xml_id and action:
                window = self.env.ref(xml_id, raise_if_not_found=False)
                if window and window.id == action:
                    lines = own
        return {
            'fields': [self._describe(model, line, field) for line, field in self._get_lines(model, lines)],
            'periods': [[key, str(self._translate(period[0]))] for key, period in PERIODS.items()],
        }

    @api.model
    @public_method(model=TEXT, values=MAPPING)
    def make_filters(self, model, values):
        """Return the conditions that a filled form stands for, one for each line with an answer.

        :param str model: the model that the list shows
        :param dict values: by the key of the line: a text; a list of ids for records; a list of values for choices;
            true or false; or, for amounts, days and moments, an object with ``from`` and ``to`` (both belong to it,
            either may be missing; days as year-month-day, moments as year-month-day hour:minute:second in UTC) or with
            a ``period``, which moves with the calendar. Empty answers are left out
        :return: in the order of the form, for each answer its ``key``, its ``value`` as it was given, the
            ``description`` for the search bar and its ``domain`` as a text, with the names of days in it where they
            move with the calendar
        :rtype: list[dict]
        :raise UserError: an answer does not fit its field; the message names the field and the way out
        """
        self._check_model(model)
        values = values or {}
        known = {}
        for lines in self._get_forms()[model].values():
            for line, field in self._get_lines(model, lines):
                known.setdefault(line.key, (line, field))
        unknown = [key for key in values if key not in known]
        if unknown:
            raise UserError(
                self.env._(
                    "“%(key)s” is no field of this form, or you may not read it. Leave it out.", key=str(unknown[0])
                )
            )
        filters = []
        for key, (line, field) in known.items():
            value = values.get(key)
            # False is an answer to a question with yes and no.
            if value is None or value in ('', [], {}) or value is False and KINDS[field.type] != 'flag':
                continue
            read = getattr(self, f'_read_{KINDS[field.type]}')
            answer = read(model, line, field, value)
            if answer:
                domain, words = answer
                filters.append(
                    {
                        'key': key,
                        'value': value,
                        'description': self.env._(
                            "%(field)s: %(value)s", field=self._get_label(model, line, field), value=words
                        ),
                        'domain': str(list(domain)),
                    }
                )
        return filters

    # The lines of a form

    def _check_model(self, model):
        if model not in self._get_forms() or model not in self.env:
            raise UserError(self.env._("There is no extended search for “%(model)s”.", model=model or ''))
        self.env[model].check_access('read')

    def _get_lines(self, model, lines):
        """Yield each line that can be asked of the user, with names that exist, and the field of its first name."""
        for line in lines:
            own = tuple(name for name in line.names if self._find_field(model, name))
            if line.key not in own:
                own = tuple(name for name in line.instead if self._find_field(model, name))
            if own:
                field = self._find_field(model, own[0])
                # The key stays that of the declaration: saved forms mean the same line with and without the field.
                yield Asked((line.key, *own), line.label), field

    def _find_field(self, model, path):
        """Return the last field of a path if the user may search through all of it, else ``None``."""
        names = path.split('.')
        records = self.env[model]
        field = None
        for place, name in enumerate(names, start=1):
            field = records._fields.get(name)
            if not field or not records._has_field_access(field, 'read') or not field._description_searchable:
                return None
            if place < len(names):
                records = self.env[field.comodel_name]
                if not records.has_access('read'):
                    return None
        if field.relational and not self.env[field.comodel_name].has_access('read'):
            return None
        return field

    def _describe(self, model, line, field):
        kind = KINDS[field.type]
        described = {'key': line.key, 'label': self._get_label(model, line, field), 'kind': kind}
        if kind == 'choice':
            described['choices'] = [list(choice) for choice in field._description_selection(self.env)]
        elif kind == 'records':
            described['model'] = field.comodel_name
        return described

    def _get_label(self, model, line, field):
        return str(self._translate(line.label)) if line.label else field._description_string(self.env)

    def _translate(self, text):
        return text._translate(self.env.lang or 'en_US')

    def _get_domain(self, line, operator, value):
        """Return the domain that looks for a value in any field of a line."""
        return Domain.OR(Domain(name, operator, value) for name in line.names[1:])

    # Answers

    def _refuse(self, model, line, field, value, what):
        raise UserError(
            self.env._(
                "“%(field)s” cannot be “%(value)s”: %(what)s",
                field=self._get_label(model, line, field),
                value=str(value)[:100],
                what=what,
            )
        )

    def _read_text(self, model, line, field, value):
        text = value.strip() if isinstance(value, str) and '\0' not in value else None
        if text is None:
            self._refuse(model, line, field, value, self.env._("Give a text."))
        if not text:
            return None
        digits = self.env['dealflow.partner.phone']._get_search_digits(text)
        # «(912) 345-67-89» is a number, «anna89@…» is none.
        is_number = len(digits) >= FEWEST_DIGITS and not re.search(r'[^\W\d_]|@', text)
        domain = Domain.FALSE
        for name in line.names[1:]:
            if name.rpartition('.')[2] in PHONES:
                domain |= Domain(name, 'ilike', digits) if is_number else Domain.FALSE
            else:
                domain |= Domain(name, 'ilike', text)
        return domain, text

    def _read_choice(self, model, line, field, value):
        labels = dict(field._description_selection(self.env))
        if not isinstance(value, list) or not all(isinstance(one, str) and one in labels for one in value):
            self._refuse(
                model, line, field, value, self.env._("Choose from: %(choices)s.", choices=", ".join(labels.values()))
            )
        return self._get_domain(line, 'in', value), self._join(labels[one] for one in value)

    def _read_flag(self, model, line, field, value):
        if not isinstance(value, bool):
            self._refuse(model, line, field, value, self.env._("Give true or false."))
        return self._get_domain(line, '=', value), self.env._("yes") if value else self.env._("no")

    def _read_records(self, model, line, field, value):
        is_list = isinstance(value, list) and len(value) <= MOST_VALUES
        if not is_list or not all(isinstance(one, int) and not isinstance(one, bool) for one in value):
            self._refuse(model, line, field, value, self.env._("Give a list of ids of records."))
        records = self.env[field.comodel_name].with_context(active_test=False).search([('id', 'in', value)])
        if set(value) - set(records.ids):
            self._refuse(model, line, field, value, self.env._("One of these records is gone, or you may not see it."))
        # «North» means its parts too, and a company its people.
        operator = 'child_of' if records._parent_name in records._fields else 'in'
        return self._get_domain(line, operator, records.ids), self._join(records.mapped('display_name'))

    def _read_range(self, model, line, field, value):
        ends = self._get_ends(model, line, field, value)
        for end in ends.values():
            if isinstance(end, bool) or not isinstance(end, int | float) or not abs(end) < MAX_NUMBER:
                self._refuse(model, line, field, end, self.env._("Give a number."))
        if not ends:
            return None
        digits = 0 if field.type == 'integer' else 2
        return self._make_range(
            model,
            line,
            field,
            ends,
            {'from': ('>=', ends.get('from')), 'to': ('<=', ends.get('to'))},
            lambda end: formatLang(self.env, end, digits=digits),
        )

    def _read_days(self, model, line, field, value):
        if isinstance(value, dict) and value.get('period'):
            return self._read_period(model, line, field, value['period'])
        ends = self._get_ends(model, line, field, value)
        days = {name: self._parse(model, line, field, end, '%Y-%m-%d').date() for name, end in ends.items()}
        if not days:
            return None
        return self._make_range(
            model,
            line,
            field,
            days,
            {'from': ('>=', ends.get('from')), 'to': ('<=', ends.get('to'))},
            lambda day: format_date(self.env, day),
        )

    def _read_moments(self, model, line, field, value):
        if isinstance(value, dict) and value.get('period'):
            return self._read_period(model, line, field, value['period'])
        ends = self._get_ends(model, line, field, value)
        moments = {name: self._parse(model, line, field, end, '%Y-%m-%d %H:%M:%S') for name, end in ends.items()}
        if not moments:
            return None
        # The whole of the last second belongs to it: what the database keeps is finer than that.
        after = moments.get('to') and fields.Datetime.to_string(moments['to'] + timedelta(seconds=1))
        return self._make_range(
            model,
            line,
            field,
            moments,
            {'from': ('>=', ends.get('from')), 'to': ('<', after)},
            lambda moment: format_datetime(self.env, moment, tz=self.env.context.get('tz') or self.env.user.tz),
        )

    def _read_period(self, model, line, field, key):
        if not isinstance(key, str) or key not in PERIODS:
            self._refuse(
                model,
                line,
                field,
                key,
                self.env._(
                    "Choose from: %(choices)s.",
                    choices=", ".join(str(self._translate(period[0])) for period in PERIODS.values()),
                ),
            )
        label, first, after = PERIODS[key]
        domain = self._get_domain(line, '<', after)
        if first:
            domain &= self._get_domain(line, '>=', first)
        return domain, str(self._translate(label))

    def _get_ends(self, model, line, field, value):
        if not isinstance(value, dict) or set(value) - {'from', 'to', 'period'}:
            self._refuse(model, line, field, value, self.env._("Give an object with “from” and “to”."))
        return {name: value[name] for name in ('from', 'to') if value.get(name) not in (None, False, '')}

    def _parse(self, model, line, field, value, pattern):
        try:
            moment = datetime.strptime(value, pattern)
            if not FIRST_YEAR <= moment.year <= LAST_YEAR:
                raise ValueError(value)
        except (TypeError, ValueError):
            self._refuse(
                model,
                line,
                field,
                value,
                self.env._(
                    "Give a date as year-month-day, and a moment as year-month-day hour:minute:second, of a year "
                    "between %(first)s and %(last)s.",
                    first=FIRST_YEAR,
                    last=LAST_YEAR,
                ),
            )
        return moment

    def _make_range(self, model, line, field, ends, conditions, show):
        """Return the domain and the words of a range that may be open at one end."""
        if 'from' in ends and 'to' in ends and ends['from'] > ends['to']:
            self._refuse(
                model,
                line,
                field,
                show(ends['from']),
                self.env._("it comes after “%(end)s”. Exchange the two.", end=show(ends['to'])),
            )
        domain = Domain.AND(self._get_domain(line, *conditions[name]) for name in ends)
        if len(ends) == 2:
            return domain, self.env._("%(first)s – %(last)s", first=show(ends['from']), last=show(ends['to']))
        if 'from' in ends:
            return domain, self.env._("from %(first)s", first=show(ends['from']))
        return domain, self.env._("up to %(last)s", last=show(ends['to']))

    def _join(self, words):
        return self.env._(" or ").join(words)
