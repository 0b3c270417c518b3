import base64
from datetime import date

from odoo.tests import tagged

from odoo.addons.dealflow.tests import test_receipt_matching
from odoo.addons.dealflow.tests.accounting_common import AccountingCommon

IBAN = 'NL77ABNA0574908765'
STATEMENT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">
  <BkToCstmrStmt>
    <GrpHdr><MsgId>M{number}</MsgId><CreDtTm>{day}T10:00:00</CreDtTm></GrpHdr>
    <Stmt>
      <Id>S{number}</Id>
      <Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>{currency}</Ccy></Acct>
      <Bal>
        <Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp>
        <Amt Ccy="{currency}">{before}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt>
      </Bal>
      <Bal>
        <Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp>
        <Amt Ccy="{currency}">{after}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt>
      </Bal>
      <Ntry>
        <Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>
        <BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>
        <NtryDtls><TxDtls>
          <Refs><EndToEndId>E{number}</EndToEndId></Refs>
          <RltdPties><Dbtr><Nm>partner_a</Nm></Dbtr></RltdPties>
          <RmtInf><Ustrd>{reference}</Ustrd></RmtInf>
        </TxDtls></NtryDtls>
      </Ntry>
    </Stmt>
  </BkToCstmrStmt>
</Document>
"""


@tagged('post_install', '-at_install')
class TestReceiptMatchingBesideOca(test_receipt_matching.TestReceiptMatching):
    """The tests of receipt matching, with OCA's bank statements installed."""


class StatementCommon(AccountingCommon):
    """Test case with bank statements imported in CAMT format and reconciled with OCA's widget."""

    reconcile_mode = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deal = cls._new_deal()
        cls.euro = cls.setup_other_currency('EUR', rates=[('2017-01-01', 1 / 1.2), ('2017-04-01', 1 / 1.18)])
        cls.bank = cls._new_bank(cls.company_data['currency'], IBAN)

    @classmethod
    def _new_bank(cls, currency, number):
        journal = cls.env['account.journal'].create(
            {
                'name': f"Bank in {currency.name}",
                'code': f"B{currency.name}",
                'type': 'bank',
                'bank_acc_number': number,
                'currency_id': currency.id,
                'reconcile_mode': cls.reconcile_mode,
            }
        )
        journal.suspense_account_id.reconcile = True
        return journal

    def _import(self, amount, day, journal=None, reference="Payment"):
        journal = journal or self.bank
        before = sum(self.env['account.bank.statement.line'].search([('journal_id', '=', journal.id)]).mapped('amount'))
        number = self.env['account.bank.statement.line'].search_count([]) + 1
        text = STATEMENT.format(
            number=number,
            day=day,
            iban=journal.bank_acc_number,
            currency=(journal.currency_id or journal.company_id.currency_id).name,
            before=before,
            after=before + amount,
            amount=amount,
            reference=reference,
        )
        wizard = self.env['account.statement.import'].create(
            {'statement_filename': "camt.xml", 'statement_file': base64.b64encode(text.encode())}
        )
        wizard.import_file_button()
        line = self.env['account.bank.statement.line'].search(
            [('journal_id', '=', journal.id)], order='id desc', limit=1
        )
        self.assertEqual((line.amount, str(line.date)), (amount, day))
        return line

    def _reconcile(self, line, invoices):
        line.partner_id = self.partner_a
        for invoice in invoices:
            line._add_account_move_line(self._get_receivable(invoice))
        line.reconcile_bank_line()

    def _check(self, receipt, received, **values):
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertRecordValues(receipt, [{'received_amount': received, **values}])


class StatementCases:
    """Test methods for the possible outcomes of a bank line."""

    def test_exact(self):
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt(invoice_ids=invoice.ids)
        self._reconcile(self._import(1000, '2017-04-12'), invoice)
        self.assertEqual(invoice.amount_residual, 0)
        self._check(receipt, 1000, gap=0, cover_date=date(2017, 4, 12), received_amount_company=1000)

    def test_partial(self):
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt(invoice_ids=invoice.ids)
        self._reconcile(self._import(400, '2017-04-12'), invoice)
        self.assertEqual(invoice.amount_residual, 600)
        self._check(receipt, 400, gap=600, open_amount=600, matched_on=date(2017, 4, 12))

    def test_one_payment_of_two_invoices(self):
        invoices = self._new_posted_invoice(600) + self._new_posted_invoice(400)
        receipts = [self._new_receipt(amount=move.amount_total, invoice_ids=move.ids) for move in invoices]
        self._reconcile(self._import(1000, '2017-04-12'), invoices)
        for receipt, amount in zip(receipts, (600, 400), strict=True):
            self._check(receipt, amount, gap=0, cover_date=date(2017, 4, 12))

    def test_undone(self):
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt(invoice_ids=invoice.ids)
        line = self._import(1000, '2017-04-12')
        self._reconcile(line, invoice)
        self._check(receipt, 1000)
        line.unreconcile_bank_line()
        self._check(receipt, 0, gap=1000, received_amount_company=0, cover_date=False)

    def test_foreign_currency(self):
        """The rate has changed since the invoice: the entry books the loss, and the receipt has the booked amount."""
        journal = self._new_bank(self.euro, 'NL46ABNA0499998748')
        invoice = self._new_posted_invoice(currency_id=self.euro.id)
        self.assertEqual(self._get_receivable(invoice).balance, 1200)
        receipt = self._new_receipt(currency_id=self.euro.id, invoice_ids=invoice.ids)
        self._reconcile(self._import(1000, '2017-04-12', journal), invoice)
        self.assertEqual(invoice.amount_residual, 0)
        self._check(receipt, 1000, gap=0, received_amount_company=1180, cover_date=date(2017, 4, 12))

    def test_found_by_its_reference(self):
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt(invoice_ids=invoice.ids)
        self.env = self.env(context={**self.env.context, '_test_account_reconcile_oca': True})
        line = self._import(1000, '2017-04-12', reference=invoice.name)
        self.assertTrue(line.is_reconciled)
        self._check(receipt, 1000, gap=0, cover_date=date(2017, 4, 12))


@tagged('post_install', '-at_install')
class TestStatementsInPlaceOfSuspense(StatementCases, StatementCommon):
    """Reconciling edits the entry of the bank line: the invoice replaces the suspense account."""

    reconcile_mode = 'edit'

    def test_overpaid(self):
        """The excess amount is put on the client's account automatically."""
        invoice = self._new_posted_invoice(500)
        receipt = self._new_receipt(amount=500, invoice_ids=invoice.ids)
        self._reconcile(self._import(650, '2017-04-12'), invoice)
        self._check(receipt, 500, gap=-150, on_account_amount=150)
        self.assertEqual(self.deal.on_account_total, 150)


@tagged('post_install', '-at_install')
class TestStatementsThatKeepSuspense(StatementCases, StatementCommon):
    """Reconciling keeps the entry of the bank line: another entry clears the suspense account."""

    reconcile_mode = 'keep'

    def test_the_other_entry_is_reversed(self):
        invoice = self._new_posted_invoice()
        receipt = self._new_receipt(invoice_ids=invoice.ids)
        line = self._import(1000, '2017-04-12')
        self._reconcile(line, invoice)
        self.assertIn(self.bank.suspense_account_id, line.line_ids.account_id)
        other = (line.line_ids._all_reconciled_lines() - line.line_ids).move_id
        self.assertEqual(len(other), 1)
        self._check(receipt, 1000)
        other._reverse_moves(cancel=True)
        self._check(receipt, 0, gap=1000)
