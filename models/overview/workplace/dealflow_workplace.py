from collections import Counter
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, ormcache
from odoo.tools.misc import get_lang

from ....tools.public_methods import DAY, KEY, WHOLE_NUMBER, option_keys, public_method

# How many events of the shown days, of the strip and overdue are listed.
MAX_EVENTS = 200
MAX_WEEK = 500
MAX_OVERDUE = 40
# Overdue events, the newest first, whose clients are listed.
MAX_LATE = 100
# Clients on the left: as a rule, and at most.
CLIENTS = 40
LARGEST_CLIENTS = 200
# The hours of the strip, wider where an event is earlier or later.
DAY_HOURS = (8.0, 20.0)
OPEN_STATES = ('current', 'overdue')
# What is read of the user's own events.
EVENT_FIELDS = (
    'name',
    'allday',
    'start',
    'start_date',
    'stop',
    'stop_date',
    'event_type_id',
    'event_status_id',
    'business_partner_id',
    'client_contact_id',
    'user_id',
    'crm_priority',
    'create_uid',
    'privacy',
    'active',
)
# What is read of clients and contacts.
PARTY_FIELDS = (
    'name',
    'complete_name',
    'is_company',
    'type',
    'city',
    'phone',
    'email',
    'active',
    'company_id',
    'partner_share',
    'parent_id',
    'commercial_partner_id',
    'business_partner_id',
    'country_id',
    'region_id',
    'dealflow_tz',
)


