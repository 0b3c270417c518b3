from odoo import fields, models
from odoo.tools import SQL

MEASURES = [('promised', "Promised"), ('likely', "Likely"), ('received', "Received")]


class DealflowReceiptReport(models.Model):
    """Promise, likelihood and fact of every receipt on their own days: forecast by week, plan against fact.

    A receipt has a row for the day that is promised, one for the likely day of what is still to come, and one for
    the day and the amount that came. Each person sees rows of the receipts that he may see.
    """

    _name = 'dealflow.receipt.report'
    _description = "Plan and Fact of Receipts"
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
            'amount_company',
            'received_company',
            'open_company',
            'matched_on',
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
    promised = fields.Monetary(currency_field='company_currency_id', readonly=True)
    likely = fields.Monetary(currency_field='company_currency_id', readonly=True)
    received = fields.Monetary(currency_field='company_currency_id', readonly=True)
    difference = fields.Monetary(
        string="Received less Promised",
        currency_field='company_currency_id',
        readonly=True,
    )

    @property
    def _table_query(self) -> SQL:
        parts = [
            ('promised', SQL("date_planned"), SQL("amount_company"), SQL("state != 'cancelled'")),
            ('likely', SQL("date_expected"), SQL("open_company"), SQL("open_company != 0")),
            (
                'received',
                SQL("COALESCE(matched_on, date_received, date_planned)"),
                SQL("received_company"),
                SQL("received_company != 0"),
            ),
        ]
        # The rules of the receipts hold for their reports too.
        allowed = self.env['dealflow.receipt'].with_context(active_test=False)._search([])
        condition = SQL("id IN %s", allowed.subselect()) if allowed.where_clause else SQL("TRUE")
        return SQL(" UNION ALL ").join(
            SQL(
                """
                SELECT id * 3 + %(number)s AS id, id AS receipt_id, deal_id, company_id, business_partner_id,
                       legal_entity_id, user_id, team_id, region_id, %(measure)s AS measure, %(date)s AS date,
                       %(amount)s AS amount, %(promised)s AS promised, %(likely)s AS likely,
                       %(received)s AS received, %(received)s - %(promised)s AS difference
                  FROM dealflow_receipt
                 WHERE active AND %(part_condition)s AND %(condition)s
                """,
                number=number,
                measure=measure,
                date=date,
                amount=amount,
                part_condition=part_condition,
                condition=condition,
                **{name: amount if name == measure else SQL("0.0") for name, _label in MEASURES},
            )
            for number, (measure, date, amount, part_condition) in enumerate(parts)
        )
