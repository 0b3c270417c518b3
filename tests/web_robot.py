import ast
import json
import logging
import re
import time
from collections import deque
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial

from dateutil.relativedelta import relativedelta
from lxml import etree
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tests import Form
from odoo.tools.safe_eval import datetime as safe_datetime
from odoo.tools.safe_eval import safe_eval
from odoo.tools.safe_eval import time as safe_time

from odoo.addons.web.controllers.utils import clean_action

from .test_stamp import make_picture
from .web_client import get_read_specification, get_unknown_names

# How many records to search for one that shows a button, how many of them to try, and how many values to try for a
# field of a new record.
RECORDS, ATTEMPTS, CHOICES = 24, 24, 4
LISTED = 80
# Start of Odoo's message when a user has no access to a model at all.
REFUSED_TO_ALL = "AccessError: You are not allowed to"
NUMBERS = ('integer', 'float', 'monetary')
# Values that the robot enters into required fields.
FILLING = {'char': "Robot", 'text': "Robot was here", 'html': "<p>Robot was here</p>", 'integer': 1, 'float': 1.0}
# JavaScript in conditions of kanban cards, and its Python equivalent.
JAVASCRIPT = (
    (r'record\.(\w+)\.(?:raw_)?value', r'\1'),
    (r'&&|\band\b', ' and '),
    (r'\|\||\bor\b', ' or '),
    (r'===?', '=='),
    (r'!==?', '!='),
    (r'!(?!=)', ' not '),
    (r'\btrue\b', 'True'),
    (r'\bfalse\b', 'False'),
)


class Fault(Exception):
    """A fault that no user should meet, as a message."""


