from datetime import date

from odoo.tests import tagged

from .receipt_common import ReceiptCommon


@tagged('post_install', '-at_install')
class TestReceiptFinance(ReceiptCommon):
    """Debts, purchases and payments of a client are shown in one place (C27-C29)."""

    def test_finance_of_a_client(self):
        product = self.env['product.product'].create({'name': "Chair", 'list_price': 250, 'taxes_id': False})
        order = self._new_order(self.partner, product, user_id=self.rep_north.id)
        quotation = order.copy()
        order.action_confirm()
        own = self._new_receipt()
        foreign = self._new_receipt(self.other_deal, date_planned=date(2026, 4, 1))
        self._new_receipt().action_set_state('cancelled')
        client = self.partner
        self.assertEqual(client.dealflow_receipt_ids, own + foreign)
        self.assertEqual(client.dealflow_sale_ids, order)
        self.assertNotIn(quotation, client.dealflow_sale_ids)
        client.invalidate_recordset()
        as_rep = client.with_user(self.rep_north)
        self.assertEqual(as_rep.dealflow_receipt_ids, own)
        self.assertEqual(as_rep.dealflow_sale_ids, order)
        receipts = self.env['dealflow.receipt'].with_user(self.rep_north)
        self.assertEqual(
            receipts.search(as_rep.action_view_dealflow_receipts()['domain']).filtered(
                lambda receipt: receipt.state != 'cancelled'
            ),
            own,
        )
        offered = client.with_user(self.viewer).fields_get(attributes=[])
        self.assertNotIn('dealflow_unpaid_invoice_ids', offered)
        self.assertLessEqual({'dealflow_sale_ids', 'dealflow_receipt_ids'}, offered.keys())
