from odoo import fields, models

from ..tools.public_methods import public_method


class DealflowRequisitesReject(models.TransientModel):
    """Asks the accountant for the reason before requisites go back to the salesperson."""

    _name = 'dealflow.requisites.reject'
    _description = "Reject Requisites"

    reason = fields.Text(required=True)

    @public_method(one=True, once=True)
    def action_reject(self):
        entities = self.env['res.partner'].browse(self.env.context.get('active_ids', []))
        return entities.action_reject_requisites(self.reason) and {'type': 'ir.actions.act_window_close'}
