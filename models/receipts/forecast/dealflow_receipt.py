from odoo import api, fields, models
from odoo.fields import Domain

from ....tools.public_methods import FLAG, public_method
from ....tools.receipt_sections import get_month


class DealflowReceipt(models.Model):
    """When the money will likely come, and how well promises are kept."""

    _inherit = 'dealflow.receipt'

    _bucket_dates = {'bucket': 'date_planned', 'bucket_likely': 'date_expected'}

    date_likely = fields.Date(
        string="Likely Date",
        compute='_compute_date_likely',
        store=True,
        copy=False,
        help="Planned date plus the usual slip of the payer; else of the partner, the responsible or the company. "
        "Empty while there are fewer than five paid receipts to learn from. Learned anew every night.",
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
        string="Section, as Likely",
        compute='_compute_bucket_likely',
        search='_search_bucket_likely',
        group_expand='_group_expand_buckets',
        help="The section of the expected date.",
    )
    likely_hint = fields.Char(string="Why Likely", compute='_compute_likely_hint')
    promise_days = fields.Integer(
        string="Late by First Promise, Days",
        compute='_compute_promise',
        store=True,
        aggregator='avg',
        help="From the date promised at first to the day of the money; moved dates count as broken promises.",
    )
    promise_kept = fields.Float(
        string="Promises Kept, %",
        compute='_compute_promise',
        store=True,
        aggregator='avg',
        help="100 when the money came no later than promised at first, else 0; in groups, the share.",
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
        levels = dict(self.env['dealflow.receipt.habit']._fields['level']._description_selection(self.env))
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
        """Return the plan in five sections for the start screen, in the currency of the present company.

        Sections, overdue money and the month's promises count what is still to come; the month's received money counts
        by the day on which it came, also where the rest of its receipt is still in plan.

        :param bool is_mine: only receipts that the user is responsible for
        :return: ``{'sections': [{'bucket', 'label', 'promised': {'count', 'amount'}, 'likely': {...}}],
            'overdue': {'count', 'amount'}, 'month': {'promised', 'likely', 'gap', 'received'}, 'currency_id': id}``
        """
        company = self.env.company
        domain = Domain('company_id', '=', company.id)
        if is_mine:
            domain &= Domain('user_id', '=', self.env.uid)
        planned = domain & self._get_expected_domain()

        def read(field_name):
            rows = self._read_group(planned, [field_name], ['__count', 'open_company:sum'])
            return {bucket: {'count': count, 'amount': amount} for bucket, count, amount in rows}

        def total(extra, field_name='open_company'):
            return self._read_group(extra, [], ['__count', f'{field_name}:sum'])[0]

        promised, likely = read('bucket'), read('bucket_likely')
        nothing = {'count': 0, 'amount': 0.0}
        month_start, month_end = get_month(fields.Date.context_today(self))

        def in_month(field_name):
            return Domain(field_name, '>=', month_start) & Domain(field_name, '<', month_end)

        overdue_count, overdue = total(domain & Domain('is_overdue', '=', True))
        month_promised = total(planned & in_month('date_planned'))[1]
        month_likely = total(planned & in_month('date_expected'))[1]
        in_month_received = in_month('matched_on') | Domain('matched_on', '=', False) & in_month('date_received')
        received = total(domain & Domain('received_company', '!=', 0) & in_month_received, 'received_company')[1]
        return {
            'sections': [
                {
                    'bucket': bucket,
                    'label': label,
                    'promised': promised.get(bucket, nothing),
                    'likely': likely.get(bucket, nothing),
                }
                for bucket, label in self._fields['bucket']._description_selection(self.env)
            ],
            'overdue': {'count': overdue_count, 'amount': overdue},
            'month': {
                'promised': month_promised,
                'likely': month_likely,
                'received': received,
                'gap': company.currency_id.round(month_promised - month_likely),
            },
            'currency_id': company.currency_id.id,
        }
