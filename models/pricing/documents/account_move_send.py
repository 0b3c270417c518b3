from odoo import api, models


class AccountMoveSend(models.AbstractModel):
    """Puts stamps on an invoice before its first sending: Odoo keeps that PDF for good (C25)."""

    _inherit = 'account.move.send'

    @api.model
    def _hook_invoice_document_before_pdf_report_render(self, invoice, invoice_data):
        result = super()._hook_invoice_document_before_pdf_report_render(invoice, invoice_data)
        if not invoice.invoice_pdf_report_id:
            invoice._dealflow_put_stamps()
        return result