class LogListener(logging.Handler):
    """Collect log messages of level warning and above."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.messages = []

    def emit(self, record):
        # Odoo's test Form logs the warnings of an onchange, which belong to the user. Ignore messages of other modules.
        module = record.name.removeprefix('odoo.addons.').split('.')[0] if 'odoo.addons.' in record.name else 'base'
        if not record.name.startswith('odoo.tests.form') and module in ('base', 'dealflow'):
            self.messages.append(f'{record.name}: {record.getMessage()}'[:500])


class View:
    """One view of a screen as the web client sees it, with its model in the context of the screen."""

    def __init__(self, model, kind, answer):
        description = answer['views'][kind]
        self.model, self.kind, self.models = model, kind, answer['models']
        self.id, self.toolbar = description['id'], description.get('toolbar', {})
        self.arch = etree.fromstring(description['arch'])
        self.fields = answer['models'][model._name]['fields']
        self.specification = get_read_specification(self.arch, model._name, answer['models'])

    @property
    def name(self):
        view = self.model.env['ir.ui.view'].sudo().browse(self.id)
        return f'{self.model._name} {self.kind} {view.xml_id if view else "default"}'

    def allows(self, what):
        """Return whether the view allows to create, edit, delete or duplicate."""
        return self.arch.get(what) not in ('0', 'false', 'False')


class WebRobot:
    """Open screens and press buttons as one user with the RPC calls of the web client, and roll everything back.

    Results are recorded by screen (model, kind of view, view) and button.

    :param env: the environment of the user
    :param fillings: required values of forms, by model and field; ``None`` for any existing value
    :param known_faults: fields by model to skip, because Odoo itself shows them to users without access
    """

    def __init__(self, env, known_faults=None, fillings=None):
        self.env = env
        self.cr = env.cr
        self.known_faults = known_faults or {}
        self.fillings = fillings or {}
        self.faults, self.pressed, self.refused, self.offered = [], set(), {}, {}
        self._walked, self._shown, self._waiting, self._views = set(), set(), deque(), {}
        self._without_records = {}
        self._choice = 0
        self.seconds = {}

    # The walk

    def walk(self, is_subject, actions):
        """Open all screens of the actions, press their buttons, and continue with the screens that these open.

        :param is_subject: function that takes a model name and returns whether its buttons are pressed
        :param actions: ids of actions, with the names used to report their faults
        """
        self._is_subject = is_subject
        listener = LogListener()
        logging.getLogger('odoo').addHandler(listener)
        try:
            for name, action_id in actions:
                action = self._attempt((name, "open the menu"), lambda action_id=action_id: self.load(action_id))
                if action:
                    self._enter(action)
            while self._waiting:
                self._enter(self._waiting.popleft())
                if not self._waiting:
                    self._press_what_had_no_records()
        finally:
            logging.getLogger('odoo').removeHandler(listener)
        self.faults += [('log', '', message) for message in dict.fromkeys(listener.messages)]

    def _enter(self, action):
        """Show the views of an action and press their buttons."""
        if action['type'] != 'ir.actions.act_window' or not action.get('res_model'):
            return
        name = f"{action['res_model']} {action.get('xml_id') or action.get('name')}"
        views = self._attempt((name, "get the views"), lambda: self.get_views(action), keep=True)
        if not views:
            return
        domain, context = self._get_query(action, views)
        for kind, view in views.items():
            if kind == 'search':
                continue
            self._check_names(view)
            key = (view.name, str(domain), str(context))
            if key not in self._shown:
                self._shown.add(key)
                self._attempt(
                    (view.name, f"show ({name})"), lambda view=view: self._show(view, action, domain, context)
                )
            if view.name not in self._walked and self._is_subject(view.model._name):
                started = time.monotonic()
                if self._press_all(view, action):
                    self._walked.add(view.name)
                else:
                    self._without_records.setdefault(view.name, (view, action))
                self.seconds[view.name] = self.seconds.get(view.name, 0) + time.monotonic() - started

    def _press_what_had_no_records(self):
        """Press buttons of views that were only reached with a domain without records, on any records of the model."""
        for view, action in self._without_records.values():
            if view.name not in self._walked:
                self._walked.add(view.name)
                self._press_all(view, {**action, 'domain': [], 'res_id': False})
        self._without_records.clear()

    def _check_names(self, view):
        for unknown in get_unknown_names(view.arch, view.model._name, view.models):
            self.faults.append((view.name, "expression over what is not read", str(unknown)))

    @contextmanager
    def _taken_back(self):
        """Run the block as one request, and roll it back."""
        self.env.invalidate_all()
        self.env.registry.cache_invalidated.clear()
        savepoint = self.cr.savepoint()
        try:
            yield
            self.env.flush_all()
            self.cr.precommit.run()
        finally:
            savepoint.rollback()
            savepoint.close(rollback=False)
            self.cr.postcommit.clear()
            registry = self.env.registry
            if registry.cache_invalidated:
                # Caches filled meanwhile hold values that were rolled back.
                registry.clear_cache(*registry.cache_invalidated)

    def _attempt(self, place, call, refusals=None, keep=False):
        """Return the result of the call, or ``None`` if it fails, after adding the error to the faults or refusals."""
        try:
            if keep:
                return call()
            with self._taken_back():
                return call()
        except IntegrityError as error:
            self.faults.append((*place, f'{type(error).__name__}: {str(error).splitlines()[0]}'))
        except UserError as error:
            words = ' '.join(str(error).split())[:300]
            if refusals is None:
                self.faults.append((*place, f'{type(error).__name__}: {words}'))
            else:
                refusals.append(f'{type(error).__name__}: {words}')
        except Exception as error:  # noqa: BLE001 - the user would see a traceback for any of them
            self.faults.append((*place, f'{type(error).__name__}: {_describe(error)}'))
        return None

    # Calls of the web client

    def _call(self, model, name, *arguments, context=None, **options):
        """Call a method as over RPC."""
        options['context'] = {**model.env.context, **(context or {})}
        return call_kw(self.env[model._name], name, list(arguments), options)

    def load(self, action_id, context=None):
        """Return an action as ``/web/action/load`` does; for a server action, the result of running it."""
        env = self.env(context={**self.env.context, **(context or {})})
        if isinstance(action_id, str) and not action_id.isdigit():
            action_id = env.ref(action_id).id
        action_id = int(action_id)
        kind = env['ir.actions.actions'].sudo().browse(action_id).type
        if kind == 'ir.actions.server':
            answer = env[kind].browse(action_id).run()
            return self._clean(answer)
        actions = env[kind].sudo().browse(action_id)
        action = actions._get_action_dict() if kind == 'ir.actions.act_window' else actions.read()[0]
        return self._clean({**action, 'xml_id': actions.get_external_id()[action_id]})

    def _clean(self, answer):
        """Return the result without keys private to the server if it is an action."""
        if not isinstance(answer, dict) or not answer:
            return None
        xml_id = answer.pop('xml_id', None)
        action = clean_action(answer, self.env)
        return {**action, 'xml_id': xml_id}

    def get_views(self, action):
        """Return the views of an action by kind."""
        context = self._evaluate(action.get('context') or {}, {'active_id': False})
        model = self.env[action['res_model']].with_context(**{**self.env.context, **context})
        views = [tuple(view) for view in action['views']]
        search = action.get('search_view_id')
        views.append((search[0] if isinstance(search, (list, tuple)) else search or False, 'search'))
        references = tuple(sorted((name, value) for name, value in context.items() if name.endswith('_view_ref')))
        key = (model._name, tuple(views), action.get('id'), references)
        if key not in self._views:
            options = {'toolbar': True, 'load_filters': True, 'action_id': action.get('id')}
            self._views[key] = self._call(model, 'get_views', views, options=options)
        answer = self._views[key]
        found = {kind: View(model, kind, answer) for kind in answer['views']}
        for view in found.values():
            for name in self.known_faults.get(model._name, ()):
                view.specification.pop(name, None)
        return found

    def _get_row_names(self, view, row, **options):
        unread = dict.fromkeys(self.known_faults.get(view.model._name, ()), False)
        return self._get_names({**unread, **row}, **options)

    def _get_query(self, action, views):
        """Return the domain and the context of the client's search: those of the action and of its default filters."""
        names = self._get_names({})
        domain = self._evaluate(action.get('domain') or [], {'active_id': False})
        context = dict(views['search'].model.env.context)
        groups = context.get('group_by') or []
        groups = [groups] if isinstance(groups, str) else list(groups)
        for node in views['search'].arch.iter('filter'):
            if context.get(f"search_default_{node.get('name')}"):
                if node.get('domain'):
                    domain = domain + safe_eval(node.get('domain'), names)
                group = safe_eval(node.get('context', '{}'), names).get('group_by')
                if group:
                    groups.append(group)
        return domain, {'group_by': groups}

    def _show(self, view, action, domain, context):
        """Read what the view shows."""
        model, specification = view.model, view.specification
        if view.kind in ('list', 'kanban'):
            groups = context['group_by'] or list(filter(None, view.arch.get('default_group_by', '').split(',')))
            groups = [self._get_group(view, group) for group in groups]
            if groups:
                self._show_groups(view, domain, groups)
            else:
                self._call(model, 'web_search_read', domain, specification, limit=LISTED, count_limit=10001)
        elif view.kind == 'form':
            if action.get('res_id'):
                self._read(view, [action['res_id']])
            elif view.allows('create'):
                self._call(model, 'onchange', [], {}, [], specification)
        elif view.kind == 'calendar':
            self._call(model, 'search_read', domain, list(specification), limit=LISTED)
        elif view.kind in ('pivot', 'graph'):
            self._show_figures(view, domain)
        elif view.kind == 'activity':
            self._call(self.env['mail.activity'], 'get_activity_data', model._name, domain)
            self._call(model, 'web_search_read', domain, specification, limit=LISTED)
        else:
            raise Fault(f"the robot does not know the view «{view.kind}»")

    def _get_group(self, view, group):
        kind = view.fields[group.split(':')[0]]['type']
        return f'{group}:month' if kind in ('date', 'datetime') and ':' not in group else group

    def _show_groups(self, view, domain, groups):
        aggregates = [
            f"{name}:{view.fields[name]['aggregator']}"
            for name in view.specification
            if view.fields[name].get('aggregator') and view.fields[name]['type'] in NUMBERS and name != 'id'
        ]
        answer = self._call(
            view.model,
            'web_read_group',
            domain,
            groups[:1],
            aggregates,
            auto_unfold=view.kind == 'kanban',
            unfold_read_specification=view.specification,
            limit=LISTED,
        )
        for bar in view.arch.iter('progressbar'):
            self._call(
                view.model,
                'read_progress_bar',
                domain,
                groups[0],
                {'field': bar.get('field'), 'colors': json.loads(bar.get('colors'))},
            )
        for group in answer['groups'][:1]:
            inside = domain + list(group.get('__extra_domain', []))
            self._call(view.model, 'web_search_read', inside, view.specification, limit=LISTED)

    def _show_figures(self, view, domain):
        shown = [node for node in view.arch.findall('field') if node.get('invisible') not in ('1', 'True')]
        groups = [self._get_group(view, _with_interval(node)) for node in shown if node.get('type') in ('row', 'col')]
        if view.kind == 'graph':
            groups = [self._get_group(view, _with_interval(node)) for node in shown if node.get('type') != 'measure']
        measures = [
            f"{name}:{field['aggregator']}"
            for name, field in view.fields.items()
            if field.get('aggregator') and field['type'] in NUMBERS and field.get('store') and name != 'id'
        ]
        if view.kind == 'graph':
            self._call(view.model, 'formatted_read_group', domain, groups, [*measures, '__count'])
        else:
            sets = [groups[:size] for size in range(len(groups) + 1)]
            self._call(view.model, 'formatted_read_grouping_sets', domain, sets, [*measures, '__count'])

    def _read(self, view, ids):
        return self._call(view.model, 'web_read', ids, view.specification, context={'bin_size': True})

    # Expressions

    def _get_names(self, values, parent=None, model=None):
        """Return the names available to expressions of a view, with the values of a record."""
        context = dict((model or self.env['base']).env.context)
        active_id = values.get('id', False)
        return {
            **context,
            'context': context,
            'uid': self.env.uid,
            'active_id': active_id,
            'active_ids': [active_id] if active_id else [],
            'active_model': model._name if model is not None else False,
            'allowed_company_ids': self.env.companies.ids,
            'current_company_id': self.env.company.id,
            'current_date': fields.Date.to_string(fields.Date.today()),
            'today': fields.Date.to_string(fields.Date.today()),
            'context_today': lambda: fields.Date.context_today(self.env.user),
            'time': safe_time,
            'datetime': safe_datetime,
            'relativedelta': relativedelta,
            'parent': _Dotted(parent or {}),
            **{name: _simplify(value) for name, value in values.items()},
        }

    def _evaluate(self, expression, values):
        if not isinstance(expression, str):
            return expression
        return safe_eval(expression, self._get_names(values))

    def _is_true(self, expression, names):
        """Return whether a modifier is true for a record."""
        if expression in (None, '', '0', 'False', 'false'):
            return False
        return bool(expression in ('1', 'True', 'true') or safe_eval(expression, dict(names)))

    def _is_shown(self, node, names, root):
        """Return whether an element is visible, considering its parents up to the view or field that contains it."""
        while node is not None and node is not root:
            if self._is_true(node.get('invisible'), names) or self._is_true(node.get('column_invisible'), names):
                return False
            for condition in filter(None, (node.get('t-if'), node.get('t-elif'))):
                if not self._is_true_on_card(condition, names):
                    return False
            node = node.getparent()
        return True

    def _is_true_on_card(self, condition, names):
        """Return whether the JavaScript condition of a card is true; an unknown one counts as true."""
        if 'widget.' in condition:
            return True
        for pattern, replacement in JAVASCRIPT:
            condition = re.sub(pattern, replacement, condition)
        try:
            return bool(safe_eval(condition.strip(), dict(names)))
        except (ValueError, NameError, SyntaxError):
            return True

    # Pressing

    def _press_all(self, view, action):
        """Press everything that a form, a list or kanban cards offer; return whether there were records."""
        if view.kind not in ('form', 'list', 'kanban'):
            return True
        ids = [action['res_id']] if action.get('res_id') else []
        if not view.model._transient:
            ids = self._attempt((view.name, "find records"), partial(self._find, view, action)) or ids
        rows = ids and self._attempt((view.name, "read records"), partial(self._read, view, ids)) or []
        if view.kind == 'form':
            self._begin(view)
            if view.model._transient:
                return True
            self._change(view, rows)
        self._use_cog(view, rows)
        self._press_buttons(view, rows)
        return bool(rows)

    def _find(self, view, action):
        """Return records of the screen; a form shared by several actions may show any record of its model."""
        domains = [self._evaluate(action.get('domain') or [], {'active_id': False})]
        if view.kind == 'form' and domains[0] and view.id == view.model.get_view(view_type='form')['id']:
            domains.append([])
        ids = []
        for domain in domains:
            order = 'id desc' if view.model._auto else None
            ids += [number for number in view.model.search(domain, order=order, limit=RECORDS).ids if number not in ids]
        return ids

    def _try(self, screen, what, calls):
        """Make calls until one is not refused, and record the result."""
        key = (screen, what)
        self.offered.setdefault(key, 'shown')
        if key in self.pressed:
            return
        refusals = []
        before = len(self.faults)
        for number, call in enumerate(calls):
            if number == ATTEMPTS:
                break
            answer = self._attempt(key, lambda call=call: call() or True, refusals)
            if refusals and refusals[-1].startswith(REFUSED_TO_ALL):
                break
            if answer or len(self.faults) > before:
                self.pressed.add(key)
                self.refused.pop(key, None)
                if isinstance(answer, dict):
                    self._follow(answer)
                return
        if refusals:
            self.refused[key] = refusals[0]

    def _follow(self, answer):
        """Queue the screen that a button opens."""
        if answer.get('type') == 'ir.actions.act_window' and answer.get('res_model'):
            self._waiting.append(answer)

    def _begin(self, view):
        """Create a new record with its required values and save it; in a dialog, press its buttons."""
        model = view.model
        if not model._auto or not view.allows('create') or not model.has_access('create'):
            return

        def begin(choice):
            self._choice = choice
            self._call(model, 'onchange', [], {}, [], view.specification)
            self._fill(Form(model, view.id or None)).save()

        if not model._transient:
            self._try(view.name, 'New', [partial(begin, choice) for choice in range(CHOICES)])
            self._choice = 0
            return
        for node in view.arch.iter('button'):
            if node.get('type') in ('object', 'action') and not node.xpath('ancestor::field'):
                self._try(view.name, self._get_label(node), [lambda node=node: self._confirm(view, node)])

    def _confirm(self, view, node):
        """Fill a dialog and press one of its buttons."""
        self._call(view.model, 'onchange', [], {}, [], view.specification)
        record = self._fill(Form(view.model, view.id or None)).save()
        self.env.flush_all()
        self.env.invalidate_all()
        row = self._read(view, record.ids)[0]
        names = self._get_row_names(view, row, model=view.model)
        if not self._is_shown(node, names, view.arch):
            return True
        return self._press(view, node, row, names)

    def _fill(self, form):
        """Fill the required fields of the form by their type, and return it."""
        for name, value in self.fillings.get(form._record._name, {}).items():
            if name not in form._view['fields'] or form._get_modifier(name, 'invisible'):
                continue
            if not form[name]:
                if value is None:
                    self._fill_field(form, name)
                else:
                    form[name] = value
        for _number in range(3):
            view = form._view
            names = [
                name
                for name in view['fields']
                if name != 'id'
                and view['fields'][name]['type'] != 'boolean'
                and form._get_modifier(name, 'required')
                and not form._get_modifier(name, 'invisible')
                and not form._get_modifier(name, 'readonly')
                and not form._values[name]
            ]
            if not names:
                break
            for name in names:
                self._fill_field(form, name)
        return form

    def _fill_field(self, form, name):
        field = form._view['fields'][name]
        if field['type'] == 'many2one' or field['type'] == 'many2many':
            node = next(node for node in form._view['tree'].iter('field') if node.get('name') == name)
            known = form._get_eval_context()
            domain = node.get('domain') or field.get('domain') or []
            if isinstance(domain, str):
                domain = safe_eval(domain, {**self._get_names({}), **known})
            comodel = form._env[field['relation']].with_context(**form._get_context(name))
            found = self._call(comodel, 'web_name_search', '', {'display_name': {}}, domain)
            if not found:
                raise Fault(f"nothing to choose for the required field {name}")
            record = comodel.browse(found[min(self._choice, len(found) - 1)]['id'])
            if field['type'] == 'many2many':
                form[name].add(record)
            else:
                form[name] = record
        elif field['type'] == 'one2many':
            with form[name].new() as line:
                self._fill(line)
        elif field['type'] == 'selection':
            form[name] = field['selection'][0][0]
        elif field['type'] == 'date':
            form[name] = date(2030, 1, 7)
        elif field['type'] == 'datetime':
            form[name] = datetime(2030, 1, 7, 10)
        elif field['type'] == 'monetary':
            form[name] = 1.0
        elif field['type'] == 'binary':
            form[name] = make_picture()
        else:
            form[name] = FILLING[field['type']]

    def _change(self, view, rows):
        """Change one text field of a record."""
        if not view.allows('edit') or not rows:
            return
        texts = [name for name, field in view.fields.items() if field['type'] == 'char' and name in view.specification]

        def change(row):
            form = Form(view.model.browse(row['id']), view.id or None)
            for name in texts:
                is_closed = any(form._get_modifier(name, modifier) for modifier in ('invisible', 'readonly'))
                if not is_closed and view.fields[name].get('store'):
                    form[name] = f"{form[name] or ''} again".strip()
                    self._fill(form).save()
                    break

        self._try(view.name, 'Save', [lambda row=row: change(row) for row in rows])

    def _use_cog(self, view, rows):
        """Archive, delete, print and run the other entries of the action menu, once for all screens of a model."""
        if not rows or view.kind == 'kanban':
            return
        model, screen = view.model, f'{view.model._name} cog'
        has_active = 'active' in (view.specification if view.kind == 'form' else view.fields)
        if view.allows('edit') and has_active and not view.fields['active'].get('readonly'):

            def archive(row):
                self._call(model, 'action_archive', [row['id']])
                self.env.flush_all()
                self._call(model, 'action_unarchive', [row['id']])

            self._try(screen, 'Archive', [partial(archive, row) for row in rows])
        if view.allows('delete'):
            self._try(screen, 'Delete', [partial(self._call, model, 'unlink', [row['id']]) for row in rows])
        if view.kind in ('form', 'list') and view.allows('create') and view.allows('duplicate'):

            def copy(row):
                answer = self._call(model, 'copy', [row['id']])
                self._read(view, [answer] if isinstance(answer, int) else list(getattr(answer, 'ids', answer)))

            self._try(screen, 'Duplicate', [partial(copy, row) for row in rows])
        for entry in view.toolbar.get('action', []) + view.toolbar.get('print', []):
            self._try(
                screen, self._get_action_name(entry['id']), [partial(self._run, view, row, entry) for row in rows]
            )

    def _get_action_name(self, action_id):
        """Return the external id of an action, which does not depend on the language or the database."""
        if not str(action_id).isdigit():
            return action_id
        action = self.env['ir.actions.actions'].sudo().browse(int(action_id))
        return self.env[action.type].sudo().browse(action.id).get_external_id()[action.id] or action.name

    def _get_label(self, node):
        return node.get('name') if node.get('type') == 'object' else self._get_action_name(node.get('name'))

    def _run(self, view, row, entry):
        context = {'active_id': row['id'], 'active_ids': [row['id']], 'active_model': view.model._name}
        return self._open(self.load(entry['id'], context), context)

    def _press_buttons(self, view, rows):
        tried = {}
        for node in view.arch.iter('button', 'a'):
            field = next(node.iterancestors('field'), None)
            if node.get('type') not in ('object', 'action') or node.get('special') or not node.get('name'):
                continue
            calls = tried.setdefault(self._get_label(node), [])
            for row in rows:
                names = self._get_row_names(view, row, model=view.model)
                if field is not None:
                    if self._is_shown(field, names, view.arch):
                        calls += self._get_line_calls(view, field, node, row)
                elif self._is_shown(node, names, view.arch):
                    calls.append(lambda node=node, row=row, names=names: self._press(view, node, row, names))
        for label, calls in tried.items():
            if not calls:
                self.offered.setdefault((view.name, label), 'no record')
            self._try(view.name, label, calls)

    def _get_line_calls(self, view, field, node, row):
        """Return the calls that press a button in the lines of a form."""
        lines = row.get(field.get('name')) or []
        if node.getparent().tag == 'control':
            # A button below the lines, which is on no line.
            lines = [{'id': False}]
        model = self.env[view.fields[field.get('name')]['relation']].with_context(**view.model.env.context)
        calls = []
        for line in lines:
            if not isinstance(line, dict):
                continue
            names = self._get_names(line, parent=row, model=model)
            if self._is_shown(node, names, field):
                calls.append(lambda line=line, names=names: self._press(view, node, line, names, model))
        return calls

    def _press(self, view, node, row, names, model=None):
        """Press a button on a record and return the action that it opens."""
        model = view.model if model is None else model
        context = safe_eval(node.get('context', '{}'), dict(names))
        if node.get('type') == 'action':
            context |= {'active_id': row['id'], 'active_ids': [row['id']], 'active_model': model._name}
            return self._open(self.load(node.get('name'), context), context)
        arguments = ast.literal_eval(node.get('args', '[]'))
        answer = self._call(model, node.get('name'), [row['id']] if row['id'] else [], *arguments, context=context)
        return self._open(self._clean(answer), context)

    def _open(self, action, context):
        """Open the result of a button if it shows a record that was changed, and return the action."""
        while action and action['type'] == 'ir.actions.client' and (action.get('params') or {}).get('next'):
            action = self._clean(action['params']['next'])
        if not action:
            return None
        if action['type'] == 'ir.actions.report':
            ids = (action.get('context') or {}).get('active_ids') or context.get('active_ids')
            self.env['ir.actions.report']._render_qweb_html(action['report_name'], ids, data=action.get('data'))
        elif action['type'] == 'ir.actions.act_window' and action.get('res_model'):
            self.env.flush_all()
            values = context if isinstance(action.get('context'), str) else {}
            action = {**action, 'context': self._evaluate(action.get('context') or {}, values)}
            action['context'] = {**{k: v for k, v in context.items() if k.startswith('active_')}, **action['context']}
            action['domain'] = self._evaluate(action.get('domain') or [], {**context})
            views = self.get_views(action)
            domain, found = self._get_query(action, views)
            first = views[action['views'][0][1]]
            self._show(first, action, domain, found)
        return action


