"""Turns conditions made with Odoo's domain editor into the expressions that forms evaluate in the browser."""

from dataclasses import dataclass

COMPARISONS = {'=': '==', '==': '==', '!=': '!=', '<': '<', '>': '>', '<=': '<=', '>=': '>='}
TO_MANY = ('one2many', 'many2many')


@dataclass
class Unusable(Exception):
    """A condition that a form cannot evaluate."""

    code: str
    field: str = ''


def get_expression(domain, types):
    """Return the expression of a domain in prefix notation.

    :param list domain: conditions on fields of the record itself
    :param dict[str, str] types: the types of the fields by name
    :raise Unusable: a condition goes beyond the record, or uses an operator that forms do not know
    """
    parts = []
    for token in reversed(domain):
        if token == '!':
            parts.append(f'not ({parts.pop()})')
        elif token in ('&', '|'):
            parts.append(f'({parts.pop()}) {"and" if token == "&" else "or"} ({parts.pop()})')
        else:
            parts.append(_get_leaf(*token, types))
    expression = parts.pop() if parts else ''
    while parts:
        expression = f'({expression}) and ({parts.pop()})'
    return expression


def _get_leaf(name, operator, value, types):
    if isinstance(name, int):
        return 'True' if name == value else 'False'
    if '.' in name:
        raise Unusable('path', name)
    if name not in types:
        raise Unusable('unknown', name)
    kind = types[name]
    values = value if isinstance(value, list | tuple) else [value]
    _check_values(name, kind, value, values)
    if value is False and operator in ('=', '!=') or kind == 'boolean' and operator in ('=', '!='):
        is_filled = (operator == '!=') is not bool(value)
        return name if is_filled else f'not {name}'
    if operator in ('in', 'not in', '=', '!=') and kind in TO_MANY:
        inner = ' or '.join(f'{one!r} in {name}' for one in values) or 'False'
        return f'({inner})' if operator in ('in', '=') else f'not ({inner})'
    if operator in ('in', 'not in'):
        return f'{name} {operator} {list(values)!r}'
    is_order = operator in ('<', '>', '<=', '>=')
    if is_order and kind in (*TO_MANY, 'many2one'):
        raise Unusable('operator', name)
    if operator in COMPARISONS and not isinstance(value, list | tuple):
        if kind in ('date', 'datetime') and operator not in ('=', '!='):
            return f'({name} and {name} {operator} {value!r})'
        return f'{name} {COMPARISONS[operator]} {value!r}'
    raise Unusable('operator', name)


def _check_values(name, kind, value, values):
    if any(not isinstance(one, str | int | float | bool) for one in values):
        raise Unusable('value', name)
    if kind in ('properties', 'json', 'binary', 'reference') and value is not False:
        raise Unusable('kind', name)
    if kind in (*TO_MANY, 'many2one') and any(isinstance(one, str) for one in values):
        raise Unusable('words', name)
    if kind in ('date', 'datetime') and any(not is_moment(one) for one in values):
        raise Unusable('relative', name)


def is_moment(value):
    return isinstance(value, str) and value[:4].isdigit() or value is False
