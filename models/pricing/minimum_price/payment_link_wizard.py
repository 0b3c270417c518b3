from odoo import api, models


class PaymentLinkWizard(models.TransientModel):
    """An order that is paid by a link is confirmed by that: it stops at prices below the minimum before (C19)."""

    _inherit = 'payment.link.wizard'

    @api.model
    def default_get(self, fields):
        if self.env.context.get('active_model') == 'sale.order' and (order_id := self.env.context.get('active_id')):
            self.env['sale.order'].browse(order_id)._dealflow_check_prices_before_sending()
        return super().default_get(fields)

    @api.depends('amount', 'currency_id', 'partner_id', 'company_id')
    def _compute_link(self):
        for wizard in self.filtered(lambda wizard: wizard.res_model == 'sale.order'):
            self.env['sale.order'].browse(wizard.res_id)._dealflow_check_prices_before_sending()
        super()._compute_link()
