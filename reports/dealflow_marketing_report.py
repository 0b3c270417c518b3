from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.attribution import ATTRIBUTIONS, FIGURES

# Ratios of sums, because a sum of ratios is meaningless: dividend and divisor.
RATIOS = {
    'cost_per_lead': ("SUM(%(cost)s)", "SUM(%(lead_count)s)"),
    'cost_per_deal': ("SUM(%(cost)s)", "SUM(%(deal_count)s)"),
    'roi_won': ("100.0 * (SUM(%(won_amount)s) - SUM(%(cost)s))", "SUM(%(cost)s)"),
    'roi_received': ("100.0 * (SUM(%(received_amount)s) - SUM(%(cost)s))", "SUM(%(cost)s)"),
}


class DealflowMarketingReport(models.Model):
    """Every fact that counts for a marketing event, on its own day (E50, C69, C74, X14).

    A fact is an opportunity, a deal, a sale, money received or paid back, or a cost. Each counts once, for the event of
    the first or of the last touch: the context key ``dealflow_attribution`` says which, else the setting of the
    company. A sale is a deal that was won, or an opportunity that was won without a deal.

    The figures are those of the whole company, because users who judge events have to see all results. Therefore the
    facts do not link to opportunities or deals: those are opened from the event, with the rights of the user.
    """

    _name = 'dealflow.marketing.report'
    _description = "Marketing Analysis"
    _inherit = 'dealflow.sql.report.mixin'
    _auto = False
    _order = 'date desc, id desc'
    _rec_name = 'event_id'
    _depends = {
        'account.move': ['state', 'move_type', 'reversed_entry_id', 'origin_payment_id', 'journal_id', 'date'],
        'account.account': ['account_type'],
        'account.move.line': ['move_id', 'account_id', 'balance', 'amount_currency'],
        'account.partial.reconcile': ['credit_move_id', 'debit_move_id', 'debit_amount_currency'],
        'account.payment': ['state', 'outstanding_account_id'],
        'crm.lead': [
            'marketing_event_id',
            'marketing_last_event_id',
            'type',
            'won_status',
            'expected_revenue',
            'date_closed',
        ],
        'dealflow.deal': [
            'marketing_event_id',
            'marketing_last_event_id',
            'lead_id',
            'opened_on',
            'closed_on',
            'state',
            'amount_company',
            'active',
        ],
        'dealflow.marketing.cost': ['event_id', 'date', 'planned_amount_company', 'actual_amount_company'],
        'dealflow.marketing.event': ['parent_id', 'parent_path', 'kind_id', 'company_id'],
        'dealflow.receipt': [
            'deal_id',
            'received_amount',
            'received_amount_company',
            'amount_company',
            'matched_days',
            'state',
            'date_received',
            'date_planned',
            'invoice_ids',
        ],
    }

    event_id = fields.Many2one('dealflow.marketing.event', string="Marketing Event", readonly=True)
    parent_id = fields.Many2one('dealflow.marketing.event', string="Group of Events", readonly=True)
    kind_id = fields.Many2one('dealflow.marketing.event.kind', readonly=True)
    company_id = fields.Many2one('res.company', readonly=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    attribution = fields.Selection(ATTRIBUTIONS, readonly=True)
    date = fields.Date(readonly=True)
    lead_count = fields.Integer(string="Opportunities", readonly=True)
    deal_count = fields.Integer(string="Deals", readonly=True)
    won_count = fields.Integer(string="Won", readonly=True)
    won_amount = fields.Monetary(readonly=True)
    received_amount = fields.Monetary(
        string="Received Money",
        readonly=True,
        help="Money of the receipts; what was paid back is taken off.",
    )
    cost_planned = fields.Monetary(string="Planned Cost", readonly=True)
    cost_actual = fields.Monetary(string="Cost", readonly=True)
    cost_per_lead = fields.Float(string="Cost per Opportunity", aggregator='avg', readonly=True)
    cost_per_deal = fields.Float(string="Cost per Deal", aggregator='avg', readonly=True)
    roi_won = fields.Float(string="ROI on Sales (%)", aggregator='avg', readonly=True)
    roi_received = fields.Float(string="ROI on Money (%)", aggregator='avg', readonly=True)

    @api.model
    def _get_report_sql(self):
        return SQL(" UNION ALL ").join(
            SQL(
                """
                SELECT fact.id, fact.event_id, event.parent_id, event.kind_id, event.company_id,
                       %(attribution)s AS attribution, fact.date, fact.lead_count,
                       fact.deal_count, fact.won_count, fact.won_amount, fact.received_amount, fact.cost_planned,
                       fact.cost_actual, NULL::numeric AS cost_per_lead, NULL::numeric AS cost_per_deal,
                       NULL::numeric AS roi_won, NULL::numeric AS roi_received
                  FROM (%(facts)s) AS fact
                  JOIN dealflow_marketing_event AS event ON event.id = fact.event_id
                 WHERE event.company_id IN %(company_ids)s
                """,
                attribution=attribution,
                facts=self._get_sql_facts(attribution),
                company_ids=tuple(companies.ids),
            )
            for attribution, companies in self.env.companies.grouped(self._get_attribution).items()
        )

    @api.model
    def _get_attribution(self, company):
        """Return ``first`` or ``last``: the value in the context, else the setting of the company."""
        asked = self.env.context.get('dealflow_attribution')
        return asked if asked in dict(ATTRIBUTIONS) else company.dealflow_attribution

    @api.model
    def _get_sql_facts(self, attribution):
        """Return a ``SELECT`` of all facts; amounts are in the event's company currency, at the rate of their day."""
        event = SQL.identifier('marketing_event_id' if attribution == 'first' else 'marketing_last_event_id')
        return SQL(
            """
            SELECT lead.id * 7 AS id, lead.%(event)s AS event_id, lead.create_date::date AS date,
                   1 AS lead_count, 0 AS deal_count, 0 AS won_count, 0.0 AS won_amount,
                   0.0 AS received_amount, 0.0 AS cost_planned, 0.0 AS cost_actual
              FROM crm_lead AS lead
             WHERE lead.%(event)s IS NOT NULL AND lead.type = 'opportunity'
             UNION ALL
            SELECT lead.id * 7 + 1, lead.%(event)s, COALESCE(lead.date_closed, lead.create_date)::date,
                   0, 0, 1, lead.expected_revenue, 0, 0, 0
              FROM crm_lead AS lead
             WHERE lead.%(event)s IS NOT NULL AND lead.type = 'opportunity' AND lead.won_status = 'won'
               AND NOT EXISTS (SELECT 1 FROM dealflow_deal AS deal WHERE deal.lead_id = lead.id)
             UNION ALL
            SELECT deal.id * 7 + 2, deal.%(event)s, deal.opened_on, 0, 1, 0, 0, 0, 0, 0
              FROM dealflow_deal AS deal
             WHERE deal.%(event)s IS NOT NULL AND deal.active AND %(visible)s
             UNION ALL
            SELECT deal.id * 7 + 3, deal.%(event)s, deal.closed_on, 0, 0, 1, deal.amount_company, 0, 0, 0
              FROM dealflow_deal AS deal
             WHERE deal.%(event)s IS NOT NULL AND deal.active AND %(visible)s AND deal.state = 'won'
             UNION ALL
            SELECT (receipt.id::bigint * 10000000 + (money.date - '1900-01-01'::date)) * 7 + 4, deal.%(event)s,
                   money.date, 0, 0, 0, 0, money.amount_company, 0, 0
              FROM dealflow_receipt AS receipt
              JOIN dealflow_deal AS deal ON deal.id = receipt.deal_id
        CROSS JOIN LATERAL %(received)s AS money
             WHERE deal.%(event)s IS NOT NULL AND deal.active AND %(visible)s AND receipt.received_amount <> 0
             UNION ALL
            SELECT refund.id * 7 + 5, deal.%(event)s, refund.date, 0, 0, 0, 0, -refund.amount, 0, 0
              FROM (%(refunds)s) AS refund
              JOIN dealflow_deal AS deal ON deal.id = refund.deal_id
             WHERE deal.%(event)s IS NOT NULL AND deal.active AND %(visible)s
             UNION ALL
            SELECT cost.id * 7 + 6, cost.event_id, cost.date, 0, 0, 0, 0, 0,
                   cost.planned_amount_company, cost.actual_amount_company
              FROM dealflow_marketing_cost AS cost
            """,
            event=event,
            refunds=self._get_sql_refunds(),
            received=self.env['dealflow.receipt']._get_sql_received('receipt'),
            visible=self.env['dealflow.deal']._get_sql_visible('deal'),
        )

    @api.model
    def _get_sql_refunds(self):
        """Return ``SELECT id, deal_id, date, amount`` of the money that was paid back to clients.

        Money is paid back when a payment or bank line is reconciled with a posted credit note of an invoice that has
        receipts. What a credit note deducts from an unpaid invoice was never received, and so is not deducted here.
        What the payment writes off was kept, not paid back.
        Deals that share an invoice share the refund in proportion to the amounts of their receipts.
        """
        return SQL(
            """
            SELECT part.id::bigint * 100 + share.position AS id, share.deal_id, payment_move.date,
                   round(part.debit_amount_currency * payment_line.balance / NULLIF(payment_line.amount_currency, 0)
                         * share.portion
                         * CASE WHEN paid.liquid <> 0 AND paid.settled <> 0
                                THEN GREATEST(LEAST((paid.liquid + COALESCE(paid.exchanged, 0)) / paid.settled, 1), 0)
                                ELSE 1 END, 6) AS amount
              FROM account_move AS credit_note
              JOIN account_move_line AS credit_line ON credit_line.move_id = credit_note.id
              JOIN account_partial_reconcile AS part ON part.credit_move_id = credit_line.id
              JOIN account_move_line AS payment_line ON payment_line.id = part.debit_move_id
              JOIN account_move AS payment_move ON payment_move.id = payment_line.move_id
                                              AND payment_move.state = 'posted'
              JOIN res_company AS company ON company.id = payment_move.company_id
              JOIN account_journal AS journal ON journal.id = payment_move.journal_id
                                             AND journal.type IN ('bank', 'cash', 'credit')
         LEFT JOIN account_payment AS payment ON payment.id = payment_move.origin_payment_id
        CROSS JOIN LATERAL (
                    SELECT %(settled_by)s
                      FROM account_move_line AS line
                      JOIN account_account AS line_account ON line_account.id = line.account_id
                     WHERE line.move_id = payment_move.id
                   ) AS paid
              JOIN LATERAL (
                    SELECT receipt.deal_id, row_number() OVER (ORDER BY receipt.deal_id) AS position,
                           SUM(receipt.amount_company) / NULLIF(SUM(SUM(receipt.amount_company)) OVER (), 0) AS portion
                      FROM dealflow_receipt_invoice_rel AS link
                      JOIN dealflow_receipt AS receipt ON receipt.id = link.receipt_id
                     WHERE link.move_id = credit_note.reversed_entry_id AND receipt.state != 'cancelled'
                  GROUP BY receipt.deal_id
                   ) AS share ON TRUE
             WHERE credit_note.move_type = 'out_refund' AND credit_note.state = 'posted'
               AND %(is_valid)s
            """,
            is_valid=self.env['account.payment']._dealflow_get_sql_valid(SQL("payment")),
            settled_by=self.env['account.move']._dealflow_get_sql_settled_by(SQL("payment_line")),
        )

    def _read_group_select(self, aggregate_spec, query):
        """Divide sums by sums; a ratio with a zero divisor is empty."""
        name = aggregate_spec.split(':')[0]
        if name not in RATIOS:
            return super()._read_group_select(aggregate_spec, query)
        columns = {
            'cost': self._field_to_sql(self._table, 'cost_actual', query),
            **{figure: self._field_to_sql(self._table, figure, query) for figure in FIGURES},
        }
        dividend, divisor = (SQL(part, **columns) for part in RATIOS[name])
        return SQL("%s / NULLIF(%s, 0)", dividend, divisor)

    # Figures by event

    @api.model
    @api.private
    def _get_figures(self, events, attribution):
        """Return the sums of the events, including those of all events inside them, in one query.

        :return: ``{event id: {figure: value}}`` for the events that have any facts; besides ``FIGURES`` the
            ``break_even_date``: the first day since which the money received has covered the costs
        """
        for model, names in self._depends.items():
            self.env[model].flush_model(names)
        # sudo - dealflow.marketing.event: a group is the sum of all its events, archived ones included.
        inside = events.sudo().with_context(active_test=False).search([('id', 'child_of', events.ids)])
        if not inside:
            return {}
        rows = self.env['dealflow.report.mixin']._execute(
            SQL(
                """
            WITH counted AS MATERIALIZED (
                SELECT * FROM (%(facts)s) AS fact WHERE fact.event_id IN %(inside)s
            ), scope AS (
                SELECT event.id AS event_id, target.id AS target_id
                  FROM dealflow_marketing_event AS event
                 CROSS JOIN LATERAL unnest(string_to_array(rtrim(event.parent_path, '/'), '/')::int[]) AS target(id)
                 WHERE event.id IN %(inside)s AND target.id IN %(asked)s
            ), total AS (
                SELECT event_id, %(sums)s FROM counted GROUP BY event_id
            ), money AS (
                SELECT event_id, date, SUM(cost_actual) AS cost, SUM(received_amount - cost_actual) AS change
                  FROM counted
                 WHERE received_amount <> 0 OR cost_actual <> 0
              GROUP BY event_id, date
            ), running AS (
                SELECT scope.target_id, money.date, SUM(SUM(money.cost)) OVER past AS spent,
                       SUM(SUM(money.change)) OVER past AS balance
                  FROM money
                  JOIN scope ON scope.event_id = money.event_id
              GROUP BY scope.target_id, money.date
                WINDOW past AS (PARTITION BY scope.target_id ORDER BY money.date)
            ), marked AS (
                SELECT running.*, MAX(date) FILTER (WHERE balance < 0) OVER (PARTITION BY target_id) AS last_loss
                  FROM running
            ), even AS (
                SELECT target_id, MIN(date) AS break_even_date
                  FROM marked
                 WHERE spent > 0 AND (last_loss IS NULL OR date > last_loss)
              GROUP BY target_id
            )
            SELECT scope.target_id, even.break_even_date, %(sums)s
              FROM total
              JOIN scope ON scope.event_id = total.event_id
         LEFT JOIN even ON even.target_id = scope.target_id
          GROUP BY scope.target_id, even.break_even_date
            """,
                sums=self._get_sql_sums(),
                facts=self._get_sql_facts(attribution),
                inside=tuple(inside.ids),
                asked=tuple(events.ids),
            )
        )
        return {
            event_id: {'break_even_date': day, **dict(zip(FIGURES, figures, strict=True))}
            for event_id, day, *figures in rows
        }

    def _get_sql_sums(self):
        return SQL(", ").join(SQL("SUM(%(name)s) AS %(name)s", name=SQL.identifier(name)) for name in FIGURES)
