from odoo import api, fields, models
from odoo.fields import Command


class DealflowReceiptsMixin(models.AbstractModel):
    """A dialog over the receipts that it is opened from: one card, or the chosen rows of a list."""

    _name = 'dealflow.receipts.mixin'
    _description = "Dialog over Receipts"

    receipt_ids = fields.Many2many('dealflow.receipt', string="Receipts", required=True)
    receipt_count = fields.Integer(compute='_compute_receipt_count')

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        is_opened_from_receipts = self.env.context.get('active_model') == 'dealflow.receipt'
        if 'receipt_ids' in fields and not values.get('receipt_ids') and is_opened_from_receipts:
            values['receipt_ids'] = [Command.set(self.env.context.get('active_ids', []))]
        return values

    @api.depends('receipt_ids')
    def _compute_receipt_count(self):
        for wizard in self:
            wizard.receipt_count = len(wizard.receipt_ids)

    def _close(self):
        return {'type': 'ir.actions.act_window_close', 'infos': {'done': True}}
