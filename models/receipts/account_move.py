from collections import defaultdict

from odoo import fields, models
from odoo.tools import SQL


class AccountMove(models.Model):
    """Invoices that planned receipts are matched with."""

    _inherit = 'account.move'

    dealflow_receipt_ids = fields.Many2many(
        'dealflow.receipt',
        'dealflow_receipt_invoice_rel',
        'move_id',
        'receipt_id',
        string="Planned Receipts",
        # Money belongs to its receipt also when the deal was archived.
        context={'active_test': False},
        copy=False,
        groups='dealflow.group_viewer,account.group_account_invoice',
    )

    def _dealflow_claim_settlement(self):
        """Let one transaction at a time say what money of the invoices is whose.

        A payment that is being reconciled has not seen receipts which are linked at that moment, nor they the payment.
        A changed row makes PostgreSQL send the second one back to look again, which a lock would not.
        """
        if self.ids:
            self.env.cr.execute(
                SQL(
                    "UPDATE account_move SET write_date = write_date WHERE id IN %s",
                    tuple(self.ids),
                )
            )

    def _dealflow_get_settlements(self):
        """Return the money and the credit notes that are reconciled with the posted invoices of ``self``.

        :return: ``{invoice id: {'money': [{'date', 'amount'}], 'credit': [...]}}`` in the currency of the invoice,
            by date
        """
        result = defaultdict(lambda: {'money': [], 'credit': []})
        ids = [move.id for move in self._origin if move.state == 'posted']
        if not ids:
            return result
        for model, names in (
            ('account.move', ['state', 'move_type', 'date', 'origin_payment_id', 'statement_line_id', 'currency_id']),
            ('account.move.line', ['move_id', 'account_id', 'balance']),
            (
                'account.partial.reconcile',
                [
                    'debit_move_id',
                    'credit_move_id',
                    'debit_amount_currency',
                    'exchange_move_id',
                ],
            ),
            ('account.payment', ['state', 'outstanding_account_id']),
            ('account.account', ['account_type']),
        ):
            self.env[model].flush_model(names)
        rows = self.env.execute_query_dict(
            SQL(
                """
            SELECT invoice_line.move_id AS invoice_id,
                   counterpart.date,
                   counterpart.move_type,
                   part.debit_amount_currency AS amount,
                   content.liquid,
                   content.settled
              FROM account_move_line AS invoice_line
              JOIN account_account AS account
                ON account.id = invoice_line.account_id AND account.account_type = 'asset_receivable'
              JOIN account_partial_reconcile AS part ON part.debit_move_id = invoice_line.id
              JOIN account_move_line AS counterpart_line ON counterpart_line.id = part.credit_move_id
              JOIN account_move AS counterpart ON counterpart.id = counterpart_line.move_id
         LEFT JOIN account_payment AS payment ON payment.id = counterpart.origin_payment_id
              JOIN account_journal AS journal ON journal.id = counterpart.journal_id
        CROSS JOIN LATERAL (
                    SELECT SUM(line.balance) FILTER (
                               WHERE line.account_id = payment.outstanding_account_id
                                  OR (journal.type IN ('bank', 'cash', 'credit')
                                      AND line.account_id = journal.default_account_id)
                                  OR line_account.account_type IN ('asset_cash', 'liability_credit_card')
                           ) AS liquid,
                           -SUM(line.balance) FILTER (WHERE line_account.account_type = 'asset_receivable') AS settled
                      FROM account_move_line AS line
                      JOIN account_account AS line_account ON line_account.id = line.account_id
                     WHERE line.move_id = counterpart.id
                   ) AS content
             WHERE invoice_line.move_id IN %(invoice_ids)s
               AND counterpart.state = 'posted'
               AND (payment.id IS NULL OR payment.state NOT IN ('draft', 'canceled', 'rejected'))
               AND NOT EXISTS (
                    SELECT 1 FROM account_partial_reconcile AS exchange WHERE exchange.exchange_move_id = counterpart.id
                   )
          ORDER BY counterpart.date, part.id
            """,
                invoice_ids=tuple(ids),
            )
        )
        invoices = {invoice.id: invoice for invoice in self._origin}
        for row in rows:
            currency = invoices[row['invoice_id']].currency_id
            if row['move_type'] == 'out_refund':
                kind, amount = 'credit', row['amount']
            else:
                # A payment with a write-off settles more than it brings.
                liquid, settled = float(row['liquid'] or 0), float(row['settled'] or 0)
                share = max(0.0, min(1.0, liquid / settled)) if settled else 0.0
                kind, amount = 'money', currency.round(float(row['amount']) * share)
            if not currency.is_zero(amount):
                result[row['invoice_id']][kind].append({'date': row['date'], 'amount': float(amount)})
        return result
