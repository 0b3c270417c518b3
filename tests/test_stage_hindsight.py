from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import DealflowCommon


@tagged('post_install', '-at_install')
class TestStageHindsight(DealflowCommon):
    """What a requirement of a stage would have meant for the moves of the last twelve months.

    Three deals were moved on the same day: the evidence of one is ten days older, that of another came four days later,
    the third one never had any. Each kind must tell them apart, by its own dates.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.funnel.enforces_requirements = False
        cls.moved_on = fields.Datetime.now().replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=60)
        cls.early, cls.late, cls.never = (cls._new_moved_deal(name) for name in ("Early", "Late", "Never"))

    @classmethod
    def _new_moved_deal(cls, name, moved_on=None, **values):
        """Return a deal of a client of its own, opened long ago and moved into the stage on a day."""
        moved_on = moved_on or cls.moved_on
        client = cls._new_partner(f"Client {name}")
        deal = cls._new_deal(
            cls.rep_north, name=name, business_partner_id=client.id, legal_entity_id=client.id, **values
        )
        deal.action_move_stage(cls.stage_offer.id, "They have it", "offer")
        cls.env.flush_all()
        cls.env.cr.flush()
        opened_on = moved_on - timedelta(days=100)
        cls._date(deal, create_date=opened_on, opened_on=opened_on.date())
        for row in deal.sudo().log_ids:
            cls._date(row, date=moved_on if row.stage_from_id else opened_on)
        return deal.with_user(cls.manager)

    @classmethod
    def _date(cls, records, **values):
        """Set dates that no person may set."""
        cls.env.flush_all()
        for name, value in values.items():
            # pylint: disable=sql-injection; names of the registry
            cls.env.cr.execute(f"UPDATE {records._table} SET {name} = %s WHERE id IN %s", [value, tuple(records.ids)])
        cls.env.invalidate_all()

    def _require(self, kind, **values):
        return (
            self.env['dealflow.stage.requirement']
            .create({'stage_id': self.stage_offer.id, 'kind': kind, **values})
            .with_user(self.manager)
        )

    def _prove_twice(self, prove):
        prove(self.early.sudo(), self.moved_on - timedelta(days=10))
        prove(self.late.sudo(), self.moved_on + timedelta(days=4))
        self.env.flush_all()
        self.env.invalidate_all()

    def assertToldApart(self, requirement, days=4):
        """Check the verdicts, and that what stands today is the same as what a move would find today."""
        found = {move['deal'].name: (move['verdict'], move['days']) for move in requirement._get_past_moves()}
        self.assertEqual(found["Early"], ('met', None))
        self.assertEqual(found["Late"][0], 'stopped')
        self.assertAlmostEqual(found["Late"][1], days, 0)
        self.assertEqual(found["Never"], ('stopped', None))
        self.assertRecordValues(
            requirement,
            [
                {
                    'past_moves': 3,
                    'past_met': 1,
                    'past_stopped': 2,
                    'past_late': 1,
                    'past_undated': 0,
                    'past_standing': 1,
                }
            ],
        )
        deals = self.early + self.late + self.never
        self.assertEqual(requirement._get_missing(deals).mapped('name'), ["Never"])
        self.assertEqual(self._open(requirement.action_view_past_stopped()), self.late + self.never)
        self.assertEqual(self._open(requirement.action_view_past_standing()), self.never)

    def _open(self, action):
        deals = self.env[action['res_model']].with_user(self.manager).with_context(**action['context'])
        return deals.search(action['domain'], order='id')

    def test_field(self):
        def prove(deal, moment):
            deal.expected_close_date = moment.date()
            self.env.flush_all()
            self.env.cr.flush()
            self._date(deal.message_ids.sorted('id')[-1], date=moment)

        field = self.env['ir.model.fields']._get('dealflow.deal', 'expected_close_date')
        requirement = self._require('field', field_id=field.id)
        self._prove_twice(prove)
        self.assertToldApart(requirement)

    def test_field_that_was_emptied_before(self):
        """What was there at the creation and was taken away stood until then."""
        field = self.env['ir.model.fields']._get('dealflow.deal', 'expected_close_date')
        requirement = self._require('field', field_id=field.id)
        deal = self._new_moved_deal("Emptied", expected_close_date='2026-01-01')
        deal.expected_close_date = False
        self.env.flush_all()
        self.env.cr.flush()
        message = deal.sudo().message_ids.sorted('id')[-1]
        for days, verdict in ((1, 'met'), (-1, 'stopped')):
            self._date(message, date=self.moved_on + timedelta(days=days))
            moves = {move['deal'].name: move['verdict'] for move in requirement._get_past_moves()}
            self.assertEqual(moves["Emptied"], verdict)

    def test_field_without_dates_says_so(self):
        """Nobody can tell when notes were written: such a move counts neither way."""
        field = self.env['ir.model.fields']._get('dealflow.deal', 'description')
        requirement = self._require('field', field_id=field.id)
        self.early.description = "Forty chairs"
        self.assertRecordValues(requirement, [{'past_moves': 3, 'past_met': 0, 'past_stopped': 2, 'past_undated': 1}])
        self.assertEqual(self._open(requirement.action_view_past_undated()), self.early)

    def test_attachment(self):
        def prove(deal, moment):
            for number in (1, 2):
                values = {'name': f"contract {number}.pdf", 'res_model': 'dealflow.deal', 'res_id': deal.id}
                file = self.env['ir.attachment'].create({**values, 'raw': b"x"})
                # The first one alone is not enough.
                self._date(file, create_date=moment if number == 2 else moment - timedelta(days=20))
            self.env['ir.attachment'].create(
                {'name': "price list", 'res_model': 'dealflow.deal', 'res_id': self.never.id, 'raw': b"x"}
            )

        requirement = self._require('attachment', file_pattern="contract*.pdf", min_count=2)
        self._prove_twice(prove)
        self.assertToldApart(requirement)

    def test_activity_done(self):
        def prove(deal, moment):
            activity = deal.activity_schedule('mail.mail_activity_data_call', user_id=self.rep_north.id)
            activity.action_feedback(feedback="They agree")
            self._date(activity, date_done=moment.date())

        requirement = self._require('event_done', activity_type_id=self.env.ref('mail.mail_activity_data_call').id)
        self._prove_twice(prove)
        # An activity has a day and no time.
        self.assertToldApart(requirement)

    def _hold(self, deal, moment):
        kind = self.env['dealflow.event.type'].search([('status_ids.is_done', '=', True)], limit=1)
        event = self._new_event(deal_id=deal.id, event_type_id=kind.id, start=moment)
        event.event_status_id = kind.status_ids.filtered('is_done')[0]
        self.env.flush_all()
        self._date(event.status_log_ids, date=moment)
        return kind

    def test_event_done(self):
        self._prove_twice(self._hold)
        kind = self.env['calendar.event'].search([('deal_id', '=', self.early.id)]).event_type_id
        self.assertToldApart(self._require('event_done', event_type_id=kind.id))

    def test_event_done_lately(self):
        """An event of ten days ago does not count where it must not be older than a week."""
        kind = self._hold(self.early.sudo(), self.moved_on - timedelta(days=10))
        for days, met in ((9, 0), (10, 1)):
            requirement = self._require('event_done', event_type_id=kind.id, max_age_days=days)
            self.assertEqual((requirement.past_met, requirement.past_stopped), (met, 3 - met))
            self.assertEqual(requirement.past_standing, 3 - met)

    def test_entity_confirmed(self):
        self.company.dealflow_gate_stage = 'block'
        accountant = self._new_user('accountant', 'dealflow.group_requisites_confirmer')

        def prove(deal, moment):
            deal.legal_entity_id.with_user(self.rep_north).action_submit_requisites()
            deal.legal_entity_id.with_user(accountant).action_confirm_requisites()
            self.env.flush_all()
            rows = self.env['dealflow.requisite.log'].search([('entity_id', '=', deal.legal_entity_id.id)])
            self._date(rows, date=moment)

        requirement = self._require('entity_confirmed')
        self._prove_twice(prove)
        self.assertToldApart(requirement)
        # The confirmation ends with a change.
        self.early.sudo().legal_entity_id.name = "Renamed"
        self.env.flush_all()
        rows = self.env['dealflow.requisite.log'].search([('entity_id', '=', self.early.sudo().legal_entity_id.id)])
        self._date(rows.filtered(lambda row: row.event == 'voided'), date=self.moved_on - timedelta(days=1))
        requirement.invalidate_recordset()
        self.assertEqual((requirement.past_met, requirement.past_stopped, requirement.past_standing), (0, 3, 2))

    def _sign(self, deal, moment):
        contract = self.env['dealflow.contract'].create(
            {'name': "Frame contract", 'entity_id': deal.legal_entity_id.id, 'date_start': '2020-01-01'}
        )
        self.env.flush_all()
        self.env.cr.flush()
        contract.action_activate()
        self.env.flush_all()
        self.env.cr.flush()
        self._date(contract.message_ids, date=moment)
        self._date(contract, create_date=moment - timedelta(days=1))

    def test_contract_in_force(self):
        requirement = self._require('contract_active')
        self._prove_twice(self._sign)
        self.assertToldApart(requirement)
        # It ends on its last day.
        self.env['dealflow.contract'].search([('entity_id', '=', self.early.sudo().legal_entity_id.id)]).date_end = (
            self.moved_on.date() - timedelta(days=1)
        )
        requirement.invalidate_recordset()
        self.assertEqual((requirement.past_met, requirement.past_stopped), (0, 3))

    def _order(self, deal, moment):
        order = self._new_order(deal.legal_entity_id, self.product, deal_id=deal.id)
        self.env.flush_all()
        self.env.cr.flush()
        order.action_confirm()
        self.env.flush_all()
        self.env.cr.flush()
        self._date(order.message_ids, date=moment)
        self._date(order, date_order=moment)

    def test_order_confirmed(self):
        requirement = self._require('order_confirmed')
        self._prove_twice(self._order)
        self.assertToldApart(requirement)

    def test_order_or_contract(self):
        self._order(self.early.sudo(), self.moved_on - timedelta(days=10))
        self._sign(self.late.sudo(), self.moved_on + timedelta(days=4))
        self.assertToldApart(self._require('order_or_contract'))

    def test_receipts_planned(self):
        def prove(deal, moment):
            for amount, shift in ((300, -5), (200, 0)):
                receipt = self._new_receipt(deal, amount=amount, date_planned=moment.date())
                self._date(receipt, create_date=moment + timedelta(days=shift))

        requirement = self._require('receipts_total', min_percent=50)
        self._prove_twice(prove)
        self.assertToldApart(requirement)
        # When the deal was worth twice as much, that was not enough.
        self._date(self.early.sudo().log_ids, amount_to=2000)
        requirement.invalidate_recordset()
        self.assertEqual((requirement.past_met, requirement.past_stopped), (0, 3))

    def test_money_received(self):
        def prove(deal, moment):
            receipt = self._new_receipt(deal, amount=300, date_planned=moment.date())
            receipt.action_set_state('received', "In the bank")
            receipt.date_received = moment.date()

        requirement = self._require('received_share', min_percent=30)
        self._prove_twice(prove)
        self.assertToldApart(requirement)

    # The figures

    def test_won_with_and_without(self):
        """The share is that of the deals which are closed by now; imported and old moves are left out."""
        requirement = self._require('attachment')
        won, lost = (self._new_moved_deal(name) for name in ("Won", "Lost"))
        for deal in (won, lost, self.early):
            file = self.env['ir.attachment'].create(
                {'name': "x", 'res_model': 'dealflow.deal', 'res_id': deal.id, 'raw': b"x"}
            )
            self._date(file, create_date=self.moved_on - timedelta(days=1))
        won.action_win("They have signed")
        lost.action_lose(self.reason.id, "Too expensive")
        self.late.action_lose(self.reason.id, "Too expensive")
        self._new_moved_deal("Old", moved_on=fields.Datetime.now() - timedelta(days=400))
        self._import_deal(name="Imported", stage_id=self.stage_offer.id)
        self.assertRecordValues(
            requirement,
            [
                {
                    'past_moves': 5,
                    'past_met': 3,
                    'past_stopped': 2,
                    'past_won_met': 0.5,
                    'past_won_stopped': 0.0,
                    'past_standing': 1,
                }
            ],
        )

    def test_looking_writes_nothing(self):
        """No row of any table is written, not even one of a dialog."""
        requirements = [
            self._require(kind, **values)
            for kind, values in (
                ('field', {'field_id': self.env['ir.model.fields']._get('dealflow.deal', 'description').id}),
                ('attachment', {}),
                ('event_done', {'activity_type_id': self.env.ref('mail.mail_activity_data_call').id}),
                ('client_talked', {}),
                ('entity_confirmed', {}),
                ('contract_active', {}),
                ('order_confirmed', {}),
                ('order_or_contract', {}),
                ('receipts_total', {}),
                ('received_share', {}),
                ('process_done', {'process_template_id': self._new_process_of_deals().id}),
            )
        ]
        kinds = {requirement.kind for requirement in requirements}
        self.assertEqual(kinds, set(self.env['dealflow.stage.requirement']._fields['kind'].get_values(self.env)))
        self.env.flush_all()
        self.env.cr.execute("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables")
        before = self.env.cr.fetchone()
        for requirement in requirements:
            action = requirement.action_view_past()
            form = requirement.browse(action['res_id']).web_read({'past_moves': {}, 'past_standing': {}})
            self.assertEqual(form[0]['past_moves'], 3)
            requirement.action_view_past_stopped()
            requirement.action_view_past_standing()
            requirement.action_view_past_undated()
        self.env.flush_all()
        self.env.cr.execute("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables")
        self.assertEqual(self.env.cr.fetchone(), before)

    def test_only_deals_that_the_person_may_read(self):
        requirement = self._require('attachment')
        self.assertEqual(requirement.with_user(self._new_foreigner()).sudo(False).past_moves, 0)

    def test_requirement_that_is_not_in_force_stops_nobody(self):
        """It can be looked at beforehand: it neither stops a move nor stands on the checklist."""
        self.funnel.enforces_requirements = True
        requirement = self._require('attachment')
        deal = self._new_deal(self.rep_north, name="New")
        self.assertEqual(len(deal.stage_checklist), 1)
        requirement.is_enforced = False
        deal.invalidate_recordset()
        self.assertFalse(deal.stage_checklist)
        self.assertEqual(requirement.past_stopped, 3)
        deal.action_move_stage(self.stage_offer.id, "They have it", "offer")
        self.assertEqual(deal.stage_id, self.stage_offer)
        self.assertTrue(deal.meets_requirements)

    def test_imported_moves_are_counted_apart(self):
        """The evidence of the time before the import is not known; the dialog says how many moves that leaves out."""
        rows = self.early.sudo().log_ids.filtered(lambda row: row.stage_to_id == self.stage_offer)
        self._date(rows, kind='import')
        requirement = self._require('attachment', min_count=1)
        self.assertEqual((requirement.past_moves, requirement.past_imported), (2, 1))
