from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .rule_common import RuleCommon


@tagged('post_install', '-at_install')
class TestRuleProjects(RuleCommon):
    """Projects that a rule starts (C39). Odoo's project app is no dependency: each test runs with it or without."""

    def _get_kinds(self):
        field = self.env['dealflow.rule.action'].with_user(self.manager).fields_get(['kind'])['kind']
        return [kind for kind, _label in field['selection']]

    def test_kind_is_offered_where_there_are_projects(self):
        self.assertEqual('project' in self._get_kinds(), 'project.project' in self.env)
        if 'project.project' not in self.env:
            with self.assertRefused(ValidationError, "Install Odoo's app “Project” first"):
                self._new_rule({'kind': 'project'})

    def _new_owner(self):
        if 'project.project' not in self.env:
            self.skipTest("Odoo's projects are not installed")
        return self._new_user('owner', 'dealflow.group_manager,project.group_project_manager')

    def test_project_by_a_template(self):
        """The won deal of a rep starts a project with the tasks of the template, of the client (C39)."""
        owner = self._new_owner()
        template = self.env['project.project'].create(
            {
                'name': "Delivery",
                'is_template': True,
                'privacy_visibility': 'employees',
                'task_ids': [(0, 0, {'name': "Measure"}), (0, 0, {'name': "Assemble"})],
            }
        )
        rule = self._new_rule(
            {'kind': 'project', 'record_id': template.id, 'person': 'head'},
            user=owner,
            trigger='stage',
            stage_id=self.stage_signed.id,
        )
        self.assertEqual(rule.action_ids.description, "Delivery")
        deal = self._new_deal(self.rep_north, name="Forty chairs", legal_entity_id=self.partner.id)
        self._begin_save()
        deal.action_win("They have signed")
        self.assertEqual(rule.run_ids.mapped('error'), [False])
        self.assertRecordValues(rule.run_ids, [{'causer_id': self.rep_north.id, 'owner_id': owner.id}])
        project = self.env['project.project'].search([('name', '=', "Forty chairs")])
        self.assertRecordValues(
            project, [{'partner_id': self.partner.id, 'user_id': self.head_north.id, 'is_template': False}]
        )
        self.assertEqual(sorted(project.task_ids.mapped('name')), ["Assemble", "Measure"])
        self.assertIn("Forty chairs", ''.join(project.message_ids.mapped('body')))
        # The card of the client shows it, as any other project of the client.
        self.assertEqual(self.partner.with_user(owner).dealflow_project_count, 1)

    def test_project_of_a_deal_with_an_order(self):
        """Where an app ties projects to orders, the deal finds its project."""
        owner = self._new_owner()
        self._new_rule(
            {'kind': 'project', 'title': "Delivery", 'person': 'responsible'},
            user=owner,
            trigger='stage',
            stage_id=self.stage_signed.id,
        )
        deal = self._new_deal(self.rep_north, legal_entity_id=self.partner.id)
        self._new_order(self.partner, self.product, deal_id=deal.id).action_confirm()
        self._begin_save()
        deal.action_win("They have signed")
        project = self.env['project.project'].search([('name', '=', "Delivery")])
        self.assertEqual(project.user_id, self.rep_north)
        if 'reinvoiced_sale_order_id' in project._fields:
            self.assertEqual(self.env['project.project'].search(deal.sudo()._get_projects_domain()), project)

    def test_project_that_is_no_template(self):
        owner = self._new_owner()
        project = self.env['project.project'].create({'name': "Delivery"})
        with self.assertRefused(ValidationError, "is no template"):
            self._new_rule({'kind': 'project', 'record_id': project.id}, user=owner)

    def test_template_that_was_deleted(self):
        """The rule fails in words, and the move stands."""
        owner = self._new_owner()
        template = self.env['project.project'].create({'name': "Delivery", 'is_template': True})
        rule = self._new_rule(
            {'kind': 'project', 'record_id': template.id}, user=owner, trigger='stage', stage_id=self.stage_signed.id
        )
        template.unlink()
        deal = self._new_deal(self.rep_north)
        self._begin_save()
        deal.action_win("They have signed")
        self.assertEqual(deal.stage_id, self.stage_signed)
        self.assertIn("is no template", rule.run_ids.error)
