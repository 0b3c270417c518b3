from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ....tools.public_methods import CONDITIONS, TEXT, WHOLE_NUMBER, ids_of, public_method

# Values of a folder that fills itself, at a time.
PAGE = 20
PERIODS = ('day', 'week', 'month', 'quarter', 'year')


class DealflowFilterFolder(models.Model):
    """The tree left of a list: read in one request, folders that fill themselves a page at a time (E13, E52, E53)."""

    _inherit = 'dealflow.filter.folder'

    @api.model
    @api.readonly
    @public_method(model=TEXT, action_id=WHOLE_NUMBER, domain=CONDITIONS, unfolded=ids_of('dealflow.filter.folder'))
    def get_tree(self, model, action_id=None, domain=None, unfolded=None):
        """Return the whole tree of filters that a user has left of a list (E13, E52, E53).

        Counts are those of the records that the user may see, within the conditions of the section; they stop at
        10,001, which is shown as «10,000+».

        :param model: the name of the model of the list
        :param action_id: the section, which also has filters and folders that are for every section of the model
        :param domain: the conditions of the section itself
        :param unfolded: ids of folders that fill themselves, whose first values are wanted
        :return: ``folders`` with ``id``, ``name``, ``parent_id``, ``groupby``, ``is_common``, ``can_edit``, ``is_own``,
            ``is_shared``, ``problem``, ``values`` and ``has_more`` of the unfolded ones; ``filters`` with ``id``,
            ``name``, ``folder_id``, ``can_edit``, ``is_own``, ``is_common``, ``is_shared``, ``owner``, ``problem``,
            ``is_subscribed``, ``count`` and ``favorite``, what Odoo's search bar needs to apply it;
            ``can_edit_common``, whether the user has the right «Common filters»
        :rtype: dict
        """
        records = self._get_listed(model)
        base = self._get_conditions(records, domain)
        folders = self.search(self._get_section_domain(model, action_id))
        filters = self.env['ir.filters'].search(
            Domain(self.env['ir.filters']._get_action_domain(action_id))
            & Domain('model_id', '=', model)
            & Domain('dealflow_is_usable', '=', True),
            order='dealflow_sequence, name, id',
        )
        favorites = {
            values['id']: values
            for values in self.env['ir.filters'].get_filters(model, action_id)
            if values['id'] in filters.ids
        }
        problems = {record.id: record._dealflow_get_problem() for record in filters}
        sound = filters.filtered(lambda record: not problems[record.id])
        counts = dict(
            zip(
                sound.ids,
                self.env['ir.filters']._dealflow_count(
                    records, [base & record._dealflow_get_domain() for record in sound]
                ),
                strict=True,
            )
        )
        told = self.env['dealflow.filter.subscription'].search([('user_id', '=', self.env.uid)]).filter_id
        unfolded = set(unfolded or ())
        common = filters._dealflow_filtered(filters._dealflow_get_common_domain())
        return {
            'folders': [
                {
                    'id': folder.id,
                    'name': folder.name,
                    'parent_id': folder.parent_id.id if folder.parent_id in folders else False,
                    'groupby': folder.groupby,
                    'is_common': folder.root_id.is_common,
                    'can_edit': folder.dealflow_is_editable,
                    'is_own': folder.root_id.dealflow_owner_id == self.env.user,
                    'is_shared': not folder.parent_id and folder._is_shared(),
                    'problem': folder._get_problem(records),
                    **(folder._get_values(records, base, 0) if folder.id in unfolded else {}),
                }
                for folder in folders
            ],
            'filters': [
                {
                    'id': record.id,
                    'name': favorites[record.id]['name'],
                    'folder_id': record.dealflow_folder_id.id if record.dealflow_folder_id in folders else False,
                    'can_edit': record.dealflow_is_editable,
                    'is_own': record.dealflow_owner_id == self.env.user,
                    'is_common': record in common,
                    'is_shared': record not in common
                    and bool(len(record.user_ids) != 1 or record.dealflow_group_ids or record.dealflow_team_ids),
                    # sudo - res.users: whose filter it is is no secret to those it is shared with.
                    'owner': record.sudo().dealflow_owner_id.name or '',
                    'problem': problems[record.id],
                    'is_subscribed': record in told,
                    'count': counts.get(record.id, 0),
                    'favorite': favorites[record.id],
                }
                for record in filters
                if record.id in favorites
            ],
            'can_edit_common': self._dealflow_edits_common(),
        }

    @api.readonly
    @public_method(one=True, domain=CONDITIONS, offset=WHOLE_NUMBER)
    def get_values(self, domain=None, offset=0):
        """Return a page of the lines of a folder that fills itself, in the order of the values (E13).

        :param domain: the conditions of the section
        :param offset: how many lines are skipped
        :return: ``values`` with ``key``, ``label``, ``count`` and ``domain``, and ``has_more``
        :rtype: dict
        :raise UserError: the field of the folder no longer exists
        """
        if not self.groupby:
            return {'values': [], 'has_more': False}
        records = self._get_listed(self.model)
        if problem := self._get_problem(records):
            raise UserError(problem)
        return self._get_values(records, self._get_conditions(records, domain), max(offset or 0, 0))

    @api.model
    @api.readonly
    @public_method(model=TEXT, action_id=WHOLE_NUMBER)
    def get_places(self, model, action_id=None):
        """Return the folders into which the user may save a filter of a list (E51, E53).

        :param model: the name of the model of the list
        :param action_id: the section
        :return: ``id`` and ``name`` of each folder, with the names of those around it
        :rtype: list[dict]
        """
        self._get_listed(model)
        folders = self.search(
            self._get_section_domain(model, action_id)
            & Domain('groupby', '=', False)
            & Domain('dealflow_is_editable', '=', True)
        )
        return [{'id': folder.id, 'name': folder.display_name} for folder in folders]

    @api.model
    @public_method(kind=TEXT, record_id=WHOLE_NUMBER, folder_id=WHOLE_NUMBER, before_id=WHOLE_NUMBER)
    def place(self, kind, record_id, folder_id=None, before_id=None):
        """Put a filter or a folder into a folder, at a place among its like (E53).

        :param kind: ``filter`` or ``folder``
        :param record_id: its id
        :param folder_id: where to put it; left out, outside of all folders
        :param before_id: the filter or folder before which it will stand; left out, at the end
        :raise UserError: it was deleted meanwhile
        :raise AccessError: it or the folder is another person's, or for everybody
        """
        model = {'filter': 'ir.filters', 'folder': self._name}.get(kind)
        if not model:
            raise UserError(self.env._("“kind” must be “filter” or “folder”, not “%(kind)s”.", kind=kind))
        record = self.env[model].browse(record_id).exists()
        folder = self.browse(folder_id or []).exists()
        if not record or (folder_id and not folder):
            raise UserError(
                self.env._("It was deleted meanwhile, perhaps in another window. The tree is shown as it is now.")
            )
        place, order = ('dealflow_folder_id', 'dealflow_sequence') if kind == 'filter' else ('parent_id', 'sequence')
        if record[place] != folder:
            record.write({place: folder.id})
        beside = Domain('model_id', '=', record.model_id) if kind == 'filter' else Domain.TRUE
        siblings = self.env[model].search(
            beside & Domain(place, '=', folder.id) & Domain('dealflow_is_usable', '=', True),
            order=f'{order}, {"name, " if kind == "filter" else ""}id',
        )
        ids = [each.id for each in siblings if each != record]
        ids.insert(ids.index(before_id) if before_id in ids else len(ids), record.id)
        for sequence, each in enumerate(self.env[model].browse(ids), start=1):
            # What the user only uses keeps its place.
            if each.dealflow_is_editable and each[order] != sequence:
                each[order] = sequence

    @api.model
    def _get_listed(self, model):
        """Return an empty recordset of a list, whose records the user may read.

        :raise UserError: there is no such model
        """
        if model not in self.env or self.env[model]._abstract:
            raise UserError(self.env._("There is no list of “%(model)s”.", model=model))
        self.env[model].check_access('read')
        return self.env[model]

    @api.model
    def _get_conditions(self, records, domain):
        """Return the conditions of a section, checked for the model of its list.

        :rtype: Domain
        :raise UserError: they are no conditions over the model
        """
        if not domain:
            return Domain.TRUE
        return Domain(self.env['dealflow.public.call']._read_conditions(records, 'domain', domain, records._name))

    @api.model
    def _get_section_domain(self, model, action_id):
        return (
            Domain('model', 'in', [model, False])
            & Domain('action_id', 'in', [action_id or False, False])
            & Domain('dealflow_is_usable', '=', True)
        )

    def _is_shared(self):
        """Return whether other people see the folder too."""
        self.ensure_one()
        return bool(self.is_common or self.user_ids or self.dealflow_group_ids or self.dealflow_team_ids)

    def _get_problem(self, records):
        """Return why a folder cannot fill itself, in words, or an empty text."""
        self.ensure_one()
        if not self.groupby:
            return ''
        name, _colon, period = self.groupby.partition(':')
        field = records._fields.get(name)
        if field is None:
            return self.env._("The field “%(field)s”, by which it is filled, no longer exists.", field=name)
        if not records._has_field_access(field, 'read'):
            return self.env._("It is filled by a field that you may not see.")
        is_date = field.type in ('date', 'datetime')
        if not field._description_groupable(self.env) or (period and not (is_date and period in PERIODS)):
            return self.env._(
                "It cannot be filled by the field “%(field)s”. Choose another one on its card.",
                field=field._description_string(self.env),
            )
        return ''

    def _get_values(self, records, base, offset):
        """Return a page of the values of a folder that fills itself, with the number of records of each."""
        self.ensure_one()
        if not self.groupby or self._get_problem(records):
            return {'values': [], 'has_more': False}
        groups = records.formatted_read_group(base, [self.groupby], ['__count'], offset=offset, limit=PAGE + 1)
        return {
            'values': [self._prepare_value(records, group) for group in groups[:PAGE]],
            'has_more': len(groups) > PAGE,
        }

    def _prepare_value(self, records, group):
        value = group[self.groupby]
        field = records._fields[self.groupby.partition(':')[0]]
        if (value is False and field.type != 'boolean') or value in (None, ''):
            label = self.env._("None")
        elif isinstance(value, tuple | list):
            label = value[1]
        elif field.type == 'selection':
            label = dict(field._description_selection(self.env)).get(value, value)
        elif field.type == 'boolean':
            label = self.env._("Yes") if value else self.env._("No")
        else:
            label = str(value)
        return {
            'key': str(value[0] if isinstance(value, tuple | list) else value),
            'label': label or self.env._("None"),
            'count': group['__count'],
            'domain': [list(term) if isinstance(term, tuple) else term for term in group['__extra_domain']],
        }

    @api.constrains('groupby', 'model')
    def _check_groupby(self):
        for folder in self.filtered('groupby'):
            if not folder.model:
                raise UserError(
                    self.env._("The folder “%(folder)s” fills itself: choose its list.", folder=folder.name)
                )
            if problem := folder._get_problem(self.env[folder.model]):
                raise UserError(problem)
