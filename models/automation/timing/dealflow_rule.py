from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

BATCH = 50
TIME_TRIGGERS = ('date', 'day', 'quiet', 'overdue')
# The field by which events name each object.
EVENT_LINKS = {
    'opportunity': 'opportunity_id',
    'deal': 'deal_id',
    'contact': 'client_contact_id',
    'company': 'business_partner_id',
}


class DealflowRule(models.Model):
    """Finds the records whose day has come (C50).

    The log is the memory: a record is taken once for each day that it waited for, so that nothing is lost when the job
    was late or the day was moved, and what was due before the rule was switched on is left alone. Odoo's own time
    triggers do neither.
    """

    _inherit = 'dealflow.rule'

    @api.model
    def _cron_run_time_rules(self):
        """Run the rules that wait for a day, each record in a savepoint of its own."""
        self._stop_broken()
        due = []
        for rule in self.search([('state', '=', 'on'), ('trigger', 'in', TIME_TRIGGERS)]):
            due += [(rule, record, occasion) for record, occasion in rule._get_due()]
        self.env['ir.cron']._commit_progress(remaining=len(due))
        for start in range(0, len(due), BATCH):
            batch = due[start : start + BATCH]
            for rule, record, occasion in batch:
                if rule.state == 'on':
                    rule._act(record, occasion=occasion, causer=False)
            if not self.env['ir.cron']._commit_progress(len(batch)):
                return

    def _get_due(self):
        """Return the records whose day has come and that are not done yet, each with its day.

        :rtype: list[tuple[BaseModel, str]]
        """
        self.ensure_one()
        today = self._get_owner_day(fields.Datetime.now())
        first = self._get_owner_day(self.started_on)
        days = self._get_days(first, today)
        model = self.env[self._get_model_name()]
        records = self._filter_fitting(model.browse(days))
        if self.is_once:
            records -= records.browse(self._get_done_ids(records))
        due = []
        for day, ids in records.grouped(lambda record: days[record.id]).items():
            occasion = fields.Date.to_string(day)
            done = self._get_done_ids(ids, occasion)
            due += [(record, occasion) for record in ids if record.id not in done]
        return due

    def _get_owner_day(self, moment):
        """Return the day of a moment where the owner of the rule is."""
        return fields.Datetime.context_timestamp(self.with_context(tz=self.owner_id.tz or 'UTC'), moment).date()

    def _get_days(self, first, last):
        """Return the days that records waited for, of those between two days.

        :rtype: dict[int, date]
        :return: day by id of the record; the condition is asked later
        """
        return getattr(self, f'_get_days_{self.trigger}')(first, last)

    def _get_days_date(self, first, last):
        return self._get_days_of_field(self.date_field_id.name, first, last)

    def _get_days_overdue(self, first, last):
        return self._get_days_of_field('date_planned', first, last, max(1, self.days))

    def _get_days_of_field(self, name, first, last, days=None):
        if days is None:
            days = self.days if self.direction == 'after' else -self.days
        shift = timedelta(days=days)
        model = self._get_candidates_model().with_context(active_test=False)
        field = model._fields.get(name)
        if not field:
            return {}
        if field.type == 'date':
            domain = Domain(name, '>=', first - shift) & Domain(name, '<=', last - shift)
            return {record.id: record[name] + shift for record in self._search_candidates(model, domain)}
        # A day of the owner begins and ends at other moments than one in UTC.
        start = fields.Datetime.to_datetime(first - shift) - timedelta(days=1)
        end = fields.Datetime.to_datetime(last - shift) + timedelta(days=2)
        found = self._search_candidates(model, Domain(name, '>=', start) & Domain(name, '<', end))
        days_of = {record.id: self._get_owner_day(record[name]) + shift for record in found}
        return {record_id: day for record_id, day in days_of.items() if first <= day <= last}

    def _get_candidates_model(self):
        # sudo - any model: which records the owner may read is asked later; the condition is that of the owner.
        return self.env[self._get_model_name()].with_env(self._get_owner_env(su=True))

    def _search_candidates(self, model, domain):
        """Return the records in a window of time; the condition narrows them where the database can ask it."""
        return model.search(domain & self._get_domain())

    def _get_days_day(self, first, last):
        if not first <= self.day <= last:
            return {}
        return dict.fromkeys(self._search_candidates(self._get_candidates_model(), Domain.TRUE).ids, self.day)

    def _get_days_quiet(self, first, last):
        """Return when the last event, or the creation of those without events, is so many days ago."""
        shift = timedelta(days=self.days)
        start = fields.Datetime.to_datetime(first - shift) - timedelta(days=1)
        end = fields.Datetime.to_datetime(last - shift) + timedelta(days=2)
        # sudo - calendar.event: events that the owner may not read count too; only their day is used.
        events = self.env['calendar.event'].sudo()
        link = EVENT_LINKS[self.object]
        moments = {
            record.id: moment
            for record, moment in events._read_group(
                [(link, '!=', False)],
                [link],
                ['start:max'],
                having=[('start:max', '>=', start), ('start:max', '<', end)],
            )
        }
        model = self._get_candidates_model()
        new = self._search_candidates(model, Domain('create_date', '>=', start) & Domain('create_date', '<', end))
        latest = dict(events._read_group([(link, 'in', new.ids)], [link], ['start:max']))
        for record in new:
            moment = latest.get(events[link].browse(record.id))
            if not moment or moment < record.create_date:
                moments[record.id] = record.create_date
        days_of = {record_id: self._get_owner_day(moment) + shift for record_id, moment in moments.items()}
        return {record_id: day for record_id, day in days_of.items() if first <= day <= last}
