from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ..tools.receipt_sections import SECTIONS, get_month, get_ranges, get_section


@tagged('post_install', '-at_install')
class TestReceiptSections(BaseCase):
    """The table from which Python, domain and SQL of the sections are derived (E37)."""

    def test_ranges_cover_every_day_once(self):
        today = date(2025, 12, 1)
        for _day in range(400):
            today += timedelta(days=1)
            for first_weekday in (1, 6, 7):
                ranges = get_ranges(today, first_weekday)
                self.assertEqual(tuple(ranges), SECTIONS)
                filled = [(start, end) for start, end in ranges.values() if start is None or end is None or start < end]
                self.assertIsNone(filled[0][0])
                self.assertIsNone(filled[-1][1])
                for (_start, end), (start, _end) in zip(filled, filled[1:], strict=False):
                    self.assertEqual(end, start)

    def test_week_goes_before_the_month(self):
        """1 July 2026 is a Wednesday, so its week starts in June."""
        ranges = get_ranges(date(2026, 7, 1), 1)
        self.assertEqual(get_section(date(2026, 6, 28), ranges), 'earlier')
        self.assertEqual(get_section(date(2026, 6, 29), ranges), 'week')
        self.assertEqual(get_section(date(2026, 7, 5), ranges), 'week')
        self.assertEqual(get_section(date(2026, 7, 6), ranges), 'month_after')
        self.assertEqual(get_section(date(2026, 8, 1), ranges), 'later')
        self.assertEqual(get_month(date(2026, 7, 1)), (date(2026, 7, 1), date(2026, 8, 1)))

    def test_days_before_the_week(self):
        ranges = get_ranges(date(2026, 7, 15), 7)
        self.assertEqual(get_section(date(2026, 7, 11), ranges), 'month_before')
        self.assertEqual(get_section(date(2026, 7, 12), ranges), 'week')
        self.assertEqual(get_section(date(2026, 6, 30), ranges), 'earlier')
