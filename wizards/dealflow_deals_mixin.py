from odoo import api, fields, models
from odoo.fields import Command


class DealflowDealsMixin(models.AbstractModel):
    """A dialog over the deals that it is opened from: one card, or the chosen rows of a list."""

    _name = 'dealflow.deals.mixin'
    _description = "Dialog over Deals"

    deal_ids = fields.Many2many('dealflow.deal', string="Deals", required=True)
    deal_count = fields.Integer(compute='_compute_deal_count')
    comment = fields.Text(required=True)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if (
            'deal_ids' in fields
            and not values.get('deal_ids')
            and self.env.context.get('active_model') == 'dealflow.deal'
        ):
            values['deal_ids'] = [Command.set(self.env.context.get('active_ids', []))]
        return values

    @api.depends('deal_ids')
    def _compute_deal_count(self):
        for wizard in self:
            wizard.deal_count = len(wizard.deal_ids)
