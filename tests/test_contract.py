from freezegun import freeze_time
from lxml import etree
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from .partner_common import PartnerCommon


@tagged('post_install', '-at_install')
class TestContract(PartnerCommon):
    def _new_contract(self, **values):
        return (
            self.env['dealflow.contract']
            .with_user(self.rep)
            .create(
                {
                    'name': "Delivery",
                    'entity_id': self.alpha.id,
                    'date_start': '2026-01-01',
                    'date_end': '2026-12-31',
                    **values,
                }
            )
        )

    def test_contract_is_made_with_a_legal_entity_only(self):
        with self.assertRaisesRegex(ValidationError, "made with a legal entity"):
            self._new_contract(entity_id=self.group.id)
        contact = self._new_contact("Person", self.alpha)
        with self.assertRaisesRegex(ValidationError, "made with a legal entity"):
            self._new_contract(entity_id=contact.id)
        self.assertEqual(self._new_contract().business_partner_id, self.group)

    @freeze_time('2026-06-01')
    def test_way_of_a_contract(self):
        contract = self._new_contract()
        contract.action_activate()
        self.assertEqual(contract.state, 'active')
        contract.action_terminate()
        self.assertEqual(contract.state, 'terminated')
        self.assertEqual(str(contract.date_end), '2026-06-01')
        with self.assertRaisesRegex(UserError, "cannot become"):
            contract.action_activate()

    def test_contract_expires_on_the_day_after_its_end(self):
        with freeze_time('2026-06-01'):
            contract = self._new_contract()
            contract.action_activate()
        with freeze_time('2026-12-31'):
            self.env['dealflow.contract']._cron_update_state()
            self.assertEqual(contract.state, 'active')
        with freeze_time('2027-01-01'):
            self.env['dealflow.contract']._cron_update_state()
            self.assertEqual(contract.state, 'expired')
            contract.date_end = '2027-06-30'
            self.assertEqual(contract.state, 'active')

    @freeze_time('2027-06-01')
    def test_past_contract_cannot_be_activated(self):
        contract = self._new_contract()
        with self.assertRaisesRegex(ValidationError, "2026-12-31"):
            contract.action_activate()

    def test_responsible_is_reminded_once_before_the_end(self):
        with freeze_time('2026-06-01'):
            contract = self._new_contract()
            contract.action_activate()
            self.env['dealflow.contract']._cron_update_state()
            self.assertFalse(contract.activity_ids)
        with freeze_time('2026-12-05'):
            self.env['dealflow.contract']._cron_update_state()
            self.env['dealflow.contract']._cron_update_state()
            self.assertRecordValues(contract.activity_ids, [{'user_id': self.rep.id}])
            contract.date_end = '2027-12-31'
            self.env['dealflow.contract']._cron_update_state()
            self.assertEqual(len(contract.activity_ids), 1)
        with freeze_time('2027-12-05'):
            self.env['dealflow.contract']._cron_update_state()
            self.assertEqual(len(contract.activity_ids), 2)

    @freeze_time('2026-12-05')
    def test_contracts_that_end_soon_are_listed(self):
        """The filter lists active contracts that end within 30 days, with the days left (C102)."""
        soon, later, draft = (
            self._new_contract(date_end=date_end) for date_end in ('2026-12-31', '2027-02-01', '2026-12-31')
        )
        (soon + later).action_activate()
        search = self.env['dealflow.contract'].get_view(view_type='search')['arch']
        [node] = etree.fromstring(search).xpath("//filter[@name='filter_ends_soon']")
        found = self.env['dealflow.contract'].search(
            safe_eval(node.get('domain')) + [('entity_id', '=', self.alpha.id)]
        )
        self.assertEqual(found, soon)
        self.assertEqual(soon.days_left, 26)
        self.assertNotIn(draft, found)

    @freeze_time('2026-06-01')
    def test_unconfirmed_entity_blocks_the_activation(self):
        self.env.company.dealflow_gate_contract = 'block'
        contract = self._new_contract()
        with self.assertRefused(UserError, "requisites of Alpha"):
            contract.write({'state': 'active'})
        self.assertEqual(contract.state, 'draft')

    @freeze_time('2026-06-01')
    def test_expired_follows_from_the_end_alone(self):
        """A contract is not expired without an end date or before it."""
        for values in ({'date_end': False}, {'date_end': '2026-12-31'}):
            with self.assertRaisesRegex(ValidationError, "cannot be “Expired”"), self.env.cr.savepoint():
                self._new_contract(state='expired', **values)
            with self.assertRaisesRegex(ValidationError, "cannot be “Expired”"), self.env.cr.savepoint():
                self.env['dealflow.contract'].with_user(self.rep).with_context(default_state='expired').create(
                    {'name': "x", 'entity_id': self.alpha.id, **values}
                )
        old = self._new_contract(state='expired', date_end='2026-05-31')
        old.date_end = '2026-12-31'
        self.assertEqual(old.state, 'active', "a prolonged contract goes on")

    def test_contract_is_over_with_the_day_of_its_company(self):
        """At 05:00 UTC it is New Year's Eve in Honolulu, where the company is, and already New Year elsewhere."""
        self.env.company.resource_calendar_id.tz = 'Pacific/Honolulu'
        with freeze_time('2026-06-01'):
            active = self._new_contract()
            active.action_activate()
        with freeze_time('2027-01-01 05:00:00'):
            with self.assertRefused(ValidationError, "cannot be “Expired”"):
                self._new_contract(state='expired')
            active.date_end = '2026-12-31'
            self.assertEqual(active.state, 'active')
            self._new_contract().action_activate()
        with freeze_time('2027-01-01 12:00:00'):
            self._new_contract(state='expired')
            active.date_end = '2026-12-31'
            self.assertEqual(active.state, 'expired')

    @freeze_time('2026-06-01')
    def test_states_go_one_way_only(self):
        contract = self._new_contract()
        contract.action_activate()
        for state in ('draft', 'expired'):
            with self.assertRaisesRegex(UserError, "cannot become"), self.env.cr.savepoint():
                contract.write({'state': state})
            with self.assertRaisesRegex(UserError, "cannot become"), self.env.cr.savepoint():
                contract.sudo().write({'state': state, 'date_end': False})
        contract.write({'state': 'active', 'note': "the same is no change"})
        contract.action_terminate()
        with self.assertRaisesRegex(UserError, "cannot become"):
            contract.write({'state': 'active', 'date_end': '2027-01-01'})

    @freeze_time('2026-06-01')
    def test_expired_without_an_end_proves_nothing(self):
        contract = self._new_contract(date_end=False)
        contract.flush_recordset()
        self.env.cr.execute("UPDATE dealflow_contract SET state = 'expired' WHERE id = %s", [contract.id])
        contract.invalidate_recordset()
        self.assertFalse(contract._is_active_on(fields.Date.to_date('2026-06-01')))

    @freeze_time('2026-06-01')
    def test_contracts_of_deals_out_of_sight_are_not_changed(self):
        stranger = self._new_user('contract_stranger', 'dealflow.group_user_own')
        deal = (
            self.env['dealflow.deal']
            .with_user(self.rep)
            .create({'name': "Secret", 'business_partner_id': self.group.id, 'amount': 1})
        )
        contract = self._new_contract(deal_id=deal.id)
        contract.action_activate()
        self.env.invalidate_all()
        for change in (
            lambda each: each.action_terminate(),
            lambda each: each.write({'date_end': '2026-01-02'}),
            lambda each: each.write({'deal_id': False}),
        ):
            with self.assertRaisesRegex(AccessError, "may not read|not allowed"), self.env.cr.savepoint():
                change(contract.with_user(stranger))
        self.assertEqual(contract.state, 'active')
        free = self._new_contract()
        free.with_user(stranger).name = "Delivery of chairs"
        contract.action_terminate()
        self.assertEqual(contract.state, 'terminated')

    def test_wrong_dates_and_amounts_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "before it begins"):
            self._new_contract(date_end='2025-01-01')
        with self.assertRaises(IntegrityError), mute_logger('odoo.sql_db'):
            self._new_contract(amount=-1)

    def test_viewer_changes_no_contract(self):
        contract = self._new_contract().with_user(self.viewer)
        self.assertEqual(contract.name, "Delivery")
        with self.assertRaises(AccessError):
            contract.name = "x"

    @freeze_time('2026-12-05')
    def test_contract_is_active_on_its_days(self):
        contract = self._new_contract()
        contract.action_activate()
        days = [('2025-12-31', False), ('2026-01-01', True), ('2026-12-31', True), ('2027-01-01', False)]
        for date, expected in days:
            self.assertEqual(contract._is_active_on(fields.Date.to_date(date)), expected)


