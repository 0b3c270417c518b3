from datetime import date

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, tagged, users
from odoo.tests.common import JsonRpcException
from odoo.tools import mute_logger

from .receipt_common import ReceiptCommon

TOTALS = ['receipt_count', 'planned_total', 'received_total', 'overdue_total', 'receipt_gap']


@tagged('post_install', '-at_install')
class TestReceiptRights(ReceiptCommon, HttpCase):
    """The receipts plan needs its own group for its data as well as for its menu (E09)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._new_user('clerk', 'account.group_account_invoice')
        cls.of_north = cls._new_receipt(cls.deal)
        cls.of_south, cls.came = cls._new_receipt(cls.other_deal), cls._new_receipt(cls.other_deal, amount=200)
        cls.came.action_set_state('received')
        cls.of_south.action_postpone(date(2026, 6, 20), "They asked for it")
        cls.receipts = cls.of_north + cls.of_south + cls.came
        cls.env.flush_all()

    def _call(self, user, model, method, *args, **kwargs):
        self.authenticate(user.login, user.login)
        return self.make_jsonrpc_request(
            f'/web/dataset/call_kw/{model}/{method}',
            {'model': model, 'method': method, 'args': list(args), 'kwargs': kwargs},
        )

    def assertCallRefused(self, user, model, method, *args, **kwargs):
        with self.assertRaises(JsonRpcException) as refusal, mute_logger('odoo.http'):
            self._call(user, model, method, *args, **kwargs)
        self.assertEqual(str(refusal.exception), 'odoo.exceptions.AccessError')

    def test_receipts_of_colleagues_are_read_by_right_only(self):
        domain = [('id', 'in', self.receipts.ids)]
        for user, seen in (
            (self.viewer, self.receipts.browse()),
            (self.seller_all, self.receipts.browse()),
            (self.rep_north, self.of_north),
            (self.rep_south, self.of_south + self.came),
            (self.plan_viewer, self.receipts),
            (self.head, self.receipts),
            (self.clerk, self.receipts),
        ):
            with self.subTest(user.login):
                found = self._call(user, 'dealflow.receipt', 'search_read', domain, ['amount'], order='id')
                self.assertEqual([row['id'] for row in found], seen.sorted('id').ids)
                groups = self._call(user, 'dealflow.receipt', 'formatted_read_group', domain, [], ['amount:sum'])
                self.assertEqual(groups[0]['amount:sum'] or 0, sum(seen.mapped('amount')))
                moved = self._call(
                    user, 'dealflow.receipt.postponement', 'search_count', [('receipt_id', '=', self.of_south.id)]
                )
                self.assertEqual(moved, int(self.of_south in seen))
        for user in (self.viewer, self.seller_all, self.rep_north):
            self.assertCallRefused(user, 'dealflow.receipt', 'read', self.of_south.ids, ['amount'])

    def test_co_executor_reads_them(self):
        self.other_deal.co_executor_ids = self.rep_north
        self.env.flush_all()
        [row] = self._call(self.rep_north, 'dealflow.receipt', 'read', self.of_south.ids, ['amount'])
        self.assertEqual(row['amount'], 300)

    def test_summary_is_refused(self):
        """The summary is refused to users with own deals only: a part would look like the whole plan."""
        for user in (self.viewer, self.seller_all, self.rep_north):
            for is_mine in (False, True):
                with self.subTest(user=user.login, is_mine=is_mine):
                    self.assertCallRefused(user, 'dealflow.receipt', 'get_plan_summary', is_mine=is_mine)
        self.assertTrue(self._call(self.plan_viewer, 'dealflow.receipt', 'get_plan_summary')['sections'])

    def test_pages_and_reports_are_refused_by_their_address(self):
        def load(user, path):
            self.authenticate(user.login, user.login)
            return self.make_jsonrpc_request('/web/action/load', {'action_id': f'dealflow-{path}'})

        for path in ('receipts', 'receipts-forecast', 'receipts-plan-fact', 'receipts-promises', 'cash-calendar'):
            with self.subTest(path):
                for user in (self.viewer, self.seller_all):
                    with self.assertRaises(JsonRpcException), mute_logger('odoo.http'):
                        load(user, path)
                self.assertTrue(load(self.plan_viewer, path)['res_model'])
        for model in ('dealflow.receipt.report', 'dealflow.receipt.day'):
            with self.subTest(model):
                self.assertCallRefused(self.seller_all, model, 'search_read', [], ['amount'])
        self.assertTrue(load(self.viewer, 'deals')['res_model'])

    def test_totals_of_the_deal_are_seen(self):
        expected = self.other_deal.with_user(self.head).read(TOTALS)
        self.assertEqual(expected[0]['planned_total'], 500)
        for user in (self.viewer, self.seller_all):
            with self.subTest(user.login):
                self.env.invalidate_all()
                deal = self.other_deal.with_user(user)
                self.assertEqual(deal.read(TOTALS), expected)
                self.assertFalse(deal.receipt_ids, "the totals must not bring the rows into the cache")
                [row] = self._call(
                    user,
                    'dealflow.deal',
                    'web_read',
                    deal.ids,
                    {'receipt_ids': {'fields': {'amount': {}}}, **{name: {} for name in TOTALS}},
                )
                self.assertEqual(row['receipt_ids'], [])
                self.assertEqual(row['planned_total'], 500)

    def test_colleague_works_on_the_deal(self):
        """Hidden receipts do not block a move and follow it; saving the deal neither shows nor removes them."""
        self.env.invalidate_all()
        with Form(self.other_deal.with_user(self.seller_all)) as form:
            self.assertEqual(form.planned_total, 500)
            self.assertFalse(form.can_read_receipts)
            form.amount = 2000
            self.assertEqual(form.planned_total, 500)
        self.assertEqual(self.other_deal.receipt_gap, 1500)
        reason = self.env['crm.lost.reason'].create({'name': "Too expensive"})
        specification = {'state': {}, 'receipt_ids': {'fields': {'amount': {}}}, 'planned_total': {}}
        [row] = self._call(
            self.seller_all,
            'dealflow.deal',
            'web_save',
            self.other_deal.ids,
            {'lost_reason_id': reason.id, 'move_comment': "They said no"},
            specification,
        )
        self.assertEqual((row['state'], row['receipt_ids']), ('lost', []))
        self.env.invalidate_all()
        self.assertEqual(self.of_south.state, 'cancelled')
        self.other_deal.with_user(self.seller_all).action_reopen("They came back")
        self.assertEqual(self.of_south.state, 'planned')
        self.assertEqual(self.other_deal.receipt_ids, self.of_south + self.came)

    def test_form_of_an_own_deal_counts_what_is_typed(self):
        with Form(self.deal.with_user(self.rep_north)) as form:
            with form.receipt_ids.new() as receipt:
                receipt.name = "Rest"
                receipt.amount = 500
                receipt.date_planned = date(2026, 7, 1)
            self.assertEqual(form.planned_total, 800)
        self.assertEqual(self.deal.planned_total, 800)

    def test_new_deal_is_planned_at_once(self):
        deal = (
            self.env['dealflow.deal']
            .with_user(self.rep_north)
            .create(
                {
                    'name': "Wardrobes",
                    'amount': 100,
                    'receipt_ids': [Command.create({'name': "All", 'amount': 100, 'date_planned': date(2200, 1, 1)})],
                }
            )
        )
        self.assertEqual(deal.planned_total, 100)

    def test_what_works_on_the_rows_is_refused_with_the_way_out(self):
        deal = self.other_deal.with_user(self.seller_all)
        for method in ('action_plan_receipts', 'action_adjust_receipts', 'action_view_receipts'):
            with self.subTest(method), self.assertRaisesRegex(AccessError, "Tables.*receipts plan"):
                getattr(deal, method)()
        with self.assertRaisesRegex(AccessError, "Tables.*receipts plan"):
            deal._get_payment_schedule()
        with self.assertRaises(AccessError):
            self.env['dealflow.receipt'].with_user(self.seller_all).create(
                {'name': "x", 'deal_id': deal.id, 'amount': 1, 'date_planned': date(2026, 7, 1)}
            )
        self.assertTrue(self.deal.with_user(self.rep_north).action_plan_receipts())

    def test_accountants_go_on(self):
        self.of_south.with_user(self.clerk).action_set_state('received')
        self.assertEqual(self.of_south.state, 'received')

    @users('test_head', 'test_seller_all')
    def test_deals_cost_no_query_more(self):
        """The access check adds no queries, whether or not the user may read the receipts."""
        deals = (self.deal + self.other_deal).with_env(self.env)
        deals.read(TOTALS)
        self.env.invalidate_all()
        deals.read(['amount', 'user_id', 'company_id', 'currency_id'])
        with self.assertQueryCount(3):
            deals.read(TOTALS)
