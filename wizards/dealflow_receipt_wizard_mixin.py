from odoo import api, fields, models


class DealflowReceiptWizardMixin(models.AbstractModel):
    """A dialog for the receipts that it is opened from: one form, or the selected rows of a list."""

    _name = 'dealflow.receipt.wizard.mixin'
    _description = "Receipt Wizard"
    _inherit = ['dealflow.chosen.records.wizard.mixin']
    _chosen_field = 'receipt_ids'

    receipt_ids = fields.Many2many('dealflow.receipt', string="Receipts", required=True, context={'active_test': False})
    receipt_count = fields.Integer(compute='_compute_receipt_count')

    @api.depends('receipt_ids')
    def _compute_receipt_count(self):
        for wizard in self:
            wizard.receipt_count = len(wizard.receipt_ids)

    def _close(self):
        return {'type': 'ir.actions.act_window_close', 'infos': {'done': True}}
