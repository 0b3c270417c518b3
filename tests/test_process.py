from datetime import date, timedelta

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from .process_common import ProcessCommon

END = {'name': "End", 'kind': 'end'}
WEEK = {'kind': 'wait', 'wait_days': 7}


@tagged('post_install', '-at_install')
class TestProcess(ProcessCommon):
    """Processes run on a card to a result that the card shows (E62-E64, X09)."""

    def test_two_ways_and_a_wait(self):
        template = self._new_tender()
        process = self._start(template)
        self.assertRecordValues(
            process,
            [
                {
                    'deal_id': self.deal.id,
                    'business_partner_id': self.partner.id,
                    'company_id': self.company.id,
                    'state': 'running',
                    'user_id': self.rep_north.id,
                    'started_by_id': self.rep_north.id,
                }
            ],
        )
        self.assertEqual(process.step_id.name, "Read")
        self.assertRecordValues(
            process.activity_ids, [{'summary': "Read", 'user_id': self.rep_north.id, 'res_model': 'dealflow.process'}]
        )
        self._do(process, self.rep_north, comment="Read twice")
        self.assertEqual((process.step_id.name, process.user_id), ("Take part?", self.head_north))
        self.assertEqual(process.activity_ids.user_id, self.head_north)
        self._do(process, self.head_north, way_id=self._get_way(process, "Yes"))
        self.assertEqual((process.step_id.name, process.user_id.ids), ("Wait", []))
        self.assertFalse(process.activity_ids)
        self._look_after()
        self.assertEqual(process.step_id.name, "Wait")
        process.entry_id._dealflow_set_derived({'deadline': self.company._dealflow_get_today()})
        self._look_after()
        self.assertRecordValues(
            process, [{'state': 'done', 'result': "Tender won", 'outcome': 'good', 'step_id': False, 'user_id': False}]
        )
        # Who, what and when, oldest first; another person sees it on the card.
        steps = process.with_user(self.seller_all).entry_ids.sorted('id')
        self.assertEqual(steps.step_id.mapped('name'), ["Read", "Take part?", "Wait", "Won"])
        self.assertEqual(steps.mapped('done_by_id'), self.rep_north + self.head_north)
        self.assertEqual(steps.mapped('way'), [False, "Yes", False, False])
        self.assertEqual(steps[0].comment, "Read twice")
        self.assertEqual(set(steps.mapped('state')), {'done'})
        deal = self.deal.with_user(self.seller_all)
        self.assertEqual((deal.dealflow_process_count, deal.dealflow_running_process_count), (1, 0))
        action = deal.action_dealflow_view_processes()
        found = self.env['dealflow.process'].with_user(self.seller_all).search(action['domain'])
        self.assertEqual(found.mapped('result'), ["Tender won"])
        self.assertIn("Result: Tender won", ''.join(self.deal.message_ids.mapped('body')))

    def test_other_way(self):
        process = self._start(self._new_tender())
        self._do(process, self.rep_north)
        self._do(process, self.head_north, way_id=self._get_way(process, "No"))
        self.assertRecordValues(process, [{'state': 'done', 'result': "No bid", 'outcome': 'neutral'}])

    def test_decision_without_a_way(self):
        process = self._start(self._new_tender())
        self._do(process, self.rep_north)
        with self.assertRefused(UserError, "choose one of the ways"):
            self._do(process, self.head_north)

    def test_started_on_every_card(self):
        """From the cards of a client, a contact, an opportunity, a deal, a claim and a receipt (E63)."""
        planner = self._new_user('planner', 'dealflow.group_manager,dealflow.group_receipts')
        claim = self._new(
            'dealflow.claim',
            None,
            {'name': "Broken", 'business_partner_id': self.partner.id, 'user_id': self.manager.id},
        )
        for kind, card in (
            ('client', self.partner),
            ('client', self.contact),
            ('opportunity', self._new_lead(partner_id=self.partner.id)),
            ('deal', self.deal),
            ('claim', claim),
            ('receipt', self._new_receipt(date_planned=self.company._dealflow_get_today() + timedelta(days=9))),
        ):
            with self.subTest(card=card._name):
                template = self._new_template({'name': "Look"}, {'name': "End", 'kind': 'end'}, object=kind)
                dialogs = self.env['dealflow.process.start'].with_user(planner)
                form = Form(dialogs.with_context(active_model=card._name, active_id=card.id))
                form.template_id = template
                action = form.save().action_apply()
                process = self.env['dealflow.process'].with_user(planner).browse(action['res_id'])
                self.assertEqual(process._get_card(), card)
                self.assertEqual(process.business_partner_id, self.partner)
                self.assertEqual(process.action_open_card()['res_id'], card.id)
                self.assertEqual(card.with_user(planner).dealflow_running_process_count, 1)
        # The client shows all of them.
        self.assertEqual(self.partner.with_user(planner).dealflow_process_count, 6)

    def test_accountant_starts_it_on_a_receipt(self):
        """Whoever may change the card is offered to start a process on it; who only looks is not (E63)."""
        accountant = self._new_user('bookkeeper', 'dealflow.group_viewer,account.group_account_invoice')
        template = self._new_template({'name': "Remind", 'person': 'starter'}, END, object='receipt')
        receipt = self._new_receipt(self.deal, date_planned=date(2030, 6, 4))
        action = self.env.ref('dealflow.dealflow_process_start_action_receipt')
        for user, is_offered in ((accountant, True), (self.viewer, False)):
            with self.subTest(user=user.login):
                offered = self.env['ir.actions.actions'].with_user(user).get_bindings('dealflow.receipt')['action']
                self.assertEqual(action.id in [each['id'] for each in offered], is_offered)
        dialogs = self.env['dealflow.process.start'].with_user(accountant)
        with Form(dialogs.with_context(active_model=receipt._name, active_id=receipt.id)) as form:
            form.template_id = template
        process = self.env['dealflow.process'].browse(form.record.action_apply()['res_id'])
        self.assertEqual((process.receipt_id, process.user_id), (receipt, accountant))

    def test_dialog_offers_what_fits(self):
        used = self._new_tender()
        draft = self._new_tender(on=False)
        other = self._new_template({'name': "Look"}, {'name': "End", 'kind': 'end'}, object='claim')
        dialogs = self.env['dealflow.process.start'].with_user(self.rep_north)
        dialog = dialogs.with_context(active_model='dealflow.deal', active_id=self.deal.id).new({})
        offered = dialogs.with_context(active_model='dealflow.deal', active_id=self.deal.id).default_get(
            ['object', 'res_id', 'template_id']
        )
        self.assertEqual(offered, {'object': 'deal', 'res_id': self.deal.id, 'template_id': used.id})
        dialog = dialogs.new(offered)
        self.assertIn(used, dialog.allowed_template_ids._origin)
        self.assertFalse((draft + other) & dialog.allowed_template_ids._origin)

    def test_twice_is_once(self):
        template = self._new_tender()
        process = self._start(template)
        self.assertEqual(self._start(template), process)
        # Two open the dialog of the same step; the second finds it done, and the next step stays.
        [first, second] = [
            self.env['dealflow.process.answer'].with_user(user).browse(process.with_user(user).action_do()['res_id'])
            for user in (self.rep_north, self.head_north)
        ]
        first.action_apply()
        answer = second.action_apply()
        self.assertIn(f"done already, by {self.rep_north.name}", answer['params']['message'])
        self.assertEqual(process.step_id.name, "Take part?")
        self.assertEqual(process.entry_ids.filtered('done_by_id').done_by_id, self.rep_north)

    # Questions

    def _new_questionnaire(self):
        question = self.env['ir.model.fields']._get
        return self._new_template(
            {
                'name': "Ask",
                'kind': 'question',
                'question_ids': [
                    Command.create({'name': "What?", 'field_id': question('dealflow.deal', 'name').id}),
                    Command.create(
                        {'name': "How much?", 'kind': 'number', 'field_id': question('dealflow.deal', 'amount').id}
                    ),
                    Command.create({'name': "Until when?", 'kind': 'date', 'is_required': False}),
                    Command.create({'name': "Urgent?", 'kind': 'flag'}),
                ],
            },
            {'name': "End", 'kind': 'end'},
        )

    def test_answers_go_into_the_card(self):
        process = self._start(self._new_questionnaire())
        answers = [{'text': "Forty chairs"}, {'number': 4000}, {}, {'flag': 'no'}]
        self._do(process, self.rep_north, answers)
        self.assertRecordValues(self.deal, [{'name': "Forty chairs", 'amount': 4000}])
        self.assertEqual(
            process.entry_ids.sorted('id')[0].answers.split('\n'),
            ["What?: Forty chairs", "How much?: 4000", "Until when?: –", "Urgent?: no"],
        )
        self.assertEqual(process.state, 'done')

    def test_answer_is_missing(self):
        process = self._start(self._new_questionnaire())
        with self.assertRefused(UserError, "“Urgent\\?” has no answer yet"):
            self._do(process, self.rep_north, [{'text': "Chairs"}, {'number': 1}, {}, {}])
        self.assertEqual(process.step_id.name, "Ask")

    def test_number_that_nobody_answers_leaves_the_field(self):
        """0 is an answer only where one has to be given (E62)."""
        for is_required, expected in ((False, 9100), (True, 0)):
            with self.subTest(is_required=is_required):
                template = self._new_questionnaire()
                template.action_back_to_draft()
                template.step_ids.question_ids[1].is_required = is_required
                template.action_put_into_use()
                self.deal.amount = 9100
                process = self._start(template)
                self._do(process, self.rep_north, [{'text': "Chairs"}, {}, {}, {'flag': 'yes'}])
                self.assertEqual(self.deal.amount, expected)
                self.assertIn("How much?: 0" if is_required else "How much?: –", process.entry_ids[-1].answers)

    def test_each_question_of_the_step_and_no_other(self):
        """A line that a program points elsewhere neither spares a question nor writes another field (E62)."""
        other = self._new_questionnaire().step_ids.question_ids
        process = self._start(self._new_questionnaire())
        for index, question in ((3, other[0]), (3, process.step_id.question_ids[2])):
            dialogs = self.env['dealflow.process.answer'].with_user(self.rep_north)
            dialog = dialogs.browse(process.with_user(self.rep_north).action_do()['res_id'])
            dialog.line_ids[0].text = "Chairs"
            dialog.line_ids[index].question_id = question
            with self.assertRefused(UserError, "has other questions by now"):
                dialog.action_apply()
        self.assertEqual(process.step_id.name, "Ask")

    def test_answers_with_the_rights_of_whoever_answers(self):
        """A person who has the step, and may only read the deal, does not change it."""
        template = self._new_questionnaire()
        template.action_back_to_draft()
        template.step_ids[0].write({'person': 'user', 'user_id': self.viewer.id})
        template.action_put_into_use()
        process = self._start(template)
        self.assertEqual(process.user_id, self.viewer)
        with mute_logger('odoo.addons.base.models.ir_model'), self.assertRaises(AccessError), self.env.cr.savepoint():
            self._do(process, self.viewer, [{'text': "Tables"}, {'number': 1}, {}, {'flag': 'yes'}])
        self.assertEqual((self.deal.name, process.state), ("Chairs", 'running'))

    # The activity

    def test_activity_marked_done_does_a_task(self):
        process = self._start(self._new_tender())
        process.activity_ids.with_user(self.rep_north).action_feedback(feedback="Read it")
        self.assertEqual(process.step_id.name, "Take part?")
        self.assertRecordValues(
            process.entry_ids.sorted('id')[0],
            [{'done_by_id': self.rep_north.id, 'comment': "Read it", 'state': 'done'}],
        )
        with self.assertRefused(UserError, "wants an answer: open the process"):
            process.activity_ids.with_user(self.head_north).action_feedback()
        self.assertEqual(process.step_id.name, "Take part?")

    def test_activity_given_to_another_person(self):
        process = self._start(self._new_tender())
        process.activity_ids.with_user(self.rep_north).write({'user_id': self.head_north.id})
        self.assertEqual(process.user_id, self.head_north)

    def test_activity_goes_to_nobody_who_cannot_do_it(self):
        process = self._start(self._new_tender())
        portal = self._new_user('portal', 'base.group_portal')
        for person in (portal, self.env.ref('base.user_root')):
            with self.subTest(person=person.login), self.assertRefused(UserError, "cannot do “Read”"):
                process.activity_ids.with_user(self.rep_north).write({'user_id': person.id})
        self.assertEqual((process.user_id, process.activity_ids.user_id), (self.rep_north, self.rep_north))

    def test_activity_taken_away_comes_back(self):
        process = self._start(self._new_tender())
        process.activity_ids.unlink()
        self._look_after()
        self.assertRecordValues(process.activity_ids, [{'summary': "Read", 'user_id': self.rep_north.id}])

    # Waits

    def test_nobody_ends_a_wait(self):
        """Neither the person who may change the card, nor by a dialog that was opened for another step (E62)."""
        process = self._start(self._new_template({'name': "Wait", 'kind': 'wait', 'wait_days': 7}, END))
        dialogs = self.env['dealflow.process.answer'].with_user(self.rep_north)
        with self.assertRefused(UserError, "nothing to do now"):
            dialogs.create({'entry_id': process.entry_id.id})
        other = self._start(self._new_tender())
        dialog = dialogs.browse(other.with_user(self.rep_north).action_do()['res_id'])
        with self.assertRefused(UserError, "nothing to do now"):
            dialog.entry_id = process.entry_id
        self.assertEqual(process.step_id.name, "Wait")

    def test_dialog_tells_nothing_of_what_one_may_not_go_on_with(self):
        process = self._start(self._new_tender())
        for user in (self.viewer, self.rep_south):
            with self.subTest(user=user.login), self.assertRefused(AccessError, ""):
                self.env['dealflow.process.answer'].with_user(user).create({'entry_id': process.entry_id.id})

    def test_one_process_does_not_stop_the_others(self):
        """A field that a condition names is gone: that process says so, starts all the same, and the rest go on."""
        field = self.env['ir.model.fields'].create(
            {
                'name': 'x_is_checked',
                'model_id': self.env['ir.model']._get_id('dealflow.deal'),
                'ttype': 'boolean',
                'field_description': "Checked",
            }
        )
        template = self._new_template(
            {'name': "Until checked", 'kind': 'wait', 'domain': "[('x_is_checked', '=', True)]"}, END
        )
        broken = self._start(template)
        whole = self._start(self._new_template({'name': "Wait", 'kind': 'wait', 'wait_days': 1}, END))
        whole.entry_id._dealflow_set_derived({'deadline': self.company._dealflow_get_today()})
        field.unlink()
        self._look_after()
        self.assertEqual((broken.state, whole.state), ('running', 'done'))
        self.assertIn("x_is_checked", broken.problem)
        started = self._start(template, self._new_deal(self.rep_north))
        self.assertEqual((started.state, started.step_id.name), ('running', "Until checked"))
        self.assertIn("x_is_checked", started.problem)

    def test_any_failure_stops_one_process_only(self):
        """Whatever goes wrong with one, the processes of everybody else are looked after."""
        template = self._new_template({'name': "Do it"}, END)
        broken, whole = self._start(template), self._start(self._new_template({'name': "Wait", **WEEK}, END))
        # A deadline at the end of the calendar: days added to it are no day.
        broken.entry_id._dealflow_set_derived({'deadline': date.max})
        whole.entry_id._dealflow_set_derived({'deadline': self.company._dealflow_get_today()})
        with mute_logger('odoo.addons.dealflow.models.processes.dealflow_process'):
            self._look_after()
        self.assertEqual((broken.state, whole.state), ('running', 'done'))

    def test_wait_for_money(self):
        template = self._new_template(
            {
                'name': "Wait",
                'kind': 'wait',
                'wait_days': 5,
                'domain': "[('amount', '>=', 5000)]",
                'then': "Paid",
                'late': "Call",
            },
            {'name': "Call", 'then': "Wait"},
            {'name': "Paid", 'kind': 'end', 'result': "Paid"},
        )
        process = self._start(template)
        self._look_after()
        self.assertEqual(process.step_id.name, "Wait")
        process.entry_id._dealflow_set_derived({'deadline': self.company._dealflow_get_today() - timedelta(days=1)})
        self._look_after()
        self.assertEqual(process.step_id.name, "Call")
        self.assertEqual(process.entry_ids.sorted('id')[0].way, "The days ran out")
        self._do(process, self.rep_north)
        self.deal.amount = 5000
        self._look_after()
        self.assertRecordValues(process, [{'state': 'done', 'result': "Paid"}])
        # What is so already is not waited for.
        self.assertEqual(self._start(template).state, 'done')

    # Whose step

    def test_head_is_told_once(self):
        process = self._start(self._new_tender())
        process.entry_id._dealflow_set_derived({'deadline': self.company._dealflow_get_today() - timedelta(days=2)})
        self.assertTrue(process.is_overdue)
        self.assertIn(process, process.search([('is_overdue', '=', True)]))
        for _hour in range(2):
            self._look_after()
        told = process.activity_ids.filtered(lambda activity: activity.user_id == self.head_north)
        self.assertEqual(told.mapped('summary'), [f"Overdue: Read ({self.rep_north.name})"])
        self._do(process, self.rep_north)
        self.assertEqual(process.activity_ids.mapped('summary'), ["Take part?"])

    def test_role_without_people(self):
        """A deal without a team has no head: who started it gets the step, and the process says so."""
        deal = self._new_deal(user_id=self.seller_all.id, team_id=False)
        process = self._start(self._new_tender(), deal, self.seller_all)
        self._do(process, self.seller_all)
        self.assertEqual(process.user_id, self.seller_all)
        self.assertEqual(process.entry_id.remark, "There is nobody as “the head of the responsible person”.")

    def test_person_who_leaves(self):
        process = self._start(self._new_tender())
        self.rep_north.action_archive()
        self.assertEqual(process.user_id, self.head_north)
        self.assertIn("not available any more", process.entry_id.remark)
        self.assertEqual(process.activity_ids.user_id, self.head_north)

    # Rights

    def test_who_reads(self):
        template = self._new_template(
            {'name': "Read", 'person': 'user', 'user_id': self.rep_south.id}, {'name': "End", 'kind': 'end'}
        )
        other = self._start(self._new_tender())
        process = self._start(template)
        processes = self.env['dealflow.process']
        for user, seen in (
            (self.rep_north, process + other),
            (self.viewer, process + other),
            (self.head_north, process + other),
            # The deal is not theirs, the step is.
            (self.rep_south, process),
            (self.rep_second, processes),
        ):
            with self.subTest(user=user.login):
                self.env.invalidate_all()
                self.assertEqual(processes.with_user(user).search([], order='id'), seen.sorted('id'))
                entries = self.env['dealflow.process.entry'].with_user(user).search([])
                self.assertEqual(entries.process_id, seen)
                self.assertEqual((process + other).with_user(user)._filtered_access('read'), seen)
        self._do(process, self.rep_south)
        self.assertEqual(process.with_user(self.rep_south).result, "End")

    def test_lists_of_the_menu(self):
        """The list of a person has their turn and what they started; that of a head what the team has."""
        arch = self.env['dealflow.process'].get_view(self.env.ref('dealflow.dealflow_process_view_search').id)['arch']
        process = self._start(self._new_tender())
        self.team_north.user_id = self.head_north
        self.env.flush_all()

        def find(user, name):
            [node] = etree.fromstring(arch).xpath(f"//filter[@name='{name}']")
            domain = safe_eval(node.get('domain'), {'uid': user.id})
            return self.env['dealflow.process'].with_user(user).search(domain)

        self.assertIn(process, find(self.rep_north, 'filter_of_me'))
        self.assertIn(process, find(self.head_north, 'filter_team'))
        self._do(process, self.rep_north)
        self.assertIn(process, find(self.rep_north, 'filter_of_me'), "started by them")
        self.assertIn(process, find(self.head_north, 'filter_of_me'), "it is the turn of the head")
        self.assertNotIn(process, find(self.viewer, 'filter_of_me'))
        self.assertNotIn(process, find(self.viewer, 'filter_team'))

    def test_who_may_go_on(self):
        process = self._start(self._new_tender())
        for user in (self.viewer, self.rep_second):
            with self.subTest(user=user.login), self.assertRaises(AccessError), self.env.cr.savepoint():
                self._do(process, user)
            with self.subTest(user=user.login), self.assertRaises(AccessError), self.env.cr.savepoint():
                process.with_user(user).action_cancel()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self._new_tender(name="Other").with_user(self.viewer).action_start(self.deal.id)
        process.with_user(self.head_north).action_cancel()
        self.assertRecordValues(process, [{'state': 'cancelled', 'result': False, 'outcome': False, 'user_id': False}])
        self.assertFalse(process.activity_ids)
        with self.assertRefused(UserError, "nothing to do now"):
            process.with_user(self.rep_north).action_do()

    def test_nobody_writes_it(self):
        process = self._start(self._new_tender())
        for records in (process, process.entry_id):
            for user in (self.manager, self.rep_north):
                with self.subTest(model=records._name), self.assertRaises(AccessError), self.env.cr.savepoint():
                    records.with_user(user).write({'state': 'done'})
            with self.subTest(model=records._name), self.assertRaises(AccessError), self.env.cr.savepoint():
                records.sudo().with_env(records.with_user(self.manager).sudo().env).write({'state': 'done'})

    # What becomes of the card

    def test_card_is_deleted(self):
        """The process goes with it, and nothing of it is left over; a deal to which something happened stays (E08)."""
        template = self._new_template({'name': "Look"}, {'name': "End", 'kind': 'end'}, object='opportunity')
        lead = self._new_lead(partner_id=self.partner.id)
        process = self._start(template, lead, self.manager)
        activity = process.activity_ids
        lead.with_user(self.manager).unlink()
        self.assertFalse(process.exists() or activity.exists())
        deal = self._new_deal(self.rep_north)
        self._start(self._new_tender(), deal)
        with self.assertRefused(UserError, "other records refer to it: Started Process: 1"):
            deal.with_user(self.manager).unlink()

    def test_merged_opportunities(self):
        template = self._new_template({'name': "Look"}, {'name': "End", 'kind': 'end'}, object='opportunity')
        leads = self._new_lead(partner_id=self.partner.id) + self._new_lead(partner_id=self.partner.id)
        processes = self._start(template, leads[0], self.manager) + self._start(template, leads[1], self.manager)
        kept = leads.merge_opportunity()
        self.assertEqual(processes.lead_id, kept)
        self.assertEqual(sorted(processes.mapped('state')), ['cancelled', 'running'])

    def test_merged_contacts(self):
        template = self._new_template({'name': "Look"}, {'name': "End", 'kind': 'end'}, object='client')
        processes = self._start(template, self.partner, self.manager) + self._start(
            template, self.other_partner, self.manager
        )
        self.env['base.partner.merge.automatic.wizard']._merge(
            (self.partner + self.other_partner).ids, self.partner, extra_checks=False
        )
        self.env.invalidate_all()
        self.assertEqual(processes.mapped('state'), ['running', 'cancelled'])
        self.assertEqual(processes.partner_id, self.partner)
