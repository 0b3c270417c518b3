from datetime import date, timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from .receipt_common import ReceiptCommon

FIVE = ['earlier', 'month_before', 'week', 'month_after', 'later']


@tagged('post_install', '-at_install')
class TestReceiptBuckets(ReceiptCommon):
    """Sections of the plan (E37) are the same computed in Python as searched and grouped in SQL."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # One receipt for each day around the two dates of the tests.
        cls.days = [date(2025, 11, 1) + timedelta(days=day) for day in range(190)]
        cls.receipts = cls.env['dealflow.receipt'].create(
            [{'name': day.isoformat(), 'deal_id': cls.deal.id, 'date_planned': day, 'amount': 10} for day in cls.days]
        )
        cls.lang = cls.env['res.lang']._lang_get('en_US')

    @staticmethod
    def _get_expected(day, today, first_weekday):
        """Return the section by the definition: current week first, then the month, then before or after the week."""
        week_start = today
        while week_start.isoweekday() != first_weekday:
            week_start -= timedelta(days=1)
        if day in [week_start + timedelta(days=offset) for offset in range(7)]:
            return 'week'
        if (day.year, day.month) != (today.year, today.month):
            return 'earlier' if day < today else 'later'
        return 'month_before' if day < today else 'month_after'

    def _check_sections(self, today, first_weekday, tz='UTC'):
        receipts = self.receipts.with_context(tz=tz)
        receipts.invalidate_recordset(['bucket'])
        expected = {receipt: self._get_expected(receipt.date_planned, today, first_weekday) for receipt in receipts}
        self.assertEqual({receipt: receipt.bucket for receipt in receipts}, expected)
        domain = [('id', 'in', receipts.ids)]
        for bucket in FIVE:
            self.assertEqual(
                receipts.search([*domain, ('bucket', '=', bucket)]),
                receipts.filtered(lambda receipt, bucket=bucket: expected[receipt] == bucket),
                f"search of {bucket} on {today}",
            )
        groups = receipts._read_group(domain, ['bucket'], ['__count', 'id:recordset'])
        present = [bucket for bucket in FIVE if bucket in expected.values()]
        self.assertEqual([bucket for bucket, *_rest in groups], present, "the sections come in their own order")
        for bucket, count, members in groups:
            self.assertEqual(count, len(members))
            self.assertEqual({expected[member] for member in members}, {bucket})

    def test_every_weekday_and_month_edge_with_weeks_from_monday(self):
        self.lang.week_start = '1'
        for offset in range(7):
            for start in (date(2026, 1, 12), date(2025, 12, 27), date(2026, 2, 25)):
                today = start + timedelta(days=offset)
                with self.subTest(today=today), freeze_time(f"{today} 12:00:00"):
                    self._check_sections(today, 1)

    def test_every_weekday_and_month_edge_with_weeks_from_sunday(self):
        self.lang.week_start = '7'
        for offset in range(7):
            for start in (date(2026, 1, 12), date(2025, 12, 27), date(2026, 2, 25)):
                today = start + timedelta(days=offset)
                with self.subTest(today=today), freeze_time(f"{today} 12:00:00"):
                    self._check_sections(today, 7)

    def test_today_is_that_of_the_time_zone(self):
        """At 23:30 UTC on 31 December it is already the next year in Auckland and still the old one in Honolulu."""
        self.lang.week_start = '1'
        with freeze_time("2025-12-31 23:30:00"):
            for tz, today in (
                ('Pacific/Auckland', date(2026, 1, 1)),
                ('UTC', date(2025, 12, 31)),
                ('Pacific/Honolulu', date(2025, 12, 31)),
            ):
                with self.subTest(tz=tz):
                    self._check_sections(today, 1, tz=tz)
        # Monday in UTC is still Sunday in Honolulu: another week.
        with freeze_time("2026-02-02 05:00:00"):
            self._check_sections(date(2026, 2, 1), 1, tz='Pacific/Honolulu')
            self._check_sections(date(2026, 2, 2), 1, tz='Pacific/Auckland')

    def test_weeks_from_sunday_in_other_time_zones(self):
        """Saturday night in UTC is Sunday, the next week, in Auckland; Sunday morning is Saturday in Honolulu."""
        self.lang.week_start = '7'
        for moment, days in (
            ("2026-01-31 23:30:00", {'Pacific/Auckland': date(2026, 2, 1), 'Pacific/Honolulu': date(2026, 1, 31)}),
            ("2026-02-01 05:00:00", {'Pacific/Auckland': date(2026, 2, 1), 'Pacific/Honolulu': date(2026, 1, 31)}),
            ("2025-12-31 23:30:00", {'Pacific/Auckland': date(2026, 1, 1), 'Pacific/Honolulu': date(2025, 12, 31)}),
        ):
            for tz, today in days.items():
                with self.subTest(moment=moment, tz=tz), freeze_time(moment):
                    self._check_sections(today, 7, tz=tz)

    def test_week_wins_over_month(self):
        """On Wednesday 31 December, the first days of January belong to the current week."""
        self.lang.week_start = '1'
        with freeze_time("2025-12-31 12:00:00"):
            buckets = {receipt.date_planned: receipt.bucket for receipt in self.receipts}
        self.assertEqual(buckets[date(2025, 12, 28)], 'month_before')
        self.assertEqual(buckets[date(2025, 12, 29)], 'week')
        self.assertEqual(buckets[date(2026, 1, 4)], 'week')
        self.assertEqual(buckets[date(2026, 1, 5)], 'later')
        self.assertEqual(buckets[date(2025, 11, 30)], 'earlier')

    def test_page_shows_five_sections_open_with_counts_and_sums(self):
        """The requests of the web client when the page opens; empty sections are shown too."""
        with freeze_time("2026-05-06 12:00:00"):
            answer = (
                self.env['dealflow.receipt']
                .with_context(read_group_expand=True)
                .web_read_group(
                    [('id', 'in', self.receipts.ids)],
                    ['bucket'],
                    ['amount_company:sum'],
                    auto_unfold=True,
                    unfold_read_specification={'name': {}, 'is_overdue': {}},
                )
            )
        groups = answer['groups']
        self.assertEqual([group['bucket'] for group in groups], FIVE)
        self.assertEqual(sum(group['__count'] for group in groups), len(self.receipts))
        self.assertEqual([group['amount_company:sum'] for group in groups], [group['__count'] * 10 for group in groups])
        self.assertEqual(groups[4]['__count'], 0)
        self.assertTrue(all('__records' in group for group in groups), "every section is open")

    def test_sections_inside_other_groups_keep_their_order(self):
        with freeze_time("2026-01-14 12:00:00"):
            groups = self.env['dealflow.receipt']._read_group(
                [('id', 'in', self.receipts.ids)],
                ['user_id', 'bucket'],
                ['__count'],
                order='user_id, bucket desc',
            )
        self.assertEqual([bucket for _user, bucket, _count in groups], FIVE[::-1])

    def test_grouping_by_section_is_one_query(self):
        domain = [('id', 'in', self.receipts.ids)]
        self.env['dealflow.receipt']._read_group(domain, ['bucket'], ['__count'])
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.env['dealflow.receipt']._read_group(domain, ['bucket'], ['__count', 'amount_company:sum'])

    def test_overdue_is_searched_and_grouped_as_it_is_shown(self):
        with freeze_time("2026-01-14 12:00:00"):
            self.receipts[:5].write({'state': 'received'})
            self.receipts[5:8].write({'state': 'cancelled'})
            self.receipts.invalidate_recordset(['is_overdue'])
            shown = self.receipts.filtered('is_overdue')
            self.assertEqual(
                shown,
                self.receipts.filtered(
                    lambda receipt: receipt.date_planned < date(2026, 1, 14) and receipt.state == 'planned',
                ),
            )
            domain = [('id', 'in', self.receipts.ids)]
            self.assertEqual(self.receipts.search([*domain, ('is_overdue', '=', True)]), shown)
            self.assertEqual(self.receipts.search([*domain, ('is_overdue', '=', False)]), self.receipts - shown)
            groups = dict(self.receipts._read_group(domain, ['is_overdue'], ['id:recordset']))
            self.assertEqual(groups[True], shown)
