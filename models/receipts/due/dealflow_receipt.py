from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.fields import Domain
from odoo.tools import SQL


class DealflowReceipt(models.Model):
    """When receipts are due: on the planned date, or the company's next working day after it."""

    _inherit = 'dealflow.receipt'

    date_due = fields.Date(
        string="Due",
        compute='_compute_date_due',
        help="The planned date, or the next day on which the company works; overdue from the day after.",
    )
    is_due_later = fields.Boolean(compute='_compute_date_due', export_string_translation=False)

    @api.depends('date_planned', 'company_id')
    def _compute_date_due(self):
        for company, receipts in self.grouped('company_id').items():
            due = company._dealflow_get_due_days(set(receipts.mapped('date_planned')) - {False})
            for receipt in receipts:
                receipt.date_due = due.get(receipt.date_planned, receipt.date_planned)
                receipt.is_due_later = receipt.date_due != receipt.date_planned

    @api.model
    def _get_last_overdue_days(self):
        """Return the last planned date that is overdue today, by id of the company."""
        return self._get_last_overdue_days_on(fields.Date.context_today(self))

    @api.model
    @tools.ormcache('today')
    def _get_last_overdue_days_on(self, today):
        # sudo - res.company: receipts of all companies are also searched in sudo; the cache is shared by all users.
        companies = self.env['res.company'].sudo().search([])
        return {company.id: company._dealflow_get_last_due_day(today - timedelta(days=1)) for company in companies}

    @api.model
    def _get_past_due_domain(self):
        """Return the domain of the receipts that were due before today, paid or not."""
        days = {}
        for company_id, day in self._get_last_overdue_days().items():
            days.setdefault(day, []).append(company_id)
        if len(days) == 1:
            return Domain('date_planned', '<=', next(iter(days)))
        return Domain.OR(
            Domain('company_id', 'in', company_ids) & Domain('date_planned', '<=', day)
            for day, company_ids in days.items()
        )

    @api.model
    def _get_sql_last_overdue_day(self, company):
        """Return the SQL expression of the last planned date that is overdue today.

        :param SQL company: the expression of the company id
        """
        days = self._get_last_overdue_days()
        if len(set(days.values())) == 1:
            return SQL("%s::date", next(iter(days.values())))
        cases = SQL(" ").join(SQL("WHEN %s THEN %s::date", company_id, day) for company_id, day in days.items())
        return SQL("CASE %s %s END", company, cases)