class DealflowWorkplace(models.AbstractModel):
    """What a rep works with on one screen: the day, its clients, and everything about the one that is chosen (C03-C14).

    The screen makes one call for the page and one for each client. Everything is read with the rights of the user, with
    a number of queries that depends neither on the number of records nor on the size of the database.

    A further block of a client takes a method in :meth:`_get_client_blocks`.
    """

    _name = 'dealflow.workplace'
    _description = "Workplace"

    @api.model
    def _get_page_kinds(self):
        return {'date': DAY, 'span': KEY, 'limit': WHOLE_NUMBER}

    @api.model
    @api.readonly
    @public_method(options=option_keys('_get_page_kinds'))
    def get_page(self, options=None):
        """Return the day of the user: events, what is overdue, activities, and the clients to turn to (C04-C07, P22).

        Days are in the user's time zone, moments in UTC; whole days have a day as ``start`` and ``stop``.

        :param options: ``date`` (today), ``span`` (``day`` or ``week``) and ``limit`` of the clients (40, at most 200)
        :return: ``today``, ``day``, ``span``, ``first_day`` and ``last_day``; ``user``; ``counters`` of what is
            ``overdue``, left ``today`` and ``tomorrow``, and ``done`` today, with telephony also own calls without
            ``comments``; ``days`` of the week with their ``count``;
            ``events`` of the shown days, ``overdue`` events, oldest first; ``activities`` due by the last shown day;
            ``clients`` with an event in these days or an overdue one, those who can be reached now first, and their
            ``client_count``; ``settings`` for the screen; ``help`` with what to do first, or ``False``
        :rtype: dict
        """
        options = options or {}
        today = fields.Date.context_today(self)
        day = options.get('date') or today
        week_start = day - timedelta(days=(day.isoweekday() - int(get_lang(self.env).week_start)) % 7)
        week_end = week_start + timedelta(days=6)
        is_week = options.get('span') == 'week'
        first_day, last_day = (week_start, week_end) if is_week else (day, day)
        events = self.env['calendar.event']
        mine = self._get_my_events_domain()
        # Tomorrow is counted even when the week ends today.
        tomorrow = today + timedelta(days=1)
        last_read = max(week_end, tomorrow) if week_start <= today <= week_end else week_end
        week = events.search(
            mine & events._dealflow_get_day_domain(week_start, last_read), order='start, id', limit=MAX_WEEK
        )
        late_count, overdue_ids, late_ids, late_client_ids = self._find_overdue(mine)
        overdue, late = events.browse(overdue_ids), events.browse(late_ids)
        # sudo - calendar.event: nothing of their own events is private to users; Odoo would look who takes part.
        everything = (week | overdue | late).sudo()
        # Read together.
        week, overdue, late = (
            records.with_env(everything.env).with_prefetch(everything._ids) for records in (week, overdue, late)
        )
        everything.fetch(EVENT_FIELDS)
        parties = self._get_readable_parties(everything)
        days_of = {event.id: self._get_event_day(event) for event in week}
        shown = week.filtered(lambda event: first_day <= days_of[event.id] <= last_day)[:MAX_EVENTS]
        editable = self._get_editable((shown | overdue).sudo(False))
        activities = self._get_activities(last_day)
        activity_days = self._count_activities()
        current = shown.filtered(lambda event: event.dealflow_state == 'current')
        limit = max(min(options.get('limit') or CLIENTS, LARGEST_CLIENTS), 0)
        late_tasks = Counter(row['client']['id'] for row in activities if row['client'] and row['state'] == 'overdue')
        clients, client_count = self._get_day_clients(current, late, parties, late_tasks, limit)
        if len(late) == MAX_LATE:
            client_count = len(set(late_client_ids).union(current.business_partner_id.ids))
        return {
            'today': today,
            'day': day,
            'span': 'week' if is_week else 'day',
            'first_day': first_day,
            'last_day': last_day,
            'user': {'id': self.env.uid, 'name': self.env.user.name},
            'counters': self._get_counters(
                mine, today, days_of if last_read >= tomorrow else None, late_count, activity_days
            ),
            'days': self._get_days(week, days_of, week_start, activity_days),
            'events': [self._get_event_row(event, parties, editable) for event in shown],
            'overdue': [self._get_event_row(event, parties, editable) for event in overdue],
            'activities': activities,
            'clients': clients,
            'client_count': client_count,
            'settings': {
                **self._get_settings(self.env.company.id),
                'next_start': events._dealflow_get_next_step_start(),
            },
            'help': not everything and self._get_help(mine),
        }

    # The day

    @api.model
    def _get_my_events_domain(self):
        """Return the domain of the events that are shown to the user: of types on the start page (P63)."""
        return Domain('event_type_id.on_start_page', '=', True) & Domain('user_id', '=', self.env.uid)

    @api.model
    def _find_overdue(self, mine):
        """Return the overdue events for lists and counts, by one statement.

        :return: their number, the ids of the oldest ones, those of the newest ones with a client, and all clients
        :rtype: tuple[int, list[int], list[int], list[int]]
        """
        query = self.env['calendar.event']._search(mine & Domain('dealflow_state', '=', 'overdue'))
        columns = (SQL.identifier(query.table, name) for name in ('stop', 'id', 'business_partner_id'))
        statement = SQL(
            """WITH late AS (%(late)s)
               SELECT COUNT(*),
                      ARRAY(SELECT id FROM late ORDER BY stop, id LIMIT %(oldest)s),
                      ARRAY(
                          SELECT id FROM late WHERE business_partner_id IS NOT NULL
                        ORDER BY stop DESC, id DESC LIMIT %(newest)s
                      ),
                      ARRAY(SELECT DISTINCT business_partner_id FROM late WHERE business_partner_id IS NOT NULL)
                 FROM late""",
            late=query.select(*columns),
            oldest=MAX_OVERDUE,
            newest=MAX_LATE,
        )
        [row] = self.env.execute_query(statement)
        return row

    @api.model
    def _get_event_day(self, event):
        return event.start_date if event.allday else fields.Datetime.context_timestamp(event, event.start).date()

    @api.model
    def _count_activities(self):
        """Return how many open activities the user has on each day."""
        activities = self.env['mail.activity']
        return dict(activities._read_group(activities._dealflow_get_mine_domain(), ['date_deadline:day'], ['__count']))

    @api.model
    def _get_counters(self, mine, today, days_of, late_events, activity_days):
        """Return what is left, done and overdue.

        :param dict days_of: the days of events, those of today and tomorrow among them, by id, ``None`` if they are to
            be counted
        :param int late_events: how many events are overdue
        :param dict activity_days: the number of activities by their days
        """
        events = self.env['calendar.event']
        tomorrow = today + timedelta(days=1)
        of_today = mine & events._dealflow_get_day_domain(today, today)
        of_tomorrow = mine & events._dealflow_get_day_domain(tomorrow, tomorrow)
        late = sum(count for day, count in activity_days.items() if day < today)
        if days_of is None or len(days_of) == MAX_WEEK:
            counts = [
                events.search_count(of_day & Domain('dealflow_state', '=', state))
                for of_day, state in ((of_today, 'current'), (of_today, 'done'), (of_tomorrow, 'current'))
            ]
        else:
            # sudo - calendar.event: nothing of their own events is private to users.
            found = Counter((days_of[event.id], event.dealflow_state) for event in events.sudo().browse(days_of))
            counts = [found[each] for each in ((today, 'current'), (today, 'done'), (tomorrow, 'current'))]
        counters = {
            'overdue': late_events + late,
            'today': counts[0] + activity_days.get(today, 0),
            'done': counts[1],
            'tomorrow': counts[2] + activity_days.get(tomorrow, 0),
        }
        if self.env.user.has_group('dealflow.group_telephony'):
            calls = self.env['dealflow.call']
            counters['comments'] = calls.search_count(calls._get_debt_domain() & Domain('user_id', '=', self.env.uid))
        return counters

    @api.model
    def _get_days(self, week, days_of, week_start, activity_days):
        week_days = [week_start + timedelta(days=number) for number in range(7)]
        counts = {day: activity_days.get(day, 0) for day in week_days}
        for event in week:
            if event.dealflow_state in OPEN_STATES:
                counts[days_of[event.id]] = counts.get(days_of[event.id], 0) + 1
        return [{'day': day, 'count': counts.get(day, 0)} for day in week_days]

    @api.model
    def _get_readable_parties(self, events):
        """Return the clients and contacts of events whose names the user may read."""
        found = self.env['res.partner'].union(events.business_partner_id, events.client_contact_id)
        self._fetch_partners(found, PARTY_FIELDS)
        return found._filtered_access('read')

    @api.model
    def _fetch_partners(self, partners, names):
        """Read fields of contacts and of their firms, so that nothing else is read later on.

        Who may see which of them is asked afterwards, one by one: reading as the user stops at the first that they may
        not see.
        """
        # sudo - res.partner: see above.
        partners_sudo = partners.sudo()
        partners_sudo.fetch(names)
        (partners_sudo.parent_id | partners_sudo.commercial_partner_id).fetch(names)

    @api.model
    def _get_editable(self, events):
        """Return the events that the user may move and change."""
        if not self.env.user.has_group('dealflow.group_user_own'):
            return events.browse()
        return events._filtered_access('write').filtered(lambda event: not event.dealflow_is_locked)

    @api.model
    def _show(self, record):
        return {'id': record.id, 'name': record.display_name} if record else False

    @api.model
    def _show_client(self, client):
        """Return a client by the stored name: the displayed one asks for what is shown of addresses."""
        return {'id': client.id, 'name': client.complete_name or client.display_name} if client else False

    @api.model
    def _show_person(self, person):
        """Return a contact by the name alone: the firm is told beside it."""
        return {'id': person.id, 'name': person.name or person.display_name} if person else False

    @api.model
    def _get_event_row(self, event, parties, editable):
        contact = event.client_contact_id & parties
        return {
            'id': event.id,
            'name': event.name,
            **self._get_event_times(event),
            **self._get_event_type(event),
            'state': event.dealflow_state,
            'is_overdue': event.dealflow_state == 'overdue',
            'status': self._show_status(event),
            'client': self._show_client(event.business_partner_id & parties),
            'contact': self._show_person(contact),
            'phone': contact.phone or '',
            'priority': event.crm_priority or '1',
            'set_by': event._dealflow_get_my_day_author(event),
            'may_edit': event in editable,
        }

    @api.model
    def _get_event_times(self, event):
        if event.allday:
            return {'start': event.start_date, 'stop': event.stop_date, 'all_day': True}
        return {'start': event.start, 'stop': event.stop, 'all_day': False}

    @api.model
    def _get_event_type(self, event):
        type_id = event.event_type_id.id
        name, icon, color = event.event_type_id._get_signs().get(type_id, ('', 'fa-calendar-o', 0))
        return {'type': type_id and {'id': type_id, 'name': name}, 'icon': icon, 'color': color}

    @api.model
    def _show_status(self, event):
        status = event.event_status_id
        return {'id': status.id, 'name': status._get_names().get(status.id, '')} if status else False

    # Activities

    @api.model
    def _get_activities(self, last_day):
        """Return the open activities of the user that are due by a day, with who set them (P22)."""
        activities = self.env['mail.activity']
        today = fields.Date.context_today(self)
        found = activities.search(
            activities._dealflow_get_mine_domain() & Domain('date_deadline', '<=', max(last_day, today)),
            order='date_deadline, id',
            limit=MAX_OVERDUE,
        )
        clients = self._get_activity_clients(found)
        return [
            {
                'id': activity.id,
                'name': activity.summary or activity.activity_type_id.name or self.env._("Activity"),
                'day': activity.date_deadline,
                'type': activity.activity_type_id.name or '',
                'icon': activity.icon or 'fa-tasks',
                'state': activity.state,
                'client': self._show_client(clients.get(activity.id)),
                'set_by': self.env['calendar.event']._dealflow_get_my_day_author(activity),
                'res_model': activity.res_model or False,
                'res_id': activity.res_id or False,
                'res_name': activity.res_name or '',
            }
            for activity in found
        ]

    @api.model
    def _get_activity_clients(self, activities):
        """Return the clients of the documents of activities that the user may read, by id of the activity."""
        partners = {}
        for model, group in activities.filtered('res_id').grouped('res_model').items():
            if model not in self.env or not self.env[model].has_access('read'):
                continue
            field_name = next(
                (name for name in ('business_partner_id', 'partner_id') if name in self.env[model]._fields), None
            )
            if model != 'res.partner' and not field_name:
                continue
            documents = self.env[model].with_context(active_test=False)
            by_id = {
                document.id: document
                for document in documents.search_fetch(
                    Domain('id', 'in', group.mapped('res_id')),
                    [field_name] if field_name else ['commercial_partner_id'],
                )
            }
            for activity in group:
                document = by_id.get(activity.res_id)
                if document:
                    partners[activity.id] = document if model == 'res.partner' else document[field_name]
        readable = self.env['res.partner'].union(*partners.values())._filtered_access('read')
        return {
            activity_id: partner.business_partner_id & partner.business_partner_id._filtered_access('read') or partner
            for activity_id, partner in partners.items()
            if partner & readable
        }

    # What the screen needs besides

    @api.model
    @ormcache('self.env.uid', 'self.env.lang', 'company_id')
    def _get_settings(self, company_id):
        """Return what the screen needs besides the records, kept until a setting, a register or rights change."""
        user, events = self.env.user, self.env['calendar.event']
        may_work = user.has_group('dealflow.group_user_own')
        types = self.env['dealflow.event.type'].search([])
        duration = events.get_default_duration()
        planned = types.filtered(lambda event_type: not event_type._get_default_status().is_closed)
        calls = types.filtered('is_call')
        call_type = (calls & planned)[:1] or calls[:1]
        planned = planned[:1]
        return {
            'may_work': may_work,
            'may_price': self.env['dealflow.price.form']._may_sell(),
            'may_see_receipts': self.env['dealflow.receipt'].has_access('read'),
            'event_types': [self._get_type_row(event_type, duration) for event_type in types],
            'default_call_type_id': call_type.id,
            'day_start': DAY_HOURS[0],
            'day_end': DAY_HOURS[1],
            'new_event': {'event_type_id': planned.id, 'user_id': user.id, 'crm_priority': '1'},
            'event_filters': [{'key': key, 'name': name} for key, name in self._get_event_filters().items()],
            'currency_id': self.env['res.company'].browse(company_id).currency_id.id,
        }

    @api.model
    def _get_type_row(self, event_type, duration):
        closed = event_type.status_ids.filtered(lambda status: status.active and status.is_closed)
        proposed = closed.filtered('is_done')[:1] or closed[:1]
        return {
            'id': event_type.id,
            'name': event_type.name,
            'icon': event_type.icon or 'fa-calendar-o',
            'color': event_type.color,
            'is_call': event_type.is_call,
            'duration_hours': duration,
            'prompt': event_type.prompt or '',
            'statuses': [
                {
                    'id': status.id,
                    'name': status.name,
                    'is_done': status.is_done,
                    'is_default': status == proposed,
                }
                for status in closed
            ],
        }

    @api.model
    def _get_event_filters(self):
        """Return the filters of a client's events in words, by their keys (C10)."""
        return {
            'all': self.env._("All"),
            'open': self.env._("Planned"),
            'done': self.env._("Done"),
            'calls': self.env._("Calls"),
            'meetings': self.env._("Meetings"),
            'letters': self.env._("Messages"),
            'mine': self.env._("Mine"),
        }

    @api.model
    def _get_help(self, mine):
        """Return what to do first, while the user has neither a client nor an event."""
        events = self.env['calendar.event'].with_context(active_test=False)
        partners = self.env['res.partner']
        if events.search_count(mine, limit=1) or partners.search_count([('user_id', '=', self.env.uid)], limit=1):
            return False
        if not self.env.user.has_group('dealflow.group_user_own'):
            return {
                'title': self.env._("Nothing is planned for you"),
                'text': self.env._("Search for a client above to see everything about it."),
                'actions': [],
            }
        return {
            'title': self.env._("Begin with a client"),
            'text': self.env._(
                "Calls and meetings that you plan with clients stand here, those who can be reached now first."
            ),
            'actions': [
                {
                    'key': 'client',
                    'name': self.env._("Enter your first client"),
                    'action': 'dealflow.res_partner_action_new_client',
                },
                {
                    'key': 'event',
                    'name': self.env._("Plan a call or a meeting"),
                    'action': 'dealflow.calendar_event_action_new',
                },
                {
                    'key': 'deal',
                    'name': self.env._("Open your first deal"),
                    'action': 'dealflow.dealflow_deal_action',
                },
            ],
        }
