from datetime import datetime, time, timedelta

from odoo import fields
from odoo.tests import tagged

from .tour_common import TourCommon

WORKPLACE = '/odoo/action-dealflow.dealflow_workplace_action'


@tagged('post_install', '-at_install')
class TestWorkplaceTours(TourCommon):
    """A rep's whole day on the workplace, in a real browser, with no more clicks than docs/rep.md promises."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rep = cls._new_user('rep', 'dealflow.group_user_own', name="Tour Seller", email='seller@example.com')
        cls.rep.tz = 'UTC'
        cls.client = cls._new_partner("Tour Client", user_id=cls.rep.id, phone="+1 202 555 0123")
        cls.buyer = cls._new_contact("Tour Buyer", cls.client, email='buyer@example.com')
        cls.env['product.product'].create({'name': "Tour Table", 'list_price': 100.0})
        # At the same time on whatever day the tests run, and never over the end of a day.
        cls.noon = datetime.combine(fields.Date.today(), time(12))
        cls.meeting = cls._new_event(
            cls.rep,
            name="Tour meeting",
            business_partner_id=cls.client.id,
            event_type_id=cls.env.ref('dealflow.event_type_meeting').id,
            start=cls.noon,
            stop=cls.noon + timedelta(hours=1),
        )
        funnel = cls._new_funnel(
            "Tour funnel", "Tour talk", "Tour offer", {'name': "Tour signed", 'is_won': True}, sequence=-1
        )
        cls.deal = cls._new_deal(
            name="Tour Chairs", business_partner_id=cls.client.id, user_id=cls.rep.id, funnel_id=funnel.id
        )
        cls.receipt = cls._new_receipt(
            cls.deal, name="Tour Advance", date_planned=fields.Date.today() + timedelta(days=5)
        )

    def _check_call(self):
        call = self.env['calendar.event'].search([('result', '=', "Wants two variants")])
        self.assertRecordValues(
            call,
            [
                {
                    'business_partner_id': self.client.id,
                    'client_contact_id': self.buyer.id,
                    'user_id': self.rep.id,
                    'dealflow_state': 'done',
                }
            ],
        )
        return call

    def _check_next_step(self):
        following = self.env['calendar.event'].search([('name', '=', "Send two variants")])
        self.assertEqual(following.business_partner_id, self.client)
        self.assertGreater(following.start, fields.Datetime.now() + timedelta(days=1))

    def _check_offer(self):
        offer = self.env['dealflow.offer'].search([('user_id', '=', self.rep.id)])
        self.assertRecordValues(offer, [{'state': 'queued', 'sent_count': 1}])
        self.assertEqual(offer.order_id.order_line.product_id.name, "Tour Table")
        self.assertEqual(offer.order_id.deal_id, self.deal)

    def _check_move(self):
        self.assertEqual(self.deal.stage_id.name, "Tour offer")
        self.assertEqual(self.deal.short_status, "Offer sent")

    def _check_postponement(self):
        self.assertEqual(self.receipt.date_planned, fields.Date.to_date('2040-02-15'))
        self.assertEqual(self.receipt.postponement_ids.reason, "The budget is not signed")

    def test_log_a_call_and_plan_the_next(self):
        self._start_tour('dealflow_workplace_call', self.rep, WORKPLACE)
        self._check_call()
        self._check_next_step()

    def test_finish_an_event_and_plan_the_next(self):
        self._start_tour('dealflow_workplace_finish', self.rep, WORKPLACE)
        self.assertRecordValues(self.meeting, [{'dealflow_state': 'done', 'result': "Wants two variants"}])
        self._check_next_step()

    def test_send_an_offer(self):
        self._start_tour('dealflow_workplace_offer', self.rep, WORKPLACE)
        self._check_offer()

    def test_move_a_deal(self):
        self._start_tour('dealflow_workplace_move', self.rep, WORKPLACE)
        self._check_move()

    def test_postpone_a_receipt(self):
        self._start_tour('dealflow_workplace_postpone', self.rep, WORKPLACE)
        self._check_postponement()

    def test_whole_day(self):
        self._start_tour('dealflow_workplace_day', self.rep, WORKPLACE)
        self._check_call()
        self._check_next_step()
        self._check_move()
        self._check_postponement()
        self._check_offer()

    def test_without_a_mouse(self):
        self._start_tour('dealflow_workplace_keys', self.rep, WORKPLACE)
        self._check_call()

    def test_drag_an_event(self):
        self._start_tour('dealflow_workplace_drag', self.rep, WORKPLACE)
        self.assertEqual(self.meeting.start.date(), self.noon.date())
        self.assertNotEqual(self.meeting.start, self.noon)
        self.assertEqual(self.meeting.stop - self.meeting.start, timedelta(hours=1))
