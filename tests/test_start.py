from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.fields import Domain
from odoo.tests import HttpCase, tagged
from odoo.tools.safe_eval import safe_eval

from .accounting_common import AccountingCommon
from .common import DealflowCase, DealflowCommon


@tagged('post_install', '-at_install')
class TestLanding(DealflowCase, HttpCase):
    """Users of Dealflow start on its start page unless they switch it off."""

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
class TestEmptyPages(DealflowCommon):
    """Empty pages tell users who may create records how to begin, and others that they can only read."""

    def _get_help(self, user, xml_id):
        return self.env.ref(xml_id).with_user(user).sudo()._get_action_dict()['help']

    def test_who_only_looks_is_not_told_what_to_press(self):
        for xml_id in ('dealflow_deal_action', 'res_partner_action_partners', 'res_partner_action_legal_entities'):
            with self.subTest(action=xml_id):
                xml_id = f'dealflow.{xml_id}'
                self.assertIn("You may view this page", self._get_help(self.viewer, xml_id))
                self.assertNotIn("You may view this page", self._get_help(self.manager, xml_id))

    def test_pages_that_nobody_fills_keep_their_words(self):
        help_text = self._get_help(self.viewer, 'dealflow.dealflow_deal_log_action')
        self.assertEqual(help_text, self._get_help(self.manager, 'dealflow.dealflow_deal_log_action'))


@tagged('post_install', '-at_install')
class TestStart(DealflowCommon):
    """Figures of the start page (E18, E30)."""

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
        helped._dealflow_set_derived({'meets_requirements': False})
        late.activity_schedule('mail.mail_activity_data_todo', user_id=self.rep_second.id)
        self.env.flush_all()
        self.assertEqual(
            self._get_rows(self.rep_north),
            {
                'open': (2, 120),
                'late': (1, 100),
                'rotting': (0, 0),
                'requirements_missing': (1, 20),
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
        """The filters opened by a row find as many deals as the row says."""
        self._new_deal(user_id=self.rep_north.id, expected_close_date=fields.Date.today() - timedelta(days=1))
        self._new_deal(user_id=self.rep_north.id)._dealflow_set_derived({'meets_requirements': False})
        self.env.flush_all()
        deals = self.env['dealflow.deal'].with_user(self.rep_north)
        counts = set()
        for row in deals.get_summary()['rows']:
            found = deals.search_count(self._get_search_domain(deals, ['filter_mine', *row['filters']]))
            self.assertEqual(found, row['count'], row['name'])
            counts.add(found)
        self.assertEqual(counts, {0, 1, 2})

    def _get_search_domain(self, records, names):
        """Return what the web client searches with these filters on: one of each group, and all groups together."""
        groups = [Domain.FALSE]
        for node in etree.fromstring(records.get_view(view_type='search')['arch']):
            if node.tag == 'separator':
                groups.append(Domain.FALSE)
            elif node.get('name') in names:
                groups[-1] |= Domain(safe_eval(node.get('domain'), {'uid': self.env.uid}))
        chosen = [group for group in groups if not group.is_false()]
        self.assertTrue(chosen)
        return Domain.AND(chosen)


@tagged('post_install', '-at_install')
class TestAccountingSummary(AccountingCommon):
    """The start page of an accountant lists everything that needs their attention."""

    def _get_rows(self, user):
        self.env.flush_all()
        self.env.invalidate_all()
        summary = self.env['dealflow.receipt'].with_user(user).get_accounting_summary()
        for row in summary['rows']:
            with self.subTest(row=row['name']):
                action = self.env['ir.actions.act_window']._for_xml_id(row['action'])
                records = self.env[action['res_model']].with_user(user).search(row['domain'])
                self.assertEqual(len(records), row['count'], "the list behind a row has what the row counts")
        return {row['name']: (row['count'], row['amount']) for row in summary['rows']}

    def test_accountant_sees_what_waits_for_accounting(self):
        books = self._new_user('books', 'dealflow.group_requisites_confirmer,account.group_account_invoice')
        before = self._get_rows(books)
        self.assertEqual(list(before), ['requisites', 'overdue', 'not_invoiced', 'payments'])

        entity = self._new_partner("Waiting Ltd", counterparty_role='entity')
        entity.action_submit_requisites()
        deal = self._new_deal()
        _due, invoiced = (self._new_receipt(deal, name=name) for name in ("Due", "Invoiced"))
        invoiced.is_invoiced = True
        self._new_receipt(deal, name="Later", date_planned='2100-01-04')
        self._new_receipt(deal, name="Cancelled", state='cancelled')
        payment = self.env['account.payment'].create(
            {'payment_type': 'inbound', 'partner_type': 'customer', 'partner_id': self.partner_a.id, 'amount': 250}
        )
        payment.action_post()

        after = self._get_rows(books)
        self.assertEqual(after['requisites'], (before['requisites'][0] + 1, False))
        self.assertEqual(after['overdue'], (before['overdue'][0] + 2, before['overdue'][1] + 2000))
        self.assertEqual(after['not_invoiced'], (before['not_invoiced'][0] + 1, before['not_invoiced'][1] + 1000))
        self.assertEqual(after['payments'], (before['payments'][0] + 1, before['payments'][1] + 250))

    def test_rows_follow_the_rights(self):
        confirmer = self._new_user('confirmer', 'dealflow.group_requisites_confirmer')
        self.assertEqual(list(self._get_rows(confirmer)), ['requisites'])
        self.assertEqual(self._get_rows(self._new_user('looks', 'dealflow.group_viewer')), {})

    def test_matched_payments_wait_no_longer(self):
        books = self._new_user('books', 'dealflow.group_viewer,account.group_account_invoice')
        before = self._get_rows(books)['payments']
        self._pay(self._new_posted_invoice(400), 400)
        self.assertEqual(self._get_rows(books)['payments'], before)
