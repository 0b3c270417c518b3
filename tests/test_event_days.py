from datetime import date, datetime

from freezegun import freeze_time

from odoo.tests import tagged

from .event_common import EventCommon


@tagged('post_install', '-at_install')
class TestEventDays(EventCommon):
    """An all-day event is over at the end of the user's day, not at 18:00 UTC."""

    def _get_state(self, event, tz):
        """Return the state, checking that the field, the search and the groups agree."""
        event = event.with_user(self.rep_north).with_context(tz=tz)
        event.invalidate_recordset()
        mine = [('id', '=', event.id)]
        found = [
            state for state in ('current', 'overdue') if event.search_count([*mine, ('dealflow_state', '=', state)])
        ]
        self.assertEqual(found, [event.dealflow_state])
        self.assertEqual(event._read_group(mine, ['dealflow_state'], ['__count']), [(event.dealflow_state, 1)])
        return event.dealflow_state

    def test_whole_day_lasts_until_midnight_of_the_user(self):
        client = self.partner
        deal = self._new_deal(self.rep_north)
        event = self._new_event(
            self.rep_north,
            allday=True,
            start_date=date(2026, 3, 10),
            stop_date=date(2026, 3, 10),
            business_partner_id=client.id,
            deal_id=deal.id,
        )
        self.call_type.lock_past = True
        for moment, tz, state in (
            ('2026-03-10 17:00:00', 'UTC', 'current'),
            ('2026-03-10 19:00:00', 'UTC', 'current'),
            ('2026-03-11 00:30:00', 'UTC', 'overdue'),
            ('2026-03-10 19:00:00', 'Asia/Vladivostok', 'overdue'),
            ('2026-03-11 04:30:00', 'America/Los_Angeles', 'current'),
        ):
            with self.subTest(moment=moment, tz=tz), freeze_time(moment):
                self.assertEqual(self._get_state(event, tz), state)
                here = event.with_user(self.rep_north).with_context(tz=tz)
                self.assertEqual(here.dealflow_is_locked, state == 'overdue')
                client.invalidate_recordset()
                self.assertEqual(
                    client.with_user(self.rep_north).with_context(tz=tz).dealflow_is_forgotten, state == 'overdue'
                )

    def test_an_hour_ends_by_the_clock(self):
        event = self._new_event(self.rep_north, start=datetime(2026, 3, 11, 10))
        with freeze_time('2026-03-11 10:59:00'):
            self.assertEqual(self._get_state(event, 'UTC'), 'current')
        with freeze_time('2026-03-11 11:01:00'):
            self.assertEqual(self._get_state(event, 'UTC'), 'overdue')
