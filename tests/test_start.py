from collections import defaultdict
from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.fields import Domain
from odoo.tests import HttpCase, tagged
from odoo.tools.safe_eval import safe_eval

from .accounting_common import AccountingCommon
from .common import DealflowCase, DealflowCommon
from .event_common import EventCommon
from .receipt_common import ReceiptCommon


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


@tagged('post_install', '-at_install')
class TestStartCounters(EventCommon, ReceiptCommon):
    """Whoever presses a counter of the start page finds as many records as it says, in every role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.marketer = cls._new_user('marketer', 'dealflow.group_marketing')
        cls.roles = (
            cls.viewer,
            cls.rep_north,
            cls.rep_south,
            cls.head_north,
            cls.seller_all,
            cls.manager,
            cls.head,
            cls.plan_viewer,
            cls.marketer,
        )
        today = fields.Date.today()
        cls.stage_talk.rotting_threshold_days = 5
        north, south = {'team_id': cls.team_north.id}, {'team_id': cls.team_south.id}
        late = cls._new_deal(name="Late", expected_close_date=today - timedelta(days=1), **north)
        unproven = cls._new_deal(name="Unproven", user_id=cls.rep_south.id, co_executor_ids=cls.rep_north.ids, **south)
        unproven._dealflow_set_derived({'meets_requirements': False})
        rotting = cls._new_deal(
            name="Rotting", user_id=cls.seller_all.id, expected_close_date=today + timedelta(days=30), **south
        )
        cls._new_deal(name="Lost").action_lose(cls.reason.id, "Too dear")
        late.activity_schedule('mail.mail_activity_data_todo', user_id=cls.rep_north.id)
        for days, deal in (
            (-40, late),
            (-1, late),
            (0, late),
            (1, unproven),
            (10, unproven),
            (40, rotting),
            (400, late),
        ):
            cls._new_receipt(deal, date_planned=today + timedelta(days=days), user_id=deal.user_id.id)
        cls._new_receipt(late, date_planned=today, state='cancelled')
        for user, start in (
            (cls.rep_north, fields.Datetime.now()),
            (cls.rep_north, cls.yesterday),
            (cls.rep_north, cls.tomorrow),
            (cls.rep_south, cls.yesterday),
        ):
            cls._new_event(user, start=start, user_id=user.id)
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE dealflow_deal SET date_last_stage_update = now() - interval '30 days' WHERE id = %s", [rotting.id]
        )
        cls.env.invalidate_all()

    def _count(self, user, xml_id, filters=(), domain=None):
        """Return how many records the web client finds in the list of an action.

        :param filters: names of filters that are switched on beside those of the action; ``None``: only ``domain``
        :param domain: what stands in the place of the domain of the action
        """
        action = self.env['ir.actions.act_window']._for_xml_id(xml_id)
        records = self.env[action['res_model']].with_user(user)
        values = {'uid': user.id}
        found = Domain(safe_eval(action['domain'] or '[]', values) if domain is None else domain)
        if filters:
            context = safe_eval(action['context'], values) | {'search_default_filter_in_work': 0}
            names = {name.removeprefix('search_default_') for name, value in context.items() if value} | set(filters)
            found &= self._get_search_domain(records, action['search_view_id'], names)
        return records.search_count(found)

    def _get_search_domain(self, records, search_view, names):
        """Return what the web client searches with these filters on: one of each group, and all groups together."""
        arch = records.get_view(search_view and search_view[0], 'search')['arch']
        groups, unknown = [Domain.FALSE], set(names)
        for node in etree.fromstring(arch):
            if node.tag == 'separator':
                groups.append(Domain.FALSE)
            elif node.get('name') in names:
                unknown.discard(node.get('name'))
                groups[-1] |= Domain(safe_eval(node.get('domain'), {'uid': records.env.uid}))
        self.assertEqual(unknown, set(), "filters that the search view does not have")
        return Domain.AND(group for group in groups if not group.is_false())

    def test_deals(self):
        counts = defaultdict(set)
        for user in self.roles:
            for is_mine in (True, False):
                for row in self.env['dealflow.deal'].with_user(user).get_summary(is_mine)['rows']:
                    filters = ['filter_mine', *row['filters']] if is_mine else row['filters']
                    with self.subTest(user=user.login, is_mine=is_mine, row=row['name']):
                        found = self._count(user, 'dealflow.dealflow_deal_action', filters)
                        self.assertEqual(found, row['count'])
                    counts[row['name']].add(row['count'])
        self.assertEqual(set(counts), {'open', 'late', 'rotting', 'requirements_missing', 'idle'})
        for name, found in counts.items():
            self.assertGreater(len(found), 1, f"{name}: everybody has the same number, so nothing is compared")

    def test_receipts(self):
        counts = defaultdict(set)
        for user in self.roles:
            if not user.has_group('dealflow.group_receipts'):
                continue
            for is_mine in (True, False):
                receipts = self.env['dealflow.receipt'].with_user(user)
                summary = receipts.get_plan_summary(is_mine)
                of_company = Domain('company_id', '=', summary['company']['id'])
                planned = Domain('state', '=', 'planned') & Domain('open_amount', '>', 0)
                # As receipts_summary.js opens them; its own test looks at what it sends.
                opened = {'overdue': (Domain('is_overdue', '=', True), summary['overdue']['count'])}
                for section in summary['sections']:
                    for kind, field_name in (('promised', 'bucket'), ('likely', 'bucket_likely')):
                        domain = planned & Domain(field_name, '=', section['bucket'])
                        opened[kind, section['bucket']] = domain, section[kind]['count']
                for name, (domain, count) in opened.items():
                    with self.subTest(user=user.login, is_mine=is_mine, counter=name):
                        domain &= of_company
                        if is_mine:
                            domain &= self._get_search_domain(receipts, False, ['filter_mine'])
                        self.assertEqual(self._count(user, 'dealflow.dealflow_receipt_action', domain=domain), count)
                    counts[name].add(count)
        self.assertEqual(counts['overdue'], {0, 2})
        for kind in ('promised', 'likely'):
            self.assertGreater(len([name for name, found in counts.items() if name[0] == kind and max(found)]), 2)

    def test_day(self):
        counts = set()
        for user in self.roles:
            day = self.env['calendar.event'].with_user(user).dealflow_get_my_day()
            with self.subTest(user=user.login):
                due = [section for section in day['sections'] if section['state'] != 'coming']
                activities = [row for section in due for row in section['rows'] if row['model'] == 'mail.activity']
                count = sum(section['count'] for section in due) - len(activities)
                self.assertEqual(self._count(user, 'dealflow.calendar_event_action_my_day'), count)
                counts.add(count)
        self.assertEqual(counts, {0, 1, 2})


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
