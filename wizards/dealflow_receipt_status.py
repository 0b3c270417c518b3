from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.public_methods import public_method


class DealflowReceiptStatus(models.TransientModel):
    """Changes the status of one or several receipts (E40, E45)."""

    _name = 'dealflow.receipt.status'
    _description = "Change Status of Receipts"
    _inherit = ['dealflow.receipt.wizard.mixin']

    state = fields.Selection(
        selection=lambda self: self.env['dealflow.receipt']._fields['state']._description_selection(self.env),
        string="New Status",
        required=True,
        default='received',
    )
    date_received = fields.Date(string="Received On", default=fields.Date.context_today)
    comment = fields.Text()
    has_invoiced = fields.Boolean(compute='_compute_has_invoiced')

    @api.depends('receipt_ids', 'state')
    def _compute_has_invoiced(self):
        for wizard in self:
            wizard.has_invoiced = wizard.state == 'cancelled' and any(wizard.receipt_ids.mapped('is_invoiced'))

    @public_method(one=True, once=True)
    def action_apply(self):
        if self.state == 'received' and not self.date_received:
            raise UserError(self.env._("Fill in the day on which the money came."))
        told = self.receipt_ids._action_set_state(self.state, self.comment, self.date_received)
        return self._close() if told is True else told
