from markupsafe import Markup

from odoo import models
from odoo.exceptions import AccessError


class IrActionsActWindow(models.Model):
    """Restricts our pages to their groups when they are opened by URL too; Odoo only hides the menu.

    On an empty page, users who may only read are told so, instead of what to press.
    """

    _inherit = 'ir.actions.act_window'

    def _get_action_dict(self):
        action_sudo = self.sudo()
        is_ours = (action_sudo.res_model or '').startswith('dealflow.')
        if is_ours and action_sudo.group_ids and not self._dealflow_is_allowed_for_user():
            raise AccessError(
                self.env._(
                    "The page “%(page)s” is open to people with the right “%(right)s”.",
                    page=action_sudo.name,
                    right=action_sudo.group_ids[0].display_name,
                )
            )
        action = super()._get_action_dict()
        if action.get('help') and self._dealflow_is_readonly_for_user():
            action['help'] = Markup('<p class="o_view_nocontent_neutral_face">%s</p><p>%s</p>') % (
                self.env._("There is nothing here yet"),
                self.env._("You may view this page. Colleagues with the right to change it can add to it."),
            )
        return action

    def _dealflow_is_readonly_for_user(self):
        """Return whether other users may create the records of our page, and this one may not."""
        action_sudo = self.sudo()
        model_name = action_sudo.res_model
        if not (action_sudo.path or '').startswith('dealflow-') or model_name not in self.env:
            return False
        # Actions are read with elevated rights; the right to create is the user's.
        if self.env[model_name].with_user(self.env.user).has_access('create'):
            return False
        return bool(self.env['ir.model.access'].group_names_with_access(model_name, 'create'))

    def _dealflow_is_allowed_for_user(self):
        # sudo - ir.actions.act_window: the groups of the page are checked for every user, whether they may read them or
        # not.
        person = self.env.user
        return person._is_superuser() or bool(self.sudo().group_ids & person.all_group_ids)
