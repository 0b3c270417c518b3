from odoo import api, models


class IrActionsActions(models.Model):
    """Hides server actions from users who may not run them, instead of an error and a warning in the log."""

    _inherit = 'ir.actions.actions'

    @api.model
    def get_bindings(self, model_name):
        bindings = super().get_bindings(model_name)
        if not bindings.get('action') or self.env[model_name].has_access('write'):
            return bindings
        # Odoo's own check: an action without groups is for users who may write the records.
        # sudo - ir.actions.server: bindings are listed for all users, as in the lookup above.
        actions_sudo = self.env['ir.actions.server'].sudo()
        refused = set(
            actions_sudo.search(
                [('id', 'in', [action['id'] for action in bindings['action']]), ('group_ids', '=', False)]
            ).ids
        )
        return {**bindings, 'action': [action for action in bindings['action'] if action['id'] not in refused]}
