import ast
import re
from datetime import date, datetime, timedelta
from pathlib import Path

from freezegun import freeze_time
from lxml import etree

from odoo.tests import BaseCase, tagged

from .event_common import EventCommon
from .receipt_common import ReceiptCommon

MODULE = Path(__file__).parents[1]
CODE = ('models', 'reports', 'wizards', 'controllers', 'tools')
SCREENS = ('views', 'wizards', 'reports', 'data', 'security')

# Dates of the server, which are no user's dates: use ``fields.Date.context_today`` for the user,
# ``_dealflow_get_today`` for a company or a colleague, and ``fields.Datetime.now`` for a moment.
BARE_CALLS = {
    'Date.today',
    'date.today',
    'Datetime.today',
    'datetime.today',
    'datetime.now',
    'datetime.date.today',
    'datetime.datetime.now',
}
BARE_SQL = re.compile(
    r"\b(current_date|current_timestamp|localtimestamp|now\(\))(?! AT TIME ZONE 'UTC')", re.IGNORECASE
)
BARE_SCRIPT = re.compile(r"\bnew Date\(|\bDate\.now\(")
# Datetime fields of events; for an all-day event they are not the start and the end of its day.
MOMENTS_OF_EVENTS = re.compile(r"\('(start|stop)', '[^']+', '(today|now)?[^']*'\)")


def get_bare_calls(tree):
    """Return the lines that read the date of the server."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        if any(name == bare or name.endswith(f'.{bare}') for bare in BARE_CALLS):
            found.append(node.lineno)
        # The date of a UTC moment is no user's date.
        elif isinstance(node.func, ast.Attribute) and node.func.attr == 'date' and re.search(r"\bnow\(", name):
            found.append(node.lineno)
    return sorted(set(found))


@tagged('post_install', '-at_install')
class TestBareDays(BaseCase):
    """Code that compares with «today» says whose date it is: the user's, or that of a company or colleague."""

    def _read(self, folders, pattern):
        for folder in folders:
            for path in sorted((MODULE / folder).rglob(pattern)):
                yield str(path.relative_to(MODULE)), path.read_text()

    def test_code_asks_for_nobodys_day(self):
        found = []
        for path, text in self._read(CODE, '*.py'):
            tree = ast.parse(text)
            found += [f"{path}:{line}" for line in get_bare_calls(tree)]
            found += [
                f"{path}:{node.lineno}: {match[0]}"
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
                # A name in the conditions of saved filters, whose value is the user's day.
                if node.value != 'current_date' and (match := BARE_SQL.search(node.value))
            ]
        self.assertEqual(found, [])

    def test_domains_in_code_take_the_first_day_of_a_whole_day(self):
        found = [
            f"{path}:{node.lineno}"
            for path, text in self._read(CODE, '*.py')
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Call | ast.Tuple)
            for parts in [node.args if isinstance(node, ast.Call) else node.elts]
            if len(parts) == 3 and all(isinstance(part, ast.Constant) for part in parts)
            if parts[0].value in ('start', 'stop') and str(parts[2].value).startswith(('today', 'now'))
        ]
        self.assertEqual(found, [])

    def test_screens_take_the_first_day_of_a_whole_day(self):
        found = []
        for path, text in self._read(SCREENS, '*.xml'):
            tree = etree.fromstring(text.encode())
            domains = [(node.sourceline, node.get('domain')) for node in tree.iter() if node.get('domain')]
            domains += [
                (node.sourceline, node.text or '') for node in tree.iter('field') if node.get('name') == 'domain'
            ]
            for line, domain in domains:
                if MOMENTS_OF_EVENTS.search(domain) and "('allday', '=', False)" not in domain:
                    found.append(f"{path}:{line}")
        self.assertEqual(found, [])

    def test_scripts_use_the_clock_of_the_web_client(self):
        """luxon uses the user's time zone, ``Date`` that of the computer."""
        found = [
            f"{path}: {match[0]}"
            for path, text in self._read(('static/src',), '*.js')
            if (match := BARE_SCRIPT.search(text))
        ]
        self.assertEqual(found, [])

    def test_what_is_refused_is_found(self):
        for line in (
            "fields.Date.today()",
            "date.today()",
            "datetime.now().date()",
            "fields.Datetime.now().date()",
            "(fields.Datetime.now() + timedelta(hours=14)).date()",
        ):
            self.assertEqual(get_bare_calls(ast.parse(line)), [1], line)
        for line in ("fields.Date.context_today(self)", "fields.Datetime.now()", "company._dealflow_get_today()"):
            self.assertEqual(get_bare_calls(ast.parse(line)), [], line)
        for text in ("SELECT now()::date", "WHERE day < CURRENT_DATE"):
            self.assertTrue(BARE_SQL.search(text))


