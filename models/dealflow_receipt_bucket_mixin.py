from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import get_lang

BUCKETS = [
    ('earlier', "Earlier"),
    ('month_before', "Current month (before)"),
    ('week', "Current week"),
    ('month_after', "Current month (after)"),
    ('later', "Later"),
]


class DealflowReceiptBucketMixin(models.AbstractModel):
    """The five sections of the receipts plan (E37), for the promised and for the likely date.

    The whole current calendar week is «current week», also its days in a neighbouring month; the other sections exclude
    it. «Today» is the user's, and so is the first day of the week, hence nothing here is stored: PostgreSQL sorts the
    rows into sections while it groups them.
    """

    _name = 'dealflow.receipt.bucket.mixin'
    _description = "Sections of the Receipts Plan"

    # Which date each section field looks at.
    _bucket_dates = {'bucket': 'date_planned'}

    bucket = fields.Selection(
        BUCKETS, string="Section", compute='_compute_bucket', search='_search_bucket',
        group_expand='_group_expand_buckets',
        help="Where the planned date lies from today: before this month, in it before or after this week, "
             "in this week, after this month.",
    )

    @api.model
    def _get_bucket_bounds(self, today=None):
        """Return the first days of the current month, the current week, the next week and the next month.

        :param today: a date; today of the user by default
        :rtype: tuple[date, date, date, date]
        """
        today = today or fields.Date.context_today(self)
        month_start = today.replace(day=1)
        # res.lang counts the days of the week from Monday = 1 to Sunday = 7.
        week_start = today - timedelta(days=(today.isoweekday() - int(get_lang(self.env).week_start)) % 7)
        return month_start, week_start, week_start + timedelta(days=7), month_start + relativedelta(months=1)

    @api.model
    def _get_bucket(self, day, bounds):
        month_start, week_start, week_end, month_end = bounds
        if week_start <= day < week_end:
            return 'week'
        if day < month_start:
            return 'earlier'
        if day < week_start:
            return 'month_before'
        return 'month_after' if day < month_end else 'later'

    @api.depends('date_planned')
    @api.depends_context('lang', 'tz')
    def _compute_bucket(self):
        self._set_buckets('bucket')

    def _set_buckets(self, field_name):
        bounds = self._get_bucket_bounds()
        for record in self:
            day = record[self._bucket_dates[field_name]]
            record[field_name] = self._get_bucket(day, bounds) if day else False

    def _search_bucket(self, operator, value):
        return self._get_buckets_domain('bucket', operator, value)

    @api.model
    def _get_buckets_domain(self, field_name, operator, buckets):
        if operator != 'in':
            return NotImplemented
        month_start, week_start, week_end, month_end = self._get_bucket_bounds()
        ranges = {
            'earlier': (date.min, min(month_start, week_start)),
            'month_before': (month_start, week_start),
            'week': (week_start, week_end),
            'month_after': (week_end, month_end),
            'later': (max(month_end, week_end), date.max),
            False: None,
        }
        day = self._bucket_dates[field_name]
        domains = []
        for bucket in buckets:
            if bucket not in ranges:
                continue
            if not ranges[bucket]:
                domains.append(Domain(day, '=', False))
                continue
            start, end = ranges[bucket]
            domain = Domain.TRUE
            if start != date.min:
                domain &= Domain(day, '>=', start)
            if end != date.max:
                domain &= Domain(day, '<', end)
            domains.append(domain if start < end else Domain.FALSE)
        return Domain.OR(domains)

    @api.model
    def _group_expand_buckets(self, buckets, domain):
        """Show the five sections in their order, also the empty ones."""
        return [bucket for bucket, _label in BUCKETS] + [bucket for bucket in buckets if not bucket]

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr not in self._bucket_dates:
            return super()._field_to_sql(alias, field_expr, query)
        month_start, week_start, week_end, month_end = self._get_bucket_bounds()
        return SQL(
            """(CASE WHEN %(day)s >= %(week_start)s AND %(day)s < %(week_end)s THEN 'week'
                     WHEN %(day)s < %(month_start)s THEN 'earlier'
                     WHEN %(day)s < %(week_start)s THEN 'month_before'
                     WHEN %(day)s < %(month_end)s THEN 'month_after'
                     WHEN %(day)s >= %(month_end)s THEN 'later'
                END)""",
            day=self._field_to_sql(alias, self._bucket_dates[field_expr], query),
            month_start=month_start, week_start=week_start, week_end=week_end, month_end=month_end,
        )

    @api.model
    def _read_group_orderby(self, order, groupby_terms, query):
        """Put sections in their order on the calendar, not in that of the alphabet."""
        positions = {
            name: SQL("array_position(ARRAY['earlier', 'month_before', 'week', 'month_after', 'later'], %s)", term)
            for name, term in groupby_terms.items() if name in self._bucket_dates
        }
        if not positions:
            return super()._read_group_orderby(order, groupby_terms, query)
        if not order:
            order = ','.join(groupby_terms)
        ordered_terms = dict(groupby_terms) | positions
        result = super()._read_group_orderby(order, ordered_terms, query)
        # Ordering by a many2one may have widened its group term.
        groupby_terms.update({name: term for name, term in ordered_terms.items() if name not in positions})
        return result
