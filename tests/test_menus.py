from lxml import etree

from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import DealflowCommon

# Rights that users have in addition to one group of Dealflow.
BESIDE = {'group_requisites_confirmer': 'account.group_account_invoice', 'group_manager': 'dealflow.group_receipts'}


@tagged('post_install', '-at_install')
class TestMenus(DealflowCommon):
    """Users who see a menu may open all its views without an access error (E03, E07-E09)."""

    def _get_actions(self, user):
        """Return the actions of the Dealflow menus that the user sees, by the name of the menu."""
        menus = self.env['ir.ui.menu'].with_user(user).load_menus(False)
        root = menus[self.env.ref('dealflow.menu_dealflow_root').id]
        found, waiting = {}, list(root['children'])
        while waiting:
            menu = menus[waiting.pop()]
            waiting += menu['children']
            if menu['action_model'] == 'ir.actions.act_window':
                found[menu['name']] = self.env['ir.actions.act_window'].with_user(user).browse(menu['action_id'])
        return found

    def _open(self, user, action):
        """Make the requests of the web client when it opens the views of an action."""
        values = action._get_action_dict()
        context = safe_eval(
            values['context'] or '{}',
            {
                'uid': user.id,
                'active_id': False,
                'active_ids': [],
                'allowed_company_ids': user.company_ids.ids,
                'context_today': lambda: None,
                'time': None,
            },
        )
        model = (
            self.env[values['res_model']]
            .with_user(user)
            .with_context(
                **{key: value for key, value in context.items() if not key.startswith(('search_default_', 'group_by'))}
            )
        )
        views = model.get_views([*values['views'], (action.search_view_id.id, 'search')], {'action_id': action.id})
        domain = safe_eval(values['domain'] or '[]', {'uid': user.id, 'context_today': lambda: None})
        readable = model.fields_get().keys()
        for view_type, view in views['views'].items():
            names = {node.get('name') for node in etree.fromstring(view['arch']).iter('field')} & set(model._fields)
            if view_type in ('list', 'kanban', 'calendar', 'activity'):
                model.web_search_read(domain, {name: {} for name in names & readable}, limit=5)
            elif view_type == 'form' and model.has_access('create'):
                model.onchange({}, [], {name: {} for name in names})

    def test_reports_stand_in_groups(self):
        """Twenty reports in a row are hard to read: each is in a group with a few others."""
        manager = self._new_user('menus_reports', 'dealflow.group_manager,dealflow.group_receipts')
        menus = self.env['ir.ui.menu'].with_user(manager).load_menus(False)
        groups = menus[self.env.ref('dealflow.menu_reporting').id]['children']
        for group in groups:
            with self.subTest(group=menus[group]['name']):
                self.assertFalse(menus[group]['action_id'])
                self.assertLessEqual(len(menus[group]['children']), 7)

    def test_nobody_is_sent_into_an_access_error(self):
        self._new_deal(user_id=self.rep_north.id)
        groups = self.env['ir.model.data'].search([('module', '=', 'dealflow'), ('model', '=', 'res.groups')])
        for name in groups.mapped('name'):
            held = ['base.group_user', f'dealflow.{name}', *filter(None, [BESIDE.get(name)])]
            user = self._new_user(f'menus_{name}', ','.join(held))
            if not user.has_group('dealflow.group_viewer'):
                # An additional right without a menu of its own.
                continue
            actions = self._get_actions(user)
            self.assertTrue(actions)
            for menu, action in actions.items():
                with self.subTest(group=name, menu=menu):
                    self._open(user, action)
