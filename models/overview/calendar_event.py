from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain

from ...tools.public_methods import public_method

# Number of entries shown in each section of the start page.
SECTION_LIMIT = 10
# Number of days in the section of the next days, without today.
NEAR_DAYS = 7


class CalendarEvent(models.Model):
    """The user's events of today and the next days, for the start page (E18, P22, P23, C05-C07)."""

    _inherit = 'calendar.event'

    @api.model
    @api.readonly
    @public_method()
    def dealflow_get_my_day(self):
        """Return what the user has to do: today first, then the next days, then what is overdue.

        That is their unfinished events with clients and their activities, whichever user created them.

        :return: ``{'sections': [{'state', 'label', 'count', 'rows'}], 'client_count': int}``; the states are
            ``current`` (today), ``coming`` and ``overdue``, the rows are those of ``_dealflow_get_my_day_row`` of
            events and activities; ``client_count`` is the number of clients with an event in a section
        :rtype: dict
        """
        labels = {
            'current': self.env._("Today"),
            'coming': self.env._("Next %(count)s days", count=NEAR_DAYS),
            'overdue': self.env._("Overdue"),
        }
        events = self._dealflow_get_my_day_domains()
        activities = self.env['mail.activity']._dealflow_get_my_day_domains()
        clients = self._read_group(
            Domain.OR(events.values()) & Domain('business_partner_id', '!=', False), ['business_partner_id']
        )
        return {
            'sections': [
                {
                    'state': state,
                    'label': label,
                    'count': self.search_count(events[state])
                    + self.env['mail.activity'].search_count(activities[state]),
                    'rows': self._dealflow_get_my_day_rows(events[state], activities[state]),
                }
                for state, label in labels.items()
            ],
            'client_count': len(clients),
        }

    @api.model
    def _dealflow_get_my_day_domains(self):
        """Return the domains of the user's unfinished events by section."""
        mine = Domain('event_type_id.on_start_page', '=', True) & Domain('user_id', '=', self.env.uid)
        current = mine & Domain('dealflow_state', '=', 'current')
        today = fields.Date.context_today(self)
        day, last_day = fields.Date.add(today, days=1), fields.Date.add(today, days=NEAR_DAYS)
        return {
            'current': current & self._dealflow_get_day_domain(day_to=today),
            'coming': current & self._dealflow_get_day_domain(day_from=day, day_to=last_day),
            'overdue': mine & self._dealflow_get_day_domain(day_to=today) & Domain('dealflow_state', '=', 'overdue'),
        }

    @api.model
    def _dealflow_get_my_day_rows(self, event_domain, activity_domain):
        events = self.search(event_domain, order='start, id', limit=SECTION_LIMIT)
        activities = self.env['mail.activity'].search(activity_domain, order='date_deadline, id', limit=SECTION_LIMIT)
        rows = [record._dealflow_get_my_day_row() for records in (events, activities) for record in records]
        return sorted(rows, key=lambda row: (row['day'], row['start']))[:SECTION_LIMIT]

    def _dealflow_get_my_day_row(self):
        self.ensure_one()
        return {
            'id': self.id,
            'model': self._name,
            'day': fields.Date.to_string(
                self.start_date if self.allday else fields.Datetime.context_timestamp(self, self.start).date()
            ),
            'start': fields.Date.to_string(self.start_date) if self.allday else fields.Datetime.to_string(self.start),
            'allday': self.allday,
            'name': self.display_name,
            'type': self.event_type_id.name,
            'icon': self.event_type_id.icon,
            'client': self.business_partner_id.display_name or '',
            'contact': self.client_contact_id.name or '',
            'phone': self.dealflow_client_phone or '',
            'priority': self.crm_priority,
            'set_by': self._dealflow_get_my_day_author(self),
        }

    @api.model
    def _dealflow_get_my_day_author(self, record):
        """Return the name of the user who created an event or activity, empty for the current user and the system."""
        # sudo - res.users: the assignee of an activity may know who created it.
        author = record.sudo().create_uid
        return author.name if author.id not in (self.env.uid, SUPERUSER_ID) else ''
