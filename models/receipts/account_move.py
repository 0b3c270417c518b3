from collections import defaultdict
from functools import wraps

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import SQL


class AccountMove(models.Model):
    """Invoices that receipts are matched with."""

    _inherit = 'account.move'

    dealflow_receipt_ids = fields.Many2many(
        'dealflow.receipt',
        'dealflow_receipt_invoice_rel',
        'move_id',
        'receipt_id',
        string="Planned Receipts",
        # Receipts of archived deals keep their money too.
        context={'active_test': False},
        copy=False,
        groups='dealflow.group_viewer,account.group_account_invoice',
    )

    def _register_hook(self):
        """Move receipts to the merged invoice if OCA's ``account_invoice_merge`` is installed; it is not a dependency.

        Its ``merge_callback`` is meant to be extended, but defined here it would also exist without the addon.
        """
        super()._register_hook()
        model_class = self.env.registry[self._name]
        merge_callback = getattr(model_class, 'merge_callback', None)
        if not merge_callback or hasattr(merge_callback, 'dealflow_receipts_follow'):
            return

        @wraps(merge_callback)
        def merge_callback_with_receipts(moves, invoices_info, old_invoices):
            result = merge_callback(moves, invoices_info, old_invoices)
            for merged_id, move_ids in invoices_info.items():
                moves.browse(merged_id)._dealflow_merge_invoices(moves.browse(move_ids))
            return result

        merge_callback_with_receipts.dealflow_receipts_follow = True
        model_class.merge_callback = merge_callback_with_receipts

    def _dealflow_merge_invoices(self, moves):
        """Take over the receipts and the business partner of invoices that were merged into this one."""
        self.ensure_one()
        if len(moves.business_partner_id) == 1:
            self.business_partner_id = moves.business_partner_id
        # sudo - dealflow.receipt: users who merge invoices need no rights on receipts.
        receipts_sudo = moves.sudo().dealflow_receipt_ids
        receipts_sudo.write({'invoice_ids': [*(Command.unlink(move.id) for move in moves), Command.link(self.id)]})

    def _dealflow_serialize_settlement(self):
        """Let only one transaction at a time match the money of the invoices.

        A payment being reconciled does not see receipts that are being linked at the same time, nor do they see the
        payment. An updated row gives the second transaction a serialization error, and Odoo retries; a lock would not.
        """
        if self.ids:
            self.env.cr.execute(
                SQL(
                    "UPDATE account_move SET write_date = write_date WHERE id IN %s",
                    tuple(self.ids),
                )
            )

    def _dealflow_recompute_related_matching(self):
        """Match again all that was paid together with these invoices: the last one with receipts shows what is left."""
        partials = self.env['account.partial.reconcile'].search([('debit_move_id.move_id', 'in', self.ids)])
        partials._dealflow_get_receipts()._recompute_matching()

    def _dealflow_get_settlements(self):
        """Return the money and the credit notes that are reconciled with the posted invoices of ``self``.

        Money is what is booked on a bank or cash account, or on the outstanding account of a payment. The entry that
        settles the invoice may also take it from a bank statement through an intermediate account, for example if bank
        lines stay on their suspense account: then it has the date of the statement.

        :return: ``{invoice id: {'money': [...], 'credit': [...], 'rest': [...]}}``, each a list of
            ``{'date', 'amount', 'amount_company'}`` sorted by date. ``amount`` is in the currency of the invoice,
            ``amount_company`` in that of the company, as booked and not yet rounded. ``rest`` is the part of a payment
            that is not reconciled with anything; it is listed under the last invoice of the payment with receipts.
        """
        result = defaultdict(lambda: {'money': [], 'credit': [], 'rest': []})
        ids = [move.id for move in self._origin if move.state == 'posted']
        if not ids:
            return result
        for model, names in (
            ('account.move', ['state', 'move_type', 'date', 'origin_payment_id', 'statement_line_id', 'currency_id']),
            (
                'account.move.line',
                [
                    'move_id',
                    'account_id',
                    'balance',
                    'amount_currency',
                    'currency_id',
                    'amount_residual',
                    'amount_residual_currency',
                ],
            ),
            (
                'account.partial.reconcile',
                [
                    'debit_move_id',
                    'credit_move_id',
                    'amount',
                    'debit_amount_currency',
                    'credit_amount_currency',
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
                   COALESCE(
                       part.credit_amount_currency * counterpart_line.balance
                           / NULLIF(counterpart_line.amount_currency, 0),
                       part.amount
                   ) AS amount_company,
                   part.id = shared.last_part_id AS is_last_part,
                   content.liquid,
                   content.exchanged,
                   content.settled,
                   content.rest_company,
                   content.rest_own,
                   content.rest_other,
                   clearing.sources
              FROM account_move_line AS invoice_line
              JOIN account_account AS account
                ON account.id = invoice_line.account_id AND account.account_type = 'asset_receivable'
              JOIN account_partial_reconcile AS part ON part.debit_move_id = invoice_line.id
              JOIN account_move_line AS counterpart_line ON counterpart_line.id = part.credit_move_id
              JOIN account_move AS counterpart ON counterpart.id = counterpart_line.move_id
              JOIN res_company AS company ON company.id = counterpart.company_id
         LEFT JOIN account_payment AS payment ON payment.id = counterpart.origin_payment_id
              JOIN account_journal AS journal ON journal.id = counterpart.journal_id
        CROSS JOIN LATERAL (
                    SELECT %(settled_by)s,
                           -SUM(line.amount_residual) FILTER (WHERE %(is_rest)s) AS rest_company,
                           -SUM(line.amount_residual_currency) FILTER (
                               WHERE %(is_rest)s AND line.currency_id = invoice_line.currency_id
                           ) AS rest_own,
                           -SUM(line.amount_residual) FILTER (
                               WHERE %(is_rest)s AND line.currency_id <> invoice_line.currency_id
                           ) AS rest_other
                      FROM account_move_line AS line
                      JOIN account_account AS line_account ON line_account.id = line.account_id
                     WHERE line.move_id = counterpart.id
                   ) AS content
        CROSS JOIN LATERAL (
                    SELECT JSON_AGG(JSON_BUILD_ARRAY(source.date, transfer.amount) ORDER BY source.date, transfer.id)
                           AS sources
                      FROM account_move_line AS line
                      JOIN account_account AS line_account ON line_account.id = line.account_id
                      JOIN account_partial_reconcile AS transfer ON transfer.debit_move_id = line.id
                      JOIN account_move_line AS source_line ON source_line.id = transfer.credit_move_id
                      JOIN account_move AS source ON source.id = source_line.move_id
                     WHERE line.move_id = counterpart.id
                       AND line_account.account_type IN ('asset_current', 'liability_current')
                       AND (%(is_liquid)s) IS NOT TRUE
                       AND source.statement_line_id IS NOT NULL
                       AND source.state = 'posted'
                   ) AS clearing
        CROSS JOIN LATERAL (
                    SELECT MAX(other.id) AS last_part_id
                      FROM account_partial_reconcile AS other
                      JOIN account_move_line AS line ON line.id = other.credit_move_id
                      JOIN account_move_line AS other_line ON other_line.id = other.debit_move_id
                     WHERE line.move_id = counterpart.id
                       AND line.partner_id IS NOT DISTINCT FROM counterpart_line.partner_id
                       AND EXISTS (
                               SELECT FROM dealflow_receipt_invoice_rel AS link WHERE link.move_id = other_line.move_id
                           )
                   ) AS shared
             WHERE invoice_line.move_id IN %(invoice_ids)s
               AND counterpart.state = 'posted'
               AND %(is_valid)s
               AND NOT EXISTS (
                    SELECT 1 FROM account_partial_reconcile AS exchange WHERE exchange.exchange_move_id = counterpart.id
                   )
          ORDER BY counterpart.date, part.id
            """,
                invoice_ids=tuple(ids),
                is_liquid=self._dealflow_get_sql_liquid(),
                is_valid=self.env['account.payment']._dealflow_get_sql_valid(SQL("payment")),
                settled_by=self._dealflow_get_sql_settled_by(SQL("counterpart_line")),
                is_rest=SQL(
                    """line_account.account_type = 'asset_receivable'
                    AND line.partner_id IS NOT DISTINCT FROM counterpart_line.partner_id"""
                ),
            )
        )
        invoices = {invoice.id: invoice for invoice in self._origin}
        for row in rows:
            invoice = invoices[row['invoice_id']]
            settlement = result[invoice.id]
            if row['move_type'] == 'out_refund':
                settlement['credit'] += invoice._dealflow_split_settlement(row, [(row['date'], 1.0)])
                continue
            sources = [(row['date'], float(row['liquid'] or 0))]
            sources += [(fields.Date.to_date(day), float(amount)) for day, amount in row['sources'] or ()]
            settled = float(row['settled'] or 0)
            liquid = sum(amount for _day, amount in sources)
            if settled <= 0 or liquid <= 0:
                continue
            # A payment with a write-off settles more than was paid. An exchange gain or loss in the entry is not a
            # write-off: the money has come, and is worth what the books say.
            exchanged = float(row['exchanged'] or 0)
            share = max(0.0, min(1.0, (liquid + exchanged) / settled))
            sources = [(day, amount / liquid) for day, amount in sources if amount]
            settlement['money'] += invoice._dealflow_split_settlement(row, sources, share, share - exchanged / settled)
            if row['is_last_part'] and (row['rest_company'] or 0) > 0:
                day = sources[-1][0]
                rest = {'amount': invoice._dealflow_convert_residual(row, day), 'amount_company': row['rest_company']}
                settlement['rest'] += invoice._dealflow_split_settlement(rest, [(day, 1.0)], share, share)
        for settlement in result.values():
            for parts in settlement.values():
                parts.sort(key=lambda part: part['date'])
        return result

    @api.model
    def _dealflow_get_sql_liquid(self):
        """Return the SQL condition that an entry line is money: on a bank, cash or outstanding account.

        It speaks of ``line``, of its ``line_account``, and of the ``journal`` and the ``payment``, if any, of its
        entry.
        """
        return SQL(
            """line.account_id = payment.outstanding_account_id
            OR (journal.type IN ('bank', 'cash', 'credit') AND line.account_id = journal.default_account_id)
            OR line_account.account_type IN ('asset_cash', 'liability_credit_card')"""
        )

    @api.model
    def _dealflow_get_sql_settled_by(self, counterpart_line):
        """Return the SQL columns ``liquid``, ``exchanged`` and ``settled`` of an entry that settles a document.

        ``liquid`` is its money, ``settled`` the debt that it settles, with the same sign, and ``exchanged`` the
        exchange gain or loss inside the entry. What is left between them is written off: it is no money. The tables
        are those of :meth:`_dealflow_get_sql_liquid`, and ``company``.

        :param SQL counterpart_line: the line of the entry that is reconciled with the document
        """
        return SQL(
            """SUM(line.balance) FILTER (WHERE %(is_liquid)s) AS liquid,
               SUM(line.balance) FILTER (
                   WHERE %(counterpart_line)s.currency_id <> company.currency_id
                     AND line.account_id IN (
                             company.income_currency_exchange_account_id,
                             company.expense_currency_exchange_account_id
                         )
               ) AS exchanged,
               -SUM(line.balance) FILTER (WHERE line_account.account_type = 'asset_receivable') AS settled""",
            is_liquid=self._dealflow_get_sql_liquid(),
            counterpart_line=counterpart_line,
        )

    def _dealflow_split_settlement(self, row, sources, share=1.0, share_company=1.0):
        """Divide the amounts of a settlement by day, so that the parts add up to the cent.

        :param dict row: ``amount`` in the currency of the invoice, ``amount_company`` in that of the company
        :param list sources: pairs of a day and the part of the amount that came on it; the parts add up to 1
        :param float share: the part of ``amount`` that is money, 1 for all of it
        :param float share_company: the same for ``amount_company``
        :return: list of ``{'date', 'amount', 'amount_company'}``; days with a zero amount are left out
        """
        self.ensure_one()
        parts = []
        left = total = self.currency_id.round(float(row['amount']) * share)
        left_company = total_company = float(row['amount_company']) * share_company
        for position, (day, share_of_day) in enumerate(sources, start=1):
            is_last = position == len(sources)
            amount = left if is_last else self.currency_id.round(total * share_of_day)
            amount_company = left_company if is_last else self.company_currency_id.round(total_company * share_of_day)
            left -= amount
            left_company -= amount_company
            if not self.currency_id.is_zero(amount):
                parts.append({'date': day, 'amount': amount, 'amount_company': amount_company})
        return parts

    def _dealflow_convert_residual(self, row, day):
        """Return the unreconciled part of a payment in the currency of the invoice, at the rate of ``day``."""
        self.ensure_one()
        other = self.company_currency_id._convert(
            float(row['rest_other'] or 0), self.currency_id, self.company_id, day, round=False
        )
        return float(row['rest_own'] or 0) + other
