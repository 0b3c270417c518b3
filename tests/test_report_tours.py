from odoo.tests import HttpCase, new_test_user, tagged


@tagged('post_install', '-at_install')
class TestReportTours(HttpCase):
    """The head of sales reads both reports in a real browser and clicks through to the deals."""

    # The first page of a run waits until the bundles are built.
    tour_timeout = 300

    def test_head(self):
        head = new_test_user(self.env, 'tour_head', groups='dealflow.group_manager', name="Tour Head")
        self.env['dealflow.funnel'].search([]).active = False
        funnel = self.env['dealflow.funnel'].create({'name': "Tour Funnel", 'sequence': 0, 'stage_ids': [
            (0, 0, {'name': "Clarification", 'sequence': 1, 'color': 4}),
            (0, 0, {'name': "Offer", 'sequence': 2, 'color': 3}),
            (0, 0, {'name': "Contract", 'sequence': 3, 'is_won': True, 'color': 10}),
        ]})
        reason = self.env['crm.lost.reason'].create({'name': "Tour Reason"})
        won, lost = self.env['dealflow.deal'].with_user(head).create([
            {'name': name, 'funnel_id': funnel.id, 'amount': 500} for name in ("Tour Won Chairs", "Tour Lost Desks")
        ])
        (won + lost).action_move_stage(funnel.stage_ids[1].id, "They want it", "Offer sent")
        won.action_win("Signed")
        lost.action_lose(reason.id, "Bought elsewhere")

        self.start_tour('/odoo', 'dealflow_reports', login='tour_head', timeout=self.tour_timeout)
