from odoo import models


class SaleOrder(models.Model):
    """Receipts of an order stay with the quotation that takes its place."""

    _inherit = 'sale.order'

    def write(self, vals):
        result = super().write(vals)
        # What OCA's ``base_revision`` writes on the orders that a new revision replaces.
        if vals.get('current_revision_id'):
            # sudo - dealflow.receipt: they follow whoever makes the revision.
            receipts_sudo = self.env['dealflow.receipt'].sudo().search([('order_id', 'in', self.ids)])
            # What a posted invoice was issued for keeps its order.
            free_sudo = receipts_sudo.filtered(
                lambda receipt: all(move.state != 'posted' for move in receipt.invoice_ids)
            )
            free_sudo.write({'order_id': vals['current_revision_id']})
        return result
