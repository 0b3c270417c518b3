from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CalendarEvent(models.Model):
    """On which day an event is, when it is over, and what has become of it.

    The state depends on the time of day and is not stored: it is the same computed in Python as searched and grouped in
    SQL. Odoo stores whole days as hours of UTC, so each question has an answer for these and one for the others.
    """

    _inherit = 'calendar.event'

    dealflow_state = fields.Selection(
        [('current', "Planned"), ('overdue', "Overdue"), ('done', "Done"), ('cancelled', "Came to nothing")],
        string="State",
        compute='_compute_dealflow_crm_state',
        search='_search_dealflow_crm_state',
        help="Overdue: its time is over and its status says that something is left to do.",
    )

    @api.depends('event_type_id', 'event_status_id', 'allday', 'stop', 'stop_date')
    @api.depends_context('tz')
    def _compute_dealflow_crm_state(self):
        for event in self:
            status = event.event_status_id
            if not event.event_type_id:
                event.dealflow_state = False
            elif status.is_done:
                event.dealflow_state = 'done'
            elif status.is_closed:
                event.dealflow_state = 'cancelled'
            else:
                event.dealflow_state = 'overdue' if event._dealflow_is_over() else 'current'

    def _search_dealflow_crm_state(self, operator, value):
        if operator != 'in':
            return NotImplemented
        typed = Domain('event_type_id', '!=', False)
        open_ = typed & Domain('event_status_id.is_closed', '!=', True)
        over = self._dealflow_get_over_domain()
        domains = {
            'current': open_ & ~over,
            'overdue': open_ & over,
            'done': typed & Domain('event_status_id.is_done', '=', True),
            'cancelled': typed
            & Domain('event_status_id.is_closed', '=', True)
            & Domain('event_status_id.is_done', '=', False),
            False: Domain('event_type_id', '=', False),
        }
        return Domain.OR(domains[state] for state in value if state in domains)

    def _field_to_sql(self, alias, field_expr, query=None):
        """Let PostgreSQL group by the state, which depends on the time of day and is not stored."""
        if field_expr != 'dealflow_state':
            return super()._field_to_sql(alias, field_expr, query)
        return SQL(
            """(SELECT CASE WHEN status.is_done THEN 'done' WHEN status.is_closed THEN 'cancelled'
                            WHEN CASE WHEN %(allday)s THEN %(stop_date)s < %(today)s ELSE %(stop)s < %(now)s END
                            THEN 'overdue' ELSE 'current' END
                  FROM dealflow_event_status AS status
                 WHERE status.id = %(status)s)""",
            allday=self._field_to_sql(alias, 'allday', query),
            stop=self._field_to_sql(alias, 'stop', query),
            now=fields.Datetime.now(),
            stop_date=self._field_to_sql(alias, 'stop_date', query),
            today=fields.Date.context_today(self),
            status=self._field_to_sql(alias, 'event_status_id', query),
        )

    def _dealflow_is_over(self):
        """Return whether the event is over; an all-day event is over when its last day ends in the user's time zone.

        Odoo stores 18:00 UTC as the end of an all-day event, which is in the middle of the day almost everywhere.
        """
        self.ensure_one()
        if self.allday:
            return bool(self.stop_date) and self.stop_date < fields.Date.context_today(self)
        return bool(self.stop) and self.stop < fields.Datetime.now()

    @api.model
    def _dealflow_get_over_domain(self):
        """Return the domain of events that are over, see :meth:`_dealflow_is_over`."""
        whole_day = Domain('allday', '=', True)
        return whole_day & Domain('stop_date', '<', fields.Date.context_today(self)) | ~whole_day & Domain(
            'stop', '<', fields.Datetime.now()
        )

    @api.model
    def _dealflow_get_day_domain(self, day_from=None, day_to=None):
        """Return the domain of events that begin between two days in the user's time zone, both included.

        Odoo stores 08:00 UTC as the start of an all-day event, which is still the day before in Honolulu.
        """
        whole_day, by_clock = Domain('allday', '=', True), Domain('allday', '=', False)
        if day_from:
            whole_day &= Domain('start_date', '>=', day_from)
            by_clock &= Domain('start', '>=', day_from)
        if day_to:
            whole_day &= Domain('start_date', '<=', day_to)
            by_clock &= Domain('start', '<', fields.Date.add(day_to, days=1))
        return whole_day | by_clock
