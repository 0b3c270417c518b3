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

    def test_deals_of_the_group_and_of_the_entity_open_from_the_card(self):
        deal = self._new_deal()
        for partner, expected in ((self.group, deal), (self.alpha, deal), (self.beta, deal.browse())):
            self.assertEqual(self.env['dealflow.deal'].search(partner.action_view_deals()['domain']), expected)

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
        # What is kept in memory is asked for once, however many clients there are.
        self.env.user._get_closed_stage_ids()
        counts = []
        for size in (2, 40):
            partners = self.env['res.partner'].create([{'name': f"P{i}", 'is_company': True} for i in range(size)])
            counts.append(self._count_queries(lambda partners=partners: partners.mapped('total_sales')))
        self.assertEqual(counts[0], counts[1])
