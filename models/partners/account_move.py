from odoo import api, models

# Who reads invoices in Odoo. Fields over invoices carry these groups, and views tell all others by fields of yes or no.
INVOICE_READERS = 'account.group_account_invoice,account.group_account_readonly,sales_team.group_sale_salesman'


class AccountMove(models.Model):
    _name = 'account.move'
    _inherit = ['account.move', 'dealflow.business.partner.mixin']

    @api.depends('business_partner_id')
    def _compute_invoice_payment_term_id(self):
        # A posted invoice keeps its term: it is no longer open to terms that were agreed later.
        drafts = self.filtered(lambda move: move.state == 'draft')
        for move in self - drafts:
            move.invoice_payment_term_id = move.invoice_payment_term_id
        super(AccountMove, drafts)._compute_invoice_payment_term_id()
        for move in drafts:
            partner = move._dealflow_get_common_terms_partner()
            if move.is_sale_document(include_receipts=True):
                term = partner.property_payment_term_id
            elif move.is_purchase_document(include_receipts=True):
                term = partner.property_supplier_payment_term_id
            else:
                term = None
            if term:
                move.invoice_payment_term_id = term

    @api.depends('business_partner_id')
    def _compute_partner_credit_warning(self):
        super()._compute_partner_credit_warning()
        for move in self:
            if move.state == 'draft' and move.move_type == 'out_invoice':
                # What the order of the invoice has to be invoiced counts already.
                move._dealflow_add_group_credit_warning(
                    move.amount_total_signed - move._get_partner_credit_warning_exclude_amount()
                )

    # On the constraint and not on the button: whatever posts the invoice passes here.
    @api.constrains('state')
    def _check_dealflow_requisites_of_entity(self):
        posted = self.filtered(lambda move: move.state == 'posted' and move.is_invoice(include_receipts=True))
        for company, moves in posted.grouped('company_id').items():
            moves.partner_id._check_dealflow_requisites_gate('invoice', company, moves.grouped('partner_id'))

    def _dealflow_get_business_partner_date_field(self):
        return 'date'

    def _dealflow_get_requisites_operation(self):
        return 'invoice' if self.state == 'draft' and self.is_invoice(include_receipts=True) else False
