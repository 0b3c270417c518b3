from contextlib import contextmanager
from datetime import datetime, time, timedelta

from pytz import timezone, utc

from odoo import fields, models
from odoo.tools import ormcache
from odoo.tools.intervals import Intervals

# The next working time is searched in so many windows of this length, as far ahead as Odoo itself searches.
WINDOW = timedelta(days=14)
WINDOWS = 100
# Days in which the nearest working day is searched; no holidays last longer.
NEAR_DAYS = 60


class ResCompany(models.Model):
    """The present day and working time of a company: its calendar, holidays and extra working days.

    Odoo applies leaves without a calendar to all companies, and has no working Saturdays.
    """

    _inherit = 'res.company'

    def _dealflow_get_tz(self):
        """Return the name of the time zone in which the company works.

        :rtype: str
        """
        self.ensure_one()
        # sudo - resource.calendar: the time zone of a company is no secret.
        company_sudo = self.sudo()
        return company_sudo.resource_calendar_id.tz or company_sudo.partner_id.tz or 'UTC'

    def _dealflow_get_today(self):
        """Return today's date in the company's time zone; for the user's, see ``fields.Date.context_today``.

        :rtype: date
        """
        self.ensure_one()
        return fields.Date.context_today(self.with_context(tz=self._dealflow_get_tz()))

    def _dealflow_get_working_intervals(self, start, stop):
        """Return the working time of the company.

        :param start: first moment, with a time zone
        :param stop: last moment, with a time zone
        :rtype: odoo.tools.intervals.Intervals
        :return: intervals in the time zone of the calendar; without a calendar, the whole period
        """
        self.ensure_one()
        # sudo - resource.calendar: when a company works is no secret, and depends on leaves that the user may not read.
        calendar = self.sudo().resource_calendar_id
        if not calendar:
            return Intervals([(start, stop, calendar)])
        company_leaves = [('time_type', '=', 'leave'), ('company_id', 'in', [False, self.id])]
        intervals = calendar._work_intervals_batch(start, stop, domain=company_leaves)[False]
        return intervals | self._dealflow_get_extra_working_intervals(calendar, start, stop)

    def _dealflow_get_extra_working_intervals(self, calendar, start, stop):
        """Return the working time of the company on its extra working days."""
        # sudo - dealflow.working.day: no secret, like the calendar.
        days = (
            self.env['dealflow.working.day']
            .sudo()
            .search(
                [
                    ('company_id', '=', self.id),
                    ('date', '>=', start.date() - timedelta(days=1)),
                    ('date', '<=', stop.date() + timedelta(days=1)),
                ]
            )
        )
        zone = timezone(calendar.tz or 'UTC')
        found = []
        for day in days:
            model_date = day.date + timedelta(days=int(day.works_like) - day.date.weekday())
            begin, end = (zone.localize(datetime.combine(model_date, moment)) for moment in (time.min, time.max))
            for first, last, attendance in calendar._attendance_intervals_batch(begin, end)[False]:
                moved = [
                    zone.localize(moment.astimezone(zone).replace(tzinfo=None) + (day.date - model_date))
                    for moment in (first, last)
                ]
                found.append((*moved, attendance))
        return Intervals(found) & Intervals([(start, stop, calendar)])

    def _dealflow_plan_working_hours(self, hours, moment):
        """Return the moment at which a number of working hours will have passed.

        :param float hours: working hours, more than 0
        :param datetime moment: the start, naive, in UTC
        :rtype: datetime
        :return: naive, in UTC; a company that never works counts as working around the clock
        """
        self.ensure_one()
        start, left = utc.localize(moment), hours
        for _number in range(WINDOWS):
            for first, last, _meta in self._dealflow_get_working_intervals(start, start + WINDOW):
                length = (last - first).total_seconds() / 3600
                if left <= length:
                    return (first + timedelta(hours=left)).astimezone(utc).replace(tzinfo=None)
                left -= length
            start += WINDOW
        return moment + timedelta(hours=hours)

    def _dealflow_count_working_hours(self, start, stop):
        """Return the working hours between two naive datetimes in UTC."""
        self.ensure_one()
        if start >= stop:
            return 0.0
        intervals = self._dealflow_get_working_intervals(utc.localize(start), utc.localize(stop))
        return sum((last - first).total_seconds() for first, last, _meta in intervals) / 3600

    def _dealflow_get_working_days(self, first, last):
        """Return the set of days from ``first`` to ``last``, both included, on which the company works."""
        self.ensure_one()
        zone = timezone(self.sudo().resource_calendar_id.tz or 'UTC')
        start, stop = (
            zone.localize(datetime.combine(day, moment)) for day, moment in ((first, time.min), (last, time.max))
        )
        days = set()
        for begin, end, _meta in self._dealflow_get_working_intervals(start, stop):
            day = begin.astimezone(zone).date()
            while day <= end.astimezone(zone).date():
                days.add(day)
                day += timedelta(days=1)
        return days

    def _dealflow_get_next_working_days(self, days):
        """Return for each day the first working day on or after it; the day itself if there is none soon.

        :param days: a collection of dates
        :rtype: dict[date, date]
        """
        if not days:
            return {}
        working = self._dealflow_get_working_days(min(days), max(days) + timedelta(days=NEAR_DAYS))
        found = {}
        for day in set(days):
            near = (day + timedelta(days=number) for number in range(NEAR_DAYS))
            found[day] = next((each for each in near if each in working), day)
        return found

    @ormcache('self.id', 'day')
    def _dealflow_get_next_working_day(self, day):
        """Return the first working day on or after a day, kept until the working time changes."""
        return self._dealflow_get_next_working_days([day])[day]

    def _dealflow_get_last_working_day(self, day):
        """Return the last working day before ``day``; simply the day before if the company never works."""
        before = day - timedelta(days=1)
        return max(self._dealflow_get_working_days(day - timedelta(days=NEAR_DAYS), before), default=before)

    # Recomputation when the working time changes

    def write(self, vals):
        if 'resource_calendar_id' not in vals:
            return super().write(vals)
        with self._dealflow_tracking_working_time():
            return super().write(vals)

    @contextmanager
    def _dealflow_tracking_working_time(self):
        """Recompute what was counted in the companies' working time after the block has changed it."""
        if not self:
            yield
            return
        state = self._dealflow_get_working_time_dependents()
        yield
        # The days on which money is due are cached.
        self.env.registry.clear_cache()
        self._dealflow_recompute_working_time(state)

    def _dealflow_get_working_time_dependents(self):
        """Hook: return what was counted in the companies' working time, and its number of hours."""
        return {}

    def _dealflow_recompute_working_time(self, state):
        """Hook: recompute what ``_dealflow_get_working_time_dependents`` returned, by the new working time."""
