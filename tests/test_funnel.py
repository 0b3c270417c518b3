from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import DealflowCommon


@tagged('post_install', '-at_install')
class TestFunnel(DealflowCommon):
    def test_used_stage_and_funnel_are_not_deleted(self):
        self._new_deal()
        with self.assertRefused(UserError, "Archive it instead"):
            self.stage_talk.unlink()
        with self.assertRefused(UserError, "Archive it instead"):
            self.funnel.unlink()
        self.stage_delivered.unlink()

    def test_stage_does_not_leave_its_funnel_with_deals(self):
        self._new_deal()
        other = self._new_funnel("Other")
        with self.assertRefused(ValidationError, "must stay in that funnel"):
            self.stage_talk.funnel_id = other

    def test_allowed_previous_stage_of_another_funnel_is_refused(self):
        other = self._new_funnel("Other", "Start")
        with self.assertRefused(ValidationError, "another funnel"):
            self.stage_offer.allowed_from_ids = other.stage_ids

    def test_own_funnel_of_a_company_comes_first(self):
        own = self._new_funnel("Own", company_id=self.env.company.id, sequence=99)
        self.assertEqual(self.env['dealflow.funnel']._get_default(self.env.company), own)

    def test_only_managers_configure(self):
        with self.assertRaises(AccessError):
            self.stage_talk.with_user(self.seller_all).name = "Chat"
        self.stage_talk.with_user(self.manager).name = "Chat"

    def test_kanban_shows_empty_stages(self):
        self._new_deal()
        groups = (
            self.env['dealflow.deal']
            .with_context(read_group_expand=True)
            .web_read_group([('funnel_id', '=', self.funnel.id)], ['stage_id'], ['__count'])
        )
        self.assertEqual(
            [group['stage_id'][1] for group in groups['groups']], ["Talk", "Proposal", "Signed", "Delivered"]
        )

    def test_new_order_of_stages_counts_at_once(self):
        self.assertEqual(self._new_deal().stage_id, self.stage_talk)
        self.stage_offer.sequence = 0
        self.assertEqual(self._new_deal().stage_id, self.stage_offer)
        self.stage_offer.active = False
        self.assertEqual(self._new_deal().stage_id, self.stage_talk)
        call = self.env['dealflow.stage'].create({'name': "Call", 'funnel_id': self.funnel.id, 'sequence': 0})
        self.assertEqual(self._new_deal().stage_id, call)
