from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.public_methods import public_method


class DealflowFunnel(models.Model):
    """A sales process: the ordered stages that its deals go through."""

    _name = 'dealflow.funnel'
    _description = "Sales Funnel"
    _inherit = ['dealflow.register.mixin', 'dealflow.company.mixin']

    company_id = fields.Many2one('res.company', index=True, help="Empty means that all companies use the funnel.")
    enforces_requirements = fields.Boolean(
        string="Enforce Requirements",
        default=True,
        help="Deals enter a stage only when they meet its requirements. Switched off, the requirements are kept, but "
        "they keep no deal out and mark none.",
    )
    stage_ids = fields.One2many('dealflow.stage', 'funnel_id', copy=True)
    deal_count = fields.Integer(string="Deals", compute='_compute_deal_count')

    def _compute_deal_count(self):
        counts = dict(
            self.env['dealflow.deal']._read_group(
                [('funnel_id', 'in', self.ids)],
                ['funnel_id'],
                ['__count'],
            )
        )
        for funnel in self:
            funnel.deal_count = counts.get(funnel, 0)

    @api.constrains('active')
    def _check_last_funnel(self):
        for funnel in self.filtered(lambda funnel: not funnel.active):
            if not self.search_count([('company_id', 'in', [funnel.company_id.id, False])], limit=1):
                raise UserError(
                    self.env._(
                        "The funnel %(funnel)s is the last one, and without a funnel there are no deals. Make another "
                        "one before you archive it.",
                        funnel=funnel.name,
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        if 'enforces_requirements' in vals:
            self.env.registry.clear_cache()
            # sudo - dealflow.deal: the setting also applies to deals that the user may not see.
            self.env['dealflow.deal'].sudo()._refresh_requirements_of_funnels(self)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        deals = self.env['dealflow.deal'].sudo().with_context(active_test=False)
        used = dict(deals._read_group([('funnel_id', 'in', self.ids)], ['funnel_id'], ['__count']))
        for funnel in used:
            raise UserError(
                self.env._(
                    "The funnel %(funnel)s has deals and cannot be deleted. Archive it instead.",
                    funnel=funnel.name,
                )
            )

    @api.model
    def _get_default(self, company):
        """Return the first funnel that ``company`` may use, its own before shared ones; empty if there is none."""
        funnels = self.search_fetch([('company_id', 'in', [company.id, False])], ['company_id', 'name'])
        return funnels.filtered('company_id')[:1] or funnels[:1]

    def _get_first_stage(self):
        """Return the stage where deals of this funnel begin (E22); empty if the funnel has no active stage."""
        self.ensure_one()
        stages = self.env['dealflow.stage']
        return stages.browse(stages._get_ordered_ids(self._origin.id)[:1])

    @public_method(one=True)
    def action_view_deals(self):
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_deal_action')
        action['domain'] = [('funnel_id', '=', self.id)]
        action['context'] = {'default_funnel_id': self.id}
        return action
