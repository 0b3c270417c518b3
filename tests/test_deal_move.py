import json

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, HttpCase, tagged

from .common import DealflowCommon


@tagged('post_install', '-at_install')
class TestDealMove(DealflowCommon):
    """Every way to change the stage needs a comment on the move or is refused (E26, rule 1)."""

    def assertNotMoved(self, deal):
        deal.invalidate_recordset()
        self.assertEqual(deal.stage_id, self.stage_talk)
        self.assertEqual(len(deal.sudo().log_ids), 1)

    def test_move_records_comment_and_status(self):
        deal = self._new_deal(self.rep_north)
        deal.action_move_stage(self.stage_offer.id, "They asked for prices", "offer sent")
        log = deal.log_ids.sorted('id')[-1]
        self.assertRecordValues(
            log,
            [
                {
                    'kind': 'move',
                    'stage_from_id': self.stage_talk.id,
                    'stage_to_id': self.stage_offer.id,
                    'comment': "They asked for prices",
                    'short_status': "offer sent",
                    'user_id': self.rep_north.id,
                    'is_override': False,
                }
            ],
        )
        self.assertEqual(deal.short_status, "offer sent")
        self.assertReconciled(deal)

    def test_write_without_comment_names_stage_and_what_is_missing(self):
        deal = self._new_deal(self.rep_north)
        with self.assertRaises(ValidationError) as caught:
            deal.stage_id = self.stage_offer
        message = str(caught.exception)
        for words in ("Proposal", "Chairs", "Comment on the Move", "Short Status"):
            self.assertIn(words, message)
        self.assertNotMoved(deal)

    def test_dialog_opens_when_no_stage_follows(self):
        deal = self._new_deal(self.rep_north)
        bare = self.env['dealflow.funnel'].create({'name': "Talks only"})
        self.env['dealflow.stage'].create({'name': "Talk", 'funnel_id': bare.id})
        only = self._new_deal(self.rep_north, funnel_id=bare.id)
        for operation in ('move', 'win'):
            for opened in (deal, only):
                context = {'default_deal_ids': opened.ids, 'default_operation': operation}
                form = Form(self.env['dealflow.deal.move'].with_user(self.rep_north).with_context(**context))
                self.assertEqual(form.deal_ids[:], opened)
            self.assertFalse(form.stage_checklist)

    def test_old_comment_does_not_count(self):
        deal = self._new_deal(self.rep_north)
        deal.action_move_stage(self.stage_offer.id, "First", "first")
        with self.assertRefused(ValidationError, "Talk.*missing: Comment on the Move"):
            deal.stage_id = self.stage_talk

    def test_comment_without_status_is_refused(self):
        deal = self._new_deal(self.rep_north)
        with self.assertRefused(ValidationError, "missing: .*Short Status"):
            deal.action_move_stage(self.stage_offer.id, "comment", "")
        self.assertNotMoved(deal)

    def test_blank_comment_is_refused(self):
        deal = self._new_deal(self.rep_north)
        with self.assertRefused(ValidationError, "missing: Comment on the Move"):
            deal.action_move_stage(self.stage_offer.id, "   ", "status")
        self.assertNotMoved(deal)

    def test_kanban_drop_without_comment(self):
        deal = self._new_deal(self.rep_north)
        with self.assertRaises(ValidationError):
            deal.web_save({'stage_id': self.stage_offer.id}, {'stage_id': {}})
        self.assertNotMoved(deal)

    def test_list_edit_of_many_is_all_or_nothing(self):
        deals = self._new_deal(self.rep_north) + self._new_deal(self.rep_north, name="Tables")
        with self.assertRaises(ValidationError):
            deals.web_save_multi([{'stage_id': self.stage_offer.id}] * 2, {'stage_id': {}})
        for deal in deals:
            self.assertNotMoved(deal)

    def test_stage_without_comment_requirement(self):
        self.stage_offer.require_comment = False
        deal = self._new_deal(self.rep_north)
        deal.stage_id = self.stage_offer
        self.assertEqual(deal.log_ids.sorted('id')[-1].kind, 'move')
        self.assertReconciled(deal)

    def test_create_in_late_stage(self):
        with self.assertRefused(ValidationError, "Proposal.*missing: Comment on the Move"):
            self._new_deal(self.rep_north, stage_id=self.stage_offer.id)
        deal = self._new_deal(
            self.rep_north,
            stage_id=self.stage_offer.id,
            move_comment="Came with a tender",
            short_status="tender",
        )
        self.assertRecordValues(deal.log_ids, [{'kind': 'open', 'comment': "Came with a tender"}])

    def test_import_without_comment(self):
        deal = self._new_deal(self.rep_north)
        self.env['ir.model.data'].create(
            {
                'module': '__test__',
                'name': 'deal',
                'model': 'dealflow.deal',
                'res_id': deal.id,
            }
        )
        outcome = (
            self.env['dealflow.deal']
            .with_user(self.rep_north)
            .with_context(import_file=True)
            .load(
                ['id', 'stage_id'],
                [['__test__.deal', 'Proposal']],
            )
        )
        self.assertFalse(outcome['ids'])
        self.assertIn("Proposal", outcome['messages'][0]['message'])
        self.assertNotMoved(deal)

    def test_import_with_comment(self):
        deal = self._new_deal(self.rep_north)
        self.env['ir.model.data'].create(
            {
                'module': '__test__',
                'name': 'deal',
                'model': 'dealflow.deal',
                'res_id': deal.id,
            }
        )
        outcome = (
            self.env['dealflow.deal']
            .with_user(self.rep_north)
            .load(
                ['id', 'stage_id', 'move_comment', 'short_status'],
                [['__test__.deal', 'Proposal', 'from the list', 'offer']],
            )
        )
        self.assertTrue(outcome['ids'], outcome['messages'])
        self.assertEqual(deal.stage_id, self.stage_offer)
        self.assertReconciled(deal)

    def test_automation_rule_is_guarded_as_its_user(self):
        self.env['base.automation'].create(
            {
                'name': "Big deals are offers",
                'model_id': self.env['ir.model']._get_id('dealflow.deal'),
                'trigger': 'on_create_or_write',
                'filter_domain': "[('amount', '>', 5000)]",
                'action_server_ids': [
                    (
                        0,
                        0,
                        {
                            'name': "Move",
                            'model_id': self.env['ir.model']._get_id('dealflow.deal'),
                            'state': 'code',
                            'code': f"records.sudo().write({{'stage_id': {self.stage_offer.id}}})",
                        },
                    )
                ],
            }
        )
        deal = self._new_deal(self.rep_north)
        with self.assertRefused(ValidationError, "Proposal"):
            deal.amount = 6000
        self.assertNotMoved(deal)

    def test_change_of_funnel_without_comment(self):
        other = self._new_funnel("Other", "Start")
        deal = self._new_deal(self.rep_north)
        with self.assertRefused(ValidationError, "Start.*missing: Comment on the Move"):
            deal.funnel_id = other
        self.assertNotMoved(deal)
        self.assertEqual(deal.funnel_id, self.funnel)

    def test_merge_of_opportunities_moves_no_deal(self):
        leads = self._new_lead(self.rep_north, partner_id=self.partner.id)
        leads += self._new_lead(self.rep_north, partner_id=self.partner.id, name="Tables")
        deals = self._new_deal(self.rep_north, lead_id=leads[0].id) + self._new_deal(
            self.rep_north, lead_id=leads[1].id
        )
        merged = leads.sudo().merge_opportunity()
        self.assertEqual(deals.lead_id, merged)
        for deal in deals:
            self.assertNotMoved(deal)
        self.assertReconciled(deals)

    def test_conversion_begins_in_the_first_stage_or_is_guarded(self):
        lead = self._new_lead(self.rep_north)
        with self.assertRefused(ValidationError, "Proposal.*missing: Comment on the Move"):
            lead.action_convert_to_deal({'funnel_id': self.funnel.id, 'stage_id': self.stage_offer.id})
        self.assertFalse(lead.deal_ids)
        lead.action_convert_to_deal({'funnel_id': self.funnel.id})
        self.assertNotMoved(lead.deal_ids)

    def test_tracking_disable_does_not_hide_a_move(self):
        deal = self._new_deal(self.rep_north).with_context(tracking_disable=True)
        with self.assertRefused(ValidationError, "Proposal"):
            deal.stage_id = self.stage_offer
        deal.action_move_stage(self.stage_offer.id, "comment", "status")
        self.assertEqual(deal.log_ids.sorted('id')[-1].kind, 'move')

    def test_recomputed_state_is_recorded(self):
        deal = self._new_deal(self.rep_north)
        deal.action_move_stage(self.stage_offer.id, "comment", "status")
        deal.with_user(self.manager).write({'move_comment': "The offer is the sale now", 'short_status': "sold"})
        with self.assertRefused(ValidationError, "Proposal"):
            self.stage_offer.with_user(self.manager).is_won = True
            self.env.flush_all()

    def test_allowed_previous_stages(self):
        self.stage_signed.allowed_from_ids = self.stage_offer
        deal = self._new_deal(self.rep_north)
        with self.assertRefused(ValidationError, "may come only from: Proposal"):
            deal.action_win("comment")
        self.assertNotMoved(deal)
        deal.action_move_stage(self.stage_offer.id, "comment", "status")
        deal.action_win("comment")
        self.assertEqual(deal.state, 'won')

    def test_only_members_of_the_groups_enter(self):
        self.stage_signed.group_ids = self.env.ref('dealflow.group_manager')
        deal = self._new_deal(self.rep_north)
        with self.assertRefused(ValidationError, "only members of these groups"):
            deal.action_win("comment")
        with self.assertRefused(ValidationError, "only members of these groups"):
            deal.sudo().action_win("comment")
        self.assertNotMoved(deal)
        deal.with_user(self.manager).action_win("comment")
        self.assertEqual(deal.state, 'won')

    def test_override_is_recorded_as_such(self):
        self.stage_signed.allowed_from_ids = self.stage_offer
        deal = self._new_deal(self.importer)
        deal.action_win("I saw the contract myself")
        log = deal.log_ids.sorted('id')[-1]
        self.assertTrue(log.is_override)
        self.assertIn("may come only from: Proposal", log.missing_requirements)

    def test_override_still_needs_a_comment(self):
        deal = self._new_deal(self.importer)
        with self.assertRefused(ValidationError, "missing: Comment on the Move"):
            deal.stage_id = self.stage_offer

    def test_dialog_moves_many(self):
        deals = self._new_deal(self.rep_north) + self._new_deal(self.rep_north, name="Tables")
        form = Form(
            self.env['dealflow.deal.move']
            .with_user(self.rep_north)
            .with_context(
                active_model='dealflow.deal',
                active_ids=deals.ids,
            )
        )
        form.stage_id = self.stage_offer
        form.short_status = "offers sent"
        form.comment = "Both asked for prices"
        form.save().action_apply()
        self.assertEqual(deals.stage_id, self.stage_offer)
        self.assertReconciled(deals)

    def test_dialog_proposes_the_next_stage_of_one_deal(self):
        deal = self._new_deal(self.rep_north)
        dialog = self.env['dealflow.deal.move'].with_user(self.rep_north)
        self.assertEqual(Form(dialog.with_context(**deal.action_open_move()['context'])).stage_id, self.stage_offer)
        deals = deal + self._new_deal(self.rep_north)
        self.assertFalse(Form(dialog.with_context(**deals.action_open_move()['context'])).stage_id)

    def test_moving_many_costs_no_query_per_deal(self):
        def count_queries(number):
            deals = (
                self.env['dealflow.deal']
                .with_user(self.rep_north)
                .create([{'name': f"Deal {index}", 'funnel_id': self.funnel.id} for index in range(number)])
            )
            deals = deals.with_context(tracking_disable=True)
            return self._count_queries(lambda: deals.action_move_stage(self.stage_offer.id, "comment", "status"))

        count_queries(2)
        few, many = count_queries(5), count_queries(60)
        self.assertLessEqual(many - few, 3)

    def test_viewer_moves_nothing(self):
        deal = self._new_deal(self.rep_north)
        with self.assertRaises(AccessError):
            deal.with_user(self.viewer).action_move_stage(self.stage_offer.id, "comment", "status")


