from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .accounting_common import AccountingCommon


@tagged('post_install', '-at_install')
class TestReceiptMatching(AccountingCommon):
    """Reconciled amounts of a receipt, for every way money comes in, goes back or only seems to come (rule 4)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deal = cls._new_deal()
        cls.bank = cls.company_data['default_journal_bank']

    def _check(self, receipt, received, credited=0.0, **values):
        self.env.flush_all()
        receipt.invalidate_recordset()
        self.assertRecordValues(receipt, [{'received_amount': received, 'credited_amount': credited, **values}])

    # The twelve cases

    def test_partial_payment(self):
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt(invoice_ids=invoice.ids)
        self._check(receipt, 0, gap=1000, is_invoiced=True)
        self._pay(invoice, 400)
        self._check(receipt, 400, gap=600, cover_date=False, state='planned')

    def test_full_payment(self):
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt(invoice_ids=invoice.ids)
        self._pay(invoice, 400, day=date(2017, 4, 3))
        self._pay(invoice, 600, day=date(2017, 4, 10))
        self._check(receipt, 1000, gap=0, cover_date=date(2017, 4, 10))

    def test_payment_back_to_draft(self):
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt(invoice_ids=invoice.ids)
        payment = self._pay(invoice, 1000)
        self._check(receipt, 1000)
        payment.action_draft()
        self._check(receipt, 0, gap=1000)

    def test_rejected_payment_although_the_invoice_says_paid(self):
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt(invoice_ids=invoice.ids)
        payment = self._pay(invoice, 1000)
        self._check(receipt, 1000)
        payment.action_reject()
        self.assertEqual(invoice.amount_residual, 0)
        self._check(receipt, 0, gap=1000)

    def test_cancelled_payment(self):
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt(invoice_ids=invoice.ids)
        payment = self._pay(invoice, 1000)
        self._check(receipt, 1000)
        payment.action_cancel()
        self._check(receipt, 0, gap=1000)

    def test_reconciliation_removed(self):
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt(invoice_ids=invoice.ids)
        self._pay(invoice, 1000)
        self._check(receipt, 1000)
        invoice.line_ids.remove_move_reconcile()
        self._check(receipt, 0, gap=1000)

    def test_invoice_back_to_draft(self):
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt(invoice_ids=invoice.ids)
        self._pay(invoice, 1000)
        self._check(receipt, 1000)
        invoice.button_draft()
        self._check(receipt, 0, gap=1000)

    def test_full_credit_note(self):
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt(invoice_ids=invoice.ids)
        credit_note = self._reverse_invoice(invoice, date=date(2017, 4, 1), post=True)
        (invoice + credit_note).line_ids.filtered(
            lambda line: line.account_type == 'asset_receivable' and not line.reconciled,
        ).reconcile()
        self._check(receipt, 0, credited=1000, gap=0, cover_date=False, state='planned')

    def test_credit_note_and_payment(self):
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt(invoice_ids=invoice.ids)
        credit_note = self._new_invoice(self.partner_a, 300, '2017-04-01', post=True, move_type='out_refund')
        (invoice + credit_note).line_ids.filtered(lambda line: line.account_type == 'asset_receivable').reconcile()
        self._pay(invoice, 700)
        self._check(receipt, 700, credited=300, gap=0, cover_date=date(2017, 4, 10))

    def test_foreign_currency_at_the_date_of_the_money(self):
        """An invoice of 900 in foreign currency is paid at two rates; its receipt is in either currency.
        Rates: 3 in 2016, 2 from 2017 on; the exchange difference is no payment."""
        currency = self.setup_other_currency('EUR')
        invoice = self._new_invoice(self.partner_a, 900, '2016-12-01', post=True, currency_id=currency.id)
        deal = self._new_deal(opened_on=date(2016, 1, 1))
        own = self._new_receipt(deal, amount=900, invoice_ids=invoice.ids, currency_id=currency.id)
        self._pay(invoice, 300, day=date(2016, 12, 20), currency_id=currency.id)
        self._check(own, 300, matched_amount_company=100)
        self._pay(invoice, 600, day=date(2017, 1, 20), currency_id=currency.id)
        self._check(own, 900, matched_amount_company=400, gap=0, cover_date=date(2017, 1, 20))
        own.invoice_ids = False
        other = self._new_receipt(deal, amount=400, invoice_ids=invoice.ids)
        self._check(other, 400, gap=0)

    def test_in_payment_without_entry(self):
        """A payment method without an outstanding account sets the invoice in payment, but nothing is received yet."""
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt(invoice_ids=invoice.ids)
        line = self.bank.inbound_payment_method_line_ids[:1]
        line.payment_account_id = False
        payment = self.env['account.payment'].create(
            {
                'payment_type': 'inbound',
                'partner_id': self.partner_a.id,
                'amount': 1000,
                'date': date(2017, 4, 10),
                'journal_id': self.bank.id,
                'payment_method_line_id': line.id,
                'invoice_ids': [Command.set(invoice.ids)],
            }
        )
        payment.outstanding_account_id = False
        payment.state = 'in_process'
        self.assertFalse(payment.move_id)
        self.assertIn(invoice.payment_state, ('in_payment', 'paid'))
        self._check(receipt, 0, gap=1000)

    def test_bank_statement_line(self):
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt(invoice_ids=invoice.ids)
        self.pay_with_statement_line(invoice, self.bank.id, '2017-04-12', 1000)
        self._check(receipt, 1000, gap=0, cover_date=date(2017, 4, 12))

    # More ways

    def test_several_receipts_are_filled_by_planned_date(self):
        invoice = self._new_posted_invoice()
        second = self._new_receipt(amount=400, invoice_ids=invoice.ids, date_planned=date(2017, 5, 1))
        first = self._new_receipt(amount=300, invoice_ids=invoice.ids, date_planned=date(2017, 4, 1))
        third = self._new_receipt(amount=300, invoice_ids=invoice.ids, date_planned=date(2017, 6, 1))
        self._pay(invoice, 500)
        self.assertEqual([receipt.received_amount for receipt in (first, second, third)], [300, 200, 0])
        first.action_postpone(date(2017, 7, 1), "Swapped")
        self.assertEqual([receipt.received_amount for receipt in (first, second, third)], [0, 400, 100])

    def test_one_receipt_of_several_invoices(self):
        invoices = self._new_posted_invoice(600) + self._new_posted_invoice(400)
        receipt = self._new_receipt(amount=1000, invoice_ids=invoices.ids)
        self._pay(invoices[0], 600)
        self._pay(invoices[1], 100)
        self._check(receipt, 700, gap=300)

    def test_overpayment_stands_on_account_until_it_is_used(self):
        invoice = self._new_posted_invoice(500)
        receipt = self._new_receipt(amount=500, invoice_ids=invoice.ids)
        payment = self._pay(invoice, 650)
        self._check(receipt, 500, gap=-150, on_account_amount=150, open_amount=0, cover_date=date(2017, 4, 10))
        self.assertEqual(self.deal.on_account_total, 150)
        other_deal = self._new_deal(name="Next")
        next_invoice = self._new_posted_invoice(400)
        next_receipt = self._new_receipt(other_deal, amount=400, invoice_ids=next_invoice.ids)
        rest = payment.move_id.line_ids.filtered(lambda line: line.account_type == 'asset_receivable')
        (rest + next_invoice.line_ids.filtered(lambda line: line.account_type == 'asset_receivable')).reconcile()
        self._check(receipt, 500, gap=0, on_account_amount=0)
        self._check(next_receipt, 150, gap=250, on_account_amount=0)
        self.assertEqual((self.deal.on_account_total, other_deal.on_account_total), (0, 0))

    def test_what_two_invoices_leave_of_a_payment_stands_once(self):
        invoices = self._new_posted_invoice(500) + self._new_posted_invoice(300)
        receipts = self._new_receipt(amount=500, invoice_ids=invoices[0].ids)
        receipts += self._new_receipt(amount=300, invoice_ids=invoices[1].ids)
        self._pay(invoices, 1000, group_payment=True)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(receipts.mapped('received_amount'), [500, 300])
        self.assertEqual(sum(receipts.mapped('on_account_amount')), 200)
        # When the receipt that holds the overpayment is unlinked from its invoice, the other one gets it.
        holder = receipts.filtered('on_account_amount')
        holder.invoice_ids = False
        self.assertEqual((holder.on_account_amount, (receipts - holder).on_account_amount), (0, 200))

    def test_overpayment_goes_away_with_its_payment(self):
        invoice = self._new_posted_invoice(500)
        receipt = self._new_receipt(amount=500, invoice_ids=invoice.ids)
        payment = self._pay(invoice, 650)
        self._check(receipt, 500, on_account_amount=150)
        payment.action_reject()
        self._check(receipt, 0, on_account_amount=0, gap=500)

    def test_money_is_worth_what_the_books_say(self):
        """1,000 foreign are booked at 1,180 on the bank account, although the rate table would give 1,200."""
        currency = self.setup_other_currency('EUR', rates=[('2017-01-01', 1 / 1.2)])
        invoice = self._new_posted_invoice(currency_id=currency.id)
        receipt = self._new_receipt(currency_id=currency.id, invoice_ids=invoice.ids)
        at_home = self._new_deal(name="At home")
        self._pay_by_bank_line(invoice, 1000, date(2017, 4, 12), 1180)
        self._check(receipt, 1000, received_amount_company=1180, matched_days={'2017-04-12': [1000, 1180]}, gap=0)
        self.env['dealflow.receipt'].flush_model()
        self.env.cr.execute("UPDATE dealflow_receipt SET deal_id = %s WHERE id = %s", [at_home.id, receipt.id])
        self.env.invalidate_all()
        self.assertEqual(at_home.received_total, 1180)
        self.assertEqual(self.partner_a.dealflow_received_total, 1180)
        # The partner form shows the same for an invoice without a receipt.
        receipt.invoice_ids = False
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.partner_a.dealflow_received_total, 1180)
        # A receipt planned in company currency gets the booked amount.
        planned = self._new_receipt(amount=1200, invoice_ids=invoice.ids)
        self._check(planned, 1180, received_amount_company=1180, gap=20)

    def test_exchange_difference_within_the_bank_entry_is_no_write_off(self):
        """The bank entry settles 1,000 foreign with 1,180, and books an exchange loss of 20."""
        currency = self.setup_other_currency('EUR', rates=[('2017-01-01', 1 / 1.2)])
        invoice = self._new_posted_invoice(currency_id=currency.id)
        receipt = self._new_receipt(currency_id=currency.id, invoice_ids=invoice.ids)
        receivable = invoice.line_ids.filtered(lambda line: line.account_type == 'asset_receivable')
        for loss in (20, -30):
            entry = self.env['account.move'].create(
                {
                    'date': date(2017, 4, 12),
                    'journal_id': self.bank.id,
                    'line_ids': [
                        Command.create(
                            {
                                'account_id': receivable.account_id.id,
                                'partner_id': self.partner_a.id,
                                'currency_id': currency.id,
                                'amount_currency': -1000,
                                'balance': -1200,
                            }
                        ),
                        Command.create({'account_id': self.bank.default_account_id.id, 'balance': 1200 - loss}),
                        Command.create(
                            {
                                'account_id': self.company.expense_currency_exchange_account_id.id
                                if loss > 0
                                else self.company.income_currency_exchange_account_id.id,
                                'balance': loss,
                            }
                        ),
                    ],
                }
            )
            entry.action_post()
            (receivable + entry.line_ids.filtered(lambda line: line.account_id == receivable.account_id)).reconcile()
            self._check(receipt, 1000, received_amount_company=1200 - loss, gap=0)
            receivable.remove_move_reconcile()
            self._check(receipt, 0, received_amount_company=0)

    # Bank lines that keep their suspense account

    def test_suspense_leg_is_followed_to_the_bank_line(self):
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt(invoice_ids=invoice.ids)
        self._settle_over_suspense({invoice: 400})
        self._check(receipt, 400, gap=600, matched_on=date(2017, 4, 12))
        self._settle_over_suspense({invoice: 600}, date(2017, 4, 20))
        self._check(receipt, 1000, gap=0, cover_date=date(2017, 4, 20), received_amount_company=1000)

    def test_suspense_leg_of_two_invoices(self):
        invoices = self._new_posted_invoice(600) + self._new_posted_invoice(400)
        receipts = self._new_receipt(amount=600, invoice_ids=invoices[0].ids)
        receipts += self._new_receipt(amount=400, invoice_ids=invoices[1].ids)
        self._settle_over_suspense({invoices[0]: 600, invoices[1]: 400})
        self.env.flush_all()
        self.assertEqual(receipts.mapped('received_amount'), [600, 400])

    def test_suspense_leg_that_is_undone(self):
        """Only the suspense item is unreconciled: the invoice stays paid, but no money stands behind it."""
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt(invoice_ids=invoice.ids)
        line, entry = self._settle_over_suspense({invoice: 1000})
        self._check(receipt, 1000)
        entry.line_ids.filtered('debit').remove_move_reconcile()
        self.assertEqual(invoice.amount_residual, 0)
        self._check(receipt, 0, gap=1000, received_amount_company=0)
        suspense = self.bank.suspense_account_id
        (line.line_ids + entry.line_ids).filtered(lambda item: item.account_id == suspense).reconcile()
        self._check(receipt, 1000)
        entry._reverse_moves(cancel=True)
        self._check(receipt, 0, gap=1000)

    def test_entry_on_suspense_that_no_bank_line_stands_behind_is_no_money(self):
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt(invoice_ids=invoice.ids)
        _line, entry = self._settle_over_suspense({invoice: 1000})
        debit = entry.line_ids.filtered('debit')
        debit.remove_move_reconcile()
        other = self.env['account.move'].create(
            {
                'date': '2017-05-01',
                'line_ids': [
                    Command.create({'account_id': debit.account_id.id, 'credit': 1000}),
                    Command.create({'account_id': self.company_data['default_account_expense'].id, 'debit': 1000}),
                ],
            }
        )
        other.action_post()
        (debit + other.line_ids.filtered('credit')).reconcile()
        self._check(receipt, 0, gap=1000)

    def test_more_paid_than_planned_is_not_lost(self):
        invoice = self._new_posted_invoice()
        receipts = self._new_receipt(amount=300, invoice_ids=invoice.ids)
        receipts += self._new_receipt(amount=400, invoice_ids=invoice.ids, date_planned=date(2017, 5, 1))
        self._pay(invoice, 1000)
        self.assertEqual(receipts.mapped('received_amount'), [300, 700])
        self.assertEqual(receipts.mapped('gap'), [0, -300])

    def test_write_off_is_no_money(self):
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt(invoice_ids=invoice.ids)
        self._pay(
            invoice,
            950,
            payment_difference_handling='reconcile',
            writeoff_account_id=self.company_data['default_account_expense'].id,
            writeoff_label="Bank fee",
        )
        self.assertEqual(invoice.amount_residual, 0)
        self._check(receipt, 950, gap=50)

    def test_entry_without_money_leaves_a_gap(self):
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt(invoice_ids=invoice.ids)
        receivable = invoice.line_ids.filtered(lambda line: line.account_type == 'asset_receivable')
        entry = self.env['account.move'].create(
            {
                'date': date(2017, 4, 1),
                'line_ids': [
                    Command.create(
                        {'account_id': receivable.account_id.id, 'credit': 1000, 'partner_id': self.partner_a.id}
                    ),
                    Command.create({'account_id': self.company_data['default_account_expense'].id, 'debit': 1000}),
                ],
            }
        )
        entry.action_post()
        (receivable + entry.line_ids.filtered('credit')).reconcile()
        self.assertEqual(invoice.amount_residual, 0)
        self._check(receipt, 0, gap=1000)

    def test_removing_the_link_gives_the_money_to_the_other_receipt(self):
        invoice = self._new_posted_invoice()
        first = self._new_receipt(amount=300, invoice_ids=invoice.ids)
        second = self._new_receipt(amount=700, invoice_ids=invoice.ids, date_planned=date(2017, 5, 1))
        self._pay(invoice, 300)
        self.assertEqual((first.received_amount, second.received_amount), (300, 0))
        first.invoice_ids = False
        self.assertEqual((first.received_amount, second.received_amount), (0, 300))
        self.assertFalse(first.is_invoiced)

    def test_word_of_a_person_counts_where_there_is_no_invoice(self):
        """A state set by hand counts only as long as the receipt has no invoice (E45)."""
        receipt = self._new_receipt()
        receipt.action_set_state('received', "Seen in the bank")
        self._check(receipt, 1000, gap=0)
        self.assertEqual(self.deal.received_total, 1000)
        receipt.invoice_ids = self._new_posted_invoice()
        self._check(receipt, 0, gap=1000, state='received')
        self.assertEqual(self.deal.received_total, 0)

    def test_companies_do_not_mix(self):
        other = self.setup_other_company()
        invoice = self._new_posted_invoice(
            company_id=other['company'].id,
            journal_id=other['default_journal_sale'].id,
        )
        with self.assertRaises(UserError):
            self._new_receipt(invoice_ids=invoice.ids)

    # Closing

    def test_closing_when_covered_is_off_by_default(self):
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt(invoice_ids=invoice.ids)
        self._pay(invoice, 1000)
        self.assertEqual(receipt.state, 'planned')
        self.company.dealflow_receipt_autoclose = True
        self.assertRecordValues(receipt, [{'state': 'received', 'date_received': date(2017, 4, 10)}])

    def test_closed_with_the_date_of_the_money_and_opened_when_it_goes_back(self):
        self.company.dealflow_receipt_autoclose = True
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt(invoice_ids=invoice.ids)
        payment = self._pay(invoice, 1000)
        self.assertRecordValues(receipt, [{'state': 'received', 'date_received': date(2017, 4, 10), 'slip_days': 10}])
        payment.action_reject()
        self.assertRecordValues(receipt, [{'state': 'planned', 'date_received': False}])

    def test_word_of_a_person_is_not_taken_back_by_accounting(self):
        self.company.dealflow_receipt_autoclose = True
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt(invoice_ids=invoice.ids)
        receipt.action_set_state('received')
        payment = self._pay(invoice, 1000)
        payment.action_reject()
        self.assertEqual(receipt.state, 'received')

    # Proposal

    def test_invoices_of_the_orders_are_proposed_and_linked(self):
        order = self._create_sale_order_one_line(
            partner_id=self.partner_a.id,
            deal_id=self.deal.id,
            product_id=self.product_a.id,
            price_unit=1000,
            tax_ids=[],
        )
        order.order_line.qty_delivered = 1
        invoice = order._create_invoices()
        receipts = self._new_receipt(amount=300) + self._new_receipt(amount=700, date_planned=date(2017, 5, 1))
        self.assertEqual(receipts[0].proposed_invoice_ids, invoice)
        receipts.action_link_invoices()
        self.assertEqual(receipts.mapped('invoice_ids'), invoice)
        self.assertEqual(receipts.mapped('is_invoiced'), [True, True])
        extra = self._new_receipt(amount=50, date_planned=date(2017, 6, 1))
        with self.assertRaisesRegex(UserError, "no invoice that could be linked"):
            extra.action_link_invoices()

    def test_invoices_that_no_order_brought_are_proposed(self):
        """Invoices of the client without an order are proposed, unless they belong to another deal."""
        contact = self.env['res.partner'].create({'name': "Branch", 'parent_id': self.partner_a.id})
        invoices = self._new_posted_invoice(1000) + self._new_posted_invoice(300, partner_id=contact.id)
        self._new_invoice(self.partner_b, 1000, '2017-03-01', post=True)
        cancelled = self._new_invoice(self.partner_a, 1000, '2017-03-01')
        cancelled.button_cancel()
        other_deal = self._new_deal(name="Other")
        taken = self._new_posted_invoice(1000)
        self._new_receipt(other_deal, invoice_ids=taken.ids)
        ordered = self._new_invoiced_order(other_deal)
        receipt = self._new_receipt()
        self.assertEqual(receipt.proposed_invoice_ids, invoices)
        receipt.action_link_invoices()
        self.assertEqual(receipt.invoice_ids, invoices[0], "the only one that is worth as much")
        self.assertFalse(ordered.dealflow_receipt_ids)

    def test_of_two_equal_invoices_without_order_none_is_taken(self):
        invoices = self._new_posted_invoice(1000) + self._new_posted_invoice(1000)
        receipt = self._new_receipt()
        self.assertEqual(receipt.proposed_invoice_ids, invoices)
        with self.assertRaisesRegex(UserError, "not just one other invoice of this amount"):
            receipt.action_link_invoices()

    def test_invoices_of_the_orders_go_before_others(self):
        self._new_posted_invoice(1000)
        ordered = self._new_invoiced_order(self.deal)
        receipt = self._new_receipt()
        self.assertEqual(len(receipt.proposed_invoice_ids), 2)
        receipt.action_link_invoices()
        self.assertEqual(receipt.invoice_ids, ordered)

    def _new_invoiced_order(self, deal):
        order = self._create_sale_order_one_line(
            partner_id=self.partner_a.id, deal_id=deal.id, product_id=self.product_a.id, price_unit=1000, tax_ids=[]
        )
        order.order_line.qty_delivered = 1
        return order._create_invoices()

    def test_cancelled_invoice_is_no_invoice(self):
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt(invoice_ids=invoice.ids)
        self._check(receipt, 0, is_invoiced=True, invoicing='yes', has_invoices=True)
        invoice.button_draft()
        invoice.button_cancel()
        self._check(receipt, 0, is_invoiced=False, invoicing='no', has_invoices=False)
        receipt.action_set_state('received', "By another invoice")
        self._check(receipt, 1000, gap=0)
        receipt.action_set_state('planned')
        anew = self._new_posted_invoice()
        receipt.action_link_invoices()
        self._check(receipt, 0, invoice_ids=anew.ids, is_invoiced=True)

    # Who, and bad input

    def test_who_may_set_received(self):
        rep = self._new_user('rep', 'dealflow.group_user_own')
        accountant = self._new_user('accountant', 'dealflow.group_viewer,account.group_account_invoice')
        self.deal.user_id = rep
        receipts = [self._new_receipt(amount=100) for _number in range(3)]
        receipts[0].with_user(rep).action_set_state('received')
        self.company.dealflow_receipt_received_by = 'accountant'
        with self.assertRaisesRegex(UserError, "only accountants"):
            receipts[1].with_user(rep).action_set_state('received')
        with self.assertRaisesRegex(UserError, "only accountants"):
            receipts[1].with_user(rep).sudo().action_set_state('received')
        with self.assertRaisesRegex(UserError, "only accountants"):
            receipts[1].with_user(rep).create(
                {
                    'name': "X",
                    'deal_id': self.deal.id,
                    'date_planned': date(2017, 5, 1),
                    'amount': 5,
                    'state': 'received',
                }
            )
        receipts[1].with_user(accountant).action_set_state('received', "On the account")
        self.assertEqual(receipts[1].state, 'received')
        with self.assertRaisesRegex(AccessError, "“Amount” is changed by"):
            receipts[2].with_user(accountant).write({'amount': 1})
        self.company.dealflow_receipt_received_by = 'match'
        with self.assertRaisesRegex(UserError, "only accounting closes"):
            receipts[2].with_user(accountant).action_set_state('received')

    def test_matching_closes_whoever_may_set_received(self):
        self.company.write({'dealflow_receipt_received_by': 'match', 'dealflow_receipt_autoclose': True})
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt(invoice_ids=invoice.ids)
        self._pay(invoice, 1000)
        self.assertEqual(receipt.state, 'received')

    def test_more_received_than_invoiced(self):
        invoice = self._new_posted_invoice()
        receipts = self._new_receipt(amount=800, invoice_ids=invoice.ids)
        receipts += self._new_receipt(amount=300, invoice_ids=invoice.ids)
        receipts[0].action_set_state('received')
        with self.assertRefused(ValidationError, r"1,100\.00 received.*1,000\.00"):
            receipts[1].action_set_state('received')
        self.assertEqual(receipts[1].state, 'planned')

    def test_receipt_of_a_posted_invoice_is_fixed(self):
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt(invoice_ids=invoice.ids)
        for values in ({'amount': 900}, {'legal_entity_id': self.partner_b.id}):
            with self.assertRaisesRegex(ValidationError, f"cannot be changed: the posted invoice {invoice.name}"):
                receipt.write(values)
        receipt.write({'amount': 1000, 'note': "Unchanged amount is no change"})
        receipt.action_postpone(date(2017, 5, 1), "The promise may move")
        receipt.write({'invoice_ids': False, 'amount': 900})

    def test_receipt_with_money_is_not_cancelled(self):
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt(invoice_ids=invoice.ids)
        self._pay(invoice, 10)
        with self.assertRaisesRegex(UserError, "have come for the receipt"):
            receipt.action_set_state('cancelled')

    def test_cancelling_gives_the_invoice_back(self):
        invoice = self._new_posted_invoice()
        receipts = self._new_receipt(amount=300, invoice_ids=invoice.ids)
        receipts += self._new_receipt(amount=700, invoice_ids=invoice.ids, date_planned=date(2017, 5, 1))
        receipts[0].action_set_state('cancelled')
        self._pay(invoice, 700)
        self.assertEqual(receipts.mapped('received_amount'), [0, 700])

    def test_vendor_bill_is_no_invoice(self):
        bill = self._new_invoice(self.partner_a, move_type='in_invoice')
        with self.assertRaisesRegex(ValidationError, "not a customer invoice"):
            self._new_receipt(invoice_ids=bill.ids)

    def test_unpaid_invoices_of_the_client(self):
        """The unpaid invoices of the client are listed until they are paid (C27)."""
        invoice = self._new_posted_invoice()
        self.assertIn(invoice, self.partner_a.dealflow_unpaid_invoice_ids)
        self._pay(invoice, 1000)
        self.partner_a.invalidate_recordset()
        self.assertNotIn(invoice, self.partner_a.dealflow_unpaid_invoice_ids)

    def test_invoice_without_receipts_costs_no_extra_computation(self):
        """Paying an invoice without receipts triggers no recomputation on receipts."""
        invoice = self._new_posted_invoice()
        calls = []
        self.patch(
            self.env.registry['dealflow.receipt'],
            '_compute_matching',
            lambda receipts: (
                calls.append(receipts)
                or receipts.update(
                    {'matched_amount': 0, 'matched_amount_company': 0, 'credited_amount': 0, 'cover_date': False}
                )
            ),
        )
        self._pay(invoice, 1000)
        self.env.flush_all()
        self.assertFalse(calls)
