from odoo import models


class SaleOrder(models.Model):
    """Receipts of an order move to the revision that replaces it."""

    _inherit = 'sale.order'

    def write(self, vals):
        result = super().write(vals)
        # OCA's ``base_revision`` writes this on the orders that a new revision replaces.
        if vals.get('current_revision_id'):
            # sudo - dealflow.receipt: users who make a revision need no rights on receipts.
            receipts_sudo = self.env['dealflow.receipt'].sudo().search([('order_id', 'in', self.ids)])
            # Receipts with a posted invoice keep their order.
            free_sudo = receipts_sudo.filtered(
                lambda receipt: all(move.state != 'posted' for move in receipt.invoice_ids)
            )
            free_sudo.write({'order_id': vals['current_revision_id']})
        return result
