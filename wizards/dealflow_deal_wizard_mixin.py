from odoo import api, fields, models


class DealflowDealWizardMixin(models.AbstractModel):
    """A dialog for the deals that it is opened from: one form, or the selected rows of a list."""

    _name = 'dealflow.deal.wizard.mixin'
    _description = "Deal Wizard"
    _inherit = ['dealflow.chosen.records.wizard.mixin']
    _chosen_field = 'deal_ids'

    deal_ids = fields.Many2many('dealflow.deal', string="Deals", required=True, context={'active_test': False})
    deal_count = fields.Integer(compute='_compute_deal_count')
    deal_name = fields.Char(compute='_compute_deal_name')
    comment = fields.Text(required=True)

    @api.depends('deal_ids')
    def _compute_deal_count(self):
        for wizard in self:
            wizard.deal_count = len(wizard.deal_ids)

    @api.depends('deal_ids')
    def _compute_deal_name(self):
        """Show the deal and its client if the dialog is for a single deal."""
        for wizard in self:
            deal = wizard.deal_ids._origin
            names = [deal.name, deal.business_partner_id.display_name] if len(deal) == 1 else []
            wizard.deal_name = ", ".join(filter(None, names))
