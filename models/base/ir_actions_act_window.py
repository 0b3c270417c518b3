from odoo import models
from odoo.exceptions import AccessError


class IrActionsActWindow(models.Model):
    """Pages of Dealflow that belong to a group are closed to others by their address too; Odoo hides the menu only."""

    _inherit = 'ir.actions.act_window'

    def _get_action_dict(self):
        action_sudo = self.sudo()
        is_ours = (action_sudo.res_model or '').startswith('dealflow.')
        if is_ours and action_sudo.group_ids and not self._dealflow_is_open_to_person():
            raise AccessError(
                self.env._(
                    "The page “%(page)s” is open to people with the right “%(right)s”.",
                    page=action_sudo.name,
                    right=action_sudo.group_ids[0].display_name,
                )
            )
        return super()._get_action_dict()

    def _dealflow_is_open_to_person(self):
        # sudo - ir.actions.act_window: the groups of the page decide on the person, whoever asks for it.
        person = self.env.user
        return person._is_superuser() or bool(self.sudo().group_ids & person.all_group_ids)
