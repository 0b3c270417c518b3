from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.public_methods import public_method


class DealflowDealMove(models.TransientModel):
    """Asks for the comment and the short status of a move of one or several deals (E26)."""

    _name = 'dealflow.deal.move'
    _description = "Move Deals"
    _inherit = ['dealflow.deal.wizard.mixin']

    operation = fields.Selection(
        [('move', "Move"), ('win', "Win"), ('reopen', "Reopen")],
        required=True,
        default='move',
    )
    funnel_id = fields.Many2one('dealflow.funnel', compute='_compute_funnel_id')
    stage_id = fields.Many2one(
        'dealflow.stage',
        domain="[('funnel_id', '=', funnel_id)]",
        compute='_compute_stage_id',
        store=True,
        readonly=False,
        precompute=True,
    )
    short_status = fields.Char()
    stage_checklist = fields.Json(compute='_compute_stage_checklist', export_string_translation=False)
    claim_warning = fields.Text(compute='_compute_claim_warning')

    @api.depends('deal_ids')
    def _compute_funnel_id(self):
        for wizard in self:
            funnels = wizard.deal_ids.funnel_id
            wizard.funnel_id = funnels if len(funnels) == 1 else False

    @api.depends('deal_ids', 'stage_id', 'operation')
    def _compute_stage_checklist(self):
        """List the requirements of the stage for a single deal, so that nobody comments on a refused move (E65)."""
        for wizard in self:
            deal = wizard.deal_ids._origin
            stage = wizard.stage_id._origin
            if wizard.operation == 'win':
                stage = deal.funnel_id.stage_ids.filtered('is_won').sorted('sequence')[:1]
            is_asked = wizard.operation != 'reopen' and len(deal) == 1 and stage
            if not is_asked or not stage._get_requirements():
                wizard.stage_checklist = []
                continue
            items = deal._get_checklist_items(stage)
            # Opened from the kanban view, missing items are filled in on the form of the deal.
            if self.env.context.get('active_id') != deal.id:
                for item in items:
                    if not item['is_done'] and not item['action']:
                        item['action'] = {
                            'type': 'ir.actions.act_window',
                            'res_model': deal._name,
                            'views': [[False, 'form']],
                            'res_id': deal.id,
                        }
            wizard.stage_checklist = [{'stage': stage.name, 'is_present': False, 'items': items}]

    @api.depends('deal_ids')
    def _compute_claim_warning(self):
        """Tell which open claims the clients have (B48)."""
        for wizard in self:
            clients = wizard.deal_ids.business_partner_id | wizard.deal_ids.legal_entity_id
            wizard.claim_warning = "\n".join(
                claim_sudo._get_warning() for claim_sudo in clients._dealflow_get_open_claims_sudo()
            )

    @api.depends('deal_ids')
    def _compute_stage_id(self):
        """Propose the next stage for a single deal; several deals may be in different stages."""
        for wizard in self.filtered(lambda wizard: not wizard.stage_id):
            deal = wizard.deal_ids._origin
            wizard.stage_id = deal._get_next_stage() if len(deal) == 1 else False

    @public_method(one=True, once=True)
    def action_apply(self):
        if self.operation == 'win':
            told = self.deal_ids.action_win(self.comment)
        elif self.operation == 'reopen':
            told = self.deal_ids.action_reopen(self.comment)
        elif len(self.deal_ids.funnel_id) > 1:
            raise UserError(
                self.env._(
                    "The chosen deals belong to several funnels: %(funnels)s. Move the deals of one funnel at a time.",
                    funnels=", ".join(self.deal_ids.funnel_id.mapped('name')),
                )
            )
        elif not self.stage_id:
            raise UserError(self.env._("Choose the stage to move the deals to."))
        else:
            told = self.deal_ids.action_move_stage(self.stage_id.id, self.comment, self.short_status)
        return {'type': 'ir.actions.act_window_close', 'infos': {'done': True}} if told is True else told
