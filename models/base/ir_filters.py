from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import ormcache


class IrFilters(models.Model):
    """Shared filters may only be changed by users with the right to edit them (E70).

    This concerns the screens of Dealflow, which also show Odoo's contacts, opportunities and events. Elsewhere Odoo's
    own rules hold.
    """

    _inherit = 'ir.filters'

    @api.model_create_multi
    def create(self, vals_list):
        filters = super().create(vals_list)
        filters._check_dealflow_common_filters_editor()
        return filters

    def write(self, vals):
        self._check_dealflow_common_filters_editor()
        result = super().write(vals)
        self._check_dealflow_common_filters_editor()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_dealflow_common_filters(self):
        self._check_dealflow_common_filters_editor()

    def _check_dealflow_common_filters_editor(self):
        """Refuse changes of Dealflow's shared filters to users who may not edit them.

        :raise AccessError: one of the filters has no users, which means everybody, and the user lacks the right
        """
        if self.env.su or self.env.user.has_group('dealflow.group_filters_editor'):
            return
        # sudo - ir.filters: a filter that the user may not see is refused by Odoo itself.
        for common in self.sudo():
            if not common.user_ids and common._is_on_dealflow_screens():
                raise AccessError(
                    self.env._(
                        "The filter “%(filter)s” is for everybody. Save it for yourself, or ask a person with the "
                        "right “%(right)s” to publish it.",
                        filter=common.name,
                        right=self.env.ref('dealflow.group_filters_editor').sudo().display_name,
                    )
                )

    def _is_on_dealflow_screens(self):
        """Return whether the filter is offered on a screen in Dealflow's menus; without an action, on every screen."""
        self.ensure_one()
        if self.model_id.startswith('dealflow.'):
            return True
        action_ids, models_shown = self._get_dealflow_screens()
        return self.action_id.id in action_ids if self.action_id else self.model_id in models_shown

    @api.model
    @ormcache()
    def _get_dealflow_screens(self):
        """Return the ids of the window actions in the menus of Dealflow, and the models that they show."""
        root = self.env.ref('dealflow.menu_dealflow_root', raise_if_not_found=False)
        # sudo - ir.ui.menu, ir.actions.act_window: cached for all users alike, whichever menus they see.
        menus = self.env['ir.ui.menu'].sudo().with_context(active_test=False, **{'ir.ui.menu.full_list': True})
        actions = [menu.action for menu in menus.search([('id', 'child_of', root.ids)]) if menu.action] if root else []
        windows = [action for action in actions if action._name == 'ir.actions.act_window']
        return frozenset(action.id for action in windows), frozenset(action.res_model for action in windows)
