from datetime import date

from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged

from ..models.overview.res_partner import LIMIT
from .accounting_common import AccountingCommon


@tagged('post_install', '-at_install')
class TestClientFinance(AccountingCommon):
    """The Finance page shows all sales and all money of a client and of its legal entities (C27-C29)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group = cls._new_partner("Group", counterparty_role='partner')
        cls._link(cls.group, cls.partner_a)
        cls.accountant = new_test_user(
            cls.env,
            'test_finance',
            'account.group_account_invoice,dealflow.group_viewer',
            company_id=cls.env.company.id,
            company_ids=[Command.set(cls.env.company.ids)],
        )

    def _open(self, partner, what):
        action = getattr(partner, f'action_view_dealflow_{what}')()
        return partner.env[action['res_model']].search(action['domain'])

    def test_real_payments_of_entity_and_group(self):
        invoice = self._new_posted_invoice(1000)
        payment = self._pay(invoice, 400, date(2017, 4, 10))
        advance = self.env['account.payment'].create(
            {'partner_id': self.partner_a.id, 'amount': 70, 'partner_type': 'customer', 'payment_type': 'inbound'}
        )
        draft = advance.copy()
        advance.action_post()
        foreign = self.env['account.payment'].create(
            {'partner_id': self.partner_b.id, 'amount': 5, 'partner_type': 'customer', 'payment_type': 'inbound'}
        )
        foreign.action_post()
        self.env.invalidate_all()
        for partner in self.partner_a + self.group:
            card = partner.with_user(self.accountant)
            self.assertEqual(set(card.dealflow_payment_ids), set(payment + advance))
            self.assertNotIn(draft, card.dealflow_payment_ids)
            self.assertEqual(self._open(card, 'payments'), card.dealflow_payment_ids)
            self.assertEqual(card.dealflow_unpaid_invoice_ids, invoice)

    def test_lists_open_in_full(self):
        invoices = self.env['account.move'].browse()
        for number in range(LIMIT + 2):
            invoices += self._new_invoice(self.partner_a, 10 + number, '2017-03-01')
        invoices.action_post()
        refund = self._new_invoice(self.partner_a, 10, '2017-03-02', move_type='out_refund', post=True)
        self.env.invalidate_all()
        for partner in self.partner_a + self.group:
            card = partner.with_user(self.accountant)
            self.assertEqual(len(card.dealflow_invoice_ids), LIMIT)
            self.assertEqual(set(self._open(card, 'invoices')), set(invoices + refund))
            self.assertEqual(set(self._open(card, 'unpaid_invoices')), set(invoices))

    def test_orders_and_receipts_open_in_full(self):
        product = self.env['product.product'].create({'name': "Chair", 'list_price': 250})
        orders = self._new_order(self.partner_a, product) + self._new_order(self.partner_a, product)
        orders[0].action_confirm()
        receipt = self._new_receipt(self._new_deal())
        card = self.group
        self.assertEqual(self._open(card, 'sales'), orders[0])
        self.assertEqual(self._open(self.partner_a, 'receipts'), receipt)

    def test_the_page_shows_what_all_legal_entities_owe(self):
        self._new_posted_invoice(1000)
        for user in (self.accountant, self.env.user):
            with self.subTest(user=user.login):
                self.env.invalidate_all()
                self.assertEqual(Form(self.group.with_user(user)).total_due, 1000)