class TravelMixin:
    """Lets the test users work in different time zones."""

    def _be(self, tz, user=None):
        """Return the environment of a user in a time zone, as a new RPC call has it."""
        user = user or self.head
        user.tz = tz
        self.env.flush_all()
        self.env.invalidate_all()
        env = self.env(user=user, context={'lang': 'en_US'})
        # The environment is reused here, unlike in a real call, so drop its cached time zone.
        env.__dict__.pop('tz', None)
        return env


@tagged('post_install', '-at_install')
class TestReceiptUserDays(TravelMixin, ReceiptCommon):
    """Near midnight all screens use the user's own date."""

    # Moment, and for each time zone whether 20 May is over there
    CLOCK = (
        ('2026-05-20 11:30:00', {'Pacific/Auckland': False, 'America/Los_Angeles': False}),
        ('2026-05-20 12:30:00', {'Pacific/Auckland': True, 'America/Los_Angeles': False}),
        ('2026-05-21 06:30:00', {'Pacific/Auckland': True, 'America/Los_Angeles': False}),
        ('2026-05-21 07:30:00', {'Pacific/Auckland': True, 'America/Los_Angeles': True}),
    )

    def test_overdue_receipts_and_late_deals(self):
        receipt = self._new_receipt(date_planned=date(2026, 5, 20))
        self.deal.expected_close_date = date(2026, 5, 20)
        mine = [('id', '=', receipt.id)]
        for moment, over in self.CLOCK:
            for tz, is_over in over.items():
                with self.subTest(moment=moment, tz=tz), freeze_time(moment):
                    env = self._be(tz)
                    here = receipt.with_env(env)
                    self.assertEqual(here.is_overdue, is_over)
                    self.assertEqual(here.search_count([*mine, ('is_overdue', '=', True)]), int(is_over))
                    self.assertEqual(here._read_group(mine, ['is_overdue'], ['__count']), [(is_over, 1)])
                    self.assertEqual(self.deal.with_env(env).overdue_total, 300 if is_over else 0)
                    rows = env['dealflow.receipt.day'].search([('date', '=', date(2026, 5, 20))])
                    self.assertEqual(rows.filtered(lambda row: row.amount == 300).state == 'overdue', is_over)
                    late = env['dealflow.deal'].search(
                        [('id', '=', self.deal.id), ('state', '=', 'open'), ('expected_close_date', '<', 'today')]
                    )
                    self.assertEqual(bool(late), is_over)
                    before = self._count_on_start(env)
                    receipt.deal_id.active = False
                    self.env.flush_all()
                    after = self._count_on_start(env)
                    receipt.deal_id.active = True
                    self.assertEqual([a - b for a, b in zip(before, after, strict=True)], [is_over, is_over])

    def _count_on_start(self, env):
        deals = {row['name']: row['count'] for row in env['dealflow.deal'].get_summary(is_mine=False)['rows']}
        return [env['dealflow.receipt'].get_plan_summary()['overdue']['count'], deals['late']]

    def test_sections_of_the_plan(self):
        """The month changes at midnight of the user: 10 June moves from «later» to «after this week»."""
        receipt = self._new_receipt(date_planned=date(2026, 6, 10))
        for moment, tz, section in (
            ('2026-05-31 11:30:00', 'Pacific/Auckland', 'later'),
            ('2026-05-31 12:30:00', 'Pacific/Auckland', 'month_after'),
            ('2026-05-31 12:30:00', 'America/Los_Angeles', 'later'),
            ('2026-06-01 06:30:00', 'America/Los_Angeles', 'later'),
            ('2026-06-01 07:30:00', 'America/Los_Angeles', 'month_after'),
        ):
            with self.subTest(moment=moment, tz=tz), freeze_time(moment):
                here = receipt.with_env(self._be(tz))
                self.assertEqual(here.bucket, section)
                self.assertTrue(here.search_count([('id', '=', receipt.id), ('bucket', '=', section)]))
                self.assertEqual(here._read_group([('id', '=', receipt.id)], ['bucket'], ['__count']), [(section, 1)])

    def test_money_of_this_month(self):
        receipt = self._new_receipt(date_planned=date(2026, 5, 20))
        with freeze_time('2026-06-02 12:00:00'):
            receipt._action_set_state('received', date_received=date(2026, 5, 31))
        for moment, tz, is_counted in (
            ('2026-05-31 12:30:00', 'Pacific/Auckland', False),
            ('2026-05-31 12:30:00', 'America/Los_Angeles', True),
            ('2026-06-01 06:30:00', 'America/Los_Angeles', True),
            ('2026-06-01 07:30:00', 'America/Los_Angeles', False),
        ):
            with self.subTest(moment=moment, tz=tz), freeze_time(moment):
                env = self._be(tz)
                received = env['dealflow.receipt'].get_plan_summary()['month']['received']
                receipt.deal_id.active = False
                self.env.flush_all()
                self.assertEqual(
                    received - env['dealflow.receipt'].get_plan_summary()['month']['received'],
                    300 if is_counted else 0,
                )
                receipt.deal_id.active = True

    def test_jobs_go_by_the_day_of_the_company(self):
        self.company.dealflow_receipt_remind = True
        self.company.resource_calendar_id = self.env['resource.calendar'].create({'name': "Coast", 'tz': 'UTC'})
        receipt = self._new_receipt(date_planned=date(2026, 5, 21))
        for tz, moment, is_reminded in (
            ('America/Los_Angeles', '2026-05-21 06:30:00', False),
            ('Pacific/Auckland', '2026-05-20 11:30:00', False),
            ('Pacific/Auckland', '2026-05-20 12:30:00', True),
        ):
            self.company.resource_calendar_id.tz = tz
            with self.subTest(tz=tz, moment=moment), freeze_time(moment), self.enter_registry_test_mode():
                self.env.ref('dealflow.ir_cron_receipt_remind').method_direct_trigger()
                self.env.invalidate_all()
                self.assertEqual(bool(receipt.activity_ids), is_reminded)

    def test_contracts_end_with_the_day_of_the_company(self):
        self.company.resource_calendar_id = self.env['resource.calendar'].create(
            {'name': "Coast", 'tz': 'America/Los_Angeles'}
        )
        with freeze_time('2026-05-01 12:00:00'):
            contract = self.env['dealflow.contract'].create(
                {'name': "Frame", 'entity_id': self.partner.id, 'date_end': date(2026, 5, 20)}
            )
            self.company.dealflow_gate_contract = 'ignore'
            contract.action_activate()
        for moment, state in (('2026-05-21 06:30:00', 'active'), ('2026-05-21 07:30:00', 'expired')):
            with freeze_time(moment):
                self.env['dealflow.contract']._cron_update_state()
                self.assertEqual(contract.state, state)

    def test_question_to_somebody_beyond_the_date_line(self):
        """A question asked on Wednesday reaches a colleague on Thursday: its activity is not overdue on arrival."""
        receipt = self._new_receipt()
        self.head.tz, self.rep_north.tz = 'America/Los_Angeles', 'Pacific/Auckland'
        with freeze_time('2026-05-20 18:00:00'):
            receipt.with_user(self.head).with_context(tz=None).action_ask_question(self.rep_north.id, "When?")
        self.assertEqual(receipt.question_ids.date_deadline, date(2026, 5, 21))


