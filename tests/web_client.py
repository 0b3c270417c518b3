import ast

from lxml import etree

from odoo.tools.view_validation import get_expression_field_names

# Widgets that show records by their names, and by a color if the view has one. A list in their node is not read.
TAGS = {
    'many2many_tags',
    'many2many_tags_avatar',
    'many2many_avatar_user',
    'many2many_tags_email',
    'many2many_binary',
}
# View attributes that name fields.
NAMING_ATTRIBUTES = ('date_start', 'date_stop', 'date_delay', 'all_day', 'color', 'default_group_by')
# Attributes whose value is an expression over fields.
EXPRESSIONS = ('invisible', 'column_invisible', 'readonly', 'required', 'domain', 'context')
CONSTANTS = ('', '0', '1', 'True', 'False')
ALWAYS = ('1', 'True')


def get_read_specification(arch, model_name, models):
    """Return the fields that the web client reads to show a record in a view, as a ``web_read`` specification.

    This follows ``getFieldsSpec`` applied to the result of ``get_views``: names of always invisible relations are not
    read, and lists inside a form are read with their columns.

    :param arch: the view as an element, or as the text that ``get_views`` returns, which addons may turn into bytes
    :param dict models: the ``models`` key of the result of ``get_views``
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
    """Return expressions of a view that use names of fields that the web client has not read."""
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
    """Yield all elements of a view except those inside the lists of its fields or inside group headers."""
    for child in root.iterchildren(etree.Element):
        if child.tag != 'groupby':
            yield child
            if child.tag != 'field':
                yield from _get_own_nodes(child)


def _get_own_fields(root, fields):
    """Return the field nodes that the user may read; Odoo keeps the others in the view but not in its description."""
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
    """Return the context that a view passes to a relation, as far as it does not depend on the record."""
    try:
        return {'context': ast.literal_eval(node.get('context', '{}'))}
    except (SyntaxError, ValueError):
        return {}
