from odoo import models


class AccountMove(models.Model):
    """What is printed on customer invoices (C25)."""

    _name = 'account.move'
    _inherit = ['account.move', 'dealflow.stamped.document.mixin']

    def write(self, vals):
        result = super().write(vals)
        # Invoices chosen in a list are sent by a job: who asked for it puts the stamps now.
        if vals.get('sending_data'):
            self.filtered(lambda move: not move.invoice_pdf_report_id)._dealflow_put_stamps()
        return result

    def _dealflow_put_stamps(self):
        """Leave out all but customer invoices and their refunds."""
        stamped = self.filtered(lambda move: move.is_sale_document(include_receipts=True) and move.state == 'posted')
        return super(AccountMove, stamped)._dealflow_put_stamps()

    def _generate_qr_code(self, silent_errors=False):
        """Let salespeople print invoices with a payment code: Odoo notes on the invoice which code it has chosen."""
        # sudo - account.move: whoever may read the invoice may print it; nothing else is written.
        return super(AccountMove, self.sudo())._generate_qr_code(silent_errors=silent_errors)

    def _dealflow_is_issued(self):
        self.ensure_one()
        return self.state == 'posted'

    def _dealflow_get_stamped_content(self):
        self.ensure_one()
        return [
            self.company_id.id,
            self.name,
            self.partner_id.id,
            self.currency_id.id,
            self.invoice_date,
            self.invoice_date_due,
            self.partner_bank_id.id,
            str(self.narration or ''),
            f'{self.amount_untaxed:.4f}',
            f'{self.amount_total:.4f}',
            [
                [
                    line.display_type,
                    line.product_id.id,
                    line.name,
                    f'{line.quantity:.4f}',
                    line.product_uom_id.id,
                    f'{line.price_unit:.4f}',
                    f'{line.discount:.4f}',
                    sorted(line.tax_ids.ids),
                ]
                for line in self.invoice_line_ids
            ],
        ]
