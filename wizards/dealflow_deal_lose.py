from odoo import api, fields, models
from odoo.tools import format_amount

from ..tools.public_methods import public_method


class DealflowDealLose(models.TransientModel):
    """Asks why deals were lost, to whom, and at which price (C65)."""

    _name = 'dealflow.deal.lose'
    _description = "Lose Deals"
    _inherit = ['dealflow.deal.wizard.mixin']

    lost_reason_id = fields.Many2one('crm.lost.reason', required=True)
    receipt_warning = fields.Char(compute='_compute_receipt_warning', export_string_translation=False)
    competitor_id = fields.Many2one('dealflow.competitor', string="Lost To")
    currency_id = fields.Many2one('res.currency', compute='_compute_currency_id')
    competitor_price = fields.Monetary(
        string="Their Price",
        compute='_compute_competitor_price',
        store=True,
        readonly=False,
        help="In the currency of the deal. 0 means that it is not known.",
    )

    @api.depends('deal_ids')
    def _compute_currency_id(self):
        """Set the currency for a single deal only, because several deals have no common price."""
        for wizard in self:
            wizard.currency_id = wizard.deal_ids.currency_id if len(wizard.deal_ids) == 1 else False

    @api.depends('deal_ids')
    def _compute_receipt_warning(self):
        """Tell how much planned money the loss removes from the plan."""
        for wizard in self:
            # sudo - dealflow.receipt: the loss closes all receipts, even those that the user may not read.
            receipts_sudo = wizard.sudo().deal_ids.receipt_ids.filtered(lambda receipt: receipt.open_amount > 0)
            wizard.receipt_warning = bool(receipts_sudo) and self.env._(
                "Receipts that leave the plan: %(count)s, still to come: %(amounts)s. They return when the deal is "
                "reopened.",
                count=len(receipts_sudo),
                amounts=", ".join(
                    format_amount(self.env, sum(receipts.mapped('open_amount')), currency)
                    for currency, receipts in receipts_sudo.grouped('currency_id').items()
                ),
            )

    @api.depends('deal_ids', 'competitor_id')
    def _compute_competitor_price(self):
        """Propose the price that is known already."""
        for wizard in self:
            competitors = wizard.deal_ids.competitor_ids if len(wizard.deal_ids) == 1 else ()
            prices = {competitor.competitor_id: competitor.price for competitor in competitors}
            wizard.competitor_price = prices.get(wizard.competitor_id, 0.0)

    @public_method(one=True, once=True)
    def action_apply(self):
        told = self.deal_ids.action_lose(
            self.lost_reason_id.id,
            self.comment,
            competitor_id=self.competitor_id.id,
            competitor_price=self.competitor_price if self.currency_id else None,
        )
        return {'type': 'ir.actions.act_window_close', 'infos': {'done': True}} if told is True else told
