from datetime import datetime

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

    # When the evidence stood

    def _get_spans_receipts_total(self, deals):
        """Return when enough was planned: receipts count from their creation on, with what they are worth today."""
        today = fields.Date.context_today(self)
        parts = {}
        for deal in deals:
            parts[deal.id] = [
                (receipt.create_date, deal._convert_receipt_amount(receipt, 'amount', today) - cancelled)
                for receipt in deal.receipt_ids
                if receipt.state != 'cancelled'
                for cancelled in [deal._convert_receipt_amount(receipt, 'cancelled_amount', today)]
            ]
        return self._get_spans_of_share(deals, parts)

    def _get_spans_received_share(self, deals):
        """Return when enough had come: matched money counts from its day on, other money from the date given."""
        today = fields.Date.context_today(self)
        parts = {}
        for deal in deals:
            found = parts[deal.id] = []
            for receipt in deal.receipt_ids.filtered(lambda receipt: receipt.state != 'cancelled'):
                total = deal._convert_receipt_amount(receipt, 'received_amount', today)
                days = receipt.matched_days
                if days:
                    worth = sum(amount for _own, amount in days.values())
                    found += [
                        (self._at_midnight(fields.Date.to_date(day)), total * amount / worth if worth else 0.0)
                        for day, (_own, amount) in days.items()
                    ]
                elif total:
                    day = receipt.date_received
                    found.append((day and self._at_midnight(day) or None, total))
        return self._get_spans_of_share(deals, parts)

    def _get_spans_of_share(self, deals, parts):
        """Return when the sum of the parts reached the share of what the deal was worth at that time.

        :param dict parts: pairs of the moment from which an amount counts, or None, and the amount, by id of the deal
        """
        worth = self._get_amounts(deals)
        spans = {}
        for deal in deals:
            # What has no date could have been there all the time: it helps, and leaves the date open.
            dated = sorted((part for part in parts[deal.id] if part[0]), key=lambda part: part[0])
            undated = sum(amount for moment, amount in parts[deal.id] if not moment)
            amounts = worth.get(deal.id) or [(deal.create_date, deal.amount)]
            moments = sorted({moment for moment, _amount in dated} | {moment for moment, _amount in amounts})
            for start, end in zip(moments, [*moments[1:], datetime.max], strict=True):
                amount = next((value for moment, value in reversed(amounts) if moment <= start), amounts[0][1])
                known = sum(value for moment, value in dated if moment <= start)
                for total, first in ((known, start), (known + undated, None)):
                    if amount > 0 and deal.currency_id.compare_amounts(total, amount * self.min_percent / 100) >= 0:
                        spans.setdefault(deal.id, []).append((first, end))
                        break
        return spans

    @api.model
    def _get_amounts(self, deals):
        """Return what deals were worth since when, by id of the deal, as their log tells."""
        amounts = {}
        rows = self.env['dealflow.deal.log'].search([('deal_id', 'in', deals.ids)], order='id')
        for row in rows:
            amounts.setdefault(row.deal_id.id, []).append((row.date, row.amount_to))
        return amounts
