from odoo import fields, models

from ..tools.public_methods import public_method


class DealflowReceiptQuestion(models.TransientModel):
    """Asks another user about one or several receipts (E39)."""

    _name = 'dealflow.receipt.question'
    _description = "Question about Receipts"
    _inherit = ['dealflow.receipt.wizard.mixin']

    user_id = fields.Many2one(
        'res.users',
        string="Ask",
        required=True,
        domain="[('share', '=', False)]",
        default=lambda self: self._default_user_id(),
    )
    question = fields.Text(required=True)

    def _default_user_id(self):
        """Propose the responsible user, if there is only one and it is not the current user."""
        is_opened_from_receipts = self.env.context.get('active_model') == 'dealflow.receipt'
        receipts = self.env['dealflow.receipt'].browse(
            self.env.context.get('active_ids', []) if is_opened_from_receipts else [],
        )
        user = receipts.user_id
        return user if len(user) == 1 and user != self.env.user else False

    @public_method(one=True, once=True)
    def action_apply(self):
        self.receipt_ids.action_ask_question(self.user_id.id, self.question)
        return self._close()
