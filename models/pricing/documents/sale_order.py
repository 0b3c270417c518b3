from odoo import models


class SaleOrder(models.Model):
    """What is printed on quotations and orders, and written in the letters with them (C25, C26)."""

    _name = 'sale.order'
    _inherit = ['sale.order', 'dealflow.stamped.document.mixin']

    def message_post(self, **kwargs):
        # Odoo sets this key when a quotation is sent from its form.
        if self.env.context.get('mark_so_as_sent'):
            self._dealflow_put_stamps()
        return super().message_post(**kwargs)

    def _dealflow_is_issued(self):
        self.ensure_one()
        return self.state in ('sent', 'sale')

    def _dealflow_get_stamped_content(self):
        self.ensure_one()
        return [
            self.company_id.id,
            self.partner_id.id,
            self.partner_invoice_id.id,
            self.partner_shipping_id.id,
            self.client_order_ref,
            self.currency_id.id,
            self.validity_date,
            self.payment_term_id.id,
            str(self.note or ''),
            f'{self.amount_untaxed:.4f}',
            f'{self.amount_total:.4f}',
            [
                [
                    line.display_type,
                    line.product_id.id,
                    line.name,
                    f'{line.product_uom_qty:.4f}',
                    line.product_uom_id.id,
                    f'{line.price_unit:.4f}',
                    f'{line.discount:.4f}',
                    sorted(line.tax_ids.ids),
                ]
                # Invoicing a part adds lines for it, which change nothing of what was offered.
                for line in self.order_line
                if not line.is_downpayment
            ],
        ]

    def _dealflow_get_letter_contact(self):
        """Return who gets letters about the order: its contact if that has an e-mail, else the customer."""
        self.ensure_one()
        contact = self.dealflow_contact_id
        return contact if contact.email_normalized else self.partner_id

    def _dealflow_get_letter_sender(self):
        """Return who signs letters about the order: the current user, or the salesperson if a program sends them."""
        self.ensure_one()
        user = self.env.user
        return self.user_id if user._is_superuser() or user.share else user

    def _dealflow_get_salutation(self, contact=None):
        """Return how a letter about the order begins, in the language of the contact (C26).

        :param contact: the ``res.partner`` whom the letter addresses; by default who gets letters about the order
        :rtype: str
        """
        self.ensure_one()
        return (contact or self._dealflow_get_letter_contact())._dealflow_get_salutation()

    def _dealflow_get_bank_account(self):
        """Return the account of the company that a proforma invoice asks to pay to; empty if there is none.

        An account in another currency than the order comes last.
        """
        self.ensure_one()
        # sudo - res.partner.bank: clients who print the document may not read accounts.
        accounts_sudo = self.company_id.sudo().partner_id.bank_ids.filtered(
            lambda account: not account.company_id or account.company_id == self.company_id
        )
        return accounts_sudo.sorted(
            lambda account: (
                bool(account.currency_id) and account.currency_id != self.currency_id,
                not account._build_qr_code_vals(1, '', '', self.currency_id, self.partner_id),
            )
        )[:1]

    def _dealflow_get_payment_qr(self):
        """Return the picture of the payment code for what is still to be paid; empty without the company's setting.

        :return: a ``data:`` URI
        :rtype: str
        """
        self.ensure_one()
        amount = self.amount_total - self.amount_paid
        # sudo - res.company: a setting of accounting.
        if not self.company_id.sudo().qr_code or self.currency_id.compare_amounts(amount, 0) <= 0:
            return ''
        account = self._dealflow_get_bank_account()
        reference = self.reference or self.name
        return account.build_qr_code_base64(amount, reference, '', self.currency_id, self.partner_id) or ''
