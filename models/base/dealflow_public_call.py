import json
from collections.abc import Mapping
from datetime import date, datetime
from inspect import Parameter

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.models import BaseModel

from ...tools.public_methods import DAY, FLAG, NUMBER, TEXT, WHOLE_NUMBER, Kind, id_of

# The largest numbers that fit into the column of an id: in a table, and in a report, which may join several tables.
MAX_ID = 2**31 - 1
MAX_REPORT_ID = 2**63 - 1

# Days of a business; nearer to the ends of the calendar Python cannot reckon.
FIRST_YEAR, LAST_YEAR = 1900, 2999

# Amounts have at most 15 digits before the decimal point.
MAX_NUMBER = 10**15

# Longer values are cut in messages.
MAX_SHOWN = 60

KIND_OF_TYPE = {
    'boolean': FLAG,
    'char': TEXT,
    'date': DAY,
    'datetime': Kind('moment'),
    'float': NUMBER,
    'html': TEXT,
    'integer': WHOLE_NUMBER,
    'monetary': NUMBER,
    'text': TEXT,
}


class DealflowPublicCall(models.AbstractModel):
    """Reads the arguments of external calls and serializes their answers, for :func:`public_method`.

    Invalid arguments are refused with a readable message before anything happens; otherwise the caller would get a
    database error or a traceback. An addon that needs another kind of argument adds ``_read_<kind>``.
    """

    _name = 'dealflow.public.call'
    _description = "Public Method Call"

    # Records and parameters

    def _check_records(self, records, one, once):
        """Refuse invalid ids, an empty recordset, several records if ``one`` is set, and a used dialog if ``once`` is.

        :raise UserError: the records do not fit
        """
        max_id = MAX_ID if records._auto else MAX_REPORT_ID
        for record_id in records._ids:
            is_number = isinstance(record_id, int) and not isinstance(record_id, bool) and 0 < record_id <= max_id
            # The id of a new record in a form is a ``NewId``, which is false.
            if record_id and not is_number or record_id in (0, None):
                raise UserError(
                    self.env._(
                        "“%(value)s” is not the number of a record (%(model)s).",
                        value=self._format_value(record_id),
                        model=records._description,
                    )
                )
        if not records:
            raise UserError(
                self.env._(
                    "No record was named (%(model)s). Give the numbers of the records in “ids”.",
                    model=records._description,
                )
            )
        if one and len(records) > 1:
            raise UserError(
                self.env._(
                    "This works for one record at a time, not for %(count)s (%(model)s).",
                    count=len(records),
                    model=records._description,
                )
            )
        if once and not records.exists():
            raise UserError(self.env._("This dialog has already been used. Open it again."))

    def _read_arguments(self, records, method, parameters, kinds, args, kwargs):
        """Return the arguments of a call by name, read by their kinds.

        :raise UserError: an argument is unknown, missing or of the wrong kind
        """
        unknown = [name for name in kwargs if name not in parameters]
        if unknown or len(args) > len(parameters):
            raise UserError(
                self.env._(
                    "“%(method)s” does not know the argument “%(argument)s”. It knows: %(known)s.",
                    method=method,
                    argument=unknown[0] if unknown else self._format_value(args[len(parameters)]),
                    known=", ".join(parameters) or self.env._("none"),
                )
            )
        given = dict(zip(parameters, args, strict=False))
        twice = [name for name in kwargs if name in given]
        if twice:
            raise UserError(self.env._("The argument “%(argument)s” is given twice.", argument=twice[0]))
        given |= kwargs
        for name, parameter in parameters.items():
            if name not in given and parameter.default is Parameter.empty:
                raise UserError(
                    self.env._("“%(method)s” needs the argument “%(argument)s”. Give it.", method=method, argument=name)
                )
        return {name: self._read(records, name, kinds[name], value) for name, value in given.items()}

    def _read(self, records, name, kind, value):
        if value is None or value is False:
            return value
        return getattr(self, f'_read_{kind.name}')(records, name, value, **kind.details)

    # Kinds

    def _read_text(self, records, name, value):
        if not isinstance(value, str):
            raise UserError(
                self.env._(
                    "“%(argument)s” must be a text, not %(value)s.", argument=name, value=self._format_value(value)
                )
            )
        if '\0' in value:
            raise UserError(
                self.env._("“%(argument)s” contains a zero byte, which a text cannot contain.", argument=name)
            )
        return value

    def _read_number(self, records, name, value):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        # Anything that is not smaller than the limit is too large, infinite, or not a number.
        if not is_number or not abs(value) < MAX_NUMBER:
            raise UserError(
                self.env._(
                    "“%(argument)s” must be a number, not %(value)s.", argument=name, value=self._format_value(value)
                )
            )
        return value

    def _read_whole_number(self, records, name, value):
        if not isinstance(value, int) or isinstance(value, bool) or abs(value) > MAX_ID:
            raise UserError(
                self.env._(
                    "“%(argument)s” must be a whole number, not %(value)s.",
                    argument=name,
                    value=self._format_value(value),
                )
            )
        return value

    def _read_flag(self, records, name, value):
        if value is not True:
            raise UserError(
                self.env._(
                    "“%(argument)s” must be true or false, not %(value)s.",
                    argument=name,
                    value=self._format_value(value),
                )
            )
        return value

    def _read_day(self, records, name, value):
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            return self._check_year(datetime.strptime(value, '%Y-%m-%d')).date()
        except (TypeError, ValueError):
            raise UserError(
                self.env._(
                    "“%(argument)s” cannot be read: %(value)s. Give the date as year-month-day.",
                    argument=name,
                    value=self._format_value(value),
                )
            ) from None

    def _check_year(self, moment):
        """Refuse the ends of the calendar, from which no week, zone or reminder can be reckoned."""
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise ValueError(moment)
        return moment

    def _read_moment(self, records, name, value):
        if isinstance(value, datetime):
            return value
        try:
            return self._check_year(datetime.strptime(value, '%Y-%m-%d %H:%M:%S'))
        except (TypeError, ValueError):
            raise UserError(
                self.env._(
                    "“%(argument)s” cannot be read: %(value)s. Give the moment as year-month-day hour:minute:second, "
                    "in UTC.",
                    argument=name,
                    value=self._format_value(value),
                )
            ) from None

    def _read_key(self, records, name, value):
        if not isinstance(value, str | int) or value is True:
            raise UserError(
                self.env._(
                    "“%(argument)s” must be a text or a number, not %(value)s.",
                    argument=name,
                    value=self._format_value(value),
                )
            )
        return value

    def _read_record(self, records, name, value, model):
        description = self.env[model]._description
        if not isinstance(value, int) or isinstance(value, bool):
            raise UserError(
                self.env._(
                    "“%(argument)s” must be the number of a record (%(model)s), not %(value)s.",
                    argument=name,
                    model=description,
                    value=self._format_value(value),
                )
            )
        if not 0 < value <= MAX_ID or not self.env[model].browse(value).exists():
            raise UserError(
                self.env._(
                    "“%(argument)s”: there is no record with the number %(value)s (%(model)s). Choose an existing one.",
                    argument=name,
                    value=value,
                    model=description,
                )
            )
        return value

    def _read_reference(self, records, name, value, model):
        return value if value == 0 else self._read_record(records, name, value, model)

    def _read_records(self, records, name, value, model):
        """Accept a list of ids; the method reads only those records that the user may see."""
        is_list = isinstance(value, list | tuple)
        if not is_list or not all(
            isinstance(part, int) and not isinstance(part, bool) and 0 < part <= MAX_ID for part in value
        ):
            raise UserError(
                self.env._(
                    "“%(argument)s” must be a list of numbers of records (%(model)s), not %(value)s.",
                    argument=name,
                    model=self.env[model]._description,
                    value=self._format_value(value),
                )
            )
        return value

    def _read_field(self, records, name, value, model, field_name):
        return self._read(records, name, self._get_kind(self.env[model]._fields[field_name]), value)

    def _read_selection(self, records, name, value, column):
        keys = column.get_values(self.env)
        if not isinstance(value, str) or value not in keys:
            raise UserError(
                self.env._(
                    "“%(argument)s” cannot be %(value)s. Choose one of: %(keys)s.",
                    argument=name,
                    value=self._format_value(value),
                    keys=", ".join(keys),
                )
            )
        return value

    def _read_conditions(self, records, name, value, model):
        try:
            domain = Domain(value)
            domain.validate(self.env[model])
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            raise UserError(
                self.env._(
                    "“%(argument)s” is not a list of conditions for “%(model)s”: %(value)s.",
                    argument=name,
                    model=self.env[model]._description,
                    value=self._format_value(value),
                )
            ) from None
        for condition in domain.iter_conditions():
            self._check_condition(name, self.env[model], condition)
        return value

    def _read_condition_list(self, records, name, value):
        """Accept conditions over a model that another argument names; the method checks their fields."""
        try:
            if not isinstance(value, list | tuple):
                raise TypeError
            Domain(value)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            raise UserError(
                self.env._(
                    "“%(argument)s” is not a list of conditions: %(value)s.",
                    argument=name,
                    value=self._format_value(value),
                )
            ) from None
        return value

    def _check_condition(self, name, model, condition):
        """Refuse a condition whose value the database could not compare with the field."""
        field = model._fields.get(condition.field_expr)
        expected = {'integer': (int, float), 'float': (int, float), 'monetary': (int, float)}.get(
            field.type if field else None
        )
        if not expected:
            return
        parts = condition.value if isinstance(condition.value, list | tuple | set) else [condition.value]
        for part in parts:
            if not isinstance(part, expected):
                raise UserError(
                    self.env._(
                        "“%(argument)s”: “%(field)s” is a number and cannot be compared with %(value)s.",
                        argument=name,
                        field=condition.field_expr,
                        value=self._format_value(part),
                    )
                )

    def _read_options(self, records, name, value, method):
        kinds = getattr(records, method)()
        self._check_keys(name, value, kinds)
        return {key: self._read(records, key, kinds[key], part) for key, part in value.items()}

    def _read_rows(self, records, name, value, method):
        self._check_list(name, value)
        return [self._read_options(records, name, row, method) for row in value]

    def _check_list(self, name, value):
        if not isinstance(value, list | tuple):
            raise UserError(
                self.env._(
                    "“%(argument)s” must be a list, not %(value)s.", argument=name, value=self._format_value(value)
                )
            )

    def _read_values(self, records, name, value, model, more):
        columns = self.env[model]._fields
        self._check_keys(name, value, columns.keys() | more.keys(), is_short=False)
        return {
            key: self._read(records, key, more.get(key) or self._get_kind(columns[key]), part)
            for key, part in value.items()
        }

    def _get_kind(self, column):
        """Return the kind of the values of a field."""
        if column.type == 'many2one':
            return id_of(column.comodel_name)
        if column.type == 'selection':
            return Kind('selection', {'column': column})
        if column.type in ('one2many', 'many2many'):
            return Kind('commands')
        return KIND_OF_TYPE.get(column.type) or Kind('anything')

    def _read_commands(self, records, name, value):
        """Accept a list of ids or of Odoo's x2many commands."""
        known = {int(command) for command in Command}
        is_list = isinstance(value, list | tuple)
        if not is_list or not all(
            isinstance(row, int)
            and not isinstance(row, bool)
            or isinstance(row, list | tuple)
            and row
            and row[0] in known
            for row in value
        ):
            raise UserError(
                self.env._(
                    "“%(argument)s” must be a list of numbers of records or of Odoo's commands, not %(value)s.",
                    argument=name,
                    value=self._format_value(value),
                )
            )
        return value

    def _read_mapping(self, records, name, value):
        self._check_mapping(name, value)
        return value

    def _read_anything(self, records, name, value):
        return value

    def _check_mapping(self, name, value):
        if not isinstance(value, Mapping):
            raise UserError(
                self.env._(
                    "“%(argument)s” must be an object with named values, not %(value)s.",
                    argument=name,
                    value=self._format_value(value),
                )
            )

    def _check_keys(self, name, value, known, is_short=True):
        self._check_mapping(name, value)
        unknown = next((key for key in value if key not in known), None)
        if unknown is None:
            return
        if is_short:
            raise UserError(
                self.env._(
                    "“%(argument)s” has no key “%(key)s”. Its keys are: %(known)s.",
                    argument=name,
                    key=unknown,
                    known=", ".join(known),
                )
            )
        raise UserError(
            self.env._("“%(argument)s” has no key “%(key)s”. Correct it, or leave it out.", argument=name, key=unknown)
        )

    def _format_value(self, value):
        try:
            text = json.dumps(value, ensure_ascii=False)
        except (TypeError, ValueError):
            text = str(value)
        return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"

    # Answers

    def _pack(self, answer):
        """Return an answer in a form that XML-RPC and JSON can carry; None becomes ``True``."""
        return True if answer is None else self._pack_part(answer)

    def _pack_part(self, part):
        if type(part) in (str, int, float, bool):
            return part
        if part is None:
            return False
        if isinstance(part, BaseModel):
            return part.ids
        if isinstance(part, datetime):
            return fields.Datetime.to_string(part)
        if isinstance(part, date):
            return fields.Date.to_string(part)
        if isinstance(part, Mapping):
            return {str(key): self._pack_part(value) for key, value in part.items()}
        if isinstance(part, list | tuple):
            return type(part)(self._pack_part(value) for value in part)
        if isinstance(part, set | frozenset):
            return [self._pack_part(value) for value in sorted(part)]
        return part
