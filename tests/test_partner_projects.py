from lxml import etree

from odoo.tests import tagged

from .partner_common import PartnerCommon


@tagged('post_install', '-at_install')
class TestPartnerProjects(PartnerCommon):
    """Projects on the partner form (E11). Odoo's project app is no dependency: each test runs with it or without."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = cls._new_contact("Person", cls.beta)

    def test_button_stands_where_projects_are_used(self):
        """The button is shown at zero too, so the user sees that there is no project."""
        arch = etree.fromstring(self.env['res.partner'].with_user(self.rep).get_view(view_type='form')['arch'])
        button = arch.find(".//button[@name='action_dealflow_view_projects']")
        self.assertEqual(button.get('invisible'), "not id or not dealflow_has_projects_app")
        group = self.group.with_user(self.rep)
        has_projects = 'project.project' in self.env
        self.assertEqual((group.dealflow_has_projects_app, group.dealflow_project_count), (has_projects, 0))
        self.assertEqual(self.env['res.partner'].new({'name': "New"}).dealflow_project_count, 0)

    def test_projects_are_those_of_the_whole_group(self):
        """The domain contains the partner and its legal entities, and their contacts as children."""
        conditions = self.group._dealflow_get_projects_domain().iter_conditions()
        [parties] = [condition for condition in conditions if condition.field_expr == 'partner_id']
        self.assertEqual(parties.operator, 'child_of')
        self.assertEqual(set(parties.value), set((self.group + self.alpha + self.beta).ids))

    def test_projects_of_the_group_are_counted_and_opened(self):
        if 'project.project' not in self.env:
            self.skipTest("Odoo's projects are not installed")
        user = self._new_user('user', 'dealflow.group_user_own,project.group_project_user')
        self.assertTrue(self.group.with_user(user).dealflow_has_projects_app)
        self.assertEqual(self.group.with_user(user).dealflow_project_count, 0)
        projects = self.env['project.project'].create(
            [
                {'name': f"Project of {partner.name}", 'partner_id': partner.id, 'privacy_visibility': 'employees'}
                for partner in self.group + self.alpha + self.person + self.stranger
            ]
        )
        # The count depends on no field, so it is only refreshed when the form is opened again.
        self.env.invalidate_all()
        for partner, expected in (
            (self.group, projects[:3]),
            (self.alpha, projects[1]),
            (self.beta, projects[2]),
            (self.stranger, projects[3]),
        ):
            partner = partner.with_user(user)
            self.assertEqual(partner.dealflow_project_count, len(expected), partner.name)
            action = partner.action_dealflow_view_projects()
            self.assertEqual(self.env['project.project'].search(action['domain']), expected)
