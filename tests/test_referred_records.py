from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import DealflowCommon


@tagged('post_install', '-at_install')
class TestReferredRecords(DealflowCommon):
    """Records that cannot be deleted or duplicated raise a readable error before a database error (rule 7)."""

    def test_what_is_referred_to_names_who_refers(self):
        competitor = self.env['dealflow.competitor'].create({'name': "Other Chairs"})
        self._new_deal().write({'competitor_ids': [(0, 0, {'competitor_id': competitor.id})]})
        with self.assertNoLogs('odoo.sql_db'), self.assertRefused(UserError, "Other Chairs.*Competitor on a Deal"):
            competitor.with_user(self.manager).unlink()

    def test_opportunity_of_a_deal_names_it(self):
        lead = self._new_lead(partner_id=self.partner.id)
        lead.action_convert_to_deal()
        with self.assertNoLogs('odoo.sql_db'), self.assertRefused(UserError, "cannot be deleted"):
            lead.with_user(self.manager).unlink()

    def test_what_nothing_refers_to_is_deleted(self):
        competitor = self.env['dealflow.competitor'].create({'name': "Other Chairs"})
        competitor.with_user(self.manager).unlink()
        self.assertFalse(competitor.exists())

    def test_duplicated_type_of_events_has_a_code_of_its_own(self):
        event_type = self.env.ref('dealflow.event_type_meeting').with_user(self.manager)
        copies = event_type.copy() + event_type.copy()
        self.assertEqual(len(set((event_type + copies).mapped('code'))), 3)
        self.assertEqual(copies.status_ids, event_type.status_ids)
