from odoo import fields, models

from ..tools.public_methods import public_method


class DealflowMailingReturn(models.TransientModel):
    """Asks what has to be changed before a mailing goes back to its author (P58)."""

    _name = 'dealflow.mailing.return'
    _description = "Send a Mailing Back"

    reason = fields.Text(required=True)

    @public_method(one=True, once=True)
    def action_return(self):
        mailings = self.env['mailing.mailing'].browse(self.env.context.get('active_ids', []))
        return mailings.action_dealflow_return(self.reason) and {'type': 'ir.actions.act_window_close'}
