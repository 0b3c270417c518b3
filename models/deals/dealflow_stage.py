from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import ormcache

from .res_users import OPENING_GROUPS

# Every move reads the order of the stages, every record rule on deals the closed ones: both are cached.
CACHED_FIELDS = {'funnel_id', 'sequence', 'active', 'visible_group_ids', 'edit_group_ids'}


class DealflowStage(models.Model):
    """A stage of a funnel, with the rules for entering it (E65, X38)."""

    _name = 'dealflow.stage'
    _description = "Deal Stage"
    _inherit = 'dealflow.derived.mixin'
    # By the id of the funnel: the order of funnels would make every total by stage join their table.
    _order = 'funnel_id.id, sequence, id'

    name = fields.Char(required=True, translate=True)
    funnel_id = fields.Many2one('dealflow.funnel', required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='funnel_id.company_id')
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    fold = fields.Boolean(string="Folded", help="Show the stage folded in the kanban view of deals.")
    is_won = fields.Boolean(
        string="Counts as Won",
        help="A deal in this stage is won. Several stages may follow the sale, up to shipment and payment.",
    )
    probability = fields.Float(
        aggregator='avg',
        help="Chance of winning, in per cent, that a deal takes over when it enters the stage.",
    )
    planned_conversion = fields.Float(
        aggregator='avg',
        help="Share of the deals, in per cent, that should go on from this stage to the next one.",
    )
    require_comment = fields.Boolean(
        default=True,
        help="Moving a deal into the stage requires a comment and a short status.",
    )
    allowed_from_ids = fields.Many2many(
        'dealflow.stage',
        'dealflow_stage_allowed_from_rel',
        'stage_id',
        'from_stage_id',
        string="Allowed Previous Stages",
        domain="[('funnel_id', '=', funnel_id), ('id', '!=', id)]",
        help="Deals may come only from these stages. Empty means from any stage.",
    )
    group_ids = fields.Many2many(
        'res.groups',
        'dealflow_stage_group_rel',
        'stage_id',
        'group_id',
        string="Who May Enter",
        help="Only members of these groups may move deals into the stage. Empty means everybody who may change the "
        "deal.",
    )
    visible_group_ids = fields.Many2many(
        'res.groups',
        'dealflow_stage_visible_group_rel',
        'stage_id',
        'group_id',
        string="Who Sees",
        help="Only members of these groups see the deals that are in the stage. Empty means everybody who may see the "
        "deal.",
    )
    edit_group_ids = fields.Many2many(
        'res.groups',
        'dealflow_stage_edit_group_rel',
        'stage_id',
        'group_id',
        string="Who Changes",
        help="Only members of these groups change the deals that are in the stage, their products, competitors and "
        "receipts. Empty means everybody who may change the deal.",
    )
    requirement_ids = fields.One2many(
        'dealflow.stage.requirement',
        'stage_id',
        string="Requirements",
        copy=True,
        help="The requirements that a deal must meet to enter the stage.",
    )
    activity_plan_id = fields.Many2one(
        'mail.activity.plan',
        domain="[('res_model', '=', 'dealflow.deal')]",
        ondelete='set null',
        help="These activities are scheduled when a deal enters the stage.",
    )
    rotting_threshold_days = fields.Integer(
        string="Days to Rot",
        help="A deal that stays longer in the stage is marked as rotting. 0 switches the mark off.",
    )

    _check_probability = models.Constraint(
        'CHECK (probability >= 0 AND probability <= 100)',
        "The probability must be between 0 and 100 per cent.",
    )
    _check_planned_conversion = models.Constraint(
        'CHECK (planned_conversion >= 0 AND planned_conversion <= 100)',
        "The planned conversion must be between 0 and 100 per cent.",
    )
    _check_rotting_threshold_days = models.Constraint(
        'CHECK (rotting_threshold_days >= 0)',
        "The days to rot cannot be negative.",
    )

    @api.constrains('funnel_id')
    def _check_funnel_of_deals(self):
        deals = self.env['dealflow.deal'].sudo().with_context(active_test=False)
        stray = deals.search([('stage_id', 'in', self.ids)]).filtered(
            lambda deal: deal.funnel_id != deal.stage_id.funnel_id,
        )
        if stray:
            raise ValidationError(
                self.env._(
                    "The stage %(stage)s has deals of the funnel %(funnel)s and must stay in that funnel.",
                    stage=stray[0].stage_id.name,
                    funnel=stray[0].funnel_id.name,
                )
            )

    @api.constrains('allowed_from_ids', 'funnel_id')
    def _check_allowed_from(self):
        for stage in self:
            if foreign := stage.allowed_from_ids - stage.funnel_id.with_context(active_test=False).stage_ids:
                raise ValidationError(
                    self.env._(
                        "The allowed previous stage %(previous)s belongs to another funnel than the stage %(stage)s.",
                        previous=foreign[0].name,
                        stage=stage.name,
                    )
                )

    @api.depends('funnel_id')
    @api.depends_context('dealflow_show_funnel')
    def _compute_display_name(self):
        if not self.env.context.get('dealflow_show_funnel'):
            return super()._compute_display_name()
        for stage in self:
            stage.display_name = f"{stage.funnel_id.name} / {stage.name}"

    @api.model_create_multi
    def create(self, vals_list):
        stages = super().create(vals_list)
        self._clear_stage_cache()
        return stages

    def write(self, vals):
        result = super().write(vals)
        if CACHED_FIELDS & vals.keys():
            self._clear_stage_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self._clear_stage_cache()
        return result

    def _clear_stage_cache(self):
        """Clear the cached order of the stages, and the stage lists of users that the record rules on deals use."""
        self.env['res.users'].invalidate_model(list(OPENING_GROUPS))
        self.env.registry.clear_cache()

    @api.model
    @ormcache('funnel_id')
    def _get_ordered_ids(self, funnel_id):
        """Return the ids of the active stages of a funnel, as an ordered tuple."""
        # sudo - dealflow.stage: everyone who works on a deal needs the order; the cache is shared by all users.
        stages = self.sudo().with_context(active_test=True)
        return tuple(stages.search([('funnel_id', '=', funnel_id)], order='sequence, id').ids)

    @api.model
    @ormcache()
    def _get_ids_with_requirements(self):
        """Return the ids of the stages with requirements, in funnels that enforce them, so that others are skipped."""
        # sudo - dealflow.stage.requirement: the cache is shared by all users.
        groups = (
            self.env['dealflow.stage.requirement']
            .sudo()
            ._read_group(
                [('is_enforced', '=', True), ('stage_id.funnel_id.enforces_requirements', '=', True)],
                ['stage_id'],
            )
        )
        return frozenset(stage.id for [stage] in groups)

    def _get_requirements(self):
        """Return the requirements of the stage that are in force; queries the database only if there are any."""
        self.ensure_one()
        if self.id not in self._get_ids_with_requirements():
            return self.env['dealflow.stage.requirement']
        return self.requirement_ids.filtered('is_enforced')

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        logs = self.env['dealflow.deal.log'].sudo()
        for stage in self:
            if logs.search_count(['|', ('stage_from_id', '=', stage.id), ('stage_to_id', '=', stage.id)], limit=1):
                raise UserError(
                    self.env._(
                        "Deals have been in the stage %(stage)s, so it cannot be deleted. Archive it instead.",
                        stage=stage.name,
                    )
                )
