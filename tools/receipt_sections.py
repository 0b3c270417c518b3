"""The five sections of the receipts plan, by the day of the money (E37).

The whole current calendar week is «current week», including its days in a neighbouring month; the other sections
exclude it.
"""

from datetime import timedelta
from itertools import pairwise

from dateutil.relativedelta import relativedelta

# In calendar order. Selection, ranges, groups and their sorting follow it.
SECTIONS = ('earlier', 'month_before', 'week', 'month_after', 'later')


def get_month(today):
    """Return the first day of the month of a date, and of the next month."""
    start = today.replace(day=1)
    return start, start + relativedelta(months=1)


def get_ranges(today, first_weekday):
    """Return the date range of each section, in calendar order.

    The ranges cover every day once; before or after the week, a section without days is an empty range.

    :param date today: the day that the plan is seen from
    :param int first_weekday: first day of the week, from Monday = 1 to Sunday = 7
    :return: ``{section: (first day, day after the last)}``; None where there is no first or last day
    :rtype: dict[str, tuple[date | None, date | None]]
    """
    month_start, month_end = get_month(today)
    week_start = today - timedelta(days=(today.isoweekday() - first_weekday) % 7)
    week_end = week_start + timedelta(days=7)
    bounds = (
        None,
        min(month_start, week_start),
        week_start,
        week_end,
        max(month_end, week_end),
        None,
    )
    return dict(zip(SECTIONS, pairwise(bounds), strict=True))


def get_section(day, ranges):
    """Return the section of a day.

    :param dict ranges: what :func:`get_ranges` returns
    """
    return next(
        section
        for section, (start, end) in ranges.items()
        if (start is None or day >= start) and (end is None or day < end)
    )
