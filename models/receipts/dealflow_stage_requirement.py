from odoo import api, fields, models


class DealflowStageRequirement(models.Model):
    """Requirements on money: a share of the amount must be planned or received (E65)."""

    _inherit = 'dealflow.stage.requirement'

    kind = fields.Selection(
        selection_add=[('receipts_total', "Receipts are planned"), ('received_share', "Money has come")],
        ondelete={'receipts_total': 'cascade', 'received_share': 'cascade'},
    )
    min_percent = fields.Float(string="Share (%)", default=100.0, help="Of the amount of the deal, in per cent.")

    _check_percent = models.Constraint('CHECK (min_percent > 0)', "The required share must be more than 0 per cent.")

    @api.depends('min_percent')
    def _compute_description(self):
        return super()._compute_description()

    def _describe_receipts_total(self):
        return self.env._("Receipts are planned for %(percent)g %% of the amount", percent=self.min_percent)

    def _describe_received_share(self):
        return self.env._("%(percent)g %% of the amount has been received", percent=self.min_percent)

    def _filter_receipts_total(self, deals):
        return deals.filtered(lambda deal: self._is_share_reached(deal, deal.sudo().planned_total))

    def _filter_received_share(self, deals):
        return deals.filtered(lambda deal: self._is_share_reached(deal, deal.sudo().received_total))

    def _is_share_reached(self, deal, total):
        goal = deal.amount * self.min_percent / 100
        return deal.amount > 0 and deal.currency_id.compare_amounts(total, goal) >= 0

    def _action_receipts_total(self, deal):
        return self._to_link(deal.action_view_receipts())

    def _action_received_share(self, deal):
        return self._action_receipts_total(deal)
