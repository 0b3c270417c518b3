from odoo import models


class MailComposeMessage(models.TransientModel):
    """Offers below the minimum price do not leave as a letter either, to one client or to many (C19)."""

    _inherit = 'mail.compose.message'

    def _action_send_mail(self, auto_commit=False):
        for composer in self.filtered(lambda composer: composer.model == 'sale.order'):
            # A plain message in the chatter is no offer, unless it brings the papers of one.
            is_offer = composer.composition_mode == 'mass_mail' or composer.template_id.report_template_ids
            if is_offer and not composer.res_domain:
                orders = self.env['sale.order'].browse(composer._evaluate_res_ids())
                orders.exists()._dealflow_check_prices_before_sending()
        return super()._action_send_mail(auto_commit=auto_commit)
