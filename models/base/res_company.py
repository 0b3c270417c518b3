from contextlib import contextmanager
from datetime import datetime, time, timedelta

from pytz import timezone, utc

from odoo import fields, models
from odoo.tools.intervals import Intervals

# As far as is looked for the next moment of work; Odoo itself gives up after as long.
WINDOW = timedelta(days=14)
WINDOWS = 100
# No holidays are longer.
NEAR_DAYS = 60


class ResCompany(models.Model):
    """The day and the working time of a company: its calendar, its own holidays, and its working days out of turn.

    Odoo takes the time off of all companies where it has no calendar, and knows no working Saturdays.
    """

    _inherit = 'res.company'

    def _dealflow_get_today(self):
        """Return the present day where the company works; people have their own, ``fields.Date.context_today``.

        :rtype: date
        """
        self.ensure_one()
        # sudo - resource.calendar: in which zone the company works is no secret.
        tz = self.sudo().resource_calendar_id.tz or self.sudo().partner_id.tz or 'UTC'
        return fields.Date.context_today(self.with_context(tz=tz))

    def _dealflow_get_working_intervals(self, start, stop):
        """Return when the company works.

        :param start: first moment, with a time zone
        :param stop: last moment, with a time zone
        :rtype: odoo.tools.intervals.Intervals
        :return: intervals in the time zone of the calendar; without a calendar, all of the time
        """
        self.ensure_one()
        # sudo - resource.calendar: when a company works is no secret, and follows from days off of all its people.
        calendar = self.sudo().resource_calendar_id
        if not calendar:
            return Intervals([(start, stop, calendar)])
        company_leaves = [('time_type', '=', 'leave'), ('company_id', 'in', [False, self.id])]
        intervals = calendar._work_intervals_batch(start, stop, domain=company_leaves)[False]
        return intervals | self._dealflow_get_extra_working_intervals(calendar, start, stop)

    def _dealflow_get_extra_working_intervals(self, calendar, start, stop):
        """Return when the company works on days on which it otherwise would not."""
        # sudo - dealflow.working.day: as with the calendar itself.
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
        """Return the moment at which so many hours of work have passed.

        :param float hours: hours of work, more than 0
        :param datetime moment: from when on, in UTC and without a zone
        :rtype: datetime
        :return: in UTC and without a zone; as if the company worked around the clock when it never works
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
        """Return the hours of work between two moments, both in UTC and without a zone."""
        self.ensure_one()
        if start >= stop:
            return 0.0
        intervals = self._dealflow_get_working_intervals(utc.localize(start), utc.localize(stop))
        return sum((last - first).total_seconds() for first, last, _meta in intervals) / 3600

    def _dealflow_get_working_days(self, first, last):
        """Return the set of the days, from the first to the last one, on which the company works."""
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
        """Return for each of the days that day or the next one on which the company works.

        :param days: a collection of dates
        :rtype: dict
        """
        if not days:
            return {}
        working = self._dealflow_get_working_days(min(days), max(days) + timedelta(days=NEAR_DAYS))
        found = {}
        for day in set(days):
            near = (day + timedelta(days=number) for number in range(NEAR_DAYS))
            found[day] = next((each for each in near if each in working), day)
        return found

    def _dealflow_get_last_working_day(self, day):
        """Return the last day before ``day`` on which the company works; the day before where it never works."""
        before = day - timedelta(days=1)
        return max(self._dealflow_get_working_days(day - timedelta(days=NEAR_DAYS), before), default=before)

    # What was counted in working time follows when it changes

    def write(self, vals):
        if 'resource_calendar_id' not in vals:
            return super().write(vals)
        with self._dealflow_following_working_time():
            return super().write(vals)

    @contextmanager
    def _dealflow_following_working_time(self):
        """Let what was counted in the working time of the companies follow a change of it that the block makes."""
        if not self:
            yield
            return
        state = self._dealflow_get_counted_in_working_time()
        yield
        # The days on which money is due are kept in the cache.
        self.env.registry.clear_cache()
        self._dealflow_count_again_in_working_time(state)

    def _dealflow_get_counted_in_working_time(self):
        """Hook: return what was counted in the working time of the companies, and how many hours it is."""
        return {}

    def _dealflow_count_again_in_working_time(self, state):
        """Hook: bring what ``_dealflow_get_counted_in_working_time`` has found to the working time as it is now."""
