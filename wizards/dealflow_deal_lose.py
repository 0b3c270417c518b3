from odoo import api, fields, models


class DealflowDealLose(models.TransientModel):
    """Asks why deals were lost, to whom, and at which price (C65)."""

    _name = 'dealflow.deal.lose'
    _description = "Lose Deals"
    _inherit = ['dealflow.deals.mixin']

    lost_reason_id = fields.Many2one('crm.lost.reason', required=True)
    competitor_id = fields.Many2one('dealflow.competitor', string="Lost To")
    currency_id = fields.Many2one('res.currency', compute='_compute_currency_id')
    competitor_price = fields.Monetary(
        string="Their Price", compute='_compute_competitor_price', store=True, readonly=False,
        help="In the currency of the deal. 0 means that it is not known.",
    )

    @api.depends('deal_ids')
    def _compute_currency_id(self):
        """Deals that are lost together have no price in common, so only one deal has a currency here."""
        for wizard in self:
            wizard.currency_id = wizard.deal_ids.currency_id if len(wizard.deal_ids) == 1 else False

    @api.depends('deal_ids', 'competitor_id')
    def _compute_competitor_price(self):
        """Take the price that is known already."""
        for wizard in self:
            rivals = wizard.deal_ids.competitor_ids if len(wizard.deal_ids) == 1 else ()
            prices = {rival.competitor_id: rival.price for rival in rivals}
            wizard.competitor_price = prices.get(wizard.competitor_id, 0.0)

    def action_apply(self):
        self.ensure_one()
        self.deal_ids.action_lose(
            self.lost_reason_id.id, self.comment, competitor_id=self.competitor_id.id,
            competitor_price=self.currency_id and self.competitor_price,
        )
        return {'type': 'ir.actions.act_window_close', 'infos': {'done': True}}
