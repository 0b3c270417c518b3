from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .accounting_common import AccountingCommon

BELOW = "“Chair” costs .*70.00.* but its minimum price is .*80.00"


@tagged('post_install', '-at_install')
class TestMinimumPriceInvoice(AccountingCommon):
    """Invoices that no order stands behind are not posted below the minimum price (C19)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['dealflow.minimum.price'].search([]).active = False
        cls.company = cls.env.company
        cls.company.dealflow_minimum_price_policy = 'refuse'
        cls.chair = cls.env['product.product'].create(
            {'name': "Chair", 'list_price': 100, 'taxes_id': False, 'invoice_policy': 'order'}
        )
        cls.env['dealflow.minimum.price'].create({'applied_on': 'variant', 'product_id': cls.chair.id, 'amount': 80})
        cls.accountant = cls._new_user('price_accountant', 'dealflow.group_viewer,account.group_account_invoice')
        cls.approver = cls._new_user('price_approver', 'dealflow.group_price_approver,account.group_account_invoice')

    def _new_chair_invoice(self, price=70, user=None, **values):
        line = {'product_id': self.chair.id, 'price_unit': price, 'tax_ids': False}
        return self._new(
            'account.move',
            user or self.accountant,
            {
                'move_type': 'out_invoice',
                'partner_id': self.partner_a.id,
                'invoice_date': '2026-01-10',
                'invoice_user_id': self.accountant.id,
                'invoice_line_ids': [Command.create({**line, **values.pop('line', {})})],
                **values,
            },
        )

    def test_posting_is_refused(self):
        invoice = self._new_chair_invoice()
        self.assertRegex(invoice.dealflow_price_problem, BELOW)
        for call in (invoice.action_post, lambda: invoice.write({'state': 'posted'}), invoice._post):
            with self.assertRefused(UserError, BELOW):
                call()
        self.assertEqual(invoice.state, 'draft')
        receipt = self._new_chair_invoice(move_type='out_receipt')
        with self.assertRefused(UserError, BELOW):
            receipt.action_post()
        invoice.invoice_line_ids.price_unit = 80
        invoice.action_post()
        self.assertEqual(invoice.state, 'posted')

    def test_discount_of_the_line_and_of_the_invoice_count(self):
        invoice = self._new_chair_invoice(price=100, line={'discount': 30})
        with self.assertRefused(UserError, BELOW):
            invoice.action_post()
        invoice = self._new_chair_invoice(price=100)
        invoice.invoice_line_ids = [
            Command.create({'product_id': self.product_a.id, 'price_unit': -30, 'tax_ids': False})
        ]
        with self.assertRefused(UserError, BELOW):
            invoice.action_post()

    def test_credit_notes_bills_and_returns_are_not_judged(self):
        for move_type in ('out_refund', 'in_invoice', 'in_refund'):
            self._new_chair_invoice(price=1, user=self.env.user, move_type=move_type, date='2026-01-10').action_post()
        invoice = self._new_chair_invoice(price=100)
        invoice.invoice_line_ids = [
            Command.create({'product_id': self.chair.id, 'quantity': -1, 'price_unit': 50, 'tax_ids': False}),
            Command.create({'display_type': 'line_note', 'name': "A note"}),
        ]
        invoice.action_post()
        self.assertEqual(invoice.state, 'posted')

    def test_invoice_of_an_order_follows_the_order(self):
        self.company.dealflow_minimum_price_policy = 'reason'
        order = self._new_order(
            self.partner_a,
            order_line=[Command.create({'product_id': self.chair.id, 'price_unit': 70, 'tax_ids': False})],
            dealflow_price_reason="A big client",
        )
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.invoice_line_ids.price_unit = 60
        with self.assertRefused(UserError, "costs .*60.00"):
            invoice.action_post()
        invoice.invoice_line_ids.price_unit = 70
        invoice.action_post()
        self.assertEqual(invoice.state, 'posted')

    def test_down_payment_is_not_judged(self):
        order = self._new_order(self.partner_a, self.chair)
        order.action_confirm()
        wizard = self.env['sale.advance.payment.inv'].with_context(active_model='sale.order', active_ids=order.ids)
        wizard.create({'advance_payment_method': 'fixed', 'fixed_amount': 5}).create_invoices()
        order.invoice_ids.action_post()
        self.assertEqual(order.invoice_ids.state, 'posted')

    def test_reason(self):
        self.company.dealflow_minimum_price_policy = 'reason'
        invoice = self._new_chair_invoice()
        with self.assertRefused(UserError, BELOW + "(.|\n)*“Reason for the Price” of the invoice"):
            invoice.action_post()
        invoice.dealflow_price_reason = "The last one"
        invoice.action_post()
        self.assertTrue(any("The last one" in (message.body or '') for message in invoice.message_ids))

    def test_approval_is_that_somebody_with_the_right_posts(self):
        self.company.dealflow_minimum_price_policy = 'approval'
        invoice = self._new_chair_invoice()
        with self.assertRefused(UserError, "somebody else with the right “.*approve prices"):
            invoice.action_post()
        own = self._new_chair_invoice(user=self.approver, invoice_user_id=self.approver.id)
        with self.assertRefused(UserError, "somebody else with the right"):
            own.action_post()
        invoice.with_user(self.approver).action_post()
        self.assertEqual(invoice.state, 'posted')

    def test_several_invoices_are_told_at_once(self):
        invoices = self._new_chair_invoice() + self._new_chair_invoice(price=60)
        with self.assertRefused(UserError, BELOW + "(.|\n)*costs .*60.00"):
            invoices._post()
