from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged


@tagged('post_install', '-at_install')
class TestMarketingTours(HttpCase):

    # The first page of a run waits until the bundles are built.
    tour_timeout = 300

    def test_marketer(self):
        """Plan an event, import participants, read the return of another event, with a marketer's rights (E46-E50)."""
        marketer = new_test_user(self.env, 'tour_marketer', groups='dealflow.group_marketing', name="Tour Marketer")
        today = fields.Date.today()
        self.env['res.partner'].create({'name': "Tour Known", 'email': 'known@tour.example.com'})
        fair = self.env['dealflow.marketing.event'].create({'title': "Tour fair", 'date_start': today})
        self.env['dealflow.marketing.cost'].create({'name': "Stand", 'event_id': fair.id, 'actual_amount': 500})
        funnel = self.env['dealflow.funnel'].create({'name': "Tour Funnel", 'sequence': 0, 'stage_ids': [
            (0, 0, {'name': "Talk", 'sequence': 1}), (0, 0, {'name': "Sold", 'sequence': 2, 'is_won': True}),
        ]})
        deal = self.env['dealflow.deal'].create({
            'name': "Tour deal", 'amount': 2000, 'funnel_id': funnel.id, 'marketing_event_id': fair.id,
            'opened_on': today,
        })
        deal.action_win("They signed at the stand")
        self.env['dealflow.receipt'].create({
            'name': "Half", 'deal_id': deal.id, 'amount': 1000, 'date_planned': today, 'state': 'received',
        })
        # Demonstration events would push the rows of the tour out of the first page.
        self.env['dealflow.marketing.event'].search([('id', '!=', fair.id)]).action_archive()
        self.start_tour('/odoo', 'dealflow_marketer', login=marketer.login, timeout=self.tour_timeout)
        event = self.env['dealflow.marketing.event'].search([('title', '=', "Tour open day")])
        self.assertRecordValues(event, [{'budget': 2000, 'cost_planned': 700, 'participant_count': 2}])
        self.assertEqual(event.create_uid, marketer)
        self.assertEqual(sorted(event.participant_ids.partner_id.mapped('name')), ["Tour Guest", "Tour Known"])
