import ast
import re

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import format_datetime

from ...tools.card_arch import CardArch, CardError, FieldInfo, fields_in
from ...tools.card_conditions import Unusable, get_expression
from ...tools.own_context import YES
from ...tools.public_methods import TEXT, WHOLE_NUMBER, Kind, ids_of, public_method, rows_of
from .ir_ui_view import CARD_KEY

MAX_LABEL = 60
MAX_CHANGES = 500
# Names of new pages and groups are given by the editor.
OWN_NAME = re.compile(r'^[a-z0-9_]{1,40}$')
CONTROL = re.compile(r'[\x00-\x1f\x7f\ufffe\uffff\ud800-\udfff]')
# Fields that Odoo keeps for itself.
TECHNICAL = re.compile(
    r'^(id|display_name|create_.*|write_.*|message_.*|activity_.*|my_activity_.*|website_message_.*)$'
)
TYPES_TO_ADD = {
    'boolean',
    'char',
    'text',
    'html',
    'integer',
    'float',
    'monetary',
    'date',
    'datetime',
    'selection',
    'many2one',
    'many2many',
    'binary',
}


class DealflowCardArrangement(models.Model):
    """How the company has arranged a card: a list of changes, and the inherited view that is written from them (E12).

    Clients send changes of a few kinds, never pieces of a view. They are checked and written with elevated rights after
    :meth:`_check_right`. What an update makes impossible is switched off, and somebody is told (:meth:`_refit`).
    ``custom_fields/`` adds the company's own fields.
    """

    _name = 'dealflow.card.arrangement'
    _description = "Card Arrangement"
    _inherit = ['dealflow.derived.mixin', 'mail.thread', 'mail.activity.mixin']
    _order = 'sequence, id'

    name = fields.Char(string="Card", required=True, translate=True)
    sequence = fields.Integer(default=10)
    model_name = fields.Char(string="Model", required=True, readonly=True)
    version = fields.Integer(default=0, required=True, readonly=True, help="Counts how often the card was arranged.")
    arranged_on = fields.Datetime(readonly=True)
    arranged_by_id = fields.Many2one('res.users', readonly=True, ondelete='restrict')
    change_ids = fields.One2many('dealflow.card.change', 'arrangement_id')
    log_ids = fields.One2many('dealflow.card.log', 'arrangement_id')
    change_count = fields.Integer(string="Number of Changes", compute='_compute_counts')
    problem_count = fields.Integer(string="Switched Off", compute='_compute_counts')

    _unique_model = models.Constraint('UNIQUE (model_name)', "A card is arranged once.")

    @api.depends('change_ids.problem')
    def _compute_counts(self):
        for arrangement in self:
            arrangement.change_count = len(arrangement.change_ids)
            arrangement.problem_count = len(arrangement.change_ids.filtered('problem'))

    # Editor

    @public_method(one=True)
    def action_open_editor(self):
        """Return the action that opens the editor of the one card (row E12)."""
        self._check_right()
        return self.env[self.model_name]._dealflow_action_arrange()

    @api.model
    @public_method(model=TEXT)
    def get_card(self, model):
        """Return all that the editor shows of a card (row E12).

        :param str model: the model of the card
        :return: ``name``, ``version``, ``changes``, ``tree`` of the parts, ``fields`` that can be added, ``roles``,
            ``problems``, ``log`` and ``kinds`` of new fields
        :rtype: dict
        :raise AccessError: without full access
        """
        arrangement = self._get_arrangement(model)
        changes = arrangement.change_ids._get_data()
        return {
            'name': arrangement.name,
            'model': model,
            'version': arrangement.version,
            'changes': changes,
            'roles': self._get_roles(),
            'kinds': self._get_field_kinds(),
            'registers': arrangement._get_registers(),
            'has_currency': bool(self.env[model]._dealflow_card_currency),
            'log': [
                {
                    'date': format_datetime(self.env, log.date),
                    'user': log.user_id.name,
                    'kind': log._dealflow_get_value_label('kind'),
                    'summary': log.summary or '',
                }
                for log in arrangement.log_ids[:50]
            ],
            **arrangement._get_preview(changes),
        }

    @api.model
    @public_method(model=TEXT, changes=rows_of('_get_change_kinds'))
    def preview(self, model, changes):
        """Return the parts of a card as they would be after some changes; nothing is stored (row E12).

        :param str model: the model of the card
        :param list[dict] changes: as :meth:`get_card` returns them
        :return: ``tree``, ``fields`` that can still be added, and ``problems`` of stored changes by their place
        :rtype: dict
        :raise UserError: a new change does not fit
        """
        return self._get_arrangement(model)._get_preview(changes or [])

    @api.model
    @public_method(model=TEXT, changes=rows_of('_get_change_kinds'), version=WHOLE_NUMBER)
    def save(self, model, changes, version):
        """Arrange a card for all users; without changes it is again as shipped (row E12).

        :param str model: the model of the card
        :param list[dict] changes: all changes, as :meth:`get_card` returns them
        :param int version: what :meth:`get_card` returned, so that nobody's work is overwritten
        :return: the new ``version``
        :rtype: dict
        :raise UserError: somebody else has arranged the card meanwhile, or a change does not fit
        """
        arrangement = self._get_arrangement(model)
        arrangement._lock(version)
        changes = changes or []
        _arch, problems, labels = arrangement._build(changes)
        before = arrangement._describe_changes()
        arrangement._store(changes, problems, labels)
        with self.env.cr.savepoint():
            arrangement._write_views()
        after = arrangement._describe_changes()
        added = [words for words in after if words not in before]
        gone = [self.env._("No more: %(change)s", change=words) for words in before if words not in after]
        arrangement._count_version()
        arrangement._log('arrange' if changes else 'reset', '\n'.join(added + gone))
        return {'version': arrangement.version}

    @api.model
    def _check_right(self):
        if not self.env.user.has_group('dealflow.group_manager'):
            raise AccessError(
                self.env._(
                    "Only people with the role “%(role)s” arrange cards. Ask one of them.",
                    role=self.env.ref('dealflow.group_manager').sudo().name,
                )
            )

    @api.model
    def _get_arrangement(self, model):
        """Return the arrangement of a card with elevated rights, after the check of the user's.

        :raise AccessError: the user has no full access
        :raise UserError: there is no such card
        """
        self._check_right()
        # sudo - dealflow.card.arrangement: nobody writes it directly; what is written here has been checked.
        arrangement = self.sudo().search([('model_name', '=', model)])
        if not arrangement or model not in self._get_card_models():
            raise UserError(self.env._("“%(model)s” is no card that can be arranged.", model=model))
        return arrangement

    @api.model
    def _get_card_models(self):
        names = self.env.registry.descendants(['dealflow.card.mixin'], '_inherit')
        return {name for name in names if not self.env[name]._abstract}

    @api.model
    def _get_change_kinds(self):
        """Return the keys of a change, and the kinds of their values."""
        return {
            'kind': Kind('selection', {'column': self.env['dealflow.card.change']._fields['kind']}),
            **dict.fromkeys(('target', 'place', 'after', 'label', 'domain'), TEXT),
            'groups': ids_of('res.groups'),
        }

    def _lock(self, version):
        """Refuse to arrange the card over what somebody else has just arranged."""
        self.flush_recordset(['version'])
        # Whoever arranges at the same moment waits here, and is then told.
        self.env.cr.execute('SELECT version FROM dealflow_card_arrangement WHERE id = %s FOR UPDATE', (self.id,))
        [current] = self.env.cr.fetchone()
        self.invalidate_recordset()
        if current != (version or 0):
            raise UserError(
                self.env._(
                    "%(person)s has arranged this card after you opened it (%(date)s). Open it again to see their "
                    "changes, then make yours.",
                    person=self.arranged_by_id.name or '',
                    date=format_datetime(self.env, self.arranged_on) if self.arranged_on else '',
                )
            )

    def _count_version(self):
        self.write({'version': self.version + 1, 'arranged_on': fields.Datetime.now(), 'arranged_by_id': self.env.uid})

    def _store(self, changes, problems, labels):
        """Replace the changes; those that stay keep their translations."""
        known = list(self.change_ids)
        for sequence, change in enumerate(changes):
            vals = {
                'sequence': sequence,
                'place': change.get('place') or False,
                'after': change.get('after') or False,
                'domain': change.get('domain') or False,
                'group_ids': [Command.set(change.get('groups') or [])],
                'problem': problems.get(sequence, False),
            }
            label = change.get('label') or False
            alike = [one for one in known if (one.kind, one.target) == (change['kind'], change['target'])]
            stored = next((one for one in alike if (one.label or False) == label), None) or (
                alike[0] if alike else None
            )
            if stored:
                known.remove(stored)
                if (stored.label or False) != label:
                    vals['label'] = label
                stored.write({**vals, 'target_label': labels[sequence]})
            else:
                self.env['dealflow.card.change'].sudo().create(
                    {
                        **vals,
                        'arrangement_id': self.id,
                        'kind': change['kind'],
                        'target': change['target'],
                        'label': label,
                        'target_label': labels[sequence],
                    }
                )
        self.env['dealflow.card.change'].sudo().concat(*known).unlink()
        self.invalidate_recordset(['change_ids'])

    def _describe_changes(self):
        return [
            self.env._(
                "%(kind)s: %(part)s", kind=change._dealflow_get_value_label('kind'), part=change.target_label or ''
            )
            for change in self.change_ids
        ]

    def _log(self, kind, summary):
        self.env['dealflow.card.log']._append(
            [
                {
                    'arrangement_id': self.id,
                    'date': fields.Datetime.now(),
                    'user_id': self.env.uid,
                    'kind': kind,
                    'summary': summary or False,
                }
            ]
        )

    # Parts

    @api.model
    def _get_roles(self):
        """Return the roles of Dealflow from the smallest to the largest, then its other rights."""
        # sudo - res.groups: their names, for a person who may give them anyway.
        privileges_sudo = (
            self.env['res.groups.privilege']
            .sudo()
            .search([('category_id', '=', self.env.ref('dealflow.module_category_dealflow').id)])
        )
        main = self.env.ref('dealflow.privilege_dealflow')
        return [
            {
                'id': group.id,
                'name': group.name if privilege == main else group.full_name,
                'is_role': privilege == main,
            }
            for privilege in (privileges_sudo & main) | privileges_sudo
            for group in privilege.group_ids.sorted('sequence')
        ]

    def _get_preview(self, changes):
        arch, problems, _labels = self._build(changes)
        own = {field['name']: field for field in self._get_custom_fields()}
        # Fields that the form has unseen are there for its conditions, and tell a person nothing.
        shown = {node.get('name') for node in fields_in(arch.arch)}
        roles = self._get_role_groups()
        return {
            'tree': self._show(arch, arch.get_tree(), own, roles),
            'problems': [{'index': index, 'words': words} for index, words in sorted(problems.items())],
            'fields': [
                {
                    'name': name,
                    'label': description['string'],
                    'type': description['type'],
                    'is_own': name in own,
                }
                for name, description in sorted(
                    self._get_fields().items(), key=lambda item: (item[0] not in own, item[1]['string'].lower())
                )
                if name not in shown and self._can_be_added(name, description)
            ],
        }

    def _show(self, arch, entry, own, roles):
        part, model = entry['part'], self.env[self.model_name]
        name = part.field_node.get('name') if part.field_node is not None else ''
        conditions = [node.get('groups') for node in part.nodes if node.get('groups')]
        field = model._fields.get(name)
        if field and field.groups:
            conditions.append(field.groups)
        definitions = self.env['res.groups']._get_group_definitions()
        return {
            'key': part.key,
            'kind': part.kind,
            'label': arch.get_label(part),
            'field': name,
            'is_own': name in own,
            'is_column': arch.is_column(part),
            'is_wide': bool(name) and arch._get_info(name).is_wide,
            'is_needed': part.kind != 'sheet' and bool(arch.get_needed_labels(part)),
            'can_rename': arch.can_rename(part),
            'is_hidden': part.nodes[0].get('invisible') in ('1', 'True', 'true'),
            'has_condition': bool(part.nodes[0].get('invisible')),
            'has_groups': any(node.get('groups') for node in part.nodes),
            'unseen_by': [
                group_id
                for group_id, implied in roles.items()
                if not all(definitions.parse(one, raise_if_not_found=False).matches(implied) for one in conditions)
            ],
            'children': [self._show(arch, child, own, roles) for child in entry['children']],
        }

    def _get_role_groups(self):
        """Return the groups of a user who has a role and nothing else, by role."""
        groups = self.env['res.groups'].browse([role['id'] for role in self._get_roles() if role['is_role']])
        return {group.id: [*group.all_implied_ids.ids, group.id] for group in groups}

    def _get_fields(self):
        """Return the fields that the user may read, by name: ``string``, ``type``, ``required``."""
        model = self.env[self.model_name].sudo(self.env.uid == SUPERUSER_ID)
        return model.fields_get(attributes=['string', 'type', 'required', 'relation', 'searchable'])

    def _can_be_added(self, name, description):
        field = self.env[self.model_name]._fields[name]
        if not field.export_string_translation or (field.type == 'boolean' and not field.store):
            return False
        return description['type'] in TYPES_TO_ADD and not TECHNICAL.match(name) and not name.endswith('_filename')

    def _get_infos(self):
        model = self.env[self.model_name]
        kinds = {field['name']: field['kind'] for field in self._get_custom_fields()}
        infos = {}
        for name, description in self._get_fields().items():
            field = model._fields[name]
            is_needed = field.required and not (field.default or field.compute or field.related)
            attributes = {}
            if kinds.get(name) == 'link':
                attributes['widget'] = 'url'
            elif kinds.get(name) == 'person':
                attributes['widget'] = 'many2one_avatar_user'
            elif kinds.get(name) == 'file':
                attributes['filename'] = f'{name}_filename'
            elif kinds.get(name) == 'register':
                attributes['options'] = "{'no_create': True, 'no_open': True}"
            elif description['type'] == 'many2many':
                attributes['widget'] = 'many2many_tags'
            infos[name] = FieldInfo(
                description['string'],
                is_needed=bool(is_needed or name == model._rec_name),
                is_wide=description['type'] in ('one2many', 'html', 'text'),
                attributes=attributes,
                companion=attributes.get('filename', ''),
            )
        return infos

    # Building

    def _get_shipped(self):
        """Return the form without what was arranged.

        :rtype: lxml.etree.Element
        """
        # sudo - ir.ui.view: the form that every user sees.
        form = self.env.ref(self.env[self.model_name]._dealflow_card_form).sudo()
        return form.with_context(dealflow_arranged=None)._get_combined_arch()

    def _build(self, changes):
        """Make changes in the shipped form.

        :return: the form; why each change that was stored before does not fit any more, by its index; and the name of
            the part that each change is about
        :raise UserError: a new change does not fit
        """
        if len(changes) > MAX_CHANGES:
            raise UserError(
                self.env._(
                    "A card can be arranged in %(count)s steps at most. Go back to what is shipped, and begin anew.",
                    count=MAX_CHANGES,
                )
            )
        stored = self.change_ids._get_data()
        arch = CardArch(self._get_shipped(), self._get_infos())
        problems, labels = {}, []
        for index, change in enumerate(changes):
            labels.append(self._get_target_label(arch, change))
            plain = {key: change.get(key) or ([] if key == 'groups' else '') for key in self._get_change_kinds()}
            try:
                self._apply(arch, change, labels[index])
            except UserError as error:
                if plain not in stored:
                    raise
                problems[index] = str(error)
        return arch, problems, labels

    def _apply(self, arch, change, target_label):
        """Make one change in a form.

        :raise UserError: it does not fit
        """
        kind, target = change.get('kind'), change.get('target') or ''
        label = (change.get('label') or '').strip()
        place, after = change.get('place') or '', change.get('after') or ''
        self._check_change(kind, target, label)
        try:
            if kind == 'move':
                arch.move(target, place, after)
            elif kind == 'rename':
                arch.rename(target, label)
            elif kind == 'field':
                self._check_addable(target)
                arch.add_field(target, place, after)
            elif kind == 'page':
                arch.add_page(target, label, place, after)
            elif kind == 'group':
                arch.add_group(target, label, place, after)
            elif kind == 'restrict':
                arch.restrict(target, self._get_group_names(change.get('groups') or []))
            else:
                getattr(arch, kind)(target, self._get_condition(change.get('domain')))
        except CardError as error:
            raise UserError(self._explain(error, target_label)) from None

    def _get_target_label(self, arch, change):
        """Return the name of the part that a change is about, as it is before the change."""
        kind, target = change.get('kind'), change.get('target') or ''
        if kind in ('page', 'group'):
            return (change.get('label') or '')[:MAX_LABEL]
        if kind == 'field':
            return arch._get_info(target).label
        part = arch.parts.get(target)
        stored = self.change_ids.filtered(lambda change: change.target == target)[:1]
        return arch.get_label(part) if part else stored.target_label or target

    def _check_change(self, kind, target, label):
        if not kind or not target:
            raise UserError(self.env._("A change of a card needs its kind and the part that it is about."))
        if kind in ('page', 'group') and not OWN_NAME.match(target):
            raise UserError(
                self.env._(
                    "“%(name)s” is no name for a part: use small letters, digits and _.", name=target[:MAX_LABEL]
                )
            )
        if CONTROL.search(label):
            raise UserError(
                self.env._(
                    "The name “%(label)s” contains a control character. Type it anew.", label=CONTROL.sub('', label)
                )
            )
        if kind in ('rename', 'page') and not label:
            raise UserError(self.env._("Give the part a name."))
        self._check_label_length(label)

    @api.model
    def _check_label_length(self, label):
        if len(label) > MAX_LABEL:
            raise UserError(
                self.env._(
                    "“%(label)s…” is too long for a label: %(count)s characters at most.",
                    label=label[:MAX_LABEL],
                    count=MAX_LABEL,
                )
            )

    def _check_addable(self, name):
        description = self._get_fields().get(name)
        if not description or not self._can_be_added(name, description):
            raise UserError(self.env._("The field “%(name)s” is not there, or cannot be put on a card.", name=name))

    def _get_group_names(self, group_ids):
        known = {role['id'] for role in self._get_roles()}
        if strange := set(group_ids) - known:
            raise UserError(
                self.env._("Choose roles and rights of Dealflow only, not number %(number)s.", number=min(strange))
            )
        # sudo - res.groups: their external ids.
        return sorted(self.env['res.groups'].sudo().browse(group_ids).get_external_id().values())

    def _get_condition(self, text):
        """Return the expression of a condition that was made with Odoo's domain editor; None if there is none.

        :raise UserError: it cannot be used on a card
        """
        if not text or text == '[]':
            return None
        model = self.env[self.model_name]
        descriptions = self._get_fields()
        try:
            raw = ast.literal_eval(text)
            types = {name: description['type'] for name, description in descriptions.items()}
            expression = get_expression(raw, types)
            Domain(raw).validate(model)
            self._check_seen_by_all({token[0] for token in raw if isinstance(token, list | tuple)})
        except Unusable as problem:
            raise UserError(self._explain_condition(problem)) from None
        except (ValueError, SyntaxError, TypeError, AttributeError, IndexError, KeyError):
            raise UserError(
                self.env._("The condition “%(condition)s” cannot be understood. Make it anew.", condition=text[:200])
            ) from None
        return expression or None

    def _check_seen_by_all(self, names):
        """Refuse a condition on a field that some role may not read: the form of that role would not open.

        :raise Unusable: there is such a field
        """
        definitions = self.env['res.groups']._get_group_definitions()
        roles = self._get_role_groups().values()
        for name in names:
            field = self.env[self.model_name]._fields.get(name)
            if field and field.groups:
                groups = definitions.parse(field.groups, raise_if_not_found=False)
                if not all(groups.matches(implied) for implied in roles):
                    raise Unusable('guarded', name)

    def _explain_condition(self, problem):
        field = self.env[self.model_name]._fields.get(problem.field.partition('.')[0])
        label = field._description_string(self.env) if field and problem.code != 'unknown' else problem.field
        sentences = {
            'path': self.env._(
                "A condition on a card looks at the card's own fields only, not at those of “%(field)s”.", field=label
            ),
            'unknown': self.env._(
                "The condition names the field “%(field)s”, which is not there or which you may not read.", field=label
            ),
            'guarded': self.env._(
                "A condition holds for everybody, and some roles may not read “%(field)s”. Choose another field.",
                field=label,
            ),
            'words': self.env._(
                "Choose records for “%(field)s” in the condition, instead of a part of a name.", field=label
            ),
            'relative': self.env._(
                "A condition on a card compares “%(field)s” with a certain day, not with one relative to today.",
                field=label,
            ),
        }
        return sentences.get(problem.code) or self.env._(
            "A card cannot compare “%(field)s” like this. Use: is, is not, is set, is in, greater or less.", field=label
        )

    def _explain(self, error, label):
        """Return a sentence for a change that does not fit."""
        part = error.details.get('part') or label
        place = error.details.get('place') or self.env._("the card")
        match error.code:
            case 'needed':
                return self.env._(
                    "“%(part)s” has to stay: without %(fields)s no record can be saved.",
                    part=part,
                    fields=error.details['fields'],
                )
            case 'no_part' | 'no_place':
                return self.env._("“%(part)s” is not on the card any more, or what it was put into is not.", part=part)
            case 'not_a_place':
                return self.env._(
                    "“%(part)s” cannot be put into “%(place)s”. Fields go into columns, tables and groups onto pages.",
                    part=part,
                    place=place,
                )
            case 'inside_itself':
                return self.env._("“%(part)s” cannot be put into itself.", part=part)
            case 'has_groups':
                return self.env._("“%(part)s” is shown to some people only as shipped; that stays so.", part=part)
            case 'on_card':
                return self.env._("“%(part)s” is on the card already.", part=part)
            case 'no_field':
                return self.env._("The field “%(name)s” is not there any more.", name=error.details['name'])
            case 'no_label':
                return self.env._("“%(part)s” has no label that could be changed.", part=part)
            case 'no_groups':
                return self.env._("Choose at least one role for “%(part)s”.", part=part)
        return self.env._("This cannot be done with “%(part)s”.", part=part)

    # Views

    def _write_views(self):
        """Write the inherited views: of the form from the changes, of lists and searches from the company's own fields.

        :raise UserError: Odoo refuses the form
        """
        # In the language that the words of views are translated from, not in that of whoever arranges the card.
        source = self.with_context(lang='en_US')
        arch, problems, _labels = source._build(source.change_ids._get_data())
        if problems:
            arch = source._build_fitting(problems)
        try:
            self._write_view(self.env[self.model_name]._dealflow_card_form, arch.get_arch())
        except ValidationError as error:
            raise UserError(
                self.env._("Odoo refuses the card arranged like this: %(reason)s", reason=self._get_reason(error))
            ) from None
        self._translate_view(arch)
        self._write_field_views()

    def _build_fitting(self, problems):
        """Return the form with all changes but those that do not fit."""
        changes = self.change_ids._get_data()
        arch, _problems, _labels = self._build([one for index, one in enumerate(changes) if index not in problems])
        return arch

    @api.model
    def _get_reason(self, error):
        lines = [line.strip() for line in str(error).splitlines() if line.strip() and not line.strip().startswith('<')]
        return lines[-1] if lines else str(error)

    @api.model
    def _write_view(self, parent_xmlid, arch):
        """Create, change or delete the view that arranges another one; Odoo checks it.

        :raise ValidationError: the view is wrong
        """
        # sudo - ir.ui.view: the arch is made of checked changes here, no part of it comes from a client.
        views_sudo = (
            self.env['ir.ui.view']
            .sudo()
            .with_context(active_test=False, dealflow_arranged=YES, dealflow_card_strict=YES, lang='en_US')
        )
        parent_sudo = views_sudo.env.ref(parent_xmlid)
        view_sudo = views_sudo.search([('key', '=', CARD_KEY), ('inherit_id', '=', parent_sudo.id)])
        if not arch:
            view_sudo.unlink()
        elif view_sudo:
            if view_sudo.arch_db != arch or not view_sudo.active:
                view_sudo.write({'arch_db': arch, 'active': True})
        else:
            view_sudo = views_sudo.create(
                {
                    'name': f'{parent_sudo.name}.arranged',
                    'key': CARD_KEY,
                    'model': parent_sudo.model,
                    'inherit_id': parent_sudo.id,
                    'mode': 'extension',
                    'priority': 99,
                    'arch': arch,
                }
            )
        return view_sudo.with_context(dealflow_card_strict=None)

    def _translate_view(self, arch):
        """Give the labels of the view the translations of the labels of the changes."""
        form = self.env.ref(self.env[self.model_name]._dealflow_card_form)
        view_sudo = self.env['ir.ui.view'].sudo().search([('key', '=', CARD_KEY), ('inherit_id', '=', form.id)])
        labelled = self.change_ids.filtered('label')
        if not view_sudo or not labelled:
            return
        terms = {}
        for code, _name in self.env['res.lang'].get_installed():
            pairs = {
                change.with_context(lang='en_US').label: change.with_context(lang=code).label for change in labelled
            }
            if code != 'en_US' and any(source != word for source, word in pairs.items()):
                terms[code] = pairs
        if terms:
            view_sudo.with_context(dealflow_arranged=YES).update_field_translations('arch_db', terms)

    # Updates

    def _refit(self):
        """Make the changes again in what is now shipped; switch off those that do not fit, and tell somebody.

        Called at the end of each update, for each card.
        """
        for arrangement in self.with_user(SUPERUSER_ID):
            if arrangement.change_ids or arrangement._get_custom_fields():
                arrangement._refit_one()

    def _refit_one(self):
        known = {change: change.problem for change in self.change_ids if change.problem}
        _arch, problems, _labels = self._build(self.change_ids._get_data())
        for index, change in enumerate(self.change_ids):
            words = problems.get(index, False)
            if change.problem != words:
                change.problem = words
        try:
            with self.env.cr.savepoint():
                self._write_views()
        except (UserError, ValidationError):
            self._find_refused()
        new = self.change_ids.filtered(lambda change: change.problem and change not in known)
        if new:
            words = '\n'.join(
                self.env._("%(part)s: %(problem)s", part=change.target_label, problem=change.problem) for change in new
            )
            self._log('refit', words)
            self._tell(words)

    def _find_refused(self):
        """Switch off the changes with which Odoo refuses the form, one by one."""
        kept = []
        changes = self.change_ids
        for index, change in enumerate(changes):
            if change.problem:
                continue
            data = changes._get_data()
            try:
                with self.env.cr.savepoint():
                    arch, _problems, _labels = self._build([data[number] for number in [*kept, index]])
                    self._write_view(self.env[self.model_name]._dealflow_card_form, arch.get_arch())
            except (UserError, ValidationError) as error:
                change.problem = self._get_reason(error)
            else:
                kept.append(index)
        self._write_field_views()

    def _tell(self, words):
        """Ask whoever arranged the card to look at it, or somebody else with full access."""
        managers = self.env.ref('dealflow.group_manager').all_user_ids.filtered('active').sorted('id')
        person = self.arranged_by_id & managers or managers[:1]
        if person:
            self.activity_schedule(
                'mail.mail_activity_data_todo',
                summary=self.env._("An update has switched off a part of how this card was arranged"),
                note=words,
                user_id=person.id,
            )
