from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import get_lang

from ....tools.receipt_sections import SECTIONS, get_ranges, get_section

LABELS = {
    'earlier': "Earlier",
    'month_before': "Current month (before)",
    'week': "Current week",
    'month_after': "Current month (after)",
    'later': "Later",
}


class DealflowReceipt(models.Model):
    """The five sections of the receipts plan (E37), for the promised and for the likely date.

    Today's date and the first day of the week depend on the user, so nothing here is stored: PostgreSQL computes the
    sections while it groups.
    """

    _inherit = 'dealflow.receipt'

    # The date field that each section field is computed from.
    _bucket_dates = {'bucket': 'date_planned'}

    bucket = fields.Selection(
        [(section, LABELS[section]) for section in SECTIONS],
        string="Section",
        compute='_compute_bucket',
        search='_search_bucket',
        group_expand='_group_expand_buckets',
        help="Where the planned date lies from today: before this month, in it before or after this week, "
        "in this week, after this month.",
    )

    @api.model
    def _get_bucket_ranges(self):
        """Return the date range of each section for the user, see ``tools.receipt_sections.get_ranges``."""
        return get_ranges(fields.Date.context_today(self), int(get_lang(self.env).week_start))

    @api.depends('date_planned')
    @api.depends_context('lang', 'tz')
    def _compute_bucket(self):
        self._set_buckets('bucket')

    def _set_buckets(self, field_name):
        ranges = self._get_bucket_ranges()
        for record in self:
            day = record[self._bucket_dates[field_name]]
            record[field_name] = get_section(day, ranges) if day else False

    def _search_bucket(self, operator, value):
        return self._get_buckets_domain('bucket', operator, value)

    @api.model
    def _get_buckets_domain(self, field_name, operator, buckets):
        if operator != 'in':
            return NotImplemented
        day = self._bucket_dates[field_name]
        ranges = self._get_bucket_ranges()
        domains = [Domain(day, '=', False)] if False in buckets else []
        for bucket in buckets:
            if bucket in ranges:
                start, end = ranges[bucket]
                domains.append(
                    (Domain(day, '>=', start) if start else Domain.TRUE)
                    & (Domain(day, '<', end) if end else Domain.TRUE)
                )
        return Domain.OR(domains)

    @api.model
    def _group_expand_buckets(self, buckets, domain):
        """Show the five sections in order, including empty ones."""
        return [*SECTIONS, *(bucket for bucket in buckets if not bucket)]

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr not in self._bucket_dates:
            return super()._field_to_sql(alias, field_expr, query)
        day = self._field_to_sql(alias, self._bucket_dates[field_expr], query)
        return SQL(
            "(CASE %s END)",
            SQL(" ").join(
                SQL(
                    "WHEN %s THEN %s",
                    SQL(" AND ").join(
                        [
                            *([SQL("%s >= %s", day, start)] if start else []),
                            *([SQL("%s < %s", day, end)] if end else []),
                        ]
                    ),
                    section,
                )
                for section, (start, end) in self._get_bucket_ranges().items()
            ),
        )

    @api.model
    def _read_group_orderby(self, order, groupby_terms, query):
        """Sort sections by date, not alphabetically."""
        positions = {
            name: SQL("array_position(%s, %s)", list(SECTIONS), term)
            for name, term in groupby_terms.items()
            if name in self._bucket_dates
        }
        if not positions:
            return super()._read_group_orderby(order, groupby_terms, query)
        if not order:
            order = ','.join(groupby_terms)
        ordered_terms = dict(groupby_terms) | positions
        result = super()._read_group_orderby(order, ordered_terms, query)
        # Ordering by a many2one may have extended its group term.
        groupby_terms.update({name: term for name, term in ordered_terms.items() if name not in positions})
        return result
