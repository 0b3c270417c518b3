from odoo import models


class ResPartner(models.Model):
    """What follows when a new client has been entered in the dialog (P08-P13).

    The dialog itself saves, closes and discards; «+Event» is the button of events.
    """

    _inherit = 'res.partner'

    def action_save_and_edit(self):
        """Go on to the card, to fill in more (P10)."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'res.partner',
            'res_id': self.id,
            'view_mode': 'form',
        }

    def action_save_and_new(self):
        """Go on to the next new client (P13)."""
        return self.env['ir.actions.act_window']._for_xml_id('dealflow.res_partner_action_new_client')
