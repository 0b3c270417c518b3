from odoo import api, models


class PortalShare(models.TransientModel):
    """An order below the minimum price is not shared with the client (C19)."""

    _inherit = 'portal.share'

    @api.model
    def default_get(self, fields):
        if self.env.context.get('active_model') == 'sale.order' and (order_id := self.env.context.get('active_id')):
            # The dialog shows the link, so it is too late when the letter is sent.
            self.env['sale.order'].browse(order_id)._dealflow_check_prices_before_sending()
        return super().default_get(fields)

    def action_send_mail(self):
        for share in self.filtered(lambda share: share.res_model == 'sale.order'):
            self.env['sale.order'].browse(share.res_id)._dealflow_check_prices_before_sending()
        return super().action_send_mail()
