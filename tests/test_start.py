from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import DealflowCase, DealflowCommon


@tagged('post_install', '-at_install')
class TestLanding(DealflowCase, HttpCase):
    """People of Dealflow begin with its start page, as long as they want to."""

    def _get_home_action(self, user):
        self.authenticate(user.login, user.login)
        return self.make_jsonrpc_request('/web/session/get_session_info')['home_action_id']

    def test_login_lands_on_start(self):
        start = self.env.ref('dealflow.dealflow_start_action')
        viewer = self._new_user('landing', 'dealflow.group_viewer')
        self.assertEqual(self._get_home_action(viewer), start.id)
        viewer.with_user(viewer).dealflow_opens_start = False
        self.assertFalse(self._get_home_action(viewer), "he has switched it off himself")

    def test_home_action_goes_before_it(self):
        viewer = self._new_user('landing', 'dealflow.group_viewer')
        viewer.action_id = self.env.ref('dealflow.dealflow_deal_action').id
        self.assertEqual(self._get_home_action(viewer), viewer.action_id.id)

    def test_others_land_where_they_did(self):
        self.assertFalse(self._get_home_action(self._new_user('other', 'base.group_user')))


@tagged('post_install', '-at_install')
class TestStart(DealflowCommon):
    """The figures of the start page (E18, E30)."""

    def _get_rows(self, user, is_mine=True):
        summary = self.env['dealflow.deal'].with_user(user).get_summary(is_mine)
        self.assertEqual(summary['currency_id'], self.env.company.currency_id.id)
        return {row['name']: (row['count'], row['amount']) for row in summary['rows']}

    def test_own_deals_and_those_that_ask_for_something(self):
        today = fields.Date.today()
        self.assertEqual(set(self._get_rows(self.rep_north).values()), {(0, 0.0)}, "no deals are no error")
        late = self._new_deal(user_id=self.rep_north.id, amount=100, expected_close_date=today - timedelta(days=1))
        helped = self._new_deal(user_id=self.rep_second.id, amount=20, co_executor_ids=self.rep_north.ids)
        self._new_deal(user_id=self.rep_second.id, amount=4000)
        lost = self._new_deal(user_id=self.rep_north.id, amount=500)
        lost.action_lose(self.reason.id, "Too dear")
        helped._dealflow_set_derived({'is_stage_proven': False})
        late.activity_schedule('mail.mail_activity_data_todo', user_id=self.rep_second.id)
        self.env.flush_all()
        self.assertEqual(
            self._get_rows(self.rep_north),
            {
                'open': (2, 120),
                'late': (1, 100),
                'rotting': (0, 0),
                'not_proven': (1, 20),
                'idle': (1, 20),
            },
        )

    def test_all_are_those_that_one_may_see(self):
        self._new_deal(user_id=self.rep_north.id, team_id=self.team_north.id, amount=100)
        self._new_deal(user_id=self.rep_south.id, team_id=self.team_south.id, amount=20)
        self.assertEqual(self._get_rows(self.head_north)['open'], (0, 0))
        self.assertEqual(self._get_rows(self.head_north, is_mine=False)['open'], (1, 100))
        self.assertEqual(self._get_rows(self.rep_south, is_mine=False)['open'], (1, 20))

    def test_each_row_opens_the_deals_that_it_counts(self):
        """The search filters named by a row find as many deals as it says."""
        self._new_deal(user_id=self.rep_north.id, expected_close_date=fields.Date.today() - timedelta(days=1))
        self._new_deal(user_id=self.rep_north.id)._dealflow_set_derived({'is_stage_proven': False})
        self.env.flush_all()
        arch = self.env['dealflow.deal'].get_view(view_type='search')['arch']
        for row in self.env['dealflow.deal'].with_user(self.rep_north).get_summary()['rows']:
            for name in ['filter_mine', *row['filters']]:
                self.assertIn(f'name="{name}"', arch)
