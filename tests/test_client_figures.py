from odoo import fields
from odoo.tests import tagged

from .partner_common import PartnerCommon


@tagged('post_install', '-at_install')
class TestClientFigures(PartnerCommon):
    def test_four_figures_and_due_of_an_entity_and_of_the_group(self):
        self._new_invoice(self.alpha, 100, '2025-03-01', post=True)
        self._new_invoice(self.alpha, 300, '2025-04-01', post=True)
        self._new_invoice(self.alpha, 50, '2025-04-02', move_type='out_refund', post=True)
        self._new_invoice(self.alpha, 999, '2025-01-01')
        self._new_invoice(self.beta, 650, '2025-02-01', post=True)
        for entity in (self.alpha, self.beta, self.beta):
            self._new_deal(legal_entity_id=entity.id, opened_on='2025-06-01')
        self.env.invalidate_all()
        self.assertRecordValues(
            self.alpha,
            [
                {
                    'client_since': fields.Date.to_date('2025-03-01'),
                    'deal_count': 1,
                    'average_bill': 175,
                    'total_sales': 350,
                    'total_due': 350,
                    'group_client_since': fields.Date.to_date('2025-02-01'),
                    'group_deal_count': 3,
                    'group_total_sales': 1000,
                    'group_average_bill': 333.33,
                    'group_total_due': 1000,
                }
            ],
        )
        self.assertRecordValues(
            self.group,
            [
                {
                    'client_since': fields.Date.to_date('2025-02-01'),
                    'deal_count': 3,
                    'total_sales': 1000,
                    'total_due': 1000,
                }
            ],
        )

    def test_won_deal_that_was_paid_is_a_sale(self):
        deal = self._new_deal(amount=800)
        self.env['dealflow.receipt'].create(
            {'name': "All", 'deal_id': deal.id, 'amount': 800, 'date_planned': fields.Date.today()}
        ).action_set_state('received')
        deal.funnel_id.enforces_requirements = False
        deal.action_win("Signed")
        self.env.invalidate_all()
        self.assertRecordValues(
            self.group + self.alpha,
            [
                {
                    'total_sales': 800,
                    'average_bill': 800,
                    'dealflow_won_total': 800,
                    'dealflow_invoiced_total': 0,
                    'dealflow_received_total': 800,
                }
            ]
            * 2,
        )

    def test_each_sale_counts_once_and_each_figure_says_what_it_counts(self):
        won, work = self._new_deal(amount=1000), self._new_deal(amount=5000)
        won.funnel_id.enforces_requirements = False
        won.action_win("Signed")
        product = self.env['product.product'].create(
            {'name': "Chair", 'list_price': 400, 'taxes_id': False, 'invoice_policy': 'order'}
        )
        of_won, of_work, of_none = (
            self._new_order(self.alpha, product, deal_id=deal.id) for deal in (won, work, won.browse())
        )
        (of_won + of_work + of_none).action_confirm()
        # Invoices of two of the orders, and one without an order
        invoices = (of_won + of_none)._create_invoices(grouped=True)
        invoices.invoice_date = '2026-02-01'
        invoices.action_post()
        free = self._new_invoice(self.beta, 70, '2026-02-01', post=True)
        self._new_invoice(self.beta, 20, '2026-02-02', move_type='out_refund', post=True)
        self._new_invoice(self.beta, 33, '2026-02-02', move_type='in_invoice', post=True)
        self.env['account.payment.register'].with_context(active_model='account.move', active_ids=free.ids).create(
            {'amount': 50, 'payment_date': '2026-02-03'}
        ).action_create_payments()
        self.env.invalidate_all()
        self.assertRecordValues(
            self.group,
            [
                {
                    'dealflow_won_total': 1000,
                    'dealflow_ordered_total': 1200,
                    'dealflow_invoiced_total': 400 * len(invoices.line_ids.sale_line_ids) + 50,
                    # The won deal; the orders of the open deal and of no deal; the invoice less its credit note.
                    'total_sales': 1000 + 400 + 400 + 50,
                    'average_bill': 462.5,
                    'dealflow_purchase_total': 33,
                }
            ],
        )
        self.assertEqual(self.beta.dealflow_received_total, self._get_paid(free))

    def _get_paid(self, invoice):
        # When payments have no journal entry, nothing is reconciled before the bank statement.
        return sum(event['amount'] for event in invoice._dealflow_get_settlements()[invoice.id]['money'])

    def test_deals_of_the_group_and_of_the_entity_open_from_the_card(self):
        deal = self._new_deal()
        for partner, expected in ((self.group, deal), (self.alpha, deal), (self.beta, deal.browse())):
            self.assertEqual(self.env['dealflow.deal'].search(partner.action_dealflow_view_deals()['domain']), expected)

    def test_salesperson_sees_figures_of_all_documents(self):
        self._new_invoice(self.alpha, 100, '2025-03-01', post=True)
        self.assertEqual(self.alpha.with_user(self.rep).total_sales, 100)

    def test_client_without_documents_has_empty_figures(self):
        self.assertRecordValues(
            self.beta,
            [
                {
                    'client_since': False,
                    'deal_count': 0,
                    'average_bill': 0,
                    'total_sales': 0,
                    'total_due': 0,
                }
            ],
        )

    def test_sales_of_last_year_stay_with_the_group_that_the_entity_left(self):
        self._new_invoice(self.beta, 650, '2025-02-01', post=True)
        self._new_invoice(self.beta, 10, '2026-02-01', post=True)
        self.assertEqual(self.group.total_sales, 660)
        self.group.entity_link_ids.filtered(lambda link: link.entity_id == self.beta).date_to = '2025-12-31'
        self.env.invalidate_all()
        self.assertEqual(self.group.total_sales, 650)
        self.assertEqual(self.beta.total_sales, 660)

    def test_queries_do_not_grow_with_the_number_of_clients(self):
        # Cached values are queried once, whatever the number of clients.
        self.env.user._dealflow_get_closed_stage_ids()
        counts = []
        for size in (2, 40):
            partners = self.env['res.partner'].create([{'name': f"P{i}", 'is_company': True} for i in range(size)])
            counts.append(self._count_queries(lambda partners=partners: partners.mapped('total_sales')))
        self.assertEqual(counts[0], counts[1])
