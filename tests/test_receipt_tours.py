from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged


@tagged('post_install', '-at_install')
class TestReceiptTours(HttpCase):

    # The first page of a run waits until the bundles are built.
    tour_timeout = 300

    def test_morning_of_the_head(self):
        """Look at the five sections, ask, postpone, open, set received (E36-E43, E45)."""
        head = new_test_user(
            self.env, 'tour_receipts_head', groups='dealflow.group_user,dealflow.group_receipts', name="Tour Head",
        )
        payee = new_test_user(self.env, 'tour_payee', groups='dealflow.group_user_own', name="Tour Payee")
        today = fields.Date.today()
        deal = self.env['dealflow.deal'].create({
            'name': "Tour deal", 'user_id': payee.id, 'amount': 900, 'opened_on': today - timedelta(days=100),
        })
        # Only these: the rows of demonstration data would push them out of the sections' first page.
        self.env['dealflow.receipt'].search([('state', '=', 'planned')]).action_set_state('cancelled')
        overdue, received = self.env['dealflow.receipt'].create([
            {'name': "Tour overdue", 'deal_id': deal.id, 'amount': 300, 'date_planned': today - timedelta(days=62)},
            {'name': "Tour received", 'deal_id': deal.id, 'amount': 600, 'date_planned': today, 'state': 'received'},
        ])
        self.start_tour('/odoo', 'dealflow_receipts_head', login=head.login, timeout=self.tour_timeout)
        self.assertRecordValues(overdue, [{
            'state': 'received', 'date_received': today, 'postponement_count': 1, 'moved_days': 90,
        }])
        self.assertEqual(overdue.postponement_ids.reason, "The budget is not signed")
        self.assertEqual(overdue.question_ids.user_id, payee)
        self.assertEqual(received.state, 'received')
