from odoo import api, fields, models
from odoo.tools import SQL

MEASURES = [
    ('promised', "Promised"),
    ('open', "Still to Come"),
    ('likely', "Likely"),
    ('received', "Received"),
]
# Size of the range of ids of one receipt, which has a number for each day on which money came.
NUMBERS = 10_000_000


class DealflowReceiptReport(models.Model):
    """Promised, likely and received money of every receipt, each on its own day: weekly forecast, plan and fact.

    A receipt has a row for the promised day; two for what is still to come, on that day and on the likely one; and one
    for each day on which money came. Users see the rows of the receipts that they may read.
    """

    _name = 'dealflow.receipt.report'
    _description = "Plan and Fact of Receipts"
    _inherit = 'dealflow.sql.report.mixin'
    _auto = False
    _order = 'date, id'
    _rec_name = 'receipt_id'
    _depends = {
        'dealflow.receipt': [
            'deal_id',
            'company_id',
            'business_partner_id',
            'legal_entity_id',
            'user_id',
            'team_id',
            'region_id',
            'state',
            'date_planned',
            'date_likely',
            'date_expected',
            'date_received',
            'amount',
            'amount_company',
            'cancelled_amount',
            'received_amount',
            'received_amount_company',
            'open_amount_company',
            'matched_days',
            'active',
        ],
    }

    receipt_id = fields.Many2one('dealflow.receipt', readonly=True)
    deal_id = fields.Many2one('dealflow.deal', readonly=True)
    company_id = fields.Many2one('res.company', readonly=True)
    company_currency_id = fields.Many2one(related='company_id.currency_id')
    business_partner_id = fields.Many2one('res.partner', string="Partner", readonly=True)
    legal_entity_id = fields.Many2one('res.partner', readonly=True)
    user_id = fields.Many2one('res.users', string="Responsible", readonly=True)
    team_id = fields.Many2one('crm.team', string="Sales Team", readonly=True)
    region_id = fields.Many2one('dealflow.region', readonly=True)
    measure = fields.Selection(MEASURES, string="Plan or Fact", readonly=True, group_expand=True)
    date = fields.Date(readonly=True)
    amount = fields.Monetary(currency_field='company_currency_id', readonly=True)
    promised = fields.Monetary(
        currency_field='company_currency_id',
        readonly=True,
        help="The whole plan, what has come of it included. What was cancelled is left out.",
    )
    open = fields.Monetary(
        string="Still to Come",
        currency_field='company_currency_id',
        readonly=True,
        help="What the receipts in plan have still to bring, on the promised day.",
    )
    likely = fields.Monetary(
        currency_field='company_currency_id',
        readonly=True,
        help="What the receipts in plan have still to bring, on the day on which it will likely come.",
    )
    received = fields.Monetary(currency_field='company_currency_id', readonly=True)
    difference = fields.Monetary(
        string="Received less Promised",
        currency_field='company_currency_id',
        readonly=True,
    )

    @api.model
    def _get_report_sql(self):
        nothing = SQL()
        parts = [
            (
                'promised',
                SQL("receipt.date_planned"),
                SQL(
                    """CASE WHEN receipt.cancelled_amount > 0
                            THEN round(receipt.amount_company * (1 - receipt.cancelled_amount / receipt.amount), 2)
                            ELSE receipt.amount_company END"""
                ),
                nothing,
                SQL("receipt.state != 'cancelled'"),
            ),
            (
                'open',
                SQL("receipt.date_planned"),
                SQL("receipt.open_amount_company"),
                nothing,
                SQL("receipt.open_amount_company != 0"),
            ),
            (
                'likely',
                SQL("receipt.date_expected"),
                SQL("receipt.open_amount_company"),
                nothing,
                SQL("receipt.open_amount_company != 0"),
            ),
            (
                'received',
                SQL("money.date"),
                SQL("money.amount_company"),
                SQL("CROSS JOIN LATERAL %s AS money", self.env['dealflow.receipt']._get_sql_received('receipt')),
                SQL("receipt.received_amount != 0"),
            ),
        ]
        # The record rules of receipts apply to their report, too.
        allowed = self.env['dealflow.receipt'].with_context(active_test=False)._search([])
        condition = SQL("receipt.id IN %s", allowed.subselect()) if allowed.where_clause else SQL("TRUE")
        return SQL(" UNION ALL ").join(
            SQL(
                """
                SELECT receipt.id::bigint * %(numbers)s + %(number)s AS id, receipt.id AS receipt_id, receipt.deal_id,
                       receipt.company_id, receipt.business_partner_id, receipt.legal_entity_id, receipt.user_id,
                       receipt.team_id, receipt.region_id, %(measure)s AS measure, %(date)s AS date,
                       %(amount)s AS amount, %(promised)s AS promised, %(open)s AS open, %(likely)s AS likely,
                       %(received)s AS received, %(received)s - %(promised)s AS difference
                  FROM dealflow_receipt AS receipt %(join)s
                 WHERE receipt.active AND %(part_condition)s AND %(condition)s
                """,
                numbers=NUMBERS,
                # A row of money is numbered by its day, after the three others.
                number=SQL("3 + (money.date - '1900-01-01'::date)") if measure == 'received' else number,
                measure=measure,
                date=date,
                amount=amount,
                join=join,
                part_condition=part_condition,
                condition=condition,
                **{name: amount if name == measure else SQL("0.0") for name, _label in MEASURES},
            )
            for number, (measure, date, amount, join, part_condition) in enumerate(parts)
        )
