"""The requests of the web client when it opens a view."""

from lxml import etree

# Attributes of a calendar that name fields.
CALENDAR_FIELDS = ('date_start', 'date_stop', 'date_delay', 'all_day', 'color')


def get_specification(records, view_type, view=None):
    """Return the ``web_read`` specification of the fields that a view shows.

    :param view: external id of the view; without it, the default view of the user
    """
    view_id = view and records.env.ref(view).id
    arch = etree.fromstring(records.get_views([(view_id, view_type)])['views'][view_type]['arch'])
    nodes = [
        node
        for node in arch.iter('field')
        if node.get('name') in records._fields and not any(parent.tag == 'field' for parent in node.iterancestors())
    ]
    specification = {node.get('name'): _get_depth(records, node) for node in nodes}
    if view_type == 'calendar':
        specification |= {arch.get(name): {} for name in CALENDAR_FIELDS} | {'display_name': {}}
    return specification


def _get_depth(records, node):
    field = records._fields[node.get('name')]
    if field.type == 'many2one':
        return {'fields': {'display_name': {}}}
    if field.type not in ('one2many', 'many2many'):
        return {}
    lines = records.env[field.comodel_name]
    columns = (
        []
        if node.find('list') is None
        else [column.get('name') for column in node.find('list').iter('field') if column.get('name') in lines._fields]
    )
    return {
        'limit': 40,
        'fields': {
            name: {'fields': {'display_name': {}}} if lines._fields[name].type == 'many2one' else {}
            for name in columns or ['display_name']
        },
    }
