from datetime import date, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged
from odoo.tools import convert_file

from .common import DealflowCommon


@tagged('post_install', '-at_install')
class TestStageRequirement(DealflowCommon):
    """A deal meets the requirements of its stage (E65): each kind of requirement, missing and met."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deal = cls._new_deal(cls.rep_north)

    def _require(self, kind, **values):
        return self.env['dealflow.stage.requirement'].create(
            {
                'stage_id': self.stage_offer.id,
                'kind': kind,
                **values,
            }
        )

    def _move(self, deal=None):
        (deal or self.deal).action_move_stage(self.stage_offer.id, "comment", "status")

    def assertMissing(self, words):
        with self.assertRefused(ValidationError, f"Proposal(.|\n)*missing: .*{words}"):
            self._move()

    def test_manager_chooses_the_field(self):
        """The manager who sets up a funnel has no access to ``ir.model.fields``, but can choose a field of the deal."""
        form = Form(self.stage_offer.with_user(self.manager))
        with form.requirement_ids.new() as requirement:
            requirement.kind = 'field'
            model = self.env['ir.model.fields'].with_user(self.manager)
            [[field_id, _label]] = model.name_search("Short Status", [('model', '=', 'dealflow.deal')])
            requirement.field_id = model.browse(field_id)
        form.save()
        self.assertEqual(self.stage_offer.requirement_ids.field_id.name, 'short_status')

    def test_field(self):
        self._require('field', field_id=self.env.ref('dealflow.field_dealflow_deal__description').id)
        self.assertMissing("Notes")
        for placeholder in ("-", "<p>n/a</p>", "xxxx", "<p><br></p>", "нет"):
            self.deal.description = placeholder
            self.assertMissing("Notes")
        self.deal.description = "They need forty chairs"
        self._move()
        self.assertTrue(self.deal.meets_requirements)

    def test_field_given_in_the_same_write(self):
        self._require('field', field_id=self.env.ref('dealflow.field_dealflow_deal__expected_close_date').id)
        self.deal.write(
            {
                'stage_id': self.stage_offer.id,
                'expected_close_date': '2030-01-01',
                'move_comment': "comment",
                'short_status': "status",
            }
        )
        self.assertEqual(self.deal.stage_id, self.stage_offer)

    def test_attachment(self):
        self._require('attachment', file_pattern="contract*.pdf", min_count=2)
        attachments = self.env['ir.attachment']
        for name in ("contract 1.pdf", "price list.pdf"):
            attachments.create({'name': name, 'res_model': 'dealflow.deal', 'res_id': self.deal.id, 'raw': b'x'})
        self.assertMissing("contract")
        attachments.create(
            {'name': "Contract final.PDF", 'res_model': 'dealflow.deal', 'res_id': self.deal.id, 'raw': b'x'}
        )
        self._move()

    def test_activity_done_lately(self):
        call = self.env.ref('mail.mail_activity_data_call')
        self._require('event_done', activity_type_id=call.id, max_age_days=7)
        activity = self.deal.activity_schedule('mail.mail_activity_data_call', user_id=self.rep_north.id)
        self.assertMissing("Call")
        activity.action_feedback(feedback="They agree")
        self._move()
        self.env['mail.activity'].with_context(active_test=False).search([('id', '=', activity.id)]).sudo().write(
            {'date_done': fields.Date.today() - timedelta(days=8)}
        )
        self.deal._refresh_requirements()
        self.assertFalse(self.deal.meets_requirements)

    def test_entity_confirmed(self):
        self._require('entity_confirmed')
        self.env.company.dealflow_gate_stage = 'block'
        self.assertMissing("confirmed by accounting")
        accountant = self._new_user('accountant', 'dealflow.group_requisites_confirmer')
        self.partner.with_user(self.rep_north).action_submit_requisites()
        self.partner.with_user(accountant).action_confirm_requisites()
        self._move()

    def test_unconfirmed_entity_is_only_warned_about_by_default(self):
        self._require('entity_confirmed')
        self._move()
        self.assertFalse(self.deal.meets_requirements)
        self.assertFalse(self.deal.log_ids.sorted('id')[-1].is_override)

    def test_contract_active(self):
        self._require('contract_active')
        contract = self.env['dealflow.contract'].create(
            {
                'name': "Frame contract",
                'entity_id': self.partner.id,
                'date_start': date(2020, 1, 1),
            }
        )
        self.assertMissing("contract")
        contract.action_activate()
        self._move()

    def test_receipts_planned_and_received(self):
        self._require('receipts_total', min_percent=100)
        self._require('received_share', min_percent=30)
        today = fields.Date.context_today(self.deal)
        first = self._new_receipt(amount=300, date_planned=today)
        self._new_receipt(amount=700, date_planned=today)
        with self.assertRefused(ValidationError, "30 % of the amount has been received"):
            self._move()
        first.action_set_state('received', "In the bank")
        self._move()

    def test_order_confirmed(self):
        self._require('order_confirmed')
        self.deal.line_ids = [(0, 0, {'product_id': self.product.id, 'quantity': 1})]
        order = self.env['sale.order'].browse(self.deal.action_new_quotation()['res_id'])
        self.assertMissing("order")
        order.with_user(self.rep_north).action_confirm()
        self._move()

    def test_order_or_contract(self):
        self._require('order_or_contract')
        self.assertMissing("order of the deal is confirmed, or a contract")
        [item] = self.deal.stage_checklist[0]['items']
        self.assertEqual(item['action']['res_model'], 'sale.order')
        with_contract = self._new_deal(
            self.rep_north, name="Under a contract", business_partner_id=self.other_partner.id
        )
        self.env['dealflow.contract'].create(
            {
                'name': "Frame contract",
                'entity_id': self.other_partner.id,
                'date_start': date(2020, 1, 1),
            }
        ).action_activate()
        self._move(with_contract)
        self.deal.line_ids = [(0, 0, {'product_id': self.product.id, 'quantity': 1})]
        order = self.env['sale.order'].browse(self.deal.action_new_quotation()['res_id'])
        self.assertMissing("order of the deal is confirmed, or a contract")
        order.with_user(self.rep_north).action_confirm()
        self._move()
        self.assertTrue(self.deal.meets_requirements and with_contract.meets_requirements)

    def test_funnel_that_enforces_nothing(self):
        """One switch of the funnel turns its requirements off and on again."""
        self._require('order_confirmed')
        other = self.env['dealflow.funnel'].create(
            {
                'name': "Other",
                'stage_ids': [
                    (0, 0, {'name': "Start"}),
                    (0, 0, {'name': "Go", 'sequence': 20, 'requirement_ids': [(0, 0, {'kind': 'order_confirmed'})]}),
                ],
            }
        )
        stranger = self._new_deal(funnel_id=other.id)
        lacking = self._new_deal(self.importer, name="Tables")
        self._move(lacking)
        self.assertMissing("order")
        self.assertFalse(lacking.meets_requirements)

        self.funnel.with_user(self.manager).enforces_requirements = False
        self.env.invalidate_all()
        self.assertTrue(lacking.meets_requirements)
        self.assertEqual(lacking.weighted_amount, 500.0)
        self.assertFalse(self.deal.stage_checklist)
        self._move()
        self.assertFalse(self.deal.log_ids.sorted('id')[-1].is_override)
        with self.assertRefused(ValidationError, "Go(.|\n)*missing: .*order"):
            stranger.with_user(self.rep_north).sudo().action_move_stage(other.stage_ids[1].id, "comment", "status")

        self.funnel.with_user(self.manager).enforces_requirements = True
        self.env.invalidate_all()
        self.assertFalse(self.deal.meets_requirements or lacking.meets_requirements)
        self.assertEqual(self.deal.weighted_amount, 0.0)

    def test_many_deals_of_a_switched_funnel_are_left_to_the_job(self):
        self._require('attachment')
        self._move(self._new_deal(self.importer, name="Tables"))
        self.env['ir.cron.trigger'].search([]).unlink()
        with patch('odoo.addons.dealflow.models.deals.requirements.dealflow_deal.REFRESHED_AT_ONCE', 0):
            self.funnel.enforces_requirements = False
        job = self.env.ref('dealflow.ir_cron_deal_requirements')
        self.assertEqual(self.env['ir.cron.trigger'].search([]).cron_id, job)
        with self.enter_registry_test_mode():
            job.method_direct_trigger()
        self.assertFalse(
            self.env['dealflow.deal'].search([('funnel_id', '=', self.funnel.id), ('meets_requirements', '=', False)])
        )

    def test_mark_goes_with_the_last_requirement(self):
        requirement = self._require('order_confirmed')
        deal = self._new_deal(self.importer, name="Tables")
        self._move(deal)
        self.assertFalse(deal.meets_requirements)
        requirement.unlink()
        with self.enter_registry_test_mode():
            self.env.ref('dealflow.ir_cron_deal_requirements').method_direct_trigger()
        self.assertTrue(deal.meets_requirements)

    def test_shipped_funnel_requires_what_every_firm_would(self):
        """Installing adds requirements to the default funnel; upgrading does not, so that no deal is blocked."""
        stages = [self.env.ref(f'dealflow.stage_{name}') for name in ('contract', 'shipping', 'paid')]
        for stage in stages:
            stage.requirement_ids.unlink()
        convert_file(self.env, 'dealflow', 'data/dealflow_funnel_data.xml', {}, mode='update')
        self.assertFalse([stage for stage in stages if stage.requirement_ids])
        convert_file(self.env, 'dealflow', 'data/dealflow_funnel_data.xml', {}, mode='init')
        self.assertEqual(
            [stage.requirement_ids.mapped('description') for stage in stages],
            [
                ["An order of the deal is confirmed, or a contract with the legal entity is in force"],
                ["The legal entity is confirmed by accounting"],
                ["100 % of the amount has been received"],
            ],
        )

    def test_kinds_stand_in_a_sensible_order(self):
        kinds = [kind for kind, _label in self.env['dealflow.stage.requirement']._fields['kind'].selection]
        self.assertEqual(
            kinds,
            [
                'field',
                'attachment',
                'event_done',
                'client_talked',
                'entity_confirmed',
                'contract_active',
                'order_confirmed',
                'order_or_contract',
                'receipts_total',
                'received_share',
                'process_done',
            ],
        )

    def test_every_missing_piece_is_named(self):
        self._require('order_confirmed')
        self._require('contract_active')
        self.assertMissing("An order of the deal is confirmed")
        self.assertMissing("A contract with the legal entity is in force")
        items = {item['name']: item for item in self.deal.stage_checklist[0]['items']}
        self.assertEqual(len(items), 2)
        self.assertFalse(any(item['is_done'] for item in items.values()))
        self.assertEqual({item['action']['res_model'] for item in items.values()}, {'sale.order', 'dealflow.contract'})

    def test_whoever_sees_a_deal_reads_what_it_lacks(self):
        """The links of the checklist lead to things that some readers of the deal may not see, such as receipts."""
        kinds = [kind for kind, _label in self.env['dealflow.stage.requirement']._fields['kind'].selection]
        values = {
            'field': {'field_id': self.env.ref('dealflow.field_dealflow_deal__expected_close_date').id},
            'event_done': {'event_type_id': self.env.ref('dealflow.event_type_meeting').id},
            'receipts_total': {'min_percent': 50},
            'received_share': {'min_percent': 50},
            'process_done': {'process_template_id': self._new_process_of_deals().id},
        }
        for kind in kinds:
            self._require(kind, **values.get(kind, {}))
        self.deal.expected_close_date = False
        for user in (self.viewer, self.seller_all, self.rep_north):
            self.env.invalidate_all()
            with self.subTest(user=user.login):
                items = self.deal.with_user(user).stage_checklist[0]['items']
                self.assertEqual(len(items), len(kinds))
        self.assertFalse(self.deal.with_user(self.seller_all).can_read_receipts, "or there was nothing to try")

    def test_override_is_logged_and_marked(self):
        self._require('order_confirmed')
        deal = self._new_deal(self.importer, name="Tables")
        self._move(deal)
        log = deal.log_ids.sorted('id')[-1]
        self.assertTrue(log.is_override)
        self.assertIn("order", log.missing_requirements)
        self.assertFalse(deal.meets_requirements)

    def test_unmet_requirement_marks_and_does_not_move(self):
        self._require('field', field_id=self.env.ref('dealflow.field_dealflow_deal__expected_close_date').id)
        self.deal.expected_close_date = '2030-01-01'
        self._move()
        self.assertEqual(self.deal.weighted_amount, 500.0)
        self.deal.expected_close_date = False
        self.assertFalse(self.deal.meets_requirements)
        self.assertEqual(self.deal.stage_id, self.stage_offer)
        self.assertEqual(self.deal.weighted_amount, 0.0)
        self.assertIn(self.deal, self.env['dealflow.deal'].search([('meets_requirements', '=', False)]))
        self.deal.expected_close_date = '2030-02-01'
        self.assertTrue(self.deal.meets_requirements)

    def test_nightly_look_finds_what_changed_elsewhere(self):
        self._require('attachment')
        attachment = self.env['ir.attachment'].create(
            {'name': "offer.pdf", 'res_model': 'dealflow.deal', 'res_id': self.deal.id, 'raw': b'x'}
        )
        self._move()
        attachment.unlink()
        with self.enter_registry_test_mode():
            self.env.ref('dealflow.ir_cron_deal_requirements').method_direct_trigger()
        self.assertFalse(self.deal.meets_requirements)

    def test_activity_plan_starts_on_entry(self):
        plan = (
            self.env['mail.activity.plan']
            .with_user(self.manager)
            .create(
                {
                    'name': "After the offer",
                    'res_model': 'dealflow.deal',
                    'template_ids': [
                        (
                            0,
                            0,
                            {
                                'activity_type_id': self.env.ref('mail.mail_activity_data_call').id,
                                'summary': "Ask for an answer",
                                'responsible_type': 'on_demand',
                                'delay_count': 3,
                            },
                        )
                    ],
                }
            )
        )
        self.stage_offer.activity_plan_id = plan
        self._move()
        self.assertRecordValues(
            self.deal.activity_ids, [{'summary': "Ask for an answer", 'user_id': self.rep_north.id}]
        )

    def test_the_way_goes_on_after_the_sale(self):
        """Stages after the won one are checked and logged like the others, and the deal stays won (E66)."""
        self.env['dealflow.stage.requirement'].create(
            {
                'stage_id': self.stage_delivered.id,
                'kind': 'attachment',
                'file_pattern': "delivery note",
            }
        )
        self.deal.action_win("Signed")
        closed_on = self.deal.closed_on
        with self.assertRefused(ValidationError, "Delivered(.|\n)*missing: .*delivery note"):
            self.deal.action_move_stage(self.stage_delivered.id, "It is there", "delivered")
        self.env['ir.attachment'].create(
            {
                'name': "Delivery note 7.pdf",
                'res_model': 'dealflow.deal',
                'res_id': self.deal.id,
                'raw': b'x',
            }
        )
        self.deal.action_move_stage(self.stage_delivered.id, "It is there", "delivered")
        self.assertRecordValues(
            self.deal,
            [
                {
                    'stage_id': self.stage_delivered.id,
                    'state': 'won',
                    'closed_on': closed_on,
                    'probability': 100.0,
                }
            ],
        )
        self.assertEqual(self.deal.log_ids.sorted('id').mapped('kind'), ['open', 'win', 'move'])
        self.assertReconciled(self.deal)

    def test_requirements_of_many_are_asked_once(self):
        self._require('order_confirmed')
        self._require('attachment')
        deals = (
            self.env['dealflow.deal']
            .with_user(self.importer)
            .create([{'name': f"Deal {index}", 'funnel_id': self.funnel.id} for index in range(30)])
        )
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(11):
            deals._get_missing_requirements()

    def test_repeat_sale(self):
        """A repeat sale creates an open deal with the same client and lines, linked to the won one (C53)."""
        self.deal.line_ids = [(0, 0, {'product_id': self.product.id, 'quantity': 2})]
        self.deal.action_win("Signed")
        successor = self.env['dealflow.deal'].browse(self.deal.action_repeat()['res_id'])
        self.assertRecordValues(
            successor,
            [
                {
                    'predecessor_id': self.deal.id,
                    'business_partner_id': self.partner.id,
                    'state': 'open',
                    'amount': 200.0,
                    'user_id': self.rep_north.id,
                    'name': "Chairs",
                }
            ],
        )
        self.assertEqual(self.deal.successor_count, 1)