class _Dotted:
    """Values of a record, accessible as attributes in expressions."""

    def __init__(self, values):
        self._values = {name: _simplify(value) for name, value in values.items()}

    def __getattr__(self, name):
        return self._values[name]


def _simplify(value):
    """Return a value of ``web_read`` in the form that expressions use."""
    if isinstance(value, dict):
        return value.get('id', False)
    if isinstance(value, list):
        return [line['id'] if isinstance(line, dict) and 'id' in line else line for line in value]
    if isinstance(value, datetime):
        return fields.Datetime.to_string(value)
    if isinstance(value, date):
        return fields.Date.to_string(value)
    return value


def _with_interval(node):
    return f"{node.get('name')}:{node.get('interval')}" if node.get('interval') else node.get('name')


def _describe(error):
    """Return the message of an error with its last frame in our code, and its last frame of all."""
    trace, places = error.__traceback__, []
    while trace:
        places.append((trace.tb_frame.f_code.co_filename, trace.tb_lineno, trace.tb_frame.f_code.co_name))
        trace = trace.tb_next
    ours = [place for place in places if 'dealflow' in place[0] and '/tests/' not in place[0]][-1:]
    told = ', '.join(
        f"{path.rpartition('dealflow/')[2][-60:]}:{line} {name}" for path, line, name in ours + places[-1:]
    )
    return f"{' '.join(str(error).split())[:300]} ({told})"
