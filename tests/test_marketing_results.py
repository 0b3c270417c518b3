from datetime import date

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .marketing_common import MarketingCommon


@tagged('post_install', '-at_install')
class TestMarketingResults(MarketingCommon):
    """Results of a small company that can be checked by hand (E50, C74, X14)."""

    def _receive(self, deal, amount, day, currency=None, invoice=None):
        return self._new_receipt(
            deal,
            amount=amount,
            date_planned=day,
            currency_id=(currency or self.company.currency_id).id,
            **({'invoice_ids': invoice.ids} if invoice else {'state': 'received', 'date_received': day}),
        )

    def _build_company(self):
        """Create two marketing events, three opportunities, one of them touched by both events, and four deals.

        ::

            opportunity       touches                          deals                        money
            Alpha chairs      fair (campaign), webinar (Anna)  1,000.00 won 20 March        600.00 on 25 March
                                                               400 foreign (200.00) lost
            Beta desks        webinar (campaign)               2,000 foreign = 800.00       1,000 foreign = 400.00
                                                               won 10 May                   on 20 May; 100.00 back
            Gamma shelves     fair (by hand)                   none                         none
            deal alone        fair (by hand)                   500.00 won 1 April           500.00 on 2 April

            costs: fair    bill 1 (rent) 300.00 + a line of bill 2 of 400 foreign = 200.00, credit note on bill 1 50.00
                   webinar the other line of bill 2, 100 foreign = 50.00
        """
        self.alpha_lead = self._new_lead(
            name="Alpha chairs", partner_id=self.anna.id, campaign_id=self.fair.campaign_id.id
        )
        self.beta_lead = self._new_lead(
            name="Beta desks", partner_id=self.berta.id, campaign_id=self.webinar.campaign_id.id
        )
        self.gamma_lead = self._new_lead(name="Gamma shelves")
        self.gamma_lead.marketing_event_id = self.fair
        self._set_created(self.alpha_lead, '2024-03-05')
        self._set_created(self.beta_lead, '2024-05-02')
        self._set_created(self.gamma_lead, '2024-03-06')
        self._attend(self.webinar, self.anna)

        self.alpha_deal = self._new_deal(amount=1000, lead_id=self.alpha_lead.id)
        self._new_deal(
            amount=400,
            lead_id=self.alpha_lead.id,
            currency_id=self.foreign.id,
            lost_reason_id=self.env['crm.lost.reason'].create({'name': "Price"}).id,
            closed_on=date(2024, 3, 15),
            short_status="Lost",
            move_comment="Lost",
        )
        self.beta_deal = self._new_deal(
            amount=2000,
            lead_id=self.beta_lead.id,
            currency_id=self.foreign.id,
            opened_on=date(2024, 5, 3),
            legal_entity_id=self.beta.id,
        )
        self.lone_deal = self._new_deal(amount=500, marketing_event_id=self.fair.id)
        self._win(self.alpha_deal, date(2024, 3, 20))
        self._win(self.beta_deal, date(2024, 5, 10))
        self._win(self.lone_deal, date(2024, 4, 1))
        self._receive(self.alpha_deal, 600, date(2024, 3, 25))
        self._receive(self.lone_deal, 500, date(2024, 4, 2))
        self._receive_and_pay_back()
        self._spend()

    def _set_created(self, lead, day):
        """Set the creation date of the opportunity, which the ORM does not let a test write."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_lead SET create_date = %s WHERE id = %s", [day, lead.id])
        lead.invalidate_recordset()
        # sudo - dealflow.marketing.touch: users have no write access to touches.
        lead.touch_ids.sudo().filtered(lambda touch: touch.kind == 'utm').date = day

    def _receive_and_pay_back(self):
        """Beta pays 1,000 foreign units and gets a credit note and a refund of 250: 0.4 * 250 = 100 dollars."""
        invoice = self._new_invoice(self.beta, 1000, '2024-05-12', post=True, currency_id=self.foreign.id)
        self._receive(self.beta_deal, 1000, date(2024, 5, 20), self.foreign, invoice)
        self._register_payment(invoice, payment_date=date(2024, 5, 20))
        credit_note = invoice._reverse_moves([{'invoice_date': date(2024, 6, 1), 'date': date(2024, 6, 1)}])
        credit_note.invoice_line_ids.price_unit = 250
        credit_note.action_post()
        self._register_payment(credit_note, payment_date=date(2024, 6, 2))

    def _spend(self):
        self.rent = self._new_bill({"Rent of the stand": 300}, date(2024, 2, 20))
        self.leaflets = self._new_bill(
            {"Leaflets": 400, "Letters": 125}, date(2024, 4, 10), currency_id=self.foreign.id
        )
        back = self.rent._reverse_moves([{'invoice_date': date(2024, 3, 8), 'date': date(2024, 3, 8)}])
        back.invoice_line_ids.price_unit = 50
        back.action_post()
        lines = self.leaflets.invoice_line_ids
        self.env['dealflow.marketing.cost'].create(
            [
                {'name': "Rent", 'event_id': self.fair.id, 'planned_amount': 280, 'bill_id': self.rent.id},
                {'name': "Leaflets", 'event_id': self.fair.id, 'planned_amount': 100, 'bill_line_id': lines[0].id},
                {'name': "Letters", 'event_id': self.webinar.id, 'bill_line_id': lines[1].id},
            ]
        )

    def _get(self, event, attribution='first'):
        events = event.with_user(self.marketer).with_context(dealflow_attribution=attribution)
        events.invalidate_recordset()
        return events

    def test_first_touch_by_hand_of_the_reader(self):
        self._build_company()
        fair, webinar = self._get(self.fair), self._get(self.webinar)
        # Cost: 300 - 50 + 400 * 0.4 = 410. Sales: 1,000 + 500. Money: 600 + 500.
        self.assertRecordValues(
            fair,
            [
                {
                    'attribution': 'first',
                    'lead_count': 2,
                    'deal_count': 3,
                    'won_count': 2,
                    'won_amount': 1500.0,
                    'received_amount': 1100.0,
                    'cost_planned': 380.0,
                    'cost_actual': 410.0,
                    'cost_per_lead': 205.0,
                    'cost_per_deal': 136.67,
                    'break_even_date': date(2024, 3, 25),
                }
            ],
        )
        self.assertAlmostEqual(fair.roi_won, 100 * (1500 - 410) / 410, 6)
        self.assertAlmostEqual(fair.roi_received, 100 * (1100 - 410) / 410, 6)
        # Cost: 125 * 0.4 = 50. Sales: 2,000 * 0.4 = 800. Money: 400 - 100.
        self.assertRecordValues(
            webinar,
            [
                {
                    'lead_count': 1,
                    'deal_count': 1,
                    'won_count': 1,
                    'won_amount': 800.0,
                    'received_amount': 300.0,
                    'cost_actual': 50.0,
                    'roi_won': 1500.0,
                    'roi_received': 500.0,
                    'break_even_date': date(2024, 5, 20),
                }
            ],
        )

    def test_written_off_part_of_a_refund_was_not_paid_back(self):
        """Of a credit note of 250 foreign units 200 are paid back, 50 are kept as a fee: 0.4 * 200 = 80 dollars."""
        deal = self._new_deal(amount=1000, currency_id=self.foreign.id, legal_entity_id=self.beta.id)
        deal.marketing_event_id = self.webinar
        invoice = self._new_invoice(self.beta, 1000, '2024-05-12', post=True, currency_id=self.foreign.id)
        self._receive(deal, 1000, date(2024, 5, 20), self.foreign, invoice)
        self._register_payment(invoice, payment_date=date(2024, 5, 20))
        credit_note = invoice._reverse_moves([{'invoice_date': date(2024, 6, 1), 'date': date(2024, 6, 1)}])
        credit_note.invoice_line_ids.price_unit = 250
        credit_note.action_post()
        self._register_payment(
            credit_note,
            payment_date=date(2024, 6, 2),
            amount=200,
            payment_difference_handling='reconcile',
            writeoff_account_id=self.company_data['default_account_revenue'].id,
            writeoff_label="Fee",
        )
        self.assertIn(credit_note.payment_state, ('paid', 'in_payment'))
        self.assertEqual(self._get(self.webinar).received_amount, 400 - 80)

    def test_last_touch_moves_the_shared_opportunity(self):
        self._build_company()
        fair, webinar = self._get(self.fair, 'last'), self._get(self.webinar, 'last')
        self.assertRecordValues(
            fair + webinar,
            [
                {
                    'attribution': 'last',
                    'lead_count': 1,
                    'deal_count': 1,
                    'won_amount': 500.0,
                    'received_amount': 500.0,
                    'cost_actual': 410.0,
                },
                {
                    'attribution': 'last',
                    'lead_count': 2,
                    'deal_count': 3,
                    'won_amount': 1800.0,
                    'received_amount': 900.0,
                    'cost_actual': 50.0,
                },
            ],
        )

    def test_each_opportunity_and_each_cent_counts_once(self):
        self._build_company()
        for attribution in ('first', 'last'):
            events = self._get(self.fair + self.webinar, attribution)
            self.assertEqual(sum(events.mapped('lead_count')), 3)
            self.assertEqual(sum(events.mapped('deal_count')), 4)
            self.assertEqual(sum(events.mapped('won_amount')), 2300.0)
            self.assertEqual(sum(events.mapped('received_amount')), 1400.0)

    def test_group_is_the_sum_of_its_events(self):
        self._build_company()
        group = self._new_marketing_event("Spring campaign")
        (self.fair + self.webinar).parent_id = group
        self.assertRecordValues(
            self._get(group),
            [
                {
                    'lead_count': 3,
                    'deal_count': 4,
                    'won_count': 3,
                    'won_amount': 2300.0,
                    'received_amount': 1400.0,
                    'cost_actual': 460.0,
                    'roi_won': 400.0,
                    'child_count': 2,
                }
            ],
        )
        with self.assertRaisesRegex(ValidationError, "part of itself"):
            group.parent_id = self.fair

    def test_report_has_the_same_figures(self):
        self._build_company()
        report = self.env['dealflow.marketing.report'].with_user(self.marketer)
        measures = [
            'lead_count:sum',
            'deal_count:sum',
            'won_amount:sum',
            'received_amount:sum',
            'cost_actual:sum',
            'roi_won:avg',
            'cost_per_deal:avg',
        ]
        rows = report._read_group(
            [('event_id', 'in', (self.fair + self.webinar).ids)],
            ['event_id', 'attribution'],
            measures,
        )
        found = {event: row for event, _attribution, *row in rows}
        self.assertEqual(found[self.fair][:5], [2, 3, 1500.0, 1100.0, 410.0])
        self.assertAlmostEqual(found[self.fair][5], 100 * 1090 / 410, 6)
        self.assertAlmostEqual(found[self.fair][6], 410 / 3, 6)
        self.assertEqual(found[self.webinar][:6], [1, 1, 800.0, 300.0, 50.0, 1500.0])
        by_month = {
            month.month: (money, cost)
            for month, money, cost in report._read_group(
                [('event_id', '=', self.webinar.id)],
                ['date:month'],
                ['received_amount:sum', 'cost_actual:sum'],
            )
        }
        self.assertEqual(by_month, {4: (0.0, 50.0), 5: (400.0, 0.0), 6: (-100.0, 0.0)})

    def test_setting_of_the_company_decides_unless_the_screen_does(self):
        self._build_company()
        self.company.dealflow_attribution = 'last'
        fair = self.fair.with_user(self.marketer)
        self.assertEqual((fair.attribution, fair.lead_count), ('last', 1))
        self.assertEqual(fair.with_context(dealflow_attribution='first').lead_count, 2)
        self.assertEqual(
            self.env['dealflow.marketing.report'].search([('event_id', '=', fair.id)]).mapped('attribution')[0],
            'last',
        )

    def test_nothing_is_divided_by_nothing(self):
        empty = self._new_marketing_event("Nobody came")
        results = empty._get_results()[empty]
        self.assertIsNone(results['roi_won'])
        self.assertIsNone(results['cost_per_lead'])
        self.assertFalse(results['break_even_date'])
        self.env['dealflow.marketing.cost'].create({'name': "Rent", 'event_id': empty.id, 'actual_amount': 10})
        empty.invalidate_recordset()
        self.assertEqual(empty.roi_received, -100.0)
        self.assertFalse(empty.break_even_date)
        [[roi]] = self.env['dealflow.marketing.report']._read_group(
            [('event_id', '=', self.webinar.id)],
            [],
            ['roi_won:avg'],
        )
        self.assertFalse(roi)

    def test_opportunity_won_without_a_deal_is_a_sale(self):
        lead = self._new_lead(campaign_id=self.fair.campaign_id.id, expected_revenue=70)
        lead.action_set_won()
        self.assertRecordValues(
            self._get(self.fair),
            [
                {'lead_count': 1, 'deal_count': 0, 'won_count': 1, 'won_amount': 70.0},
            ],
        )

    def test_break_even_is_taken_back_by_a_later_cost(self):
        deal = self._new_deal(amount=900, marketing_event_id=self.fair.id)
        self._win(deal, date(2024, 3, 20))
        costs = self.env['dealflow.marketing.cost']
        costs.create({'name': "Rent", 'event_id': self.fair.id, 'actual_amount': 300, 'date': date(2024, 3, 1)})
        self._receive(deal, 400, date(2024, 3, 25))
        self.assertEqual(self._get(self.fair).break_even_date, date(2024, 3, 25))
        costs.create({'name': "Repair", 'event_id': self.fair.id, 'actual_amount': 200, 'date': date(2024, 4, 1)})
        self.assertFalse(self._get(self.fair).break_even_date)
        self._receive(deal, 100, date(2024, 4, 9))
        self.assertEqual(self._get(self.fair).break_even_date, date(2024, 4, 9))
