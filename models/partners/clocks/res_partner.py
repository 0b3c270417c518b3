from datetime import datetime, time, timedelta

import pytz

from odoo import api, models
from odoo.tools import ormcache

# The hours of a company whose calendar says nothing.
OFFICE_HOURS = (9.0, 18.0)
# Days in which the next hour of work is searched.
NEAR_DAYS = 14


class ResPartner(models.Model):
    """What time it is where contacts are, and whether somebody can be reached there now (C09).

    The zone is that of the contact, its region or its country; the hours are those of the region, else of the company's
    calendar; the days are the working days of the company, without its holidays.
    """

    _inherit = 'res.partner'

    def _dealflow_get_clocks(self, moment=None):
        """Return the local time of the contacts, with a number of queries that does not depend on how many there are.

        :param datetime moment: the moment, naive, in UTC; now by default
        :return: by id of the contact: ``tz``, ``clock`` as hours and minutes, ``day_shift`` (-1, 0 or 1, the local day
            against the user's), ``is_reachable`` (``None`` where the time zone is not known) and, if not,
            ``reachable_at``, the next moment at which somebody is, naive, in UTC
        :rtype: dict[int, dict]
        """
        moment = pytz.utc.localize(moment or datetime.utcnow().replace(microsecond=0))
        user_day = moment.astimezone(self.env.tz).date()
        company_hours, working_days = self._dealflow_get_company_hours(self.env.company.id, moment.date())
        by_place, clocks = {}, {}
        # sudo - res.partner, its firm, its region: what time it is where they are is no secret.
        for partner in self.sudo():
            zone = partner._dealflow_get_own_tz()
            region = partner.region_id or partner.parent_id.region_id or partner.commercial_partner_id.region_id
            place = zone, region
            if place not in by_place:
                hours = region and region._get_work_hours()
                by_place[place] = self._dealflow_get_clock(moment, zone, hours, company_hours, working_days, user_day)
            clocks[partner.id] = by_place[place]
        return clocks

    @api.model
    @ormcache('company_id', 'today')
    def _dealflow_get_company_hours(self, company_id, today):
        """Return when a company works: the hours by weekday, and the days around today.

        Kept until the calendar, a holiday or an extra working day changes, which empties the cache.
        """
        company = self.env['res.company'].browse(company_id)
        # sudo - resource.calendar: when a company works is no secret.
        attendances = company.sudo().resource_calendar_id.attendance_ids
        hours = {}
        for attendance in attendances.filtered(lambda line: line.day_period != 'lunch' and not line.display_type):
            first, last = hours.get(int(attendance.dayofweek), (24.0, 0.0))
            hours[int(attendance.dayofweek)] = min(first, attendance.hour_from), max(last, attendance.hour_to)
        days = company._dealflow_get_working_days(today - timedelta(days=1), today + timedelta(days=NEAR_DAYS))
        return hours, frozenset(days)

    def _dealflow_get_clock(self, moment, zone, hours, company_hours, working_days, user_day):
        if not zone:
            return {'tz': False, 'clock': '', 'day_shift': 0, 'is_reachable': None, 'reachable_at': False}
        zone = pytz.timezone(zone)
        local = moment.astimezone(zone)
        found = {
            'tz': zone.zone,
            'clock': local.strftime('%H:%M'),
            'day_shift': (local.date() > user_day) - (local.date() < user_day),
            'is_reachable': False,
            'reachable_at': False,
        }
        for number in range(NEAR_DAYS):
            day = local.date() + timedelta(days=number)
            if day not in working_days:
                continue
            first, last = hours or company_hours.get(day.weekday()) or OFFICE_HOURS
            midnight = datetime.combine(day, time.min)
            start, stop = (zone.localize(midnight + timedelta(hours=hour)) for hour in (first, last))
            if moment < stop:
                found['is_reachable'] = start <= moment
                if not found['is_reachable']:
                    found['reachable_at'] = start.astimezone(pytz.utc).replace(tzinfo=None)
                break
        return found
