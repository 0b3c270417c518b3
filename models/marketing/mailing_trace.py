from odoo import api, models


class MailingTrace(models.Model):
    """Each e-mail and text message of a mailing has a trace, however it is sent."""

    _inherit = 'mailing.trace'

    # For the history of a client, which searches the mailings that one partner got (P50).
    _dealflow_partner_idx = models.Index("(res_id) WHERE model = 'res.partner'")

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse traces of unconfirmed mailings, and so their sending (P48)."""
        traces = super().create(vals_list)
        traces.filtered(lambda trace: not trace.is_test_trace).mass_mailing_id._check_dealflow_approved()
        return traces
