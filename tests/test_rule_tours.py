from odoo.tests import tagged

from .tour_common import TourCommon


@tagged('post_install', '-at_install')
class TestRuleTours(TourCommon):
    """Rules in a real browser."""

    def test_first_rule_in_two_minutes(self):
        """A person with full access makes the rule for large deals, and switches it on (C33, C34)."""
        self.addClassCleanup(self.env['base.automation']._unregister_hook)
        manager = self._new_user('manager', 'dealflow.group_manager', name="Tour Manager")
        self._start_tour('dealflow_rule', manager, url='/odoo/dealflow-rules')
        rule = self.env['dealflow.rule'].search([('owner_id', '=', manager.id)])
        self.assertRecordValues(rule, [{'state': 'on', 'object': 'deal', 'trigger': 'saved'}])
        self.assertEqual(rule.domain.replace('"', "'"), "[('amount', '>', 100000)]")
        self.assertEqual(rule.action_ids.field_id.name, 'user_id')
        self.assertEqual(rule.action_ids.person, 'head')
