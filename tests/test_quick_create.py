from odoo.tests import Form, tagged

from .common import DealflowCommon


@tagged('post_install', '-at_install')
class TestQuickCreate(DealflowCommon):
    """A deal created in a column of the kanban view (E22, E26)."""

    def _quick_create(self, **context):
        deals = self.env['dealflow.deal'].with_user(self.rep_north).with_context(**context)
        return Form(deals, view='dealflow.dealflow_deal_view_form_quick_create')

    def test_first_column_asks_for_the_name_only(self):
        form = self._quick_create(default_stage_id=self.stage_talk.id)
        form.name = "Chairs"
        deal = form.save()
        self.assertRecordValues(deal, [{'funnel_id': self.funnel.id, 'stage_id': self.stage_talk.id, 'state': 'open'}])

    def test_later_column_asks_why_the_deal_begins_there(self):
        form = self._quick_create(default_stage_id=self.stage_offer.id)
        form.name = "Chairs"
        with self.assertRaisesRegex(AssertionError, 'required'):
            form.save()
        form.short_status = "Offer sent"
        form.move_comment = "They know the price"
        deal = form.save()
        self.assertEqual(deal.stage_id, self.stage_offer)
        self.assertEqual(deal.log_ids.comment, "They know the price")

    def test_column_decides_the_funnel(self):
        other_funnel = self._new_funnel("Tenders", "Bid", sequence=99)
        form = self._quick_create(default_stage_id=other_funnel.stage_ids.id)
        form.name = "Desks"
        deal = form.save()
        self.assertRecordValues(deal, [{'funnel_id': other_funnel.id, 'stage_id': other_funnel.stage_ids.id}])
