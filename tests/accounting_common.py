from datetime import date

from odoo.fields import Command

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from .common import DealflowCase


class AccountingCommon(DealflowCase, AccountTestInvoicingCommon):
    """Test case with a company that keeps books, for a user with full access; deals are with ``partner_a``."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for group in ('group_manager', 'group_stage_override', 'group_receipts'):
            cls.env.user.group_ids |= cls.env.ref(f'dealflow.{group}')
        cls.deal_values = {
            'business_partner_id': cls.partner_a.id,
            'legal_entity_id': cls.partner_a.id,
            'opened_on': date(2017, 1, 1),
        }
        cls.receipt_values = {'amount': 1000, 'date_planned': date(2017, 3, 31)}

    def _new_posted_invoice(self, amount=1000, **values):
        return self._new_invoice(self.partner_a, amount, '2017-03-01', post=True, **values)

    def _pay(self, invoice, amount, day=date(2017, 4, 10), **values):
        return self._register_payment(invoice, amount=amount, payment_date=day, **values)

    def _new_bank_line(self, amount, day, currency, amount_company):
        """Return a bank line in the given currency, booked by the bank in company currency, and its suspense item."""
        bank = self.company_data['default_journal_bank']
        values = {
            'journal_id': bank.id,
            'date': day,
            'payment_ref': "Payment",
            'partner_id': self.partner_a.id,
            'amount': amount_company,
        }
        if currency != bank.company_id.currency_id:
            values |= {'foreign_currency_id': currency.id, 'amount_currency': amount}
        line = self.env['account.bank.statement.line'].create(values)
        return line, line.line_ids.filtered(lambda item: item.account_id == bank.suspense_account_id)

    def _get_receivable(self, move):
        return move.line_ids.filtered(lambda item: item.account_type == 'asset_receivable')

    def _pay_by_bank_line(self, invoice, amount, day, amount_company):
        """Pay an invoice with a bank line whose suspense account is replaced by the receivable of the invoice."""
        line, suspense = self._new_bank_line(amount, day, invoice.currency_id, amount_company)
        receivable = self._get_receivable(invoice)
        suspense.with_context(force_delete=True, skip_readonly_check=True).account_id = receivable.account_id
        (suspense + receivable).reconcile()
        return line

    def _settle_over_suspense(self, shares, day=date(2017, 4, 12)):
        """Settle invoices with a bank line that keeps its suspense account: a separate entry clears the suspense item.

        :param dict shares: the amount for each invoice, all in one currency
        :return: the bank line and the separate entry
        """
        company = self.env.company
        [currency] = {invoice.currency_id for invoice in shares}
        worth = {
            invoice: currency._convert(amount, company.currency_id, company, day) for invoice, amount in shares.items()
        }
        line, taken = self._new_bank_line(sum(shares.values()), day, currency, sum(worth.values()))
        taken.account_id.reconcile = True
        receivables = [self._get_receivable(invoice) for invoice in shares]
        entry = self.env['account.move'].create(
            {
                # Entered some weeks after the bank line.
                'date': '2017-06-30',
                'journal_id': line.journal_id.id,
                'line_ids': [
                    Command.create(
                        {
                            'account_id': account.id,
                            'partner_id': self.partner_a.id,
                            'currency_id': currency.id,
                            'amount_currency': amount,
                            'balance': balance,
                        }
                    )
                    for account, amount, balance in (
                        (taken.account_id, sum(shares.values()), sum(worth.values())),
                        *(
                            (receivable.account_id, -amount, -worth[invoice])
                            for receivable, (invoice, amount) in zip(receivables, shares.items(), strict=True)
                        ),
                    )
                ],
            }
        )
        entry.action_post()
        (taken + entry.line_ids.filtered('debit')).reconcile()
        for receivable, credit in zip(receivables, entry.line_ids.filtered('credit').sorted('id'), strict=True):
            (receivable + credit).reconcile()
        return line, entry
