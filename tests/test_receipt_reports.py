import io
import json
from datetime import date

from freezegun import freeze_time
from openpyxl import load_workbook

from odoo import http
from odoo.tests import HttpCase, tagged

from .receipt_common import ReceiptCommon


@tagged('post_install', '-at_install')
class TestReceiptReports(ReceiptCommon, HttpCase):
    def _freeze(self):
        self.startPatcher(freeze_time("2026-05-20 12:00:00"))

    def test_forecast_has_promise_likelihood_and_fact(self):
        self._freeze()
        planned = self._new_receipt(amount=300, date_planned=date(2026, 6, 1))
        received = self._new_receipt(amount=200, date_planned=date(2026, 5, 4))
        received._action_set_state('received', date_received=date(2026, 5, 12))
        self._new_receipt(amount=999).action_set_state('cancelled')
        rows = self.env['dealflow.receipt.report'].search([('deal_id', '=', self.deal.id)], order='date, id')
        self.assertRecordValues(
            rows.filtered(lambda row: row.measure in ('promised', 'received')),
            [
                {'receipt_id': received.id, 'measure': 'promised', 'date': date(2026, 5, 4), 'amount': 200},
                {'receipt_id': received.id, 'measure': 'received', 'date': date(2026, 5, 12), 'amount': 200},
                {'receipt_id': planned.id, 'measure': 'promised', 'date': date(2026, 6, 1), 'amount': 300},
            ],
        )
        for measure in ('open', 'likely'):
            self.assertEqual(rows.filtered(lambda row, measure=measure: row.measure == measure).receipt_id, planned)
        groups = self.env['dealflow.receipt.report']._read_group(
            [('deal_id', '=', self.deal.id)],
            ['measure'],
            ['amount:sum'],
        )
        self.assertEqual(dict(groups)['promised'], 500)
        totals = self.env['dealflow.receipt.report']._read_group(
            [('deal_id', '=', self.deal.id)],
            [],
            ['promised:sum', 'likely:sum', 'received:sum', 'difference:sum'],
        )
        self.assertEqual(totals, [(500, 300, 200, -300)], "plan and fact stand side by side and are never added up")

    def test_reports_show_each_person_what_he_may_see(self):
        self._freeze()
        self.rep_north.group_ids |= self.env.ref('dealflow.group_receipts')
        own = self._new_receipt(amount=300)
        self._new_receipt(self.other_deal, amount=400)
        self.assertEqual(self.env['dealflow.receipt.report'].with_user(self.rep_north).search([]).receipt_id, own)
        days = self.env['dealflow.receipt.day'].with_user(self.rep_north).search([('date', '=', date(2026, 5, 20))])
        self.assertEqual(days.amount, 300)
        self.assertEqual(
            len(
                self.env['dealflow.receipt.report']
                .with_user(self.head)
                .search(
                    [('deal_id', 'in', (self.deal + self.other_deal).ids), ('measure', '=', 'promised')],
                )
            ),
            2,
        )

    def test_cash_calendar_sums_the_days(self):
        self._freeze()
        self.rep_north.group_ids |= self.env.ref('dealflow.group_receipts')
        self._new_receipt(amount=300, date_planned=date(2026, 6, 1))
        self._new_receipt(amount=200, date_planned=date(2026, 6, 1))
        self._new_receipt(amount=50, date_planned=date(2026, 5, 1))
        self._new_receipt(amount=70, date_planned=date(2026, 5, 1)).action_set_state('received')
        self._new_receipt(amount=999).action_set_state('cancelled')
        days = self.env['dealflow.receipt.day'].with_user(self.rep_north).search([])
        self.assertRecordValues(
            days,
            [
                {'date': date(2026, 5, 1), 'state': 'overdue', 'amount': 50, 'receipt_count': 1},
                {'date': date(2026, 5, 20), 'state': 'received', 'amount': 70, 'receipt_count': 1},
                {'date': date(2026, 6, 1), 'state': 'planned', 'amount': 500, 'receipt_count': 2},
            ],
        )
        self.assertRegex(days[2].display_name, r"^In plan: .*500\.00.*\(2\)$")
        action = days[2].action_open_receipts()
        self.assertEqual(
            self.env['dealflow.receipt'].with_user(self.rep_north).search_count(action['domain']),
            2,
        )

    def test_payment_schedule_for_the_client(self):
        self.env['res.partner.bank'].create(
            {
                'acc_number': 'DE89 3704 0044 0532 0130 00',
                'partner_id': self.company.partner_id.id,
            }
        )
        self._new_receipt(amount=300, name="Advance 30 %")
        self._new_receipt(amount=700, name="Balance", date_planned=date(2026, 8, 1))
        self._new_receipt(amount=999, name="Never").action_set_state('cancelled')
        html = (
            self.env['ir.actions.report']
            ._render_qweb_html(
                'dealflow.report_payment_schedule',
                self.deal.ids,
            )[0]
            .decode()
        )
        for text in ("Payment schedule", "Ромашка", "Advance 30 %", "08/01/2026", "DE89 3704 0044 0532 0130 00"):
            self.assertIn(text, html)
        self.assertNotIn("Never", html)
        self.assertIn("1,000.00", html)

    def test_payment_schedule_in_the_language_of_the_client(self):
        self.env['res.lang']._activate_lang('fr_FR')
        self.partner.lang = 'fr_FR'
        self._new_receipt(amount=300, date_planned=date(2026, 8, 31))
        html = (
            self.env['ir.actions.report']
            ._render_qweb_html(
                'dealflow.report_payment_schedule',
                self.deal.ids,
            )[0]
            .decode()
        )
        self.assertIn("31/08/2026", html)

    def test_plan_is_exported_to_a_table(self):
        """Odoo's XLSX export contains the five sections."""
        self._new_receipt(amount=300, name="Exported", date_planned=date(2020, 6, 1))
        self.head.group_ids |= self.env.ref('base.group_allow_export')
        self.authenticate(self.head.login, self.head.login)
        token = http.Request.csrf_token(self)
        response = self.url_open(
            '/web/export/xlsx',
            data={
                'csrf_token': token,
                'data': json.dumps(
                    {
                        'model': 'dealflow.receipt',
                        'ids': False,
                        'domain': [['deal_id', '=', self.deal.id]],
                        'groupby': ['bucket'],
                        'import_compat': False,
                        'context': {},
                        'fields': [
                            {'name': 'name', 'label': "Name", 'type': 'char'},
                            {'name': 'amount_company', 'label': "Amount", 'type': 'monetary'},
                        ],
                    }
                ),
            },
        )
        self.assertEqual(response.status_code, 200)
        sheet = load_workbook(io.BytesIO(response.content)).active
        cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row if cell]
        self.assertIn("Earlier (1)", cells)
        self.assertIn("Exported", cells)
        self.assertIn(300, cells)
