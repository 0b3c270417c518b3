from odoo import fields, models
from odoo.tools import plaintext2html

from ..tools.public_methods import public_method


class DealflowReceiptComment(models.TransientModel):
    """Posts the same comment on one or several receipts (E38)."""

    _name = 'dealflow.receipt.comment'
    _description = "Comment on Receipts"
    _inherit = ['dealflow.receipt.wizard.mixin']

    comment = fields.Text(required=True)

    @public_method(one=True, once=True)
    def action_apply(self):
        for receipt in self.receipt_ids:
            receipt.message_post(
                body=plaintext2html(self.comment),
                message_type='comment',
                subtype_xmlid='mail.mt_note',
            )
        return self._close()
