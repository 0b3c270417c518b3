from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from ..tools.public_methods import public_method


class DealflowReceiptPostpone(models.TransientModel):
    """Moves the planned date of one or several receipts, and asks for the reason."""

    _name = 'dealflow.receipt.postpone'
    _description = "Postpone Receipts"
    _inherit = ['dealflow.receipt.wizard.mixin']

    method = fields.Selection(
        [('date', "To a date"), ('days', "By a number of days")],
        required=True,
        default='date',
    )
    date_planned = fields.Date(string="New Date")
    days = fields.Integer(default=7, help="Counted from the planned date of each receipt; negative moves them forward.")
    reason = fields.Char(required=True)

    @public_method(one=True, once=True)
    def action_apply(self):
        if self.method == 'date':
            if not self.date_planned:
                raise UserError(self.env._("Choose the new planned date."))
            told = self.receipt_ids.action_postpone(self.date_planned, self.reason)
            if told is not True:
                return told
        else:
            for date_planned, receipts in self.receipt_ids.grouped('date_planned').items():
                receipts.action_postpone(date_planned + timedelta(days=self.days), self.reason)
        return self._close()
