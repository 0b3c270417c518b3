from odoo import fields, models


class DealflowMailingReturn(models.TransientModel):
    """Asks for what is to be changed before a mailing goes back to who prepares it (P58)."""

    _name = 'dealflow.mailing.return'
    _description = "Send a Mailing Back"

    reason = fields.Text(required=True)

    def action_return(self):
        self.ensure_one()
        mailings = self.env['mailing.mailing'].browse(self.env.context.get('active_ids', []))
        return mailings.action_return(self.reason) and {'type': 'ir.actions.act_window_close'}
