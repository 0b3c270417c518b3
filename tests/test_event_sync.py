from odoo.tests import tagged

from .event_common import EventCommon


@tagged('post_install', '-at_install')
class TestEventSync(EventCommon):
    """Which events take part in the external sync with Google and Outlook; what those do is up to them (P28, P63)."""

    def test_only_types_that_allow_it_leave(self):
        call = self._new_event(self.rep_north)
        meeting = self._new_event(self.rep_north, event_type_id=self.meeting_type.id)
        plain = self._new_event(self.rep_north, event_type_id=False, client_contact_id=False)
        events = call | meeting | plain
        self.assertEqual([event._dealflow_may_sync_externally() for event in events], [False, True, True])
        self.assertEqual(events.search(events._dealflow_get_external_sync_domain()) & events, meeting | plain)

    def test_refused_events_reach_no_service(self):
        """The last step before the request refuses the event, so it needs no service."""
        call = self._new_event(self.rep_north)
        self.assertIsNone(call._google_insert(None, {'summary': call.name}))
        self.assertIsNone(call._google_patch(None, 'id', {'summary': call.name}))
        self.assertIsNone(call._microsoft_insert({'subject': call.name}))
        self.assertIsNone(call._microsoft_patch(None, 'id', {'subject': call.name}))

    def test_recurrences_leave_as_their_events_do(self):
        values = {'recurrency': True, 'rrule_type': 'daily', 'end_type': 'count', 'count': 2, 'event_tz': 'UTC'}
        calls = self._new_event(self.rep_north, **values).recurrence_id
        meetings = self._new_event(self.rep_north, event_type_id=self.meeting_type.id, **values).recurrence_id
        self.assertFalse(calls._dealflow_may_sync_externally())
        self.assertTrue(meetings._dealflow_may_sync_externally())
        both = calls | meetings
        self.assertEqual(both.search(calls._dealflow_get_external_sync_domain()) & both, meetings)

    def test_single_event_is_kept_inside(self):
        """A user may exclude a single event of a type that allows the external sync (P28)."""
        meeting, secret = (
            self._new_event(self.rep_north, event_type_id=self.meeting_type.id, dealflow_skip_external_sync=is_kept)
            for is_kept in (False, True)
        )
        self.assertTrue(meeting._dealflow_may_sync_externally())
        self.assertFalse(secret._dealflow_may_sync_externally())
        events = meeting | secret
        self.assertEqual(events.search(events._dealflow_get_external_sync_domain()) & events, meeting)
        self.assertIsNone(secret._google_insert(None, {'summary': secret.name}))
        self.assertIsNone(secret._microsoft_insert({'subject': secret.name}))

    def test_tick_is_offered_where_a_service_could_get_the_event(self):
        call = self._new_event(self.rep_north)
        meeting = self._new_event(self.rep_north, event_type_id=self.meeting_type.id)
        has_service = 'google.calendar.sync' in self.env or 'microsoft.calendar.sync' in self.env
        self.assertFalse(call.dealflow_can_skip_external_sync)
        self.assertEqual(meeting.dealflow_can_skip_external_sync, has_service)

    def test_modules_of_the_services_send_no_inner_event(self):
        """New, changed and recurring events, through Odoo's modules up to the step before the request."""
        sent = self._catch_what_leaves()
        if not sent:
            self.skipTest("neither google_calendar nor microsoft_calendar is installed")
        call = self._new_event(self.rep_north)
        secret = self._new_event(self.rep_north, event_type_id=self.meeting_type.id, dealflow_skip_external_sync=True)
        inner = call | secret
        known = {name: f'known_{name}' for name in ('google_id', 'microsoft_id') if name in call._fields}
        for number, event in enumerate(inner):
            event.write({name: f'{value}_{number}' for name, value in known.items()})
        inner.with_user(self.rep_north).write({'name': "Changed"})
        calls = self._new_event(
            self.rep_north, recurrency=True, rrule_type='daily', end_type='count', count=2, event_tz='UTC'
        ).recurrence_id
        meeting = self._new_event(self.rep_north, event_type_id=self.meeting_type.id)
        for service, records in sent.items():
            with self.subTest(service=service):
                self.assertEqual([record for record in records if record._name == 'calendar.event'], [meeting])
                self.assertNotIn(calls, records)

    def _catch_what_leaves(self):
        """Replace the methods that send events to Google and Outlook; return the calls by service."""
        sent = {}
        for model, service in (('google.calendar.sync', 'google'), ('microsoft.calendar.sync', 'microsoft')):
            if model not in self.env:
                continue
            records = sent[service] = []
            owner = next(base for base in self.registry[model].__mro__ if f'_{service}_insert' in vars(base))
            for operation in ('insert', 'patch'):
                self.patch(
                    owner, f'_{service}_{operation}', lambda record, *_args, to=records, **_options: to.append(record)
                )
        return sent

    def test_what_leaves_holds_nothing_confidential(self):
        """Result, next step and meeting sheet are in none of the values sent to a service."""
        meeting = self._new_event(
            self.rep_north, event_type_id=self.meeting_type.id, result="Secret result", next_step="Secret step"
        )
        self.env['dealflow.meeting.sheet'].with_user(self.rep_north).create(
            {'event_id': meeting.id, 'goal': "Secret goal"}
        )
        leaving = []
        if 'google.calendar.sync' in self.env:
            leaving.append(meeting._google_values())
        if 'microsoft.calendar.sync' in self.env:
            leaving.append(meeting._microsoft_values(meeting._get_microsoft_synced_fields()))
        if not leaving:
            self.skipTest("neither google_calendar nor microsoft_calendar is installed")
        self.assertNotIn('Secret', str(leaving))
