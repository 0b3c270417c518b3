from odoo import models


class SaleOrder(models.Model):
    _name = 'sale.order'
    _inherit = ['sale.order', 'dealflow.business.partner.mixin']

    def _get_business_partner_date_field(self):
        return 'date_order'

    def _prepare_invoice(self):
        return super()._prepare_invoice() | {'business_partner_id': self.business_partner_id.id}
