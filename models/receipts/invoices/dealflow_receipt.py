from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ....tools.public_methods import public_method
from ...partners.account_move import INVOICE_READERS

# How many invoices of the client are proposed besides those of the orders; older ones can be searched for.
PROPOSED_INVOICES = 40


class DealflowReceipt(models.Model):
    """Which invoices belong to a receipt: those of its orders first, then others of the client."""

    _inherit = 'dealflow.receipt'

    proposed_invoice_ids = fields.Many2many(
        'account.move',
        string="Invoices of the Client",
        help="Invoices of the orders of the deal, and others of the client's legal entities that belong to no other "
        "deal.",
        compute='_compute_proposed_invoice_ids',
        groups=INVOICE_READERS,
    )

    @api.depends('deal_id.order_ids.invoice_ids', 'invoice_ids', 'business_partner_id', 'legal_entity_id')
    @api.depends_context('uid')
    def _compute_proposed_invoice_ids(self):
        # sudo - sale.order: orders of colleagues belong to the deal, too.
        for receipt_sudo in self.sudo():
            invoices = receipt_sudo._get_invoices_of_orders() | receipt_sudo._get_other_invoices_of_client()
            proposed = (invoices - receipt_sudo.invoice_ids).with_env(self.env)
            receipt_sudo.with_env(self.env).proposed_invoice_ids = proposed._filtered_access('read')

    def _get_invoices_of_orders(self):
        """Return the invoices of the order of the receipt, else of all orders of its deal."""
        self.ensure_one()
        orders = self.order_id or self.deal_id.order_ids
        return orders.invoice_ids.filtered(lambda move: move.move_type == 'out_invoice' and move.state != 'cancel')

    def _get_other_invoices_of_client(self):
        """Return the latest invoices of the client's legal entities that belong to no other deal.

        These are invoices without an order, made by an accountant or from a recurring contract.
        """
        self.ensure_one()
        entities = self.legal_entity_id | self.deal_id.legal_entity_id
        entities |= self.business_partner_id._dealflow_get_legal_entities()
        deal = self.deal_id._origin
        domain = Domain(
            [
                ('company_id', '=', self.company_id.id),
                ('partner_id.commercial_partner_id', 'in', entities.commercial_partner_id._origin.ids),
                ('move_type', '=', 'out_invoice'),
                ('state', '!=', 'cancel'),
                ('payment_state', '!=', 'reversed'),
            ]
        ) & (Domain('dealflow_receipt_ids', '=', False) | Domain('dealflow_receipt_ids.deal_id', '=', deal.id))
        invoices = self.env['account.move'].search(domain, order='date desc, id desc', limit=PROPOSED_INVOICES)
        return invoices.filtered(lambda move: move.line_ids.sale_line_ids.order_id.deal_id <= deal)

    @public_method()
    def action_link_invoices(self):
        """Link the proposed invoices: receipts by planned date take invoices by due date until they are covered.

        Only invoices of the orders are used. If none is left, another invoice of the client is linked if it is the only
        one with exactly the amount of the receipt. Receipts that have an invoice or are cancelled are skipped.

        :return: True
        :raise UserError: no invoice could be linked
        """
        self.check_access('write')
        is_linked = False
        for receipts in self.filtered(lambda receipt: receipt.state != 'cancelled').grouped('deal_id').values():
            rooms = {}
            for receipt in receipts.sorted(lambda receipt: (receipt.date_planned, receipt.id)):
                # sudo - account.move: invoices that the user may not see count too, but not cancelled ones.
                if receipt.sudo()._get_standing_invoices():
                    continue
                chosen = receipt._select_invoices(rooms)
                if chosen:
                    is_linked = True
                    receipt.invoice_ids = [Command.set(chosen.ids)]
        if not is_linked:
            raise UserError(
                self.env._(
                    "The orders of the deal have no invoice that could be linked, and the client has not just one "
                    "other invoice of this amount. Invoice the order first, or choose the invoice by hand.",
                )
            )
        return True

    def _select_invoices(self, rooms):
        """Return the proposed invoices that cover the receipt, and subtract its amount from ``rooms``.

        :param dict rooms: the amount of each invoice not yet covered by receipts, in its currency; filled and updated
            from call to call
        """
        self.ensure_one()
        invoices = self.proposed_invoice_ids.sorted(lambda move: (move.invoice_date_due or move.date, move.id))
        # sudo - sale.order: orders of colleagues belong to the deal, too.
        others = invoices - self.sudo()._get_invoices_of_orders().with_env(self.env)
        invoices -= others
        today = fields.Date.context_today(self)

        def convert(amount, currency_from, currency_to):
            return currency_from._convert(amount, currency_to, self.company_id, today, round=False)

        needed = self.amount
        chosen = invoices.browse()
        for invoice in invoices:
            if invoice not in rooms:
                rooms[invoice] = invoice.amount_total - sum(
                    convert(receipt.amount, receipt.currency_id, invoice.currency_id)
                    for receipt in invoice.sudo().dealflow_receipt_ids
                )
            if self.currency_id.compare_amounts(needed, 0) <= 0:
                break
            if invoice.currency_id.compare_amounts(rooms[invoice], 0) <= 0:
                continue
            share = min(rooms[invoice], convert(needed, self.currency_id, invoice.currency_id))
            rooms[invoice] -= share
            needed -= convert(share, invoice.currency_id, self.currency_id)
            chosen += invoice
        if not chosen:
            equal = others.filtered(
                lambda move: (
                    move.currency_id == self.currency_id
                    and move not in rooms
                    and not move.sudo().dealflow_receipt_ids
                    and self.currency_id.compare_amounts(move.amount_total, self.amount) == 0
                )
            )
            if len(equal) == 1:
                chosen = equal
                rooms[equal] = 0.0
        return chosen
