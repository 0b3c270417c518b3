from odoo import api, fields, models
from odoo.fields import Domain

from ....tools.public_methods import FLAG, public_method
from ....tools.receipt_sections import get_month


class DealflowReceipt(models.Model):
    """When money is likely to come, and how well promises are kept."""

    _inherit = 'dealflow.receipt'

    _bucket_dates = {'bucket': 'date_planned', 'bucket_likely': 'date_expected'}

    date_likely = fields.Date(
        string="Likely Date",
        compute='_compute_date_likely',
        store=True,
        copy=False,
        help="Planned date plus the usual delay of the payer; else of the partner, the responsible person or the "
        "company. Empty while there are fewer than five paid receipts to learn from. Updated every night.",
    )
    date_expected = fields.Date(
        string="Expected Date",
        compute='_compute_date_likely',
        store=True,
        copy=False,
        index=True,
        help="When the money came; before that, the likely date, or the planned one where nothing is known.",
    )
    bucket_likely = fields.Selection(
        selection=lambda self: self._fields['bucket'].selection,
        string="Section by Likely Date",
        compute='_compute_bucket_likely',
        search='_search_bucket_likely',
        group_expand='_group_expand_buckets',
        help="The section of the expected date.",
    )
    likely_hint = fields.Char(string="Reason for the Likely Date", compute='_compute_likely_hint')
    promise_days = fields.Integer(
        string="Days Later than First Promised",
        compute='_compute_promise',
        store=True,
        aggregator='avg',
        help="From the first promised date to the day on which the money came; moved dates count as broken promises.",
    )
    promise_kept = fields.Float(
        string="Promises Kept, %",
        compute='_compute_promise',
        store=True,
        aggregator='avg',
        help="100 if the money came no later than first promised, otherwise 0; in groups, the percentage.",
    )

    @api.depends(
        'date_planned',
        'date_received',
        'state',
        'legal_entity_id',
        'business_partner_id',
        'user_id',
        'company_id',
    )
    def _compute_date_likely(self):
        planned = self.filtered(lambda receipt: receipt.state == 'planned' and receipt.date_planned)
        habits = self.env['dealflow.receipt.habit']._get_habits(planned) if planned else {}
        for receipt in self:
            habit = habits.get(receipt)
            receipt.date_likely = fields.Date.add(receipt.date_planned, days=habit.median_days) if habit else False
            receipt.date_expected = receipt.date_received or receipt.date_likely or receipt.date_planned

    @api.depends('date_expected')
    @api.depends_context('lang', 'tz')
    def _compute_bucket_likely(self):
        self._set_buckets('bucket_likely')

    def _search_bucket_likely(self, operator, value):
        return self._get_buckets_domain('bucket_likely', operator, value)

    @api.depends('date_likely')
    def _compute_likely_hint(self):
        planned = self.filtered('date_likely')
        habits = self.env['dealflow.receipt.habit']._get_habits(planned) if planned else {}
        levels = self.env['dealflow.receipt.habit']._dealflow_get_value_labels('level')
        for receipt in self:
            habit = habits.get(receipt)
            receipt.likely_hint = habit and self.env._(
                "%(median)s days after the planned date: %(count)s paid receipts of this %(level)s, the middle half "
                "between %(low)s and %(high)s days.",
                median=f"{habit.median_days:+d}",
                count=habit.case_count,
                level=levels[habit.level],
                low=f"{habit.low_days:+d}",
                high=f"{habit.high_days:+d}",
            )

    @api.depends('date_planned_initial', 'date_received')
    def _compute_promise(self):
        for receipt in self:
            promised, received = receipt.date_planned_initial, receipt.date_received
            receipt.promise_days = (received - promised).days if received and promised else 0
            receipt.promise_kept = 100.0 if received and promised and received <= promised else 0.0

    @api.model
    @api.readonly
    @public_method(is_mine=FLAG)
    def get_plan_summary(self, is_mine=False):
        """Return the plan in five sections for the start screen, in the currency of the current company.

        ``count`` and ``amount`` of a section are what is still to come; ``received`` is what has come for receipts in
        plan, and for received ones that were promised for this month or later. ``overdue``, and ``promised`` and
        ``likely`` of the month, are what is still to come too. ``received`` of the month is all money that came on its
        days, whatever date it was promised for: a part payment counts in the month in which it came.

        :param bool is_mine: only receipts that the user is responsible for
        :return: ``{'sections': [{'bucket', 'label', 'promised': {'count', 'amount', 'received'}, 'likely': {...}}],
            'overdue': {'count', 'amount'}, 'month': {'promised', 'likely', 'gap', 'received', 'start', 'end'},
            'currency_id': id, 'company': {'id', 'name'}}``; ``start`` is the first day of the month and ``end`` that
            of the next one
        :rtype: dict
        """
        company = self.env.company
        domain = Domain('company_id', '=', company.id)
        if is_mine:
            domain &= Domain('user_id', '=', self.env.uid)
        planned = domain & self._get_expected_domain()
        month_start, month_end = get_month(fields.Date.context_today(self))
        # The same as the filter «In Plan or Recent» of the list.
        with_money = (
            domain
            & Domain('received_amount', '!=', 0)
            & (
                Domain('state', '=', 'planned')
                | Domain('state', '=', 'received') & Domain('date_planned', '>=', month_start)
            )
        )

        def read(field_name):
            received = dict(self._read_group(with_money, [field_name], ['received_amount_company:sum']))
            expected = {
                bucket: (count, amount)
                for bucket, count, amount in self._read_group(
                    planned, [field_name], ['__count', 'open_amount_company:sum']
                )
            }
            return {
                bucket: {
                    'count': expected.get(bucket, (0, 0.0))[0],
                    'amount': expected.get(bucket, (0, 0.0))[1],
                    'received': received.get(bucket, 0.0),
                }
                for bucket in self._get_bucket_ranges()
            }

        def total(extra):
            [(count, amount)] = self._read_group(extra, [], ['__count', 'open_amount_company:sum'])
            return count, amount or 0.0

        promised, likely = read('bucket'), read('bucket_likely')

        def in_month(field_name):
            return Domain(field_name, '>=', month_start) & Domain(field_name, '<', month_end)

        overdue_count, overdue = total(domain & Domain('is_overdue', '=', True))
        month_promised = total(planned & in_month('date_planned'))[1]
        month_likely = total(planned & in_month('date_expected'))[1]
        received = sum(self._get_received_by_receipt(domain, month_start, month_end).values())
        return {
            'sections': [
                {'bucket': bucket, 'label': label, 'promised': promised[bucket], 'likely': likely[bucket]}
                for bucket, label in self._fields['bucket']._description_selection(self.env)
            ],
            'overdue': {'count': overdue_count, 'amount': overdue},
            'month': {
                'promised': month_promised,
                'likely': month_likely,
                'received': company.currency_id.round(received),
                'gap': company.currency_id.round(month_promised - month_likely),
                'start': month_start,
                'end': month_end,
            },
            'currency_id': company.currency_id.id,
            'company': {'id': company.id, 'name': company.name},
        }
