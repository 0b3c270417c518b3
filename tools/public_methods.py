"""The decorator of methods that may be called by buttons, screens, and programs over JSON-2 and XML-RPC.

A decorated method declares the kind of each of its arguments. The model ``dealflow.public.call`` reads them before the
method runs, with a method ``_read_<kind>`` for each kind below, and makes the answer serializable.
"""

import inspect
from dataclasses import dataclass, field
from functools import wraps


@dataclass(frozen=True)
class Kind:
    """Kind of an argument. Empty values (``None``, ``False``) always pass: the method itself says what it requires."""

    name: str
    details: dict = field(default_factory=dict)


TEXT = Kind('text')
NUMBER = Kind('number')
WHOLE_NUMBER = Kind('whole_number')
FLAG = Kind('flag')
DAY = Kind('day')
# The method itself checks the value, and explains what it does not understand.
KEY = Kind('key')
# An object whose keys and values the method itself checks.
MAPPING = Kind('mapping')
# Conditions over a model that another argument names, against which the method itself checks them.
CONDITIONS = Kind('condition_list')


def id_of(model):
    """Return the kind of ids of records of a model."""
    return Kind('record', {'model': model})


def reference_to(model):
    """Return the kind of ids of records of a model, or of none: 0 is no record, as in a form that has none yet."""
    return Kind('reference', {'model': model})


def ids_of(model):
    """Return the kind of lists of ids of records of a model."""
    return Kind('records', {'model': model})


def value_of(model, field_name):
    """Return the kind of the values of a field: an id for a many2one, a key for a selection."""
    return Kind('field', {'model': model, 'field_name': field_name})


def domain_over(model):
    """Return the kind of domains over a model."""
    return Kind('conditions', {'model': model})


def option_keys(method):
    """Return the kind of dictionaries whose keys, and their kinds, are returned by a method of the model."""
    return Kind('options', {'method': method})


def rows_of(method):
    """Return the kind of lists of dictionaries whose keys, and their kinds, are returned by a method of the model."""
    return Kind('rows', {'method': method})


def values_of(model, **more):
    """Return the kind of dictionaries of values for a record of a model, with the additional keys ``more``."""
    return Kind('values', {'model': model, 'more': more})


def public_method(one=False, once=False, **kinds):
    """Mark a method as one that clients may call.

    :param bool one: whether it accepts a single record only
    :param bool once: whether its record, a dialog, is deleted after the call
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
                # sudo - dialogs: the user who could press the button may use up the dialog.
                self.sudo().unlink()
            return answer

        call.dealflow_kinds = kinds
        return call

    return mark
