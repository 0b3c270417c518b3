from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.public_methods import public_method
from .dealflow_receipt_report import NUMBERS


class DealflowReceiptDay(models.Model):
    """The cash calendar: money expected and received by day, in company currency."""

    _name = 'dealflow.receipt.day'
    _description = "Cash Calendar"
    _inherit = 'dealflow.sql.report.mixin'
    _auto = False
    _order = 'date, state'
    _depends = {
        'dealflow.receipt': [
            'company_id',
            'state',
            'date_planned',
            'date_received',
            'matched_days',
            'open_amount_company',
            'received_amount',
            'received_amount_company',
            'active',
        ],
    }

    date = fields.Date(readonly=True)
    company_id = fields.Many2one('res.company', readonly=True)
    company_currency_id = fields.Many2one(related='company_id.currency_id')
    state = fields.Selection([('planned', "In plan"), ('overdue', "Overdue"), ('received', "Received")], readonly=True)
    color = fields.Integer(readonly=True)
    receipt_count = fields.Integer(string="Receipts", readonly=True)
    amount = fields.Monetary(currency_field='company_currency_id', readonly=True)

    @api.model
    def _get_report_sql(self):
        allowed = self.env['dealflow.receipt']._search([])
        # A receipt that is paid in parts is on several days: those of its payments, and that of the rest.
        return SQL(
            """
            SELECT MIN(id) AS id, date, company_id, state, color, COUNT(*) AS receipt_count,
                   SUM(amount) AS amount
              FROM (
                    SELECT id::bigint * %(numbers)s AS id, company_id, open_amount_company AS amount,
                           date_planned AS date,
                           CASE WHEN date_planned <= %(overdue)s THEN 'overdue' ELSE 'planned' END AS state,
                           CASE WHEN date_planned <= %(overdue)s THEN 1 ELSE 4 END AS color
                      FROM dealflow_receipt
                     WHERE id IN %(allowed)s AND open_amount_company != 0
                 UNION ALL
                    SELECT receipt.id::bigint * %(numbers)s + 1 + (money.date - '1900-01-01'::date),
                           receipt.company_id, money.amount_company, money.date, 'received', 10
                      FROM dealflow_receipt AS receipt
                CROSS JOIN LATERAL %(received)s AS money
                     WHERE receipt.id IN %(allowed)s AND receipt.received_amount != 0
                   ) AS receipts
          GROUP BY date, company_id, state, color
            """,
            numbers=NUMBERS,
            received=self.env['dealflow.receipt']._get_sql_received('receipt'),
            overdue=self.env['dealflow.receipt']._get_sql_last_overdue_day(SQL("company_id")),
            allowed=allowed.subselect(),
        )

    @api.depends('amount', 'receipt_count', 'state')
    def _compute_display_name(self):
        labels = self._dealflow_get_value_labels('state')
        for day in self:
            day.display_name = self.env._(
                "%(state)s: %(amount)s (%(count)s)",
                state=labels.get(day.state),
                amount=day.company_currency_id.format(day.amount),
                count=day.receipt_count,
            )

    @public_method(one=True)
    def action_open_receipts(self):
        """Open the receipts behind a day."""
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_receipt_action')
        if self.state == 'received':
            receipts = self.env['dealflow.receipt']._get_received_by_receipt(
                Domain('company_id', '=', self.company_id.id), self.date, fields.Date.add(self.date, days=1)
            )
            domain = [('id', 'in', list(receipts))]
        else:
            domain = [
                ('open_amount', '>', 0),
                ('date_planned', '=', self.date),
                ('company_id', '=', self.company_id.id),
            ]
        action.update(domain=domain, context={})
        return action
