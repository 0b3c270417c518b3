from odoo import models

from .sale_order import REFUSALS


class PaymentTransaction(models.Model):
    """A payment for an offer is kept, whether or not the order can be confirmed (C78)."""

    _inherit = 'payment.transaction'

    def _check_amount_and_confirm_order(self):
        confirmed = self.env['sale.order']
        for transaction in self:
            order = transaction.sale_order_ids
            is_offer = len(order) == 1 and order.state in ('draft', 'sent')
            if is_offer and transaction._dealflow_is_late(order):
                if order._is_confirmation_amount_reached():
                    order._dealflow_keep_acceptance(order._dealflow_explain_expiry())
                continue
            try:
                with self.env.cr.savepoint():
                    confirmed |= super(PaymentTransaction, transaction)._check_amount_and_confirm_order()
            except REFUSALS as error:
                if not is_offer:
                    raise
                order._dealflow_keep_acceptance(order._dealflow_explain_refusal(error))
        confirmed._dealflow_follow_acceptance()
        return confirmed

    def _dealflow_is_late(self, order):
        """Return whether the payment was begun when the offer had expired already; its way to us does not count."""
        self.ensure_one()
        begun = self.create_date.date()
        return bool(order.is_expired and order.validity_date and order.validity_date < begun)
