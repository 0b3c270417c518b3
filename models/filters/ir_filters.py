from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import ormcache


class IrFilters(models.Model):
    """Saved filters stand in a tree of folders and are shared with people, groups and teams (E51-E54, E69, E70).

    A filter stays one of Odoo: without users it is for everybody, and one user alone has a private one. What stands in
    a folder is also seen by those with whom the folder is shared.

    Who changes a shared filter is guarded on the screens of Dealflow, which also show Odoo's contacts, opportunities
    and events. Elsewhere Odoo's own rules hold.
    """

    _name = 'ir.filters'
    _inherit = ['ir.filters', 'dealflow.reference.mixin', 'dealflow.sharing.guard.mixin']

    # Not the default of the mixin: filters that exist when Dealflow is installed get their owner as well.
    dealflow_owner_id = fields.Many2one(
        default=None,
        compute='_compute_dealflow_owner_id',
        compute_sudo=True,
        store=True,
        readonly=False,
        precompute=True,
    )
    dealflow_folder_id = fields.Many2one(
        'dealflow.filter.folder',
        string="Folder",
        ondelete='set null',
        index='btree_not_null',
        copy=False,
        groups='base.group_user',
        domain="[('groupby', '=', False), ('model', 'in', [model_id, False])]",
        help="Where the filter stands in the tree on the left. Whoever the folder is shared with uses the filter too.",
    )
    dealflow_sequence = fields.Integer(string="Place in the Folder", default=10, copy=False, groups='base.group_user')

    # Without dependencies: the owner is found once, and stays when the filter is shared.
    def _compute_dealflow_owner_id(self):
        for record in self:
            if not record._origin:
                maker = record._dealflow_default_owner_id()
            else:
                maker = record.create_uid if record.create_uid._is_internal() else self.env['res.users']
            users = record.user_ids
            is_for_one = len(users) == 1 and maker not in users
            record.dealflow_owner_id = users._origin if is_for_one else maker

    @api.constrains('dealflow_folder_id', 'model_id')
    def _check_dealflow_folder(self):
        # sudo - ir.filters: also for users who see no folders, as in the portal.
        for record in self.sudo():
            folder = record.dealflow_folder_id
            if folder.groupby or folder.model and folder.model != record.model_id:
                raise ValidationError(
                    self.env._(
                        "The filter “%(filter)s” cannot stand in the folder “%(folder)s”, which is of another list or "
                        "filled by itself. Choose another folder.",
                        filter=record.name,
                        folder=folder.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        filters = super().create(vals_list)
        filters._dealflow_check_folders()
        filters._dealflow_keep_shared_ones_private()
        return filters

    def write(self, vals):
        result = super().write(vals)
        if 'dealflow_folder_id' in vals:
            self._dealflow_check_folders()
        if not {'user_ids', 'dealflow_group_ids', 'dealflow_team_ids'}.isdisjoint(vals):
            self._dealflow_keep_shared_ones_private()
        return result

    @api.model
    def get_filters(self, model, action_id=None, embedded_action_id=None, embedded_parent_res_id=None):
        """Return Odoo's favourites and those that are shared with a group, a team or by their folder.

        One of them at most is the default: the user's own, else what is shared with the user, else what is for
        everybody (E68).
        """
        filters = super().get_filters(model, action_id, embedded_action_id, embedded_parent_res_id)
        if not self.env.user._is_internal():
            return filters
        here = self._get_action_domain(action_id, embedded_action_id, embedded_parent_res_id)
        others = self.with_context(**self.env['res.users'].context_get()).search_fetch(
            Domain('id', 'not in', [known['id'] for known in filters])
            & Domain(here)
            & Domain('model_id', '=', model)
            & self._dealflow_get_usable_domain(),
            ['name'],
        )
        if others:
            names = ['name', 'is_default', 'domain', 'context', 'sort', 'embedded_action_id', 'embedded_parent_res_id']
            # No users, as those for everybody: the web client shows a filter of one user as the reader's own.
            filters += [{**values, 'user_ids': []} for values in others.read(names)]
        return self._dealflow_keep_one_default(filters)

    @api.model
    def _dealflow_keep_one_default(self, filters):
        """Return descriptions of filters of which at most one is the default; Odoo would take the last by name."""
        defaults = self.browse([values['id'] for values in filters if values['is_default']])
        if len(defaults) < 2 or not defaults._dealflow_get_guarded():
            return filters
        common = defaults._dealflow_filtered(self._dealflow_get_common_domain())

        def rank(record):
            # sudo - ir.filters: whose a filter is, is no secret to those who use it.
            is_own = record.sudo().dealflow_owner_id == self.env.user and record not in common
            return (0 if is_own else 2 if record in common else 1, record.id)

        first = min(defaults, key=rank)
        return [{**values, 'is_default': values['id'] == first.id} for values in filters]

    # Who may

    @api.model
    def _dealflow_get_common_domain(self):
        for_nobody_in_particular = (
            Domain('user_ids', '=', False)
            & Domain('dealflow_group_ids', '=', False)
            & Domain('dealflow_team_ids', '=', False)
        )
        folders = self.env['dealflow.filter.folder']._dealflow_get_common_domain()
        return for_nobody_in_particular | Domain('dealflow_folder_id', 'any!', folders)

    @api.model
    def _dealflow_get_usable_domain(self):
        folders = self.env['dealflow.filter.folder']._dealflow_get_usable_domain()
        return super()._dealflow_get_usable_domain() | Domain('dealflow_folder_id', 'any!', folders)

    @api.model
    def _dealflow_get_editable_domain(self):
        folders = self.env['dealflow.filter.folder']._dealflow_get_editable_domain()
        in_folder = Domain('dealflow_folder_id', 'any!', folders) & ~self._dealflow_get_common_domain()
        return super()._dealflow_get_editable_domain() | in_folder

    @api.model
    def _dealflow_get_used_by_others_domain(self, owner):
        folders = self.env['dealflow.filter.folder']._dealflow_get_used_by_others_domain(owner)
        in_folder = Domain('dealflow_folder_id', 'any!', folders)
        return super()._dealflow_get_used_by_others_domain(owner) | in_folder

    def _dealflow_get_guarded(self):
        # sudo - ir.filters: a filter that the user may not see is refused by Odoo itself.
        return self.filtered(lambda record: record.sudo()._dealflow_is_guarded())

    def _dealflow_is_guarded(self):
        """Return whether the filter is on a screen in Dealflow's menus, or shared in a way that Odoo has not."""
        self.ensure_one()
        return bool(
            self.dealflow_folder_id
            or self.dealflow_group_ids
            or self.dealflow_team_ids
            or self._is_on_dealflow_screens()
        )

    def _dealflow_get_private_values(self):
        return {**super()._dealflow_get_private_values(), 'user_ids': [Command.set(self.env.user.ids)]}

    def _dealflow_get_refusal(self):
        if self._dealflow_filtered(self._dealflow_get_common_domain()):
            return self.env._(
                "The filter “%(filter)s” is for everybody. Save it for yourself, or ask a person with the "
                "right “%(right)s” to publish it.",
                filter=self.name,
                right=self.env.ref('dealflow.group_filters_editor').sudo().display_name,
            )
        return super()._dealflow_get_refusal()

    def _dealflow_check_folders(self):
        """Refuse folders that the user may not change: whoever they are shared with would get the filter."""
        if self.env.su:
            return
        # sudo - ir.filters: also for users who see no folders, as in the portal.
        folders = self.sudo().dealflow_folder_id.sudo(False)
        editable = folders._dealflow_filtered(folders._dealflow_get_editable_domain())
        # sudo - dealflow.filter.folder: the refusal names a folder that the user may not see.
        for folder_sudo in (folders - editable).sudo():
            raise AccessError(folder_sudo._dealflow_get_refusal())

    def _dealflow_keep_shared_ones_private(self):
        """Give a user to filters that are shared with groups or teams only: without one they are for everybody."""
        # sudo - ir.filters: the owner remains the owner, whoever shares.
        for record_sudo in self.sudo():
            if not record_sudo.user_ids and (record_sudo.dealflow_group_ids or record_sudo.dealflow_team_ids):
                record_sudo.user_ids = record_sudo.dealflow_owner_id or self.env.user

    # The screens of Dealflow

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
