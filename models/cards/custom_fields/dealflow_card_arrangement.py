from itertools import count

from lxml import etree

from odoo import api, models
from odoo.exceptions import UserError

from ....tools.public_methods import FLAG, TEXT, Kind, id_of, option_keys, public_method
from ....tools.technical_names import get_technical_name
from ..dealflow_card_arrangement import MAX_LABEL

MAX_CHOICES = 200
PREFIX = 'x_dealflow_'
TYPES = {
    'text': {'ttype': 'char'},
    'long_text': {'ttype': 'text'},
    'number': {'ttype': 'float'},
    'whole_number': {'ttype': 'integer'},
    'money': {'ttype': 'monetary'},
    'date': {'ttype': 'date'},
    'datetime': {'ttype': 'datetime'},
    'choice': {'ttype': 'selection'},
    'yes_no': {'ttype': 'boolean'},
    'person': {'ttype': 'many2one', 'relation': 'res.users', 'domain': "[('share', '=', False)]", 'index': True},
    'contact': {'ttype': 'many2one', 'relation': 'res.partner', 'index': True},
    'register': {
        'ttype': 'many2one',
        'relation': 'dealflow.register.value',
        'on_delete': 'restrict',
        'index': True,
    },
    'file': {'ttype': 'binary'},
    'link': {'ttype': 'char'},
}
# Kinds by which lists are grouped from the menu.
GROUPED = ('choice', 'yes_no', 'person', 'contact', 'register', 'date', 'datetime')
NOT_IN_LISTS = ('file',)


