from odoo import api, fields, models
from odoo.tools import SQL


class DealflowReceiptDay(models.Model):
    """The cash calendar: what is expected and what has come on a day, in company currency."""

    _name = 'dealflow.receipt.day'
    _description = "Cash Calendar"
    _auto = False
    _order = 'date, state'
    _depends = {'dealflow.receipt': ['company_id', 'state', 'date_planned', 'date_received', 'amount_company']}

    date = fields.Date(readonly=True)
    company_id = fields.Many2one('res.company', readonly=True)
    company_currency_id = fields.Many2one(related='company_id.currency_id')
    state = fields.Selection([('planned', "In plan"), ('overdue', "Overdue"), ('received', "Received")], readonly=True)
    color = fields.Integer(readonly=True)
    receipt_count = fields.Integer(string="Receipts", readonly=True)
    amount = fields.Monetary(currency_field='company_currency_id', readonly=True)

    @property
    def _table_query(self) -> SQL:
        allowed = self.env['dealflow.receipt']._search([('state', '!=', 'cancelled')])
        return SQL(
            """
            SELECT MIN(id) AS id, date, company_id, state, color, COUNT(*) AS receipt_count,
                   SUM(amount_company) AS amount
              FROM (
                    SELECT id, company_id, amount_company,
                           COALESCE(date_received, date_planned) AS date,
                           CASE WHEN state = 'received' THEN 'received'
                                WHEN date_planned < %(today)s THEN 'overdue'
                                ELSE 'planned'
                           END AS state,
                           CASE WHEN state = 'received' THEN 10
                                WHEN date_planned < %(today)s THEN 1
                                ELSE 4
                           END AS color
                      FROM dealflow_receipt
                     WHERE id IN %(allowed)s
                   ) AS receipts
          GROUP BY date, company_id, state, color
            """,
            today=fields.Date.context_today(self), allowed=allowed.subselect(),
        )

    @api.depends('amount', 'receipt_count', 'state')
    def _compute_display_name(self):
        labels = dict(self._fields['state']._description_selection(self.env))
        for day in self:
            day.display_name = self.env._(
                "%(state)s: %(amount)s (%(count)s)", state=labels.get(day.state),
                amount=day.company_currency_id.format(day.amount), count=day.receipt_count,
            )

    def action_open_receipts(self):
        """Open the receipts behind a day."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_receipt_action')
        if self.state == 'received':
            domain = [('state', '=', 'received'), ('date_received', '=', self.date)]
        else:
            domain = [('state', '=', 'planned'), ('date_planned', '=', self.date)]
        action.update(domain=[*domain, ('company_id', '=', self.company_id.id)], context={})
        return action
