from datetime import datetime, timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.mail.tests.common import freeze_all_time

from .test_request_routing import RequestCommon

# A Tuesday.
ROUTED = datetime(2026, 3, 10, 9, 0)


@tagged('post_install', '-at_install')
class TestRequestAttention(RequestCommon):
    """A request that nobody works on is red, goes on or is told the leader, once (X20)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id = cls.env['resource.calendar'].create(
            {'name': "Weekdays", 'tz': 'UTC', 'company_id': cls.company.id}
        )
        cls.company.dealflow_request_hours = 4
        # Other requests that wait in the database are none of this test.
        cls.env['crm.lead'].search([])._dealflow_set_derived({'dealflow_answer_until': False})

    def _route_one(self, *people, **values):
        self._new_route(*(people or [(self.rep_north, 1)]), **values)
        with freeze_all_time(ROUTED):
            request = self._new_requests()
            request._dealflow_route()
            self.env.flush_all()
        return request

    def _is_red(self, request, moment):
        request.invalidate_recordset(['dealflow_is_untouched'])
        with freeze_all_time(moment):
            found = self.env['crm.lead'].search([('dealflow_is_untouched', '=', True)])
            self.assertEqual(request in found, request.dealflow_is_untouched)
            return request in found

    def _attend(self, moment):
        with freeze_all_time(moment):
            self.env['crm.lead']._dealflow_cron_attend()
            self.env.flush_all()

    def test_it_is_red_after_working_hours_only(self):
        request = self._route_one()
        # From 9 to 12 are three hours, and the fourth one ends at 14, after the break of the calendar.
        self.assertEqual(request.dealflow_answer_until, datetime(2026, 3, 10, 14, 0))
        self.assertFalse(self._is_red(request, datetime(2026, 3, 10, 13, 59)))
        self.assertTrue(self._is_red(request, datetime(2026, 3, 10, 14, 1)))

    def test_whatever_is_done_counts_as_work(self):
        late = ROUTED + timedelta(hours=8)

        def note(request):
            request.with_user(self.rep_north).message_post(body="Called, no answer", message_type='comment')

        def plan(request):
            request.with_user(self.rep_north).activity_schedule(
                'mail.mail_activity_data_call', user_id=self.rep_north.id
            )

        def meet(request):
            self._new_event(self.rep_north, opportunity_id=request.id)

        def move(request):
            request.stage_id = self.env['crm.stage'].search([('id', '!=', request.stage_id.id)], limit=1)

        def deal(request):
            self._new_deal(lead_id=request.id)

        for work in (note, plan, meet, move, deal):
            with self.subTest(work=work.__name__):
                request = self._route_one()
                self.assertTrue(self._is_red(request, late))
                with freeze_all_time(ROUTED + timedelta(hours=1)):
                    work(request)
                    self.env.flush_all()
                self.assertFalse(self._is_red(request, late))
                self._attend(late)
                self.assertFalse(request.dealflow_answer_until)
                kinds = request.activity_ids.activity_type_id
                self.assertNotIn(self.env.ref('dealflow.mail_activity_type_request'), kinds)

    def test_a_message_of_the_client_is_no_work(self):
        request = self._route_one()
        with freeze_all_time(ROUTED + timedelta(hours=1)):
            request.message_post(body="Hello?", message_type='email', author_id=self.contact.id)
            request.message_post(body="Hello?", message_type='comment', author_id=self.contact.id)
        self.assertTrue(self._is_red(request, ROUTED + timedelta(hours=8)))

    def test_the_leader_is_asked_once(self):
        request = self._route_one()
        late = ROUTED + timedelta(hours=8)
        for hours in (0, 1, 2):
            self._attend(late + timedelta(hours=hours))
        activity = request.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.head_north)
        self.assertEqual(activity.summary, "Nobody works on this request")
        activity.with_user(self.head_north).action_feedback(feedback="I asked her")
        self._attend(late + timedelta(hours=3))
        self.assertFalse(request.activity_ids)

    def test_the_question_goes_when_somebody_works_on_it(self):
        request = self._route_one()
        late = ROUTED + timedelta(hours=8)
        self._attend(late)
        self.assertTrue(request.activity_ids)
        with freeze_all_time(late):
            request.with_user(self.rep_north).message_post(body="Called", message_type='comment')
            self.env.flush_all()
        self._attend(late + timedelta(hours=1))
        self.assertFalse(request.activity_ids)
        self.assertFalse(request.dealflow_is_untouched)

    def test_it_goes_on_to_the_next_person_and_then_to_the_leader(self):
        request = self._route_one((self.rep_north, 1), (self.rep_second, 1), is_returned=True)
        self.assertEqual(request.user_id, self.rep_north)
        late = ROUTED + timedelta(hours=8)
        self._attend(late)
        self._attend(late)
        self.assertEqual(request.user_id, self.rep_second)
        self.assertIn(f"Nobody worked on it in 4 hours at {self.rep_north.name}.", request.dealflow_route_reason)
        self.assertFalse(request.activity_ids, "it went on, so nobody is asked")
        log = self.env['dealflow.request.assignment'].search([('lead_id', '=', request.id)])
        self.assertEqual(
            [(row.kind, row.user_id) for row in log], [('next', self.rep_second), ('rule', self.rep_north)]
        )
        later = ROUTED + timedelta(days=1, hours=8)
        self.assertTrue(self._is_red(request, later))
        self._attend(later)
        self.assertEqual(request.user_id, self.rep_second, "everybody had it")
        self.assertEqual(request.activity_ids.user_id, self.head_north)

    def test_the_start_page_counts_it_and_opens_the_same(self):
        request = self._route_one()
        request.company_id = self.company
        with freeze_all_time(ROUTED + timedelta(hours=8)):
            for user, is_mine, count in (
                (self.rep_north, True, 1),
                (self.head_north, True, 0),
                (self.head_north, False, 1),
            ):
                with self.subTest(user=user.login, is_mine=is_mine):
                    rows = self.env['dealflow.deal'].with_user(user).get_summary(is_mine)['rows']
                    row = next(row for row in rows if row['name'] == 'requests_untouched')
                    self.assertEqual(row['count'], count)
                    self.assertTrue(self.env.ref(row['action']))
        self.company.dealflow_request_hours = 0
        rows = self.env['dealflow.deal'].with_user(self.rep_north).get_summary()['rows']
        self.assertNotIn('requests_untouched', [row['name'] for row in rows])

    def test_without_hours_nothing_is_red(self):
        self.company.dealflow_request_hours = 0
        request = self._route_one()
        self.assertFalse(request.dealflow_answer_until)
        self.assertFalse(self._is_red(request, fields.Datetime.now()))
