from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .process_common import ProcessCommon


@tagged('post_install', '-at_install')
class TestProcessRule(ProcessCommon):
    """Processes started by a rule or a stage, rules as steps, and stages that ask for a result (E62-E65)."""

    def test_rule_starts_a_process(self):
        template = self._new_tender()
        rule = self._new_rule({'kind': 'process', 'process_template_id': template.id}, domain="[('amount', '>', 5000)]")
        self.assertEqual(rule.action_ids.description, "Tender")
        self._begin_save()
        self.deal.with_user(self.rep_north).amount = 6000
        process = self.env['dealflow.process'].search([('deal_id', '=', self.deal.id)])
        self.assertRecordValues(process, [{'started_by_id': self.manager.id, 'state': 'running'}])
        self.assertEqual(rule.run_ids.deeds, "Process: Tender")
        # Once is enough.
        self._begin_save()
        self.deal.with_user(self.rep_north).amount = 7000
        self.assertEqual(self.env['dealflow.process'].search_count([('deal_id', '=', self.deal.id)]), 1)

    def test_rule_with_a_process_of_something_else(self):
        template = self._new_template({'name': "Look"}, {'name': "End", 'kind': 'end'}, object='claim')
        with self.assertRefused(ValidationError, "choose a process for this kind of record"):
            self._new_rule({'kind': 'process', 'process_template_id': template.id})
        with self.assertRefused(ValidationError, "the process is a draft"):
            self._new_rule({'kind': 'process', 'process_template_id': self._new_tender(on=False).id})
        with self.assertRefused(ValidationError, "it is for these objects"):
            self._new_rule({'kind': 'process', 'process_template_id': self._new_tender().id}, object='order')

    def test_stage_starts_a_process(self):
        self._new_tender(stage_id=self.stage_offer.id)
        self.deal.with_user(self.rep_north).action_move_stage(self.stage_offer.id, "Offer", "Offer")
        process = self.env['dealflow.process'].search([('deal_id', '=', self.deal.id)])
        self.assertRecordValues(process, [{'started_by_id': self.rep_north.id, 'user_id': self.rep_north.id}])
        # There and back it is not started twice.
        self.deal.with_user(self.rep_north).action_move_stage(self.stage_talk.id, "Back", "Back")
        self.deal.with_user(self.rep_north).action_move_stage(self.stage_offer.id, "Offer", "Offer")
        self.assertEqual(self.env['dealflow.process'].search([('deal_id', '=', self.deal.id)]), process)

    def test_imported_history_starts_nothing(self):
        self._new_tender(stage_id=self.stage_offer.id)
        deal = self._import_deal(stage_id=self.stage_offer.id, user_id=self.rep_north.id)
        self.assertFalse(self.env['dealflow.process'].search([('deal_id', '=', deal.id)]))

    def _new_template_with_action(self, *actions):
        rule = self._new_rule(*actions, on=False)
        template = self._new_template(
            {'name': "To the head", 'kind': 'action', 'rule_id': rule.id},
            {'name': "Look"},
            {'name': "End", 'kind': 'end'},
        )
        return rule, template

    def test_action_of_a_rule(self):
        """It is done with the rights of the owner of the rule, and written into its log."""
        rule, template = self._new_template_with_action(self._to_head())
        process = self._start(template)
        self.assertEqual(self.deal.user_id, self.head_north)
        self.assertEqual(process.step_id.name, "Look")
        self.assertEqual(process.user_id, self.head_north)
        self.assertRecordValues(
            rule.run_ids, [{'outcome': 'done', 'causer_id': self.rep_north.id, 'owner_id': self.manager.id}]
        )
        step = process.entry_ids.sorted('id')[0]
        self.assertRecordValues(step, [{'state': 'done', 'done_by_id': False}])
        self.assertEqual(step.comment, f"Responsible: {self.head_north.name}")

    def test_action_that_fails(self):
        """The process stands, says why, and goes on when the cause is gone."""
        _rule, template = self._new_template_with_action(self._to_head())
        self.deal.team_id = False
        team = self.team_north.user_id
        self.team_north.user_id = False
        process = self._start(template)
        self.assertEqual(process.step_id.name, "To the head")
        self.assertIn("has nobody as “the head of the responsible person”", process.problem)
        self.assertEqual(process.activity_ids.user_id, self.rep_north)
        self._do(process, self.rep_north)
        self.assertEqual(process.step_id.name, "To the head")
        self.team_north.user_id = team
        self._do(process, self.rep_north)
        self.assertEqual(process.step_id.name, "Look")
        self.assertFalse(process.entry_ids.filtered('problem'))
        self.assertEqual(self.deal.sudo().user_id, self.head_north)

    def test_processes_that_start_each_other(self):
        """They stop, as each runs once on a card."""
        first = self._new_template({'name': "Look"}, {'name': "End", 'kind': 'end'}, name="First")
        rule = self._new_rule({'kind': 'process', 'process_template_id': first.id}, on=False)
        first.action_back_to_draft()
        first.step_ids[0].write({'kind': 'action', 'rule_id': rule.id})
        first.action_put_into_use()
        process = self._start(first)
        self.assertEqual(process.state, 'done')
        self.assertEqual(self.env['dealflow.process'].search_count([('deal_id', '=', self.deal.id)]), 1)

    def test_stage_asks_for_a_result(self):
        template = self._new_tender()
        requirement = self.env['dealflow.stage.requirement'].create(
            {'stage_id': self.stage_offer.id, 'kind': 'process_done', 'process_template_id': template.id}
        )
        self.assertEqual(requirement.description, "The process “Tender” has ended well")
        process = self._start(template)
        deal = self.deal.with_user(self.rep_north)
        with self.assertRefused(UserError, "The process “Tender” has ended well"):
            deal.action_move_stage(self.stage_offer.id, "Offer", "Offer")
        self._do(process, self.rep_north)
        self._do(process, self.head_north, way_id=self._get_way(process, "No"))
        self.assertEqual(process.outcome, 'neutral')
        with self.assertRefused(UserError, "The process “Tender” has ended well"):
            deal.action_move_stage(self.stage_offer.id, "Offer", "Offer")
        # Another version counts as well.
        version = self.templates.browse(template.action_new_version()['res_id'])
        version.action_put_into_use()
        process = self._start(version)
        self._do(process, self.rep_north)
        self._do(process, self.head_north, way_id=self._get_way(process, "Yes"))
        process.entry_id._dealflow_set_derived({'deadline': self.company._dealflow_get_today()})
        self._look_after()
        deal.action_move_stage(self.stage_offer.id, "Offer", "Offer")
        self.assertEqual(deal.stage_id, self.stage_offer)
        self.assertEqual(requirement._get_spans_process_done(deal)[deal.id][0][0], process.ended_on)

    def test_deal_is_marked_when_the_process_ends(self):
        template = self._new_template({'name': "Look"}, {'name': "End", 'kind': 'end'})
        self.env['dealflow.stage.requirement'].create(
            {'stage_id': self.stage_talk.id, 'kind': 'process_done', 'process_template_id': template.id}
        )
        self.deal._refresh_requirements()
        self.assertFalse(self.deal.meets_requirements)
        self._do(self._start(template), self.rep_north)
        self.assertTrue(self.deal.meets_requirements)

    def test_requirement_without_a_process_of_deals(self):
        with self.assertRefused(ValidationError, "needs a process of deals"):
            self.env['dealflow.stage.requirement'].create({'stage_id': self.stage_offer.id, 'kind': 'process_done'})
