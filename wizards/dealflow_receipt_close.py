from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..tools.public_methods import public_method


class DealflowReceiptClose(models.TransientModel):
    """Closes several receipts by hand, each on its own date: all rows that may be closed, or none (E45)."""

    _name = 'dealflow.receipt.close'
    _description = "Close Receipts"
    _inherit = ['dealflow.receipt.wizard.mixin']

    date_received = fields.Date(string="Received On", default=fields.Date.context_today, required=True)
    comment = fields.Text()
    line_ids = fields.One2many(
        'dealflow.receipt.close.line',
        'close_id',
        string="Rows",
        compute='_compute_line_ids',
        store=True,
        readonly=False,
        precompute=True,
    )
    closing_count = fields.Integer(compute='_compute_counts')
    refused_count = fields.Integer(compute='_compute_counts')

    @api.depends('receipt_ids')
    def _compute_line_ids(self):
        for close in self:
            close.line_ids = [
                Command.clear(),
                *(Command.create({'receipt_id': receipt.id}) for receipt in close.receipt_ids._origin),
            ]

    @api.depends('line_ids.problem')
    def _compute_counts(self):
        for close in self:
            close.refused_count = len(close.line_ids.filtered('problem'))
            close.closing_count = len(close.line_ids) - close.refused_count

    @public_method(one=True, once=True)
    def action_apply(self):
        """Close the rows without a problem.

        :raise UserError: there are none, or one of them cannot be closed after all; then none is closed
        """
        lines = self.line_ids.filtered(lambda line: not line.problem)
        if not lines:
            raise UserError(
                self.env._(
                    "None of the receipts can be closed:\n%(reasons)s",
                    reasons=self._format_reasons({line.receipt_id: line.problem for line in self.line_ids}),
                )
            )
        refused = {}
        for line in lines:
            try:
                with self.env.cr.savepoint():
                    line.receipt_id._action_set_state('received', self.comment, line.date_received)
            except UserError as error:
                refused[line.receipt_id] = str(error)
        if refused:
            raise UserError(
                self.env._(
                    "Nothing has been closed, because of these receipts:\n%(reasons)s",
                    reasons=self._format_reasons(refused),
                )
            )
        return self._close()

    @api.model
    def _format_reasons(self, reasons):
        return "\n".join(
            self.env._("- %(receipt)s: %(reason)s", receipt=receipt.display_name, reason=reason)
            for receipt, reason in reasons.items()
        )
