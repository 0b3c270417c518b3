from functools import partial

from dateutil.relativedelta import relativedelta
from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .screens_common import ScreensCommon
from .web_client import get_read_specification, get_unknown_names

# Odoo's own views show these fields to users without the right: also in Odoo alone, salespeople cannot open an invoice,
# because its payments are counted with their rights, and only administrators can open a group.
FAULTS_OF_ODOO = {
    'account.move': ['payment_count'],
    # Odoo counts the leads of a team and of its members for employees who may not read leads.
    'crm.team': [
        'crm_team_member_ids',
        'lead_all_assigned_month_count',
        'lead_all_assigned_month_exceeded',
        'lead_unassigned_count',
        'opportunities_amount',
        'opportunities_count',
        'opportunities_overdue_amount',
        'opportunities_overdue_count',
    ],
    'res.groups': ['menu_access', 'model_access', 'rule_groups', 'view_access'],
}
# Views that read records: an unreadable field raises an error there.
READING = ('form', 'list', 'kanban', 'calendar', 'activity')


@tagged('post_install', '-at_install')
class TestScreensByRole(ScreensCommon):
    """Users who may read a record can open it in every view of ours, and in every Odoo view that we extend (rule 6)."""

    def _get_views(self):
        """Return views by model: all of ours, those that ours extend, and ``False`` for the default ones."""
        ours = self.env['ir.ui.view'].browse(
            self.env['ir.model.data']
            .search(
                [
                    ('module', '=', 'dealflow'),
                    ('model', '=', 'ir.ui.view'),
                ]
            )
            .mapped('res_id')
        )
        views = {}
        for view in ours.filtered(lambda view: view.type != 'qweb'):
            while view.mode == 'extension':
                view = view.inherit_id
            views.setdefault(
                view.model,
                {
                    (view.default_view(view.model, view_type), view_type)
                    for view_type in ('form', 'list', 'kanban', 'search')
                },
            ).add((view.id, view.type))
        return views

    def _get_readable(self, model):
        """Return the records that the user of the environment may read; the newest ones are those of this test."""
        self.env.invalidate_all()
        return model.with_context(active_test=False).search([], order='id desc', limit=6)

    def _open(self, model, view_id, view_type):
        """Read some records as the web client does for a view."""
        answer = model.get_views([(view_id, view_type)])
        arch = etree.fromstring(answer['views'][view_type]['arch'])
        specification = get_read_specification(arch, model._name, answer['models'])
        for name in FAULTS_OF_ODOO.get(model._name, ()):
            specification.pop(name, None)
        records = self._get_readable(model)
        for shown in records if view_type == 'form' else [records]:
            self.env.invalidate_all()
            shown.with_context(bin_size=True).web_read(specification)
        unknown = get_unknown_names(arch, model._name, answer['models'])
        self.assertEqual(unknown, [], "expressions over what is not read")

    def _collect_refusals(self, get_cases):
        """Run the cases of each user and model, and return those that raise an access error."""
        refused = []
        for model_name in self._get_views():
            for role, person in self.people.items():
                model = self.env[model_name].with_user(person)
                if not model.has_access('read'):
                    continue
                for name, case in get_cases(model):
                    self.env.invalidate_all()
                    try:
                        case()
                    except (AccessError, AssertionError) as error:
                        refused.append((role, model_name, name, str(error)[:200]))
        return refused

    def test_what_may_be_read_is_opened_in_every_view(self):
        views = self._get_views()

        def get_cases(model):
            for view_id, view_type in views[model._name]:
                if view_type in READING:
                    name = self.env['ir.ui.view'].sudo().browse(view_id).xml_id or view_type
                    yield name, partial(self._open, model, view_id, view_type)

        self.assertEqual(self._collect_refusals(get_cases), [])

    def test_every_field_that_is_offered_is_read(self):
        """All fields offered for an export, a filter or a column can be read."""

        def get_cases(model):
            records = self._get_readable(model)
            for name in model.fields_get(attributes=[]):
                field = model._fields[name]
                if 'dealflow' in field._modules and not field.inherited:
                    yield name, partial(records.read, [name])

        self.assertEqual(self._collect_refusals(get_cases), [])

    def test_every_filter_and_group_is_applied(self):
        views = self._get_views()

        def get_cases(model):
            for view_id, view_type in views[model._name]:
                if view_type != 'search':
                    continue
                arch = etree.fromstring(model.get_views([(view_id, 'search')])['views']['search']['arch'])
                for node in arch.iter('filter'):
                    names = {'uid': model.env.uid, 'context_today': fields.Date.today, 'relativedelta': relativedelta}
                    context = safe_eval(node.get('context', '{}'), names)
                    group = context.get('group_by')
                    kind = group and model._fields[group.split(':')[0]].type
                    if kind in ('date', 'datetime') and ':' not in group:
                        group += ':month'
                    if group and kind != 'properties':
                        yield node.get('name'), partial(model.formatted_read_group, [], [group], [])
                    elif node.get('domain'):
                        domain = safe_eval(node.get('domain'), names)
                        yield node.get('name'), partial(model.with_context(**context).search, domain, limit=1)
                for node in arch.iterfind('searchpanel/field'):
                    select = 'range' if node.get('select', 'one') == 'one' else 'multi_range'
                    yield node.get('name'), partial(getattr(model, f'search_panel_select_{select}'), node.get('name'))

        self.assertEqual(self._collect_refusals(get_cases), [])

    def test_what_is_chosen_from_may_be_read(self):
        """Users may read the records that a relational field offers, links to or searches."""
        wrong = set()

        def look(node, model, role, view):
            field = model._fields.get(node.get('name'))
            if node.tag != 'field' or field is None:
                for child in node:
                    look(child, model, role, view)
                return
            if not field.relational:
                return
            comodel = model.env[field.comodel_name]
            is_text = node.get('readonly') in ('1', 'True') and 'no_open' in node.get('options', '')
            if (
                field.type != 'one2many'
                and not is_text
                and comodel._original_module == 'dealflow'
                and not comodel.has_access('read')
            ):
                wrong.add((role, str(field), view))
            for child in node:
                look(child, comodel, role, view)

        views = self._get_views()
        for model_name in views:
            for role, person in self.people.items():
                model = self.env[model_name].with_user(person)
                if not model.has_access('read'):
                    continue
                for view_id, view_type in views[model_name]:
                    if view_type in ('search', 'form'):
                        arch = model.get_views([(view_id, view_type)])['views'][view_type]['arch']
                        name = self.env['ir.ui.view'].sudo().browse(view_id).xml_id or view_type
                        look(etree.fromstring(arch), model, role, name)
        self.assertEqual(wrong, set())

    def test_new_record_is_begun(self):
        """Users who may create a record can open its empty form."""
        views = self._get_views()

        def begin(model, view_id):
            answer = model.get_views([(view_id, 'form')])
            specification = get_read_specification(answer['views']['form']['arch'], model._name, answer['models'])
            model.onchange({}, [], specification)

        def get_cases(model):
            for view_id, view_type in views[model._name]:
                if view_type == 'form' and not model._transient and model.has_access('create'):
                    yield f'{view_type} {view_id}', partial(begin, model, view_id)

        self.assertEqual(self._collect_refusals(get_cases), [])

    def test_relations_are_offered_to_those_who_may_read_their_records(self):
        """Odoo checks access to the comodel even without records, so one such field breaks the whole form."""
        groups = self.env['res.groups']._get_group_definitions()
        get_readers = self.env['ir.model.access']._get_access_groups
        wrong = []
        for model in self.env.values():
            if model._abstract:
                continue
            for field in model._fields.values():
                if 'dealflow' not in field._modules or field.type not in ('one2many', 'many2many'):
                    continue
                if field.groups == fields.NO_ACCESS:
                    continue
                readers = get_readers(model._name) & groups.parse('base.group_user')
                if field.groups:
                    readers &= groups.parse(field.groups)
                if not readers <= get_readers(field.comodel_name):
                    wrong.append(str(field))
        self.assertEqual(wrong, [])
