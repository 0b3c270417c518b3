from datetime import date

from odoo.tests import tagged

from odoo.addons.dealflow.tests.accounting_common import AccountingCommon
from odoo.addons.dealflow.tests.common import DealflowCommon


@tagged('post_install', '-at_install')
class TestRevisions(DealflowCommon):
    """A new revision of a quotation belongs to the same sale (sale_order_revision)."""

    def test_revision_keeps_the_deal_and_counts_once(self):
        deal = self._new_deal(
            user_id=self.rep_north.id,
            legal_entity_id=self.partner.id,
            opened_on=date(2026, 1, 1),
            line_ids=[(0, 0, {'product_id': self.product.id, 'quantity': 1, 'price_unit': 90})],
        )
        order = self._new_quotation(deal)
        receipt = self._new_receipt(deal, order_id=order.id)
        order.create_revision()
        revision = order.current_revision_id
        self.assertEqual(revision.deal_id, deal)
        self.assertEqual(revision.opportunity_id, order.opportunity_id)
        self.assertEqual((order.state, revision.state), ('cancel', 'draft'))
        self.env.invalidate_all()
        self.assertEqual(deal.order_ids, revision)
        self.assertEqual(deal.order_count, 1)
        self.assertEqual(receipt.order_id, revision)
        revision.create_revision()
        self.assertEqual(receipt.order_id, order.current_revision_id)
        self.assertEqual(deal.order_ids, order.current_revision_id)
        revision.current_revision_id.action_confirm()
        self.assertEqual(deal.order_ids.mapped('state'), ['sale'])

    def _new_quotation(self, deal):
        action = deal.with_user(self.rep_north).action_new_quotation()
        return self.env['sale.order'].with_user(self.rep_north).browse(action['res_id'])

    def test_copy_is_another_sale(self):
        deal = self._new_deal(self.rep_north, legal_entity_id=self.partner.id)
        order = self.env['sale.order'].browse(deal.action_new_quotation()['res_id'])
        self.assertFalse(order.copy().deal_id)


@tagged('post_install', '-at_install')
class TestInvoices(AccountingCommon):
    """Merged invoices (account_invoice_merge) and recurring invoices (contract)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deal = cls._new_deal()

    def test_receipts_follow_to_the_merged_invoice(self):
        invoices = self._new_invoice(self.partner_a, 600, '2017-03-01')
        invoices += self._new_invoice(self.partner_a, 400, '2017-03-01')
        receipts = [self._new_receipt(amount=move.amount_total, invoice_ids=move.ids) for move in invoices]
        [merged_id] = invoices.do_merge(keep_references=False)
        merged = self.env['account.move'].browse(merged_id)
        self.assertEqual(set(invoices.mapped('state')), {'cancel'})
        self.assertEqual(merged.amount_total, 1000)
        for receipt in receipts:
            self.assertEqual(receipt.invoice_ids, merged)
            self.assertTrue(receipt.is_invoiced)
        self.assertEqual(merged.business_partner_id, self.partner_a)
        merged.invoice_date = '2017-03-01'
        merged.action_post()
        self._pay(merged, 700)
        self.env.flush_all()
        self.assertEqual([receipt.received_amount for receipt in receipts], [600, 100])

    def test_invoice_of_a_recurring_contract_is_proposed(self):
        contract = self.env['contract.contract'].create(
            {
                'name': "Service",
                'partner_id': self.partner_a.id,
                'contract_type': 'sale',
                'line_recurrence': True,
                'contract_line_ids': [
                    (
                        0,
                        0,
                        {
                            'product_id': self.product_a.id,
                            'name': "Service",
                            'quantity': 1,
                            'price_unit': 1000,
                            'recurring_rule_type': 'monthly',
                            'recurring_interval': 1,
                            'date_start': '2017-03-01',
                            'recurring_next_date': '2017-03-01',
                        },
                    )
                ],
            }
        )
        invoice = contract.recurring_create_invoice()
        self.assertEqual(invoice.move_type, 'out_invoice')
        receipt = self._new_receipt(amount=invoice.amount_total)
        self.assertIn(invoice, receipt.proposed_invoice_ids)
        receipt.action_link_invoices()
        self.assertEqual(receipt.invoice_ids, invoice)
        invoice.action_post()
        self._pay(invoice, invoice.amount_total)
        self.assertEqual(receipt.received_amount, invoice.amount_total)


@tagged('post_install', '-at_install')
class TestReviews(DealflowCommon):
    """Orders are reviewed before they are confirmed (sale_tier_validation)."""

    def test_head_reviews_an_order_of_the_team(self):
        self.env['tier.definition'].create(
            {
                'model_id': self.env.ref('sale.model_sale_order').id,
                'review_type': 'individual',
                'reviewer_id': self.head_north.id,
                'definition_domain': "[('deal_id', '!=', False)]",
            }
        )
        deal = self._new_deal(user_id=self.rep_north.id, team_id=self.team_north.id, legal_entity_id=self.partner.id)
        order = self._new_order(self.partner, self.product, deal_id=deal.id, user_id=self.rep_north.id)
        order.with_user(self.rep_north).request_validation()
        self.env.invalidate_all()
        seen = order.with_user(self.head_north)
        self.assertEqual(seen.search([('can_review', '=', True)]), order)
        self.assertTrue(seen.can_review)
        seen.validate_tier()
        self.env.invalidate_all()
        self.assertEqual(order.validation_status, 'validated')
        order.with_user(self.rep_north).action_confirm()
        self.assertEqual(order.state, 'sale')
