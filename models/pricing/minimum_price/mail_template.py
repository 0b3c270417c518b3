from odoo import models


class MailTemplate(models.Model):
    """Templates that bring the papers of an offer stop at prices below the minimum, whoever sends them (C19)."""

    _inherit = 'mail.template'

    def send_mail_batch(
        self, res_ids, force_send=False, raise_exception=False, email_values=None, email_layout_xmlid=False
    ):
        if self.model == 'sale.order' and self.report_template_ids:
            self.env['sale.order'].browse(res_ids)._dealflow_check_prices_before_sending()
        return super().send_mail_batch(
            res_ids,
            force_send=force_send,
            raise_exception=raise_exception,
            email_values=email_values,
            email_layout_xmlid=email_layout_xmlid,
        )
