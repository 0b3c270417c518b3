import ast

from lxml import etree

from odoo.tools.view_validation import get_expression_field_names

# Widgets of many records that show each by its name, and by a color where the view names one. What stands in their
# node as a list is not read.
TAGS = {
    'many2many_tags',
    'many2many_tags_avatar',
    'many2many_avatar_user',
    'many2many_tags_email',
    'many2many_binary',
}
# Attributes of a view that name fields.
NAMING_ATTRIBUTES = ('date_start', 'date_stop', 'date_delay', 'all_day', 'color', 'default_group_by')
# Attributes of elements that hold expressions over fields.
EXPRESSIONS = ('invisible', 'column_invisible', 'readonly', 'required', 'domain', 'context')
CONSTANTS = ('', '0', '1', 'True', 'False')
ALWAYS = ('1', 'True')


def get_read_specification(arch, model_name, models):
    """Return the fields, with the depth of each, that the web client reads of a record to show it in a view.

    It is what ``getFieldsSpec`` does with what ``get_views`` answers: relations that are always invisible are read
    without names, lists inside a form with their columns.

    :param arch: the view as an element, or as the text that ``get_views`` returns, which addons make bytes of
    :param dict models: the part ``models`` of what ``get_views`` returns
    """
    root = etree.fromstring(arch) if isinstance(arch, (str, bytes)) else arch
    fields = models[model_name]['fields']
    specification = {}
    for name in NAMING_ATTRIBUTES:
        if root.get(name) in fields:
            specification[root.get(name)] = _get_depth(etree.Element('field'), fields[root.get(name)], models)
    for node in _get_own_fields(root, fields):
        depth = _get_depth(node, fields[node.get('name')], models)
        known = specification.setdefault(node.get('name'), {})
        if 'fields' in depth:
            known['fields'] = {**known.get('fields', {}), **depth.pop('fields')}
        known.update(depth)
    return specification


def get_unknown_names(arch, model_name, models, parent=()):
    """Return names in expressions of a view that the web client does not know, because it reads no such field."""
    fields = models[model_name]['fields']
    known = {node.get('name') for node in _get_own_fields(arch, fields)} | {'id'}
    unknown = []
    for node in (arch, *_get_own_nodes(arch)):
        for name, expression in node.items():
            if name not in EXPRESSIONS and not name.startswith('decoration-') or expression in CONSTANTS:
                continue
            for used in get_expression_field_names(expression):
                outer = used.removeprefix('parent.')
                if outer not in (parent if outer != used else known) and '.' not in outer:
                    unknown.append((model_name, node.tag, node.get('name'), expression))
        if node.tag == 'field' and node.get('name') in fields:
            for view in node.xpath('./list | ./kanban | ./form'):
                comodel = fields[node.get('name')]['relation']
                unknown += get_unknown_names(view, comodel, models, known)
    return unknown


def _get_own_nodes(root):
    """All elements of a view but those inside the lists of its fields, and inside what a list shows of a group."""
    for child in root.iterchildren(etree.Element):
        if child.tag != 'groupby':
            yield child
            if child.tag != 'field':
                yield from _get_own_nodes(child)


def _get_own_fields(root, fields):
    """The elements of fields that the person may read; Odoo leaves the others in a view, but does not describe them."""
    return (node for node in _get_own_nodes(root) if node.tag == 'field' and node.get('name') in fields)


def _is_hidden(node):
    return node.get('invisible') in ALWAYS or node.get('column_invisible') in ALWAYS


def _get_depth(node, field, models):
    if field['type'] in ('many2one', 'reference'):
        return {'fields': {} if _is_hidden(node) else {'display_name': {}}, **_get_context(node)}
    if field['type'] not in ('one2many', 'many2many') or _is_hidden(node):
        return {}
    if node.get('widget') in TAGS:
        options = ast.literal_eval(node.get('options', '{}'))
        inside = dict.fromkeys(filter(None, ('display_name', options.get('color_field'))), {})
    else:
        inside = {}
        for view in node.xpath('./list | ./kanban | ./form'):
            for name, depth in get_read_specification(view, field['relation'], models).items():
                inside.setdefault(name, depth)
    return {'fields': inside, 'limit': 40, **_get_context(node)}


def _get_context(node):
    """The context that a view gives to what it shows of a relation, where it does not depend on the record."""
    try:
        return {'context': ast.literal_eval(node.get('context', '{}'))}
    except (SyntaxError, ValueError):
        return {}
