from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .receipt_common import ReceiptCommon


@tagged('post_install', '-at_install')
class TestReceiptClose(ReceiptCommon):
    """Accounting closes several receipts from the list, each with its own date (E45)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._new_user('clerk', 'account.group_account_invoice,dealflow.group_receipts')
        cls.receipts = cls.env['dealflow.receipt'].union(
            *(cls._new_receipt(amount=amount) for amount in (100, 200, 300))
        )

    def _open(self, receipts, user=None):
        model = self.env['dealflow.receipt.close'].with_user(user or self.clerk)
        return model.with_context(active_model='dealflow.receipt', active_ids=receipts.ids)

    def test_accountant_closes_many_each_on_its_day(self):
        with Form(self._open(self.receipts)) as form:
            form.date_received = date(2026, 5, 21)
            form.comment = "Bank statement 118"
            with form.line_ids.edit(1) as line:
                line.date_received = date(2026, 5, 22)
        close = form.record
        self.assertEqual(close.line_ids.mapped('open_amount'), [100, 200, 300])
        close.action_apply()
        self.assertEqual(
            [(receipt.state, receipt.date_received.day) for receipt in self.receipts],
            [('received', 21), ('received', 22), ('received', 21)],
        )

    def test_rows_that_cannot_be_closed_say_why_and_stay(self):
        done = self._new_receipt(amount=400)
        done._action_set_state('received', None, date(2026, 5, 1))
        close = self._open(self.receipts + done).create({'date_received': '2026-05-21'})
        self.assertEqual((close.closing_count, close.refused_count), (3, 1))
        self.assertEqual(close.line_ids.filtered('problem').receipt_id, done)
        self.assertIn("already", close.line_ids.filtered('problem').problem)
        close.action_apply()
        self.assertEqual(set(self.receipts.mapped('state')), {'received'})
        self.assertEqual(done.date_received, date(2026, 5, 1))

    def test_day_ahead_is_refused(self):
        ahead = fields.Date.today() + timedelta(days=3)
        close = self._open(self.receipts).create({'date_received': ahead})
        with self.assertRefused(UserError, "None of the receipts can be closed:(.|\n)*is in the future"):
            close.action_apply()
        self.assertEqual(set(self.receipts.mapped('state')), {'planned'})

    def test_nothing_is_half_written(self):
        refused = self.receipts[1]
        refused.name = "Guarded"
        self.env['base.automation'].create(
            {
                'name': "A rule of the company",
                'model_id': self.env['ir.model']._get_id('dealflow.receipt'),
                'trigger': 'on_write',
                'action_server_ids': [
                    (
                        0,
                        0,
                        {
                            'name': "Refuse",
                            'model_id': self.env['ir.model']._get_id('dealflow.receipt'),
                            'state': 'code',
                            'code': "if record.name == 'Guarded': raise UserError('Ask the board first')",
                        },
                    )
                ],
            }
        )
        close = self._open(self.receipts).create({'date_received': '2026-05-21'})
        with self.assertRefused(UserError, "Nothing has been closed(.|\n)*Guarded.*Ask the board first"):
            close.action_apply()
        self.assertEqual(set(self.receipts.mapped('state')), {'planned'})

    def test_who_may_not_change_receipts_closes_none(self):
        with self.assertRaises(AccessError):
            self._open(self.receipts, self.plan_viewer).create({})
        close = self._open(self.receipts, self.rep_north).create({'date_received': '2026-05-21'})
        close.action_apply()
        self.assertEqual(set(self.receipts.mapped('state')), {'received'})

    def test_button_stands_on_the_list_of_the_accountant(self):
        action = self.env.ref('dealflow.dealflow_receipt_close_action')
        for user, may in ((self.clerk, True), (self.rep_north, True), (self.plan_viewer, False)):
            self.env.invalidate_all()
            arch = self.env['dealflow.receipt'].with_user(user).get_view(view_type='list')['arch']
            self.assertEqual(f'name="{action.id}"' in arch, may, user.login)
