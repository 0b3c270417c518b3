from odoo import models


class MailTemplate(models.Model):
    """Letters carry a quotation as its sender may send it, although it becomes a sent one only when they press Send."""

    _inherit = 'mail.template'

    def _generate_template_attachments(self, res_ids, render_fields, render_results=None):
        if self.model != 'sale.order' or 'report_template_ids' not in render_fields:
            return super()._generate_template_attachments(res_ids, render_fields, render_results=render_results)
        with self.env['sale.order'].browse(res_ids)._dealflow_sending():
            return super()._generate_template_attachments(res_ids, render_fields, render_results=render_results)
