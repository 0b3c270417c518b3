from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .tour_common import TourCommon


@tagged('post_install', '-at_install')
class TestReceiptTours(TourCommon):
    def test_morning_of_the_head(self):
        """A head of sales checks the five sections, asks, postpones, opens and marks as received (E36-E43, E45)."""
        head = self._new_user('head', 'dealflow.group_user,dealflow.group_receipts', name="Tour Head")
        payee = self._new_user('payee', 'dealflow.group_user_own', name="Tour Payee")
        today = fields.Date.today()
        deal = self._new_deal(name="Tour deal", user_id=payee.id, amount=900, opened_on=today - timedelta(days=100))
        # Demo receipts would push these off the first page of their sections.
        self.env['dealflow.receipt'].search([('state', '=', 'planned')])._action_set_state('cancelled')
        overdue = self._new_receipt(deal, name="Tour overdue", date_planned=today - timedelta(days=62))
        received = self._new_receipt(deal, name="Tour received", amount=600, date_planned=today, state='received')
        self._start_tour('dealflow_receipts_head', head)
        self.assertRecordValues(
            overdue,
            [
                {
                    'state': 'received',
                    'date_received': today,
                    'postponement_count': 1,
                    'moved_days': 90,
                }
            ],
        )
        self.assertEqual(overdue.postponement_ids.reason, "The budget is not signed")
        self.assertEqual(overdue.question_ids.user_id, payee)
        self.assertEqual(received.state, 'received')
