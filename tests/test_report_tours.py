from odoo.tests import tagged

from .tour_common import TourCommon


@tagged('post_install', '-at_install')
class TestReportTours(TourCommon):
    """The head of sales opens both reports in a real browser and clicks through to the deals."""

    def test_head(self):
        # All entries of the menu of a person with full access stand in the bar.
        self.browser_size = '1600x900'
        head = self._new_user('head', 'dealflow.group_manager', name="Tour Head")
        others = self.env['dealflow.funnel'].search([])
        funnel = self._new_funnel(
            "Tour Funnel",
            {'name': "Clarification", 'color': 4},
            {'name': "Offer", 'color': 3},
            {'name': "Contract", 'is_won': True, 'color': 10},
            sequence=0,
        )
        others.active = False
        reason = self.env['crm.lost.reason'].create({'name': "Tour Reason"})
        won, lost = (
            self._new_deal(head, name=name, funnel_id=funnel.id, amount=500)
            for name in ("Tour Won Chairs", "Tour Lost Desks")
        )
        (won + lost).action_move_stage(funnel.stage_ids[1].id, "They want it", "Offer sent")
        won.action_win("Signed")
        lost.action_lose(reason.id, "Bought elsewhere")

        self._start_tour('dealflow_reports', head)
