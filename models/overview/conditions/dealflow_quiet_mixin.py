from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain


class DealflowQuietMixin(models.AbstractModel):
    """Counts the days since the last event of a record, and finds records by it (C32)."""

    _name = 'dealflow.quiet.mixin'
    _description = "Days since the Last Event"

    def _dealflow_get_event_links(self):
        """Return the fields by which events name such a record."""
        raise NotImplementedError

    def _dealflow_get_past_events(self, since=None):
        # sudo - calendar.event: events that the user may not read count too; only their time is used.
        domain = Domain('start', '<=', fields.Datetime.now())
        if since:
            domain &= Domain('start', '>', since)
        return self.env['calendar.event'].sudo(), domain

    def _dealflow_get_days_since_event(self):
        """Return the days since the last event, or the creation if that is later, by id of the record.

        :rtype: dict[int, int]
        """
        now = fields.Datetime.now()
        latest = {record.id: record.create_date for record in self._origin if record.create_date}
        events, domain = self._dealflow_get_past_events()
        for link in self._dealflow_get_event_links():
            for record, moment in events._read_group(domain & Domain(link, 'in', self.ids), [link], ['start:max']):
                latest[record.id] = max(moment, latest.get(record.id) or moment)
        return {record_id: max(0, (now - moment).days) for record_id, moment in latest.items()}

    def _search_dealflow_days_since_event(self, operator, value):
        """Find records by the days since their last event, for any comparison with a number."""
        if operator == 'in':
            return Domain.OR(
                self._dealflow_get_quiet_domain(int(days)) & ~self._dealflow_get_quiet_domain(int(days) + 1)
                for days in value
            )
        if operator not in ('<', '<=', '>', '>='):
            return NotImplemented
        days = int(value)
        match operator:
            case '>=':
                return self._dealflow_get_quiet_domain(days)
            case '>':
                return self._dealflow_get_quiet_domain(days + 1)
            case '<':
                return ~self._dealflow_get_quiet_domain(days)
        return ~self._dealflow_get_quiet_domain(days + 1)

    def _dealflow_get_quiet_domain(self, days):
        """Return the domain of the records without an event, and not created, for at least so many days."""
        if days <= 0:
            return Domain.TRUE
        since = fields.Datetime.now() - timedelta(days=days)
        events, domain = self._dealflow_get_past_events(since)
        quiet = Domain('create_date', '<=', since)
        for link in self._dealflow_get_event_links():
            quiet &= Domain('id', 'not in', events._search(domain & Domain(link, '!=', False)).subselect(link))
        return quiet
