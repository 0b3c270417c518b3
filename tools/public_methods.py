"""The mark of what may be called from outside: by buttons, by screens, and by programs over JSON-2 and XML-RPC.

A marked method says of which kind each of its arguments is. They are read before its first line runs, and its answer is
brought into a form in which it travels; both by the model ``dealflow.public.call``, whose methods ``_read_<kind>``
belong to the kinds below.
"""

import inspect
from dataclasses import dataclass, field
from functools import wraps


@dataclass(frozen=True)
class Kind:
    """What an argument has to be. Empty values (``None``, ``False``) pass: the method says what it needs."""

    name: str
    details: dict = field(default_factory=dict)


TEXT = Kind('text')
NUMBER = Kind('number')
WHOLE_NUMBER = Kind('whole_number')
FLAG = Kind('flag')
DAY = Kind('day')
# A method of one's own looks at the value; it says in words what it does not understand.
KEY = Kind('key')


def id_of(model):
    """Return the kind of numbers that belong to records of a model."""
    return Kind('record', {'model': model})


def value_of(model, field_name):
    """Return the kind of the values of a field: a number of a record for a many2one, a key for a selection."""
    return Kind('field', {'model': model, 'field_name': field_name})


def domain_over(model):
    """Return the kind of domains over a model."""
    return Kind('conditions', {'model': model})


def option_keys(method):
    """Return the kind of dictionaries whose keys, and the kinds of their values, a method of the model names."""
    return Kind('options', {'method': method})


def values_of(model, **more):
    """Return the kind of dictionaries of values for a record of a model, with a few keys ``more``."""
    return Kind('values', {'model': model, 'more': more})


def public_method(one=False, once=False, **kinds):
    """Mark a method as one that may be called from outside.

    :param bool one: whether it is called for one record at a time
    :param bool once: whether its record, a dialog, is used up by it
    :param kinds: a kind for each parameter
    """

    def mark(method):
        parameters = dict(list(inspect.signature(method).parameters.items())[1:])
        if parameters.keys() != kinds.keys():
            raise TypeError(f"{method.__qualname__}: each parameter needs its kind, {sorted(parameters)}")

        @wraps(method)
        def call(self, *args, **kwargs):
            caller = self.env['dealflow.public.call']
            if not getattr(call, '_api_model', False):
                caller._check_records(self, one, once)
            arguments = caller._read_arguments(self, method.__name__, parameters, kinds, args, kwargs)
            answer = caller._pack(method(self, **arguments))
            if once:
                # sudo - dialogs: whoever could press the button uses the dialog up.
                self.sudo().unlink()
            return answer

        call.dealflow_kinds = kinds
        return call

    return mark
