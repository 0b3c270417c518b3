from odoo import models


class MailActivity(models.Model):
    """The request to approve prices is done by approving them: one click, and never a request that only looks done."""

    _inherit = 'mail.activity'

    def _action_done(self, feedback=False, attachment_ids=None):
        requests = self._dealflow_filter_price_requests()
        if requests:
            orders = self.env['sale.order'].browse(requests.mapped('res_id')).exists()
            for order in orders.filtered(lambda order: order._dealflow_get_price_problems()):
                # This takes the request away.
                order.action_dealflow_approve_prices()
            self = (self - requests) + requests.exists()
        return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)

    def _dealflow_filter_price_requests(self):
        kind = self.env.ref('dealflow.mail_activity_type_price_approval', raise_if_not_found=False)
        return self.filtered(lambda activity: kind and activity.activity_type_id == kind)
