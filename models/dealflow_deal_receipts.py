from odoo import api, fields, models


class DealflowDeal(models.Model):
    """The planned and received money of a deal (E25, E31)."""

    _inherit = 'dealflow.deal'

    receipt_ids = fields.One2many('dealflow.receipt', 'deal_id', string="Receipts", copy=True)
    receipt_count = fields.Integer(compute='_compute_receipt_totals')
    planned_total = fields.Monetary(
        string="Planned Receipts", compute='_compute_receipt_totals',
        help="The whole plan: all receipts that are not cancelled, also those that have come.",
    )
    received_total = fields.Monetary(string="Received Money", compute='_compute_receipt_totals')
    overdue_total = fields.Monetary(
        string="Overdue Receipts", compute='_compute_receipt_totals',
        help="Still in plan although the planned date is over.",
    )

    @api.depends(
        'currency_id', 'receipt_ids.amount', 'receipt_ids.currency_id', 'receipt_ids.state', 'receipt_ids.date_planned',
    )
    @api.depends_context('tz')
    def _compute_receipt_totals(self):
        today = fields.Date.context_today(self)
        for deal in self:
            planned = received = overdue = 0.0
            for receipt in deal.receipt_ids:
                if receipt.state == 'cancelled':
                    continue
                amount = deal._convert_receipt_amount(receipt, today)
                planned += amount
                if receipt.state == 'received':
                    received += amount
                elif receipt.is_overdue:
                    overdue += amount
            deal.receipt_count = len(deal.receipt_ids)
            deal.planned_total, deal.received_total, deal.overdue_total = planned, received, overdue

    def _convert_receipt_amount(self, receipt, today):
        """Return the amount of a receipt in the currency of the deal, at the date of the money."""
        self.ensure_one()
        if receipt.currency_id == self.currency_id or not receipt.currency_id or not self.currency_id:
            return receipt.amount
        return receipt.currency_id._convert(
            receipt.amount, self.currency_id, self.company_id, receipt.date_received or today,
        )

    def copy_data(self, default=None):
        """Leave cancelled receipts out of a copied deal."""
        vals_list = super().copy_data(default)
        for deal, vals in zip(self, vals_list, strict=True):
            if vals.get('receipt_ids'):
                vals['receipt_ids'] = [
                    command for command, receipt in zip(vals['receipt_ids'], deal.receipt_ids.sorted('id'), strict=True)
                    if receipt.state != 'cancelled'
                ]
        return vals_list

    def action_view_receipts(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_receipt_action_of_deal')
        action['domain'] = [('deal_id', '=', self.id)]
        action['context'] = {'default_deal_id': self.id}
        return action