@tagged('post_install', '-at_install')
class TestDealMoveByRpc(DealflowCommon, HttpCase):
    def _call(self, method, *args):
        response = self.url_open(
            f'/web/dataset/call_kw/dealflow.deal/{method}',
            data=json.dumps(
                {
                    'jsonrpc': '2.0',
                    'method': 'call',
                    'params': {
                        'model': 'dealflow.deal',
                        'method': method,
                        'args': args,
                        'kwargs': {},
                    },
                }
            ),
            headers={'Content-Type': 'application/json'},
        )
        return response.json()

    def test_rpc(self):
        deal = self._new_deal(self.rep_north)
        self.authenticate('test_rep_north', 'test_rep_north')
        refusal = self._call('write', [deal.id], {'stage_id': self.stage_offer.id})
        self.assertIn("Proposal", refusal['error']['data']['message'])
        self.assertEqual(refusal['error']['data']['name'], 'odoo.exceptions.ValidationError')
        self.assertEqual(deal.stage_id, self.stage_talk)
        self.assertTrue(self._call('action_move_stage', [deal.id], self.stage_offer.id, "By phone", "offer")['result'])
        deal.invalidate_recordset()
        self.assertEqual(deal.stage_id, self.stage_offer)

    def test_rpc_without_rights(self):
        deal = self._new_deal(self.rep_north)
        for login in ('test_viewer', 'test_rep_south'):
            self.authenticate(login, login)
            for method, args in (
                ('action_move_stage', ([deal.id], self.stage_offer.id, "comment", "status")),
                ('web_save', ([deal.id], {'stage_id': self.stage_offer.id}, {})),
            ):
                with self.subTest(login=login, method=method):
                    refusal = self._call(method, *args)
                    self.assertEqual(refusal['error']['data']['name'], 'odoo.exceptions.AccessError')
        deal.invalidate_recordset()
        self.assertEqual(deal.stage_id, self.stage_talk)

    def test_rpc_cannot_forge_history(self):
        deal = self._new_deal(self.rep_north)
        self.authenticate('test_rep_north', 'test_rep_north')
        for method in ('_log_movements', '_check_movements'):
            self.assertIn('error', self._call(method, [deal.id]))
