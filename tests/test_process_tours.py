from odoo.fields import Command
from odoo.tests import tagged

from .tour_common import TourCommon


@tagged('post_install', '-at_install')
class TestProcessTours(TourCommon):
    """A process in a real browser, from the card and back to it (E63, E64)."""

    def test_two_ways_and_a_wait(self):
        rep = self._new_user('rep', 'dealflow.group_user_own', name="Tour Rep")
        viewer = self._new_user('viewer', 'dealflow.group_viewer', name="Tour Viewer")
        template = self.env['dealflow.process.template'].create({'name': "Tour tender"})
        read, decide, wait, won, out = self.env['dealflow.process.step'].create(
            [
                {'template_id': template.id, 'sequence': number, **values}
                for number, values in enumerate(
                    (
                        {'name': "Read the conditions", 'note': "All pages"},
                        {'name': "Do we take part?", 'kind': 'decision'},
                        {'name': "Wait for the result", 'kind': 'wait', 'wait_days': 7},
                        {'name': "Won", 'kind': 'end', 'result': "Tender won"},
                        {'name': "Out", 'kind': 'end', 'result': "No bid", 'outcome': 'neutral'},
                    )
                )
            ]
        )
        decide.way_ids = [
            Command.create({'name': "We take part", 'next_id': wait.id}),
            Command.create({'name': "We do not", 'next_id': out.id}),
        ]
        template.action_put_into_use()
        partner = self._new_partner("Tour Client")
        deal = self._new_deal(rep, business_partner_id=partner.id, user_id=rep.id)
        url = f'/odoo/dealflow.deal/{deal.id}'
        self._start_tour('dealflow_process', rep, url=url)
        process = self.env['dealflow.process'].search([('deal_id', '=', deal.id)])
        self.assertEqual(process.step_id, wait)
        self.assertEqual(process.entry_ids.step_id, read + decide + wait)
        process.entry_id._dealflow_set_derived({'deadline': deal.company_id._dealflow_get_today()})
        with self.enter_registry_test_mode():
            self.env.ref('dealflow.ir_cron_process_look_after').method_direct_trigger()
        self.env.invalidate_all()
        self.assertRecordValues(process, [{'state': 'done', 'result': "Tender won", 'outcome': won.outcome}])
        self._start_tour('dealflow_process_result', viewer, url=url)
