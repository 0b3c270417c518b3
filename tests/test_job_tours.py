from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .tour_common import TourCommon

START = '/odoo/action-dealflow.dealflow_start_action'


@tagged('post_install', '-at_install')
class TestJobTours(TourCommon):
    """The frequent jobs take the few clicks that docs/rep.md promises; the tours count them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep = cls._new_user('rep', 'dealflow.group_user_own', name="Tour Seller")
        cls.client = cls._new_partner("Tour Client", user_id=cls.rep.id)
        cls.buyer = cls._new_contact("Tour Buyer", cls.client)

    def _check_logged_call(self, **values):
        events = self.env['calendar.event'].search([('business_partner_id', '=', self.client.id)], order='start')
        call, following = events
        self.assertRecordValues(
            call,
            [
                {
                    'crm_state': 'done',
                    'result': "Wants two variants",
                    'client_contact_id': self.buyer.id,
                    'user_id': self.rep.id,
                    **values,
                }
            ],
        )
        self.assertLessEqual(call.stop, fields.Datetime.now())
        self.assertEqual(following.name, "Send two variants")
        self.assertGreater(following.start, fields.Datetime.now() + timedelta(days=1))

    def test_log_a_call_on_the_client(self):
        self._start_tour('dealflow_log_call_card', self.rep, f'/odoo/res.partner/{self.client.id}')
        self._check_logged_call()

    def test_log_a_call_on_the_deal(self):
        deal = self._new_deal(business_partner_id=self.client.id, user_id=self.rep.id, contact_ids=self.buyer.ids)
        self._start_tour('dealflow_log_call_card', self.rep, f'/odoo/dealflow.deal/{deal.id}')
        self._check_logged_call(deal_id=deal.id)

    def test_log_a_call_on_the_opportunity(self):
        lead = self._new_lead(partner_id=self.buyer.id, user_id=self.rep.id)
        self._start_tour('dealflow_log_call_card', self.rep, f'/odoo/crm.lead/{lead.id}')
        self._check_logged_call(opportunity_id=lead.id)

    def test_log_a_call_on_the_start_page(self):
        self._start_tour('dealflow_log_call_start', self.rep, START)
        self._check_logged_call()

    def test_finish_a_planned_call_on_the_start_page(self):
        call_type = self.env.ref('dealflow.event_type_call_out')
        start = fields.Datetime.now().replace(microsecond=0) - timedelta(hours=2)
        first, second = (
            self._new_event(
                self.rep, name=name, event_type_id=call_type.id, business_partner_id=self.client.id, start=day
            )
            for name, day in (("Tour first", start), ("Tour second", start + timedelta(minutes=10)))
        )
        self._start_tour('dealflow_finish_call_start', self.rep, START)
        self.assertRecordValues(
            first + second,
            [{'crm_state': 'done', 'result': "Wants two variants"}, {'crm_state': 'overdue', 'result': False}],
        )