@tagged('post_install', '-at_install')
class TestEventUserDays(TravelMixin, EventCommon):
    """«Today» on the start page, in the list of events, and where past events are locked."""

    def _new_whole_day(self, day, **values):
        return self._new_event(self.rep_north, allday=True, start_date=day, stop_date=day, **values)

    def _get_my_day(self, env):
        sections = env['calendar.event'].dealflow_get_my_day()['sections']
        return {row['id'] for section in sections if section['state'] != 'coming' for row in section['rows']}

    def _search(self, env, xml_id=None, filter_name=None):
        if xml_id:
            action = env['ir.actions.act_window']._for_xml_id(xml_id)
            domain = action['domain'].replace('uid', str(env.uid))
        else:
            arch = etree.fromstring(env.ref('dealflow.calendar_event_view_search_register').sudo().arch)
            domain = arch.find(f".//filter[@name='{filter_name}']").get('domain')
        return set(env['calendar.event'].search(ast.literal_eval(domain.strip())).ids)

    def test_whole_days_are_today_on_their_day(self):
        self.call_type.on_start_page = True
        self.env['calendar.event'].search([('user_id', '=', self.rep_north.id)]).unlink()
        events = {day: self._new_whole_day(date(2026, 5, day)) for day in (20, 21, 22)}
        for tz, moment, today in (
            ('Pacific/Auckland', '2026-05-20 11:30:00', 20),
            ('Pacific/Auckland', '2026-05-20 12:30:00', 21),
            ('Pacific/Kiritimati', '2026-05-20 09:30:00', 20),
            ('Pacific/Kiritimati', '2026-05-20 10:30:00', 21),
            ('America/Los_Angeles', '2026-05-21 06:30:00', 20),
            ('America/Los_Angeles', '2026-05-21 07:30:00', 21),
            ('Pacific/Honolulu', '2026-05-21 09:30:00', 20),
            ('Pacific/Honolulu', '2026-05-21 10:30:00', 21),
        ):
            with self.subTest(tz=tz, moment=moment), freeze_time(moment):
                env = self._be(tz, self.rep_north)
                shown = {event.id for day, event in events.items() if day <= today}
                self.assertEqual(self._get_my_day(env), shown)
                self.assertEqual(self._search(env, 'dealflow.calendar_event_action_my_day'), shown)
                self.assertEqual(self._search(env, filter_name='filter_today'), {events[today].id})
                for day, event in events.items():
                    self.assertEqual(event.with_env(env).dealflow_state, 'overdue' if day < today else 'current')

    def test_hours_are_today_until_midnight(self):
        self.call_type.on_start_page = True
        # 23:45 on the 20th in Los Angeles
        event = self._new_event(self.rep_north, start=datetime(2026, 5, 21, 6, 45))
        for tz, moment, is_today in (
            ('America/Los_Angeles', '2026-05-20 16:00:00', True),
            ('America/Los_Angeles', '2026-05-20 06:30:00', False),
            ('Pacific/Auckland', '2026-05-20 11:30:00', False),
            ('Pacific/Auckland', '2026-05-20 12:30:00', True),
        ):
            with self.subTest(tz=tz, moment=moment), freeze_time(moment):
                env = self._be(tz, self.rep_north)
                self.assertEqual(event.id in self._get_my_day(env), is_today)
                self.assertEqual(event.id in self._search(env, filter_name='filter_today'), is_today)

    def test_meetings_lock_when_the_day_of_the_user_is_over(self):
        self.meeting_type.lock_past = True
        with freeze_time('2026-05-01 12:00:00'):
            meeting = self._new_whole_day(date(2026, 5, 20), event_type_id=self.meeting_type.id)
        for tz, moment, dealflow_is_locked in (
            ('Pacific/Auckland', '2026-05-20 11:30:00', False),
            ('Pacific/Auckland', '2026-05-20 12:30:00', True),
            ('America/Los_Angeles', '2026-05-21 06:30:00', False),
            ('America/Los_Angeles', '2026-05-21 07:30:00', True),
        ):
            with self.subTest(tz=tz, moment=moment), freeze_time(moment):
                self.assertEqual(meeting.with_env(self._be(tz, self.rep_north)).dealflow_is_locked, dealflow_is_locked)

    def test_deadline_of_a_claim_is_one_moment_for_all(self):
        claim = self.env['dealflow.claim'].create({'name': "Late", 'business_partner_id': self.partner.id})
        deadline = claim.date_deadline
        self.assertTrue(deadline)
        for tz in ('Pacific/Auckland', 'America/Los_Angeles'):
            for shift, is_overdue in ((-1, False), (1, True)):
                with self.subTest(tz=tz), freeze_time(deadline + timedelta(seconds=shift)):
                    here = claim.with_env(self._be(tz, self.manager))
                    self.assertEqual(here.is_overdue, is_overdue)
                    self.assertEqual(
                        bool(here.search_count([('id', '=', claim.id), ('is_overdue', '=', True)])), is_overdue
                    )

    def test_requirement_of_the_last_days_begins_with_a_day_of_the_user(self):
        requirement = self.env['dealflow.stage.requirement'].create(
            {
                'stage_id': self.stage_offer.id,
                'kind': 'event_done',
                'event_type_id': self.call_type.id,
                'max_age_days': 1,
            }
        )
        deal = self._new_deal(self.rep_north)
        with freeze_time('2026-05-19 12:00:00'):
            self._new_whole_day(date(2026, 5, 20), deal_id=deal.id, event_status_id=self.done.id)
        for tz, moment, is_enough in (
            ('Pacific/Honolulu', '2026-05-22 09:30:00', True),
            ('Pacific/Honolulu', '2026-05-22 10:30:00', False),
        ):
            with self.subTest(tz=tz, moment=moment), freeze_time(moment):
                env = self._be(tz, self.rep_north)
                self.assertEqual(
                    bool(requirement.with_env(env).sudo()._filter_event_done(deal.with_env(env))), is_enough
                )
