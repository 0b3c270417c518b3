from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from odoo.addons.dealflow.tools.process_graph import find_circling, find_dead, find_reachable

from .process_common import ProcessCommon


@tagged('post_install', '-at_install')
class TestProcessGraph(BaseCase):
    """Ways through steps."""

    def test_ways(self):
        ways = {1: [2, 3], 2: [1], 3: [4], 5: [4], 6: [6]}
        self.assertEqual(find_reachable(1, ways), {1, 2, 3, 4})
        self.assertEqual(find_dead([1, 2, 3, 4, 5, 6], ways, [4]), {6})
        self.assertEqual(find_circling([1, 2, 3, 6], ways), {1, 2, 6})
        self.assertEqual(find_circling([1, 3, 6], ways), {6})


@tagged('post_install', '-at_install')
class TestProcessTemplate(ProcessCommon):
    """Processes lead to an end, and those in use stay as they are (E62, X09)."""

    end = {'name': "End", 'kind': 'end'}

    def assertProblem(self, message, *steps, **values):
        template = self._new_template(*steps, on=False, **values)
        with self.assertRefused(UserError, message):
            template.action_put_into_use()
        self.assertEqual(template.state, 'draft')

    def test_what_is_wrong_is_said(self):
        self.assertProblem("It has no steps yet")
        self.assertProblem("“Read”: it leads nowhere", self.end, {'name': "Read"})
        self.assertProblem("It has no end", {'name': "Read"}, {'name': "Write", 'then': "Read"})
        self.assertProblem("“Write” is never reached", {'name': "Read", 'then': "End"}, {'name': "Write"}, self.end)
        self.assertProblem(
            "No end is ever reached from these steps: Read, Write",
            {'name': "Read"},
            {'name': "Write", 'then': "Read"},
            self.end,
        )
        self.assertProblem(
            "without anybody having to do anything or any day to wait for: Wait, More",
            {'name': "Read"},
            {'name': "Wait", 'kind': 'wait', 'domain': "[('amount', '>', 1)]", 'wait_days': 2, 'late': "End"},
            {'name': "More", 'kind': 'wait', 'domain': "[('amount', '>', 2)]", 'then': "Wait"},
            self.end,
        )
        self.assertProblem(
            "“Yes or no”: a decision needs at least two ways",
            {'name': "Yes or no", 'kind': 'decision', 'ways': {"Yes": "End"}},
            self.end,
        )
        self.assertProblem("“Ask”: it asks nothing", {'name': "Ask", 'kind': 'question'}, self.end)
        self.assertProblem("“Wait”: say how many days to wait", {'name': "Wait", 'kind': 'wait'}, self.end)
        self.assertProblem(
            "“Wait”: the condition “.*” cannot be understood",
            {'name': "Wait", 'kind': 'wait', 'domain': "[('strange', '=', 1)]"},
            self.end,
        )
        self.assertProblem("“Do”: choose a rule", {'name': "Do", 'kind': 'action'}, self.end)
        self.assertProblem("“Read”: choose whom it is for", {'name': "Read", 'person': 'user'}, self.end)
        clerk = self._new_user('clerk', 'base.group_user')
        self.assertProblem(
            "does not work here or has no access",
            {'name': "Read", 'person': 'user', 'user_id': clerk.id},
            self.end,
        )
        field = self.env['ir.model.fields']._get('dealflow.deal', 'amount')
        self.assertProblem(
            "the answer to “When\\?” cannot go into “Amount”",
            {
                'name': "Ask",
                'kind': 'question',
                'question_ids': [Command.create({'name': "When?", 'kind': 'date', 'field_id': field.id})],
            },
            self.end,
        )

    def test_step_of_another_process(self):
        template = self._new_template({'name': "Read"}, self.end, on=False)
        template.step_ids[0].next_id = self._new_tender().step_ids[0]
        with self.assertRefused(UserError, "it leads to a step of another process"):
            template.action_put_into_use()

    def test_days_that_no_calendar_has(self):
        for name in ('days', 'wait_days', 'escalation_days'):
            for days in (-1, 3651):
                with (
                    self.subTest(name=name, days=days),
                    mute_logger('odoo.sql_db'),
                    self.assertRefused(IntegrityError, "check_numbers"),
                ):
                    self._new_template({'name': "Read", name: days}, self.end)

    def test_stages_are_of_deals(self):
        with self.assertRefused(UserError, "no process of deals"):
            self._new_template(self.end, object='claim', stage_id=self.stage_offer.id)

    def test_in_use_it_stays_as_it_is(self):
        template = self._new_tender()
        step = template.step_ids[1]
        other = self._new_tender(on=False)
        for change in (
            lambda: step.write({'name': "Other"}),
            lambda: step.sudo().write({'name': "Other"}),
            lambda: step.unlink(),
            lambda: step.way_ids[0].write({'name': "Other"}),
            lambda: step.way_ids[0].unlink(),
            lambda: step.way_ids.create({'step_id': step.id, 'name': "Third"}),
            lambda: step.create({'template_id': template.id, 'name': "More"}),
            lambda: step.question_ids.create({'step_id': step.id, 'name': "More?"}),
            lambda: other.step_ids[0].write({'template_id': template.id}),
            lambda: template.write({'step_ids': [Command.clear()]}),
            lambda: template.write({'object': 'claim'}),
        ):
            with self.assertRefused(UserError, "Press “New Version”"):
                change()
        with self.assertRefused(AccessError, "sets it by itself"):
            template.write({'state': 'draft'})
        # What starts it and its name are no steps.
        template.write({'name': "Tenders", 'stage_id': self.stage_offer.id})
        template.action_back_to_draft()
        step.name = "Other"
        template.action_put_into_use()
        self._start(template)
        with self.assertRefused(UserError, "was started already. Press “New Version”"):
            template.action_back_to_draft()

    def test_new_version(self):
        template = self._new_tender(stage_id=self.stage_offer.id)
        process = self._start(template)
        action = template.action_new_version()
        draft = self.templates.browse(action['res_id'])
        self.assertRecordValues(
            draft,
            [{'name': "Tender", 'version': 2, 'state': 'draft', 'previous_id': template.id, 'object': 'deal'}],
        )
        self.assertEqual(draft.stage_id, self.stage_offer)
        # Pressed again it opens the same draft.
        self.assertEqual(template.action_new_version()['res_id'], draft.id)
        # The steps of the copy lead to each other.
        self.assertEqual(draft.step_ids[1].way_ids.next_id, draft.step_ids[2] + draft.step_ids[4])
        draft.step_ids[0].name = "Read carefully"
        self.assertEqual(template.state, 'used')
        draft.action_put_into_use()
        self.assertEqual((template.state, draft.state), ('replaced', 'used'))
        # What runs goes on by the old one, and keeps the new one from starting beside it.
        self.assertEqual((process.step_id.name, process.version), ("Read", 1))
        self.assertEqual(self._start(template), process)
        self._do(process, self.rep_north)
        self._do(process, self.head_north, way_id=self._get_way(process, "No"))
        # Whoever names the old one gets the new one.
        self.assertEqual(self._start(template).step_id.name, "Read carefully")

    def test_archived_and_deleted(self):
        template = self._new_tender()
        process = self._start(template)
        template.active = False
        self._do(process, self.rep_north)
        self.assertEqual(process.step_id.name, "Take part?")
        with self.assertRefused(UserError, "is not in use"):
            self._start(template, self._new_deal(self.rep_north))
        with self.assertRefused(UserError, "records of the kind “Started Process” refer to it"):
            template.unlink()
        unused = self._new_tender(name="Unused")
        unused.unlink()
        self.assertFalse(unused.exists())

    def test_draft_does_not_start(self):
        template = self._new_tender(on=False)
        with self.assertRefused(UserError, "is not in use"):
            self._start(template)

    def test_other_company(self):
        company = self.env['res.company'].create({'name': "Other company"})
        self.manager.company_ids += company
        template = self._new_tender()
        template.action_back_to_draft()
        template.with_context(allowed_company_ids=(self.company + company).ids).company_id = company
        template.sudo().action_put_into_use()
        with self.assertRefused(UserError, "a process of the company Other company"):
            template.sudo()._start(self.deal)

    def test_shipped_processes_can_be_put_into_use(self):
        shipped = self.env['dealflow.process.template'].search([('is_recipe', '=', True)])
        self.assertEqual(len(shipped), 5)
        self.assertEqual(set(shipped.mapped('state')), {'draft'})
        shipped.with_user(self.manager).action_put_into_use()
        self.assertEqual(set(shipped.mapped('state')), {'used'})
        self.assertEqual(set(shipped.mapped('object')), {'client', 'deal', 'claim', 'receipt'})
