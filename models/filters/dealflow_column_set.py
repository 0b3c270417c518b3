from lxml import etree

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...tools.public_methods import TEXT, WHOLE_NUMBER, public_method, rows_of

# Values that a cell of a list shows well.
TYPES = {
    'boolean',
    'char',
    'date',
    'datetime',
    'float',
    'integer',
    'many2many',
    'many2one',
    'monetary',
    'reference',
    'selection',
    'text',
}
# How the cells of added columns look where the plain value says less.
WIDGETS = {'many2many': 'many2many_tags'}
PERSON = 'many2one_avatar_user'
# Fields of discussions and activities that only the screens use.
TECHNICAL = ('message_', 'activity_', 'website_message_', 'my_activity_', 'rating_', 'has_message', 'image_', 'avatar_')
MOST_COLUMNS = 60
NARROWEST, WIDEST = 30, 1200


class DealflowColumnSet(models.Model):
    """Columns of a list in a chosen order and width, under a name: chosen from a list, shared to use or to change.

    A set belongs to one list view, wherever in Dealflow's menus that is shown. It says nothing about rights: fields
    that have vanished, and those that the person may not read, are left out of the list (P06, X25).
    """

    _name = 'dealflow.column.set'
    _description = "Column Set"
    _inherit = ['dealflow.sharing.mixin']
    _order = 'name, id'
    _is_guarded = True

    name = fields.Char(required=True)
    view_id = fields.Many2one('ir.ui.view', string="List", required=True, index=True, ondelete='cascade')
    model = fields.Char(related='view_id.model', export_string_translation=False)
    model_name = fields.Char(string="Records", compute='_compute_model_name')
    columns = fields.Json(
        string="Fields and Widths",
        help="The fields in their order, each with a width in pixels where it is not left to the list.",
    )
    column_names = fields.Char(string="Columns", compute='_compute_column_names')

    @api.depends('model')
    @api.depends_context('lang')
    def _compute_model_name(self):
        for one in self:
            one.model_name = self.env['ir.model']._get(one.model).sudo().name if one.model in self.env else one.model

    @api.depends('columns', 'model')
    @api.depends_context('lang', 'uid')
    def _compute_column_names(self):
        for one in self:
            shown, _left_out = one._split_columns()
            labels = one._get_listable_fields(one.model)
            one.column_names = ", ".join(labels[column['name']] for column in shown)

    @api.constrains('columns', 'view_id')
    def _check_columns(self):
        for one in self:
            # sudo - ir.ui.view: users read views through their records only.
            if one.view_id.sudo().type != 'list':
                raise ValidationError(
                    self.env._("“%(set)s”: columns are chosen for lists. Choose the view of a list.", set=one.name)
                )
            columns = one.columns
            if not isinstance(columns, list) or not 0 < len(columns) <= MOST_COLUMNS:
                raise ValidationError(
                    self.env._("“%(set)s”: choose between one and %(most)s columns.", set=one.name, most=MOST_COLUMNS)
                )
            names = []
            for column in columns:
                one._check_column(column)
                names.append(column['name'])
            for name in names:
                if names.count(name) > 1:
                    raise ValidationError(
                        self.env._("“%(set)s” has the column “%(column)s” twice.", set=one.name, column=name)
                    )

    def _check_column(self, column):
        if not isinstance(column, dict) or not isinstance(column.get('name'), str) or set(column) - {'name', 'width'}:
            raise ValidationError(
                self.env._("“%(set)s”: each column has the name of a field, and perhaps a width.", set=self.name)
            )
        width = column.get('width')
        is_number = isinstance(width, int) and not isinstance(width, bool)
        if width and not (is_number and NARROWEST <= width <= WIDEST):
            raise ValidationError(
                self.env._(
                    "The column “%(column)s” cannot be %(width)s wide: a width is between %(narrowest)s and "
                    "%(widest)s pixels.",
                    column=column['name'],
                    width=str(width)[:20],
                    narrowest=NARROWEST,
                    widest=WIDEST,
                )
            )

    # What can be a column

    @api.model
    def _get_listable_fields(self, model):
        """Return the fields that the user may have as columns of a list: for people, and by their rights.

        :return: labels by name
        :rtype: dict
        """
        if model not in self.env:
            return {}
        records = self.env[model]
        names = [
            name
            for name, field in records._fields.items()
            if field.type in TYPES
            and field.export_string_translation is not False
            and field.exportable
            and not name.startswith(TECHNICAL)
            and (field.store or field.compute)
        ]
        described = records.fields_get(names, ['string'])
        return {name: described[name]['string'] for name in names if name in described}

    def _split_columns(self, shipped=()):
        """Return the columns that the user sees, and those that are left out for each in words.

        :param shipped: names of further fields that the list itself shows
        """
        self.ensure_one()
        known = self._get_listable_fields(self.model)
        shown, left_out = [], []
        for column in self.columns or []:
            if column['name'] in known or column['name'] in shipped:
                shown.append(column)
            elif self.model in self.env and column['name'] in self.env[self.model]._fields:
                left_out.append(self.env._("“%(column)s”: you may not read it.", column=column['name']))
            else:
                left_out.append(self.env._("“%(column)s”: it is no longer there.", column=column['name']))
        return shown, left_out

    @api.model
    def _get_chosen(self, view_id):
        """Return the set with which the user opens a list; none where it is shared no longer.

        :param int view_id: the id of the list view
        """
        choices = self.env['dealflow.column.choice']
        choice = choices.search([('user_id', '=', self.env.uid), ('view_id', '=', view_id)], limit=1)
        return self.search(Domain('id', 'in', choice.set_id.ids) & Domain('dealflow_is_usable', '=', True))

    def _apply_to(self, view):
        """Return a description of the list, as ``get_view`` gives it, with the columns of the set.

        What the list needs beside the chosen columns stays, out of sight: buttons keep their conditions, amounts their
        currencies. Columns that the list does not have itself are read only in it.
        """
        self.ensure_one()
        root = etree.fromstring(view['arch'])
        records = self.env[self.model]
        fields_of = {}
        for node in root.iterchildren('field'):
            fields_of.setdefault(node.get('name'), []).append(node)
        columns, _left_out = self._split_columns(fields_of)
        if not columns:
            return view
        first = [node for node in root.iterchildren('field') if node.get('widget') == 'handle']
        placed, added = list(first), set()
        for column in columns:
            own = [node for node in fields_of.get(column['name'], ()) if not self._is_hidden(node)]
            if not own:
                own = [self._make_column(records, column['name'])]
                added.add(column['name'])
                currency = records._fields[column['name']].type == 'monetary' and records._fields[
                    column['name']
                ].get_currency_field(records)
                if currency and currency not in fields_of and currency not in added:
                    own.append(etree.Element('field', name=currency, column_invisible='True'))
                    added.add(currency)
            for node in own:
                node.attrib.pop('optional', None)
                if column.get('width') and not self._is_hidden(node):
                    node.set('width', f'{column["width"]}px')
                if node not in placed:
                    placed.append(node)
        rest = [node for node in root if node not in placed]
        for node in rest:
            if node.tag == 'field' and not self._is_hidden(node):
                node.attrib.pop('optional', None)
                node.set('column_invisible', 'True')
        root[:] = [*placed, *rest]
        models = {**view['models'], self.model: tuple({*view['models'].get(self.model, ()), *added})}
        return {**view, 'arch': etree.tostring(root, encoding='unicode'), 'models': models}

    @api.model
    def _is_hidden(self, node):
        return node.get('column_invisible') in ('True', '1')

    @api.model
    def _make_column(self, records, name):
        field = records._fields[name]
        node = etree.Element('field', name=name, readonly='True')
        if field.type == 'many2one' and field.comodel_name == 'res.users':
            node.set('widget', PERSON)
        elif field.type in WIDGETS:
            node.set('widget', WIDGETS[field.type])
        if field.type == 'monetary' and field.store and field.aggregator == 'sum':
            node.set('sum', field._description_string(self.env))
        return node

    # The dialog in which columns are chosen

    @api.model
    @public_method(model=TEXT, view_id=WHOLE_NUMBER)
    def get_chooser(self, model, view_id):
        """Return what the dialog with the columns of a list shows.

        :param str model: the model of the records
        :param int view_id: the id of the list view
        :return: ``fields``: pairs of name and label of all that may be a column, in the order of the labels;
            ``chosen``: the id of the set with which the user opens the list, or False; ``sets``: those that the user
            may use, each with ``id``, ``name``, ``columns`` (with ``name`` and ``width``), ``owner``, ``is_mine``,
            ``is_editable`` and ``left_out``, the columns that the user does not see, in words
        :rtype: dict
        :raise UserError: there is no such list
        """
        view_sudo = self._get_list(model, view_id)
        names = {
            node.get('name')
            for node in etree.fromstring(self.env[model].get_view(view_sudo.id, 'list')['arch']).iterchildren('field')
            if node.get('widget') != 'handle' and not self._is_hidden(node)
        }
        labels = self._get_listable_fields(model)
        described = self.env[model].fields_get(list(names), ['string'])
        labels.update({name: field['string'] for name, field in described.items() if name not in labels})
        sets = self.search(Domain('view_id', '=', view_sudo.id) & Domain('dealflow_is_usable', '=', True))
        return {
            'fields': sorted(([name, label] for name, label in labels.items()), key=lambda pair: pair[1].lower()),
            'chosen': self._get_chosen(view_sudo.id).id,
            'sets': [one._describe(names) for one in sets],
        }

    def _describe(self, shipped):
        columns, left_out = self._split_columns(shipped)
        return {
            'id': self.id,
            'name': self.name,
            'columns': [{'name': column['name'], 'width': column.get('width') or 0} for column in columns],
            # sudo - res.users: the name of the owner, whoever may read people.
            'owner': self.dealflow_owner_id.sudo().name or '',
            'is_mine': self.dealflow_owner_id == self.env.user,
            'is_editable': self.dealflow_is_editable,
            'left_out': left_out,
        }

    def _get_list(self, model, view_id):
        """Return the list view in sudo.

        :raise UserError: there is no such list
        """
        # sudo - ir.ui.view: users read views through their records only; the rights on the model are asked.
        view_sudo = self.env['ir.ui.view'].sudo().browse(view_id or 0).exists()
        if view_sudo.type != 'list' or view_sudo.model != model or model not in self.env:
            raise UserError(self.env._("There is no such list. Open it from the menu, and choose its columns there."))
        self.env[model].check_access('read')
        return view_sudo

    @api.model
    def _get_column_kinds(self):
        return {'name': TEXT, 'width': WHOLE_NUMBER}

    @api.model
    @public_method(
        model=TEXT, view_id=WHOLE_NUMBER, name=TEXT, columns=rows_of('_get_column_kinds'), set_id=WHOLE_NUMBER
    )
    def save_columns(self, model, view_id, name, columns, set_id=None):
        """Save columns under a name, and open the list with them from now on.

        :param str model: the model of the records
        :param int view_id: the id of the list view
        :param str name: the name of the set
        :param list columns: the columns in their order, each with the ``name`` of its field and perhaps a ``width`` in
            pixels
        :param int set_id: the set that is changed; without one, the user's own set of this name, else a new one
        :return: the set
        :raise UserError: there is no such list or no name, or a column is wrong
        :raise AccessError: the set is another person's, who does not let the user change it
        """
        view_sudo = self._get_list(model, view_id)
        if not (name or '').strip():
            raise UserError(self.env._("Give the column set a name."))
        if not columns or len(columns) > MOST_COLUMNS:
            raise UserError(self.env._("Choose between one and %(most)s columns.", most=MOST_COLUMNS))
        known = set(self._get_listable_fields(model)) | {
            node.get('name') for node in etree.fromstring(view_sudo.get_combined_arch()).iterchildren('field')
        }
        for column in columns or []:
            if column.get('name') not in known:
                raise UserError(
                    self.env._(
                        "“%(column)s” cannot be a column of this list: there is no such field, or you may not read it.",
                        column=column.get('name') or '',
                    )
                )
        rows = [
            {'name': column['name'], **({'width': column['width']} if column.get('width') else {})}
            for column in columns or []
        ]
        own = Domain('view_id', '=', view_sudo.id) & Domain('dealflow_owner_id', '=', self.env.uid)
        changed = self._get_usable(set_id) if set_id else self.search(own & Domain('name', '=', name.strip()), limit=1)
        if changed:
            # What the user does not see of it stays in it, at its end.
            shown, _left_out = changed._split_columns(known)
            unseen = [column for column in changed.columns or [] if column not in shown]
            changed.write({'name': name.strip(), 'columns': [*rows, *unseen]})
        else:
            changed = self.create([{'name': name.strip(), 'view_id': view_sudo.id, 'columns': rows}])
        changed._choose(view_sudo.id)
        return changed

    @api.model
    @public_method(view_id=WHOLE_NUMBER, set_id=WHOLE_NUMBER)
    def choose(self, view_id, set_id=None):
        """Open a list with a set from now on, or as it was shipped.

        :param int view_id: the id of the list view
        :param int set_id: the set; without one, the list is as it was shipped
        :raise UserError: the set is gone or not shared with the user
        """
        chosen = self._get_usable(set_id) if set_id else self.browse()
        if chosen and chosen.view_id.id != view_id:
            raise UserError(self.env._("“%(set)s” is the column set of another list.", set=chosen.name))
        chosen._choose(view_id)

    def _choose(self, view_id):
        """Let the user open a list with the set, or with none."""
        choices = self.env['dealflow.column.choice']
        mine = choices.search([('user_id', '=', self.env.uid), ('view_id', '=', view_id)])
        if not self:
            mine.unlink()
        elif mine:
            mine.set_id = self
        else:
            choices.create([{'set_id': self.id, 'view_id': view_id}])

    @api.model
    def _get_usable(self, set_id):
        found = self.search(Domain('id', '=', set_id) & Domain('dealflow_is_usable', '=', True))
        if not found:
            raise UserError(self.env._("This column set is gone, or no longer shared with you. Choose another one."))
        return found
