from odoo import api, fields, models

from .res_users import OPENING_GROUPS

# Users who read leads; others have no use for these fields.
READERS = 'dealflow.group_viewer,sales_team.group_sale_salesman'


class CrmStage(models.Model):
    """Restricts who sees or changes the opportunities in a stage, as for deals (X52)."""

    _inherit = 'crm.stage'

    dealflow_visible_group_ids = fields.Many2many(
        'res.groups',
        'crm_stage_dealflow_visible_group_rel',
        'stage_id',
        'group_id',
        string="Who Sees",
        groups=READERS,
        help="Only members of these groups see the opportunities that are in the stage. Empty means everybody who may "
        "see the opportunity.",
    )
    dealflow_edit_group_ids = fields.Many2many(
        'res.groups',
        'crm_stage_dealflow_edit_group_rel',
        'stage_id',
        'group_id',
        string="Who Changes",
        groups=READERS,
        help="Only members of these groups change the opportunities that are in the stage. Empty means everybody who "
        "may change the opportunity.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        stages = super().create(vals_list)
        if any({'dealflow_visible_group_ids', 'dealflow_edit_group_ids'} & vals.keys() for vals in vals_list):
            self._dealflow_clear_stage_cache()
        return stages

    def write(self, vals):
        result = super().write(vals)
        if {'dealflow_visible_group_ids', 'dealflow_edit_group_ids'} & vals.keys():
            self._dealflow_clear_stage_cache()
        return result

    def _dealflow_clear_stage_cache(self):
        """Clear the cached stage lists of users that the record rules on opportunities use."""
        self.env['res.users'].invalidate_model(list(OPENING_GROUPS))
        self.env.registry.clear_cache()
