from odoo import fields, models


class IrActionsServer(models.Model):
    """The kind of server action that runs a rule of ours; there is no code in it."""

    _inherit = 'ir.actions.server'

    state = fields.Selection(
        selection_add=[('dealflow_rule', "Run a Dealflow Rule")],
        ondelete={'dealflow_rule': 'cascade'},
        # Label and help are Odoo's, and so are their translations.
        export_string_translation=False,
    )

    def _run_action_dealflow_rule_multi(self, eval_context=None):
        """Run the rule on the records that Odoo's engine has found."""
        records = eval_context['records'] or eval_context['record']
        if records:
            self.base_automation_id.dealflow_rule_id._act(records)
