from odoo import api, models


class IrActionsActions(models.Model):
    """Who may not run a server action is not offered it, instead of a refusal and a warning in the log."""

    _inherit = 'ir.actions.actions'

    @api.model
    def get_bindings(self, model_name):
        bindings = super().get_bindings(model_name)
        if not bindings.get('action') or self.env[model_name].has_access('write'):
            return bindings
        # As Odoo decides when it runs one: without groups of its own it is for those who may change the records.
        # sudo - ir.actions.server: the actions are told to everybody whose they are, as in the lookup before.
        actions_sudo = self.env['ir.actions.server'].sudo()
        refused = set(
            actions_sudo.search(
                [('id', 'in', [action['id'] for action in bindings['action']]), ('group_ids', '=', False)]
            ).ids
        )
        return {**bindings, 'action': [action for action in bindings['action'] if action['id'] not in refused]}
