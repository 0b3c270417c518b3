from odoo import api, models
from odoo.tools import SQL


class AccountPartialReconcile(models.Model):
    """Matches receipts again when something behind their invoices is reconciled or unreconciled.

    Reconciling an invoice itself recomputes its receipts by dependencies. But the suspense line of a bank entry, and
    other invoices of the same payment, change no invoice of the receipt.
    """

    _inherit = 'account.partial.reconcile'

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._dealflow_get_receipts()._recompute_matching()
        return partials

    def unlink(self):
        # Odoo removes reconciliations on many writes, mostly with none to remove.
        if not self:
            return super().unlink()
        receipts = self._dealflow_get_receipts()
        result = super().unlink()
        receipts._recompute_matching()
        return result

    def _dealflow_get_receipts(self):
        """Return, in sudo, the receipts of all invoices settled by an entry that these reconciliations touch."""
        lines = self.debit_move_id | self.credit_move_id
        # sudo - dealflow.receipt: accountants who reconcile may not see the receipts.
        receipts_sudo = self.env['dealflow.receipt'].sudo()
        if not lines:
            return receipts_sudo
        rows = self.env.execute_query(
            SQL(
                """
            SELECT DISTINCT link.receipt_id
              FROM account_move_line AS touched
              JOIN account_move_line AS line ON line.move_id = touched.move_id
              JOIN account_partial_reconcile AS part ON part.credit_move_id = line.id
              JOIN account_move_line AS invoice_line ON invoice_line.id = part.debit_move_id
              JOIN dealflow_receipt_invoice_rel AS link ON link.move_id = invoice_line.move_id
             WHERE touched.id IN %s
                """,
                tuple(lines.ids),
            )
        )
        return receipts_sudo.browse(receipt_id for [receipt_id] in rows)
