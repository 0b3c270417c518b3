from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command, Domain


class DealflowFilterFolder(models.Model):
    """A folder in the tree of filters left of a list (E13, E53).

    A folder holds saved filters and subfolders, or fills itself: with a grouping, each of its lines is one value of a
    field. Sharing is set on the top folder and holds for all that is in it.
    """

    _name = 'dealflow.filter.folder'
    _description = "Folder of Filters"
    _inherit = ['dealflow.derived.mixin', 'dealflow.reference.mixin', 'dealflow.sharing.mixin']
    _is_guarded = True
    _parent_store = True
    _order = 'sequence, id'

    name = fields.Char(required=True, translate=True)
    model = fields.Selection(
        selection='_selection_model',
        string="List",
        index=True,
        help="The records whose list has the folder on the left; empty: every list.",
    )
    action_id = fields.Many2one(
        'ir.actions.act_window',
        string="Section",
        ondelete='cascade',
        index='btree_not_null',
        help="The section that has the folder; empty: every section with the same records.",
    )
    parent_id = fields.Many2one(
        'dealflow.filter.folder',
        string="In the Folder",
        ondelete='set null',
        index=True,
        domain="[('groupby', '=', False), ('model', 'in', [model, False])]",
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many('dealflow.filter.folder', 'parent_id', string="Subfolders")
    root_id = fields.Many2one(
        'dealflow.filter.folder',
        string="Top Folder",
        compute='_compute_root_id',
        store=True,
        recursive=True,
        index=True,
        export_string_translation=False,
    )
    sequence = fields.Integer(default=10)
    filter_ids = fields.One2many('ir.filters', 'dealflow_folder_id', string="Filters")
    groupby = fields.Char(
        string="One Line for Each",
        help="The folder fills itself: one line for each value of this field of the records.",
    )
    is_common = fields.Boolean(
        string="Common Filters",
        help="Everybody sees and uses what is in the folder; only people with the right “May edit common filters” "
        "change it.",
    )

    @api.depends('name', 'parent_id')
    def _compute_display_name(self):
        for folder in self:
            # sudo - dealflow.filter.folder: a folder that may be read tells where it stands.
            outer = folder.sudo().parent_id.display_name
            folder.display_name = f'{outer} / {folder.name}' if outer else folder.name

    @api.model
    def _selection_model(self):
        return self.env['ir.filters']._list_all_models()

    @api.depends('parent_id.root_id')
    def _compute_root_id(self):
        for folder in self:
            folder.root_id = folder.parent_id.root_id or folder

    @api.constrains('parent_id', 'model', 'action_id', 'groupby', 'child_ids', 'filter_ids')
    def _check_place(self):
        for folder in self:
            parent = folder.parent_id
            if parent.groupby or (folder.groupby and (folder.child_ids or folder.filter_ids)):
                raise ValidationError(
                    self.env._(
                        "The folder “%(folder)s” fills itself, so nothing else stands in it.",
                        folder=(parent if parent.groupby else folder).name,
                    )
                )
            for inner in folder.child_ids | folder:
                outer = inner.parent_id
                if outer.model and outer.model != inner.model:
                    raise ValidationError(
                        self.env._(
                            "The folder “%(folder)s” is of another list than the folder “%(outer)s”, "
                            "in which it stands.",
                            folder=inner.name,
                            outer=outer.name,
                        )
                    )

    @api.constrains('parent_id', 'is_common', 'user_ids', 'dealflow_group_ids', 'dealflow_team_ids')
    def _check_sharing_of_top_folder(self):
        for folder in self:
            if folder.parent_id and (
                folder.is_common or folder.user_ids or folder.dealflow_group_ids or folder.dealflow_team_ids
            ):
                raise ValidationError(
                    self.env._(
                        "The folder “%(folder)s” is shared as the folder “%(root)s” is. Share that one.",
                        folder=folder.name,
                        root=folder.root_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        folders = super().create(vals_list)
        folders._check_editable()
        return folders

    def write(self, vals):
        if vals.get('parent_id'):
            self._check_cycle(self.browse(vals['parent_id']))
        # To take another person's top folder into one's own would share it anew.
        if 'parent_id' in vals and not self.env.su:
            self.filtered(lambda folder: not folder.parent_id)._dealflow_check_sharing_before(
                {'dealflow_owner_id': False}
            )
        result = super().write(vals)
        if 'parent_id' in vals:
            self._check_editable()
        return result

    def _check_cycle(self, parent):
        """Refuse to put folders into themselves, in words; Odoo would say «Recursion Detected»."""
        # sudo - dealflow.filter.folder: a parent that the user may not see is refused afterwards.
        above = {int(part) for part in (parent.sudo().parent_path or '').split('/') if part}
        for folder in self:
            if folder.id in above:
                raise ValidationError(
                    self.env._(
                        "The folder “%(folder)s” cannot stand in itself or in one of its subfolders.",
                        folder=folder.name,
                    )
                )

    def unlink(self):
        """Delete folders; their filters and subfolders go one level up."""
        self.check_access('unlink')
        self._dealflow_check_sharing_before({})
        # sudo - dealflow.filter.folder, ir.filters: what others put into the folder is not lost with it.
        for folder_sudo in self.sudo().sorted(lambda folder: len(folder.parent_path or ''), reverse=True):
            children_sudo = folder_sudo.with_context(active_test=False).child_ids
            folder_sudo.with_context(active_test=False).filter_ids.dealflow_folder_id = folder_sudo.parent_id
            children_sudo.parent_id = folder_sudo.parent_id
            if not folder_sudo.parent_id:
                children_sudo.write(folder_sudo._prepare_sharing_values())
        return super().unlink()

    def _prepare_sharing_values(self):
        """Return the values with which a subfolder is shared as this one was."""
        self.ensure_one()
        return {
            'dealflow_owner_id': self.dealflow_owner_id.id,
            'user_ids': [Command.set(self.user_ids.ids)],
            'dealflow_group_ids': [Command.set(self.dealflow_group_ids.ids)],
            'dealflow_team_ids': [Command.set(self.dealflow_team_ids.ids)],
            'dealflow_share_mode': self.dealflow_share_mode,
            'is_common': self.is_common,
        }

    # Who may: as the top folder says

    @api.model
    def _dealflow_get_common_domain(self):
        return Domain('root_id', 'any!', Domain('is_common', '=', True))

    @api.model
    def _dealflow_get_usable_domain(self):
        return Domain('root_id', 'any!', super()._dealflow_get_usable_domain())

    @api.model
    def _dealflow_get_editable_domain(self):
        return Domain('root_id', 'any!', super()._dealflow_get_editable_domain())

    @api.model
    def _dealflow_get_used_by_others_domain(self, owner):
        return Domain('root_id', 'any!', super()._dealflow_get_used_by_others_domain(owner))

    def _check_editable(self):
        """Refuse a place in the tree that the user may not change.

        :raise AccessError: the top folder belongs to somebody else, or is for everybody
        """
        if self.env.su:
            return
        editable = self._dealflow_filtered(self._dealflow_get_editable_domain())
        # sudo - dealflow.filter.folder: the refusal names a folder that the user may not see.
        for folder_sudo in (self - editable).sudo():
            raise AccessError(folder_sudo.root_id._dealflow_get_refusal())
