from odoo import api, models


class AccountMove(models.Model):
    _name = 'account.move'
    _inherit = ['account.move', 'dealflow.business.partner.mixin']

    # On the constraint and not on the button: whatever posts the invoice passes here.
    @api.constrains('state')
    def _check_requisites_of_entity(self):
        posted = self.filtered(lambda move: move.state == 'posted' and move.is_invoice(include_receipts=True))
        for company, moves in posted.grouped('company_id').items():
            moves.partner_id._check_requisites_gate('invoice', company)

    def _get_business_partner_date_field(self):
        return 'date'

    def _get_requisites_operation(self):
        return 'invoice' if self.state == 'draft' and self.is_invoice(include_receipts=True) else False
