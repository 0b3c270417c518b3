from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from .receipt_common import ReceiptCommon


@tagged('post_install', '-at_install')
class TestReceiptReminder(ReceiptCommon):
    def setUp(self):
        super().setUp()
        self.startPatcher(freeze_time("2026-05-20 12:00:00"))
        # Exclude all other receipts of the database.
        self.env['dealflow.receipt'].search([('state', '=', 'planned')])._action_set_state('cancelled')
        self.deal.team_id.user_id = self.head
        self.company.write(
            {
                'dealflow_receipt_remind': True,
                'dealflow_receipt_escalation_days': 7,
                'dealflow_receipt_mail_client': False,
            }
        )
        self.due = self._new_receipt(date_planned=date(2026, 5, 20))
        self.late = self._new_receipt(date_planned=date(2026, 5, 13))
        self.coming = self._new_receipt(date_planned=date(2026, 5, 21))

    def _remind(self):
        with self.enter_registry_test_mode():
            self.env.ref('dealflow.ir_cron_receipt_remind').method_direct_trigger()
        self.env.invalidate_all()

    def _get_activities(self, receipt, xml_id):
        return receipt.activity_ids.filtered(lambda activity: activity.activity_type_id == self.env.ref(xml_id))

    def test_responsible_is_reminded_on_the_day_and_the_head_later(self):
        self._remind()
        due, overdue = 'dealflow.mail_activity_type_receipt_due', 'dealflow.mail_activity_type_receipt_overdue'
        self.assertEqual(self._get_activities(self.due, due).user_id, self.rep_north)
        self.assertIn("300.00 from Ромашка", self._get_activities(self.due, due).summary)
        self.assertFalse(self._get_activities(self.due, overdue))
        self.assertEqual(self._get_activities(self.late, overdue).user_id, self.head)
        self.assertFalse(self.coming.activity_ids)

    def test_once_for_a_date_and_again_for_a_moved_one(self):
        self._remind()
        self._remind()
        self.assertEqual(len(self.due.activity_ids), 1)
        self.due.action_postpone(date(2026, 5, 19), "Earlier")
        self._remind()
        self.assertEqual(len(self.due.activity_ids), 2)

    def test_switched_off(self):
        self.company.write({'dealflow_receipt_remind': False, 'dealflow_receipt_escalation_days': 0})
        self._remind()
        self.assertFalse((self.due + self.late).activity_ids)

    def test_client_gets_no_letter_without_a_click(self):
        self.partner.email = 'gables@example.com'
        self._remind()
        to_client = [('res_id', '=', self.late.id), ('recipient_ids', 'in', self.partner.ids)]
        self.assertFalse(self.env['mail.mail'].search(to_client))
        self.company.dealflow_receipt_mail_client = True
        self._remind()
        self._remind()
        mails = self.env['mail.mail'].search(to_client)
        self.assertEqual(len(mails), 1)
        self.assertIn("05/13/2026", mails.body_html)

    def test_letter_opens_for_a_click(self):
        action = self.late.with_user(self.rep_north).action_mail_client()
        self.assertEqual(action['res_model'], 'mail.compose.message')
        composers = self.env['mail.compose.message'].with_user(self.rep_north)
        composer = composers.with_context(**action['context']).create({})
        self.assertIn("300.00", composer.body)
