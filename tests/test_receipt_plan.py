from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .receipt_common import ReceiptCommon


@tagged('post_install', '-at_install')
class TestReceiptPlan(ReceiptCommon):
    """The plan is created in one step, and balanced with one click."""

    def setUp(self):
        super().setUp()
        self.startPatcher(freeze_time("2026-05-20 12:00:00"))
        self.term = self.env['account.payment.term'].create(
            {
                'name': "30 % now, 70 % in 45 days",
                'line_ids': [
                    (0, 0, {'value': 'percent', 'value_amount': 30, 'nb_days': 0, 'delay_type': 'days_after'}),
                    (0, 0, {'value': 'percent', 'value_amount': 70, 'nb_days': 45, 'delay_type': 'days_after'}),
                ],
            }
        )

    def _plan(self, deal, **values):
        wizard = Form(self.env['dealflow.receipt.plan'].with_user(self.rep_north).with_context(default_deal_id=deal.id))
        for name, value in values.items():
            wizard[name] = value
        wizard.save().action_apply()
        return deal.receipt_ids.filtered(lambda receipt: receipt.state == 'planned')

    def test_from_payment_terms(self):
        self.deal.amount = 999.99
        receipts = self._plan(self.deal, method='term', payment_term_id=self.term)
        self.assertRecordValues(
            receipts,
            [
                {'name': "Part 1 of 2, 30 %", 'amount': 300.0, 'date_planned': date(2026, 5, 20)},
                {'name': "Part 2 of 2, 70 %", 'amount': 699.99, 'date_planned': date(2026, 7, 4)},
            ],
        )

    def test_equal_instalments_lose_no_cent(self):
        self.deal.amount = 1000
        receipts = self._plan(self.deal, method='instalments', count=3, date_start=date(2026, 5, 31))
        self.assertEqual(receipts.mapped('amount'), [333.34, 333.33, 333.33])
        self.assertEqual(receipts.mapped('date_planned'), [date(2026, 5, 31), date(2026, 6, 30), date(2026, 7, 31)])
        self.assertEqual(self.deal.receipt_gap, 0)

    def test_no_cent_is_lost_whatever_the_amount(self):
        wizard = self.env['dealflow.receipt.plan']
        currency = self.company.currency_id
        yen = self.env.ref('base.JPY')
        for amount in (0.07, 1, 99.99, 1000.01, 123456.78):
            for count in (1, 2, 3, 7):
                parts = wizard._split(amount, count, currency)
                self.assertEqual(currency.compare_amounts(sum(parts), amount), 0)
                self.assertLessEqual(max(parts) - min(parts), 0.0101)
        self.assertEqual(wizard._split(100, 3, yen), [34, 33, 33])

    def test_recurring(self):
        receipts = self._plan(
            self.deal,
            method='recurring',
            amount=50,
            count=12,
            interval_number=2,
            interval_unit='weeks',
        )
        self.assertEqual(len(receipts), 12)
        self.assertEqual(set(receipts.mapped('amount')), {50})
        self.assertEqual(receipts[1].date_planned, date(2026, 6, 3))

    def test_recurring_fee_is_not_guessed(self):
        """The amount of a deal is what it brings in all, so it is not proposed for each of many payments."""
        wizard = self.env['dealflow.receipt.plan'].create({'deal_id': self.deal.id, 'method': 'recurring', 'count': 12})
        self.assertEqual(wizard.amount, 0)
        with self.assertRefused(UserError, "what is paid each time"):
            wizard.action_apply()
        wizard.method = 'instalments'
        self.assertEqual(wizard.amount, self.deal.amount)

    def test_from_confirmed_order(self):
        product = self.env['product.product'].create({'name': "Chair", 'list_price': 250, 'taxes_id': False})
        order = self.env['sale.order'].create(
            {
                'partner_id': self.partner.id,
                'deal_id': self.deal.id,
                'payment_term_id': self.term.id,
                'user_id': self.rep_north.id,
                'order_line': [(0, 0, {'product_id': product.id, 'product_uom_qty': 2})],
            }
        )
        order.action_confirm()
        receipts = self._plan(self.deal)
        self.assertEqual(receipts.mapped('amount'), [150, 350])
        self.assertEqual(receipts.order_id, order)

    def test_from_contract(self):
        contract = self.env['dealflow.contract'].create(
            {
                'name': "Frame contract",
                'entity_id': self.partner.id,
                'deal_id': self.deal.id,
                'amount': 2000,
                'payment_term_id': self.term.id,
            }
        )
        receipts = self._plan(self.deal, contract_id=contract)
        self.assertEqual(receipts.mapped('amount'), [600, 1400])

    def test_new_plan_replaces_the_old_one_and_deducts_what_has_come(self):
        received = self._new_receipt(amount=400)
        received.action_set_state('received')
        old = self._new_receipt(amount=123)
        receipts = self._plan(self.deal, method='instalments', count=2)
        self.assertFalse(old.exists())
        self.assertEqual(receipts.mapped('amount'), [300, 300])
        self.assertEqual(self.deal.planned_total, 1000)

    def test_nothing_to_plan_is_told(self):
        self.deal.amount = 0
        with self.assertRaisesRegex(UserError, "nothing to plan"):
            self._plan(self.deal, method='instalments')
        with self.assertRaisesRegex(UserError, "cannot be split into 3 parts"):
            self._plan(self.deal, method='instalments', amount=0.02)
        self.assertFalse(self.deal.receipt_ids)

    def test_levelling_up(self):
        self._new_receipt(amount=300)
        last = self._new_receipt(amount=300, date_planned=date(2026, 8, 1))
        self.assertEqual(self.deal.receipt_gap, 400)
        self.deal.with_user(self.rep_north).action_adjust_receipts()
        self.assertEqual(last.amount, 700)
        self.assertEqual(self.deal.receipt_gap, 0)

    def test_levelling_down_cancels_what_has_nothing_left(self):
        first = self._new_receipt(amount=900)
        middle = self._new_receipt(amount=300, date_planned=date(2026, 8, 1))
        last = self._new_receipt(amount=150, date_planned=date(2026, 9, 1))
        self.deal.with_user(self.rep_north).action_adjust_receipts()
        self.assertEqual((first.amount, middle.amount, last.state), (900, 100, 'cancelled'))
        self.assertEqual(self.deal.receipt_gap, 0)

    def test_levelling_makes_the_missing_receipt(self):
        self._new_receipt(amount=300).action_set_state('received')
        self.deal.with_user(self.rep_north).action_adjust_receipts()
        self.assertEqual(self.deal.receipt_ids.mapped('amount'), [300, 700])

    def test_levelling_leaves_received_money_alone(self):
        self._new_receipt(amount=1300).action_set_state('received')
        with self.assertRaisesRegex(UserError, "too high"):
            self.deal.with_user(self.rep_north).action_adjust_receipts()