@tagged('post_install', '-at_install')
class TestContractByRpc(PartnerCommon, HttpCase):
    """RPC calls of a seller that try to forge the state of a contract or end one of another user."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger_rep = cls._new_user('contract_rpc', 'dealflow.group_user_own')
        cls.values = {'name': "Delivery", 'entity_id': cls.alpha.id, 'date_start': '2026-01-01'}
        deal = cls._new_deal(user_id=cls.rep.id)
        cls.contract = cls.env['dealflow.contract'].create({**cls.values, 'deal_id': deal.id, 'user_id': cls.rep.id})
        cls.contract.action_activate()
        cls.env.flush_all()

    def _call(self, login, method, *args, **kwargs):
        self.authenticate(login, login)
        return self.make_jsonrpc_request(
            '/web/dataset/call_kw',
            {'model': 'dealflow.contract', 'method': method, 'args': list(args), 'kwargs': kwargs},
        )

    def assertRefusedByRpc(self, error, *args, **kwargs):
        with self.assertRaisesRegex(JsonRpcException, error):
            self._call(*args, **kwargs)
        self.env.invalidate_all()

    def test_contract_without_an_end_is_not_made_expired(self):
        contracts = self.env['dealflow.contract'].search_count([])
        error = 'ValidationError'
        rep = self.rep.login
        expired = {**self.values, 'state': 'expired'}
        self.assertRefusedByRpc(error, rep, 'create', [expired])
        self.assertRefusedByRpc(error, rep, 'create', [{**expired, 'date_end': '2999-12-31'}])
        self.assertRefusedByRpc(error, rep, 'create', [self.values], context={'default_state': 'expired'})
        self.assertRefusedByRpc(error, rep, 'web_save', [], expired, {})
        self.assertRefusedByRpc(error, rep, 'copy', self.contract.ids, {'state': 'expired'})
        answer = self._call(
            rep,
            'load',
            ['name', 'entity_id/.id', 'state'],
            [["Delivery", str(self.alpha.id), "expired"]],
        )
        self.assertFalse(answer['ids'])
        self.assertIn("Expired", answer['messages'][0]['message'])
        self.assertEqual(self.env['dealflow.contract'].search_count([]), contracts)
        # Allowed: an old contract is imported in its state, and a new one is a draft.
        [old, new] = self._call(rep, 'create', [{**expired, 'date_end': '2026-01-02'}, self.values])
        self.assertEqual(self.env['dealflow.contract'].browse([old, new]).mapped('state'), ['expired', 'draft'])

    def test_contract_of_a_deal_out_of_sight_is_not_ended(self):
        stranger, contract = self.stranger_rep.login, self.contract
        self.assertRefusedByRpc('AccessError', stranger, 'action_terminate', contract.ids)
        for values in ({'state': 'terminated'}, {'date_end': '2026-01-02'}, {'deal_id': False}, {'active': False}):
            with self.subTest(values=values):
                self.assertRefusedByRpc('AccessError', stranger, 'write', contract.ids, values)
                self.assertRefusedByRpc('AccessError', stranger, 'web_save', contract.ids, values, {})
        self.assertRefusedByRpc('AccessError', stranger, 'unlink', contract.ids)
        self.assertRecordValues(contract, [{'state': 'active', 'date_end': False, 'active': True}])
        self._call(self.rep.login, 'action_terminate', contract.ids)
        self.env.invalidate_all()
        self.assertEqual(contract.state, 'terminated')