class DealflowCardArrangement(models.Model):
    """The company's own fields of a card: made, offered in lists and searches, and deleted (C31, E12)."""

    _inherit = 'dealflow.card.arrangement'

    @api.model
    def _get_field_kinds(self):
        """Return the kinds of fields that can be made, with their names."""
        labels = self.env['ir.model.fields']._fields['dealflow_kind']._description_selection(self.env)
        return [{'kind': kind, 'label': label} for kind, label in labels]

    def _get_registers(self):
        return [{'id': one.id, 'name': one.name} for one in self.env['dealflow.register'].search([])]

    def _get_custom_fields(self):
        """Return the company's own fields of the card, the oldest first.

        :rtype: list[dict]
        """
        # sudo - ir.model.fields: which fields there are.
        fields_sudo = (
            self.env['ir.model.fields']
            .sudo()
            .search([('model', '=', self.model_name), ('dealflow_kind', '!=', False)], order='id')
        )
        return [
            {'name': one.name, 'kind': one.dealflow_kind, 'label': one.field_description}
            for one in fields_sudo
            if one.name in self.env[self.model_name]._fields
        ]

    @api.model
    def _get_option_kinds(self):
        """Return the keys of the options of a new field, and the kinds of their values."""
        return {'help': TEXT, 'choices': Kind('anything'), 'register_id': id_of('dealflow.register')}

    @api.model
    @public_method(model=TEXT, label=TEXT, kind=TEXT, options=option_keys('_get_option_kinds'))
    def add_field(self, model, label, kind, options=None):
        """Make a field of the company's own; it is then put on the card like any other (rows C31, E12).

        :param str model: the model of the card
        :param str label: what it is called, in the language of the user
        :param str kind: one of ``kinds`` of :meth:`get_card`
        :param dict options: ``help``, ``choices`` (names, for a choice), ``register_id`` (for a value of a register)
        :return: ``name``, ``label`` and ``kind`` of the field
        :rtype: dict
        :raise UserError: the label is taken, empty or too long, or an option is missing
        """
        arrangement = self._get_arrangement(model)
        options = options or {}
        label = ' '.join((label or '').split())
        name = arrangement._get_new_name(label)
        vals = arrangement._prepare_field_values(name, label, kind, options)
        choices = vals.pop('choices', [])
        # sudo - ir.model.fields: of kinds from our list, with values that are checked or made here.
        fields_sudo = self.env['ir.model.fields'].sudo()
        if kind == 'file':
            fields_sudo.create(
                {
                    'name': f'{name}_filename',
                    'field_description': self.env._("%(field)s: File Name", field=label),
                    'model_id': vals['model_id'],
                    'ttype': 'char',
                    'state': 'manual',
                }
            )
        field_sudo = fields_sudo.create(vals)
        if choices:
            # sudo - ir.model.fields.selection: one by one, for Odoo makes them with the user's rights in one command.
            self.env['ir.model.fields.selection'].sudo().create(
                [{**choice, 'field_id': field_sudo.id} for choice in choices]
            )
        arrangement._write_field_views()
        arrangement._log('add_field', label)
        return {'name': name, 'label': label, 'kind': kind}

    def _get_new_name(self, label):
        """Return a technical name that is free.

        :raise UserError: the label cannot be used
        """
        self._check_label_length(label)
        technical = get_technical_name(label)
        if not technical:
            raise UserError(self.env._("“%(label)s” is no name for a field. Use letters or digits.", label=label))
        model = self.env[self.model_name]
        for name, field in model._fields.items():
            if field._description_string(self.env).lower() == label.lower() and not name.endswith('_filename'):
                raise UserError(
                    self.env._(
                        "There is a field “%(label)s” already (%(name)s). In filters and imports nobody could tell "
                        "them apart: choose another name.",
                        label=label,
                        name=name,
                    )
                )
        names = (f'{PREFIX}{technical}{suffix}' for suffix in ('', *(f'_{number}' for number in range(2, 1000))))
        return next(name for name in names if name not in model._fields and f'{name}_filename' not in model._fields)

    def _prepare_field_values(self, name, label, kind, options):
        """Return the values of the new field.

        :raise UserError: an option is missing or wrong
        """
        if kind not in TYPES:
            raise UserError(
                self.env._(
                    "“%(kind)s” is no kind of field. Choose one of: %(kinds)s.", kind=kind, kinds=', '.join(TYPES)
                )
            )
        vals = {
            **TYPES[kind],
            'name': name,
            'field_description': label,
            'help': (options.get('help') or '')[:500] or False,
            'model_id': self.env['ir.model']._get_id(self.model_name),
            'state': 'manual',
            'dealflow_kind': kind,
        }
        if kind == 'money':
            vals['currency_field'] = self.env[self.model_name]._dealflow_card_currency
            if not vals['currency_field']:
                raise UserError(
                    self.env._("“%(card)s” has no currency, so no amounts. Make a number instead.", card=self.name)
                )
        elif kind == 'choice':
            vals['choices'] = self._prepare_choices(options.get('choices'))
        elif kind == 'register':
            register = self.env['dealflow.register'].browse(options.get('register_id') or [])
            if not register:
                raise UserError(
                    self.env._("Choose a register for “%(field)s”, or make one in Configuration.", field=label)
                )
            vals['domain'] = register._get_value_domain()
        return vals

    def _prepare_choices(self, choices):
        words = [' '.join(str(one).split()) for one in choices] if isinstance(choices, list) else []
        words = [one for one in words if one]
        if not words:
            raise UserError(self.env._("A choice needs at least one value: write each on a line of its own."))
        if len(words) > MAX_CHOICES or any(len(one) > MAX_LABEL for one in words):
            raise UserError(
                self.env._(
                    "A choice has at most %(count)s values of %(length)s characters. Make a register for longer lists.",
                    count=MAX_CHOICES,
                    length=MAX_LABEL,
                )
            )
        if len({one.lower() for one in words}) < len(words):
            raise UserError(self.env._("Two values of the choice are alike. Keep one of them."))
        values, choices = set(), []
        for sequence, one in enumerate(words):
            base = get_technical_name(one) or 'value'
            value = next(
                name for number in count(1) if (name := base if number == 1 else f'{base}_{number}') not in values
            )
            values.add(value)
            choices.append({'value': value, 'name': one, 'sequence': sequence})
        return choices

    @api.model
    @public_method(model=TEXT, name=TEXT, is_confirmed=FLAG)
    def delete_field(self, model, name, is_confirmed=False):
        """Delete a field of the company's own with all its values (row C31).

        :param str model: the model of the card
        :param str name: the technical name of the field
        :param bool is_confirmed: also if records have values in it
        :return: ``count`` of the records with a value, and whether it ``is_deleted``
        :rtype: dict
        :raise UserError: a rule, a requirement, a filter or a view needs it
        """
        arrangement = self._get_arrangement(model)
        # sudo - ir.model.fields: fields of our kinds only.
        field_sudo = (
            self.env['ir.model.fields']
            .sudo()
            .search([('model', '=', model), ('name', '=', name or ''), ('dealflow_kind', '!=', False)])
        )
        if not field_sudo:
            raise UserError(self.env._("“%(name)s” is no field that was made for this card.", name=name or ''))
        field_sudo._check_dealflow_unused()
        # sudo - the model of the card: values of all users are lost.
        records_sudo = self.env[model].sudo().with_context(active_test=False)
        empty = 0 if field_sudo.ttype in ('float', 'integer', 'monetary') else False
        total = records_sudo.search_count([(name, '!=', empty)])
        if total and not is_confirmed:
            return {'count': total, 'is_deleted': False}
        label = field_sudo.field_description
        field_sudo.unlink()
        arrangement._log('delete_field', label)
        return {'count': total, 'is_deleted': True}

    def _forget_field(self, name):
        """Take a field that is about to be deleted off the card, lists and searches."""
        targets = self.change_ids.filtered(
            lambda change: change.target in (name, f'field:{name}') or change.after == f'field:{name}'
        )
        for change in targets:
            if change.target in (name, f'field:{name}'):
                change.unlink()
            else:
                change.after = False
        self.invalidate_recordset(['change_ids'])
        self.write({'version': self.version + 1})

    def _write_field_views(self, without=()):
        """Offer the company's own fields in lists, as columns to choose, and in searches."""
        model = self.env[self.model_name]
        source = self.with_context(lang='en_US')
        own = [field for field in source._get_custom_fields() if field['name'] not in without]
        restricted = {
            change.target.removeprefix('field:'): ','.join(self._get_group_names(change.group_ids.ids))
            for change in self.change_ids
            if change.kind == 'restrict' and not change.problem
        }
        columns = etree.Element('list', position='inside')
        search = etree.Element('search', position='inside')
        for field in own:
            if field['kind'] in NOT_IN_LISTS:
                continue
            attributes = {'name': field['name']}
            if restricted.get(field['name']):
                attributes['groups'] = restricted[field['name']]
            column = etree.SubElement(columns, 'field', attributes, optional='hide')
            if field['kind'] == 'link':
                column.set('widget', 'url')
            if field['kind'] != 'yes_no':
                etree.SubElement(search, 'field', attributes)
        for field in own:
            if field['kind'] in GROUPED:
                attributes = {'groups': restricted[field['name']]} if restricted.get(field['name']) else {}
                etree.SubElement(
                    search,
                    'filter',
                    {
                        'name': f'group_{field["name"]}',
                        'string': field['label'],
                        'context': str({'group_by': field['name']}),
                        **attributes,
                    },
                )
        for node, xmlids in ((columns, model._dealflow_card_lists), (search, model._dealflow_card_searches)):
            arch = etree.Element('data')
            arch.append(node)
            etree.indent(arch, '    ')
            for xmlid in xmlids:
                self._write_view(xmlid, etree.tostring(arch, encoding='unicode') if len(node) else '')
