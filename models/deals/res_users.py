from odoo import api, fields, models
from odoo.tools import ormcache

# Model of the stages, and its field with the groups that have access, by the user field with the closed stages.
OPENING_GROUPS = {
    'dealflow_hidden_stage_ids': ('dealflow.stage', 'visible_group_ids'),
    'dealflow_locked_stage_ids': ('dealflow.stage', 'edit_group_ids'),
    'dealflow_hidden_lead_stage_ids': ('crm.stage', 'dealflow_visible_group_ids'),
    'dealflow_locked_lead_stage_ids': ('crm.stage', 'dealflow_edit_group_ids'),
}


class ResUsers(models.Model):
    """The stages whose deals or opportunities are closed to a user (X52).

    Record rules compare with these short lists: a join with the stages would double the time of every total. The lists
    are computed from cached values, as the rules themselves are.
    """

    _inherit = 'res.users'

    dealflow_hidden_stage_ids = fields.Many2many(
        'dealflow.stage',
        compute='_compute_dealflow_closed_stage_ids',
        compute_sudo=True,
        export_string_translation=False,
        groups='dealflow.group_viewer',
        help="Stages whose deals the person may not see.",
    )
    dealflow_locked_stage_ids = fields.Many2many(
        'dealflow.stage',
        compute='_compute_dealflow_closed_stage_ids',
        compute_sudo=True,
        export_string_translation=False,
        groups='dealflow.group_viewer',
        help="Stages whose deals the person may see and not change.",
    )
    dealflow_hidden_lead_stage_ids = fields.Many2many(
        'crm.stage',
        compute='_compute_dealflow_closed_stage_ids',
        compute_sudo=True,
        export_string_translation=False,
        groups='dealflow.group_viewer',
        help="Stages whose opportunities the person may not see.",
    )
    dealflow_locked_lead_stage_ids = fields.Many2many(
        'crm.stage',
        compute='_compute_dealflow_closed_stage_ids',
        compute_sudo=True,
        export_string_translation=False,
        groups='dealflow.group_viewer',
        help="Stages whose opportunities the person may see and not change.",
    )

    @api.depends('all_group_ids')
    def _compute_dealflow_closed_stage_ids(self):
        for user in self:
            closed = user._origin._dealflow_get_closed_stage_ids() if user._origin else {}
            for field_name in OPENING_GROUPS:
                user[field_name] = closed.get(field_name)

    def _dealflow_get_closed_stage_ids(self):
        """Return the ids of the stages that are closed to the user, by name of the field that shows them.

        :rtype: dict[str, tuple[int, ...]]
        """
        groups = set(self._get_group_ids())
        return {
            field_name: tuple(stage_id for stage_id, opening in stages.items() if groups.isdisjoint(opening))
            for field_name, stages in self._dealflow_get_guarded_stages().items()
        }

    @api.model
    @ormcache()
    def _dealflow_get_guarded_stages(self):
        """Return the stages with restricted access: ``{user field: {stage id: ids of the groups with access}}``."""
        guarded = {}
        for field_name, (model_name, opening) in OPENING_GROUPS.items():
            # sudo - dealflow.stage, crm.stage: the cache is shared by all users.
            stages = self.env[model_name].sudo().with_context(active_test=False).search([(opening, '!=', False)])
            guarded[field_name] = {stage.id: tuple(stage[opening].ids) for stage in stages}
        return guarded
