from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from ...tools.public_methods import public_method


class DealflowDeal(models.Model):
    """The planned and received money of a deal (E25, E31)."""

    _inherit = 'dealflow.deal'

    receipt_ids = fields.One2many(
        'dealflow.receipt',
        'deal_id',
        string="Receipts",
        copy=True,
        # The form of an archived deal still shows its receipts.
        context={'active_test': False},
    )
    receipt_count = fields.Integer(compute='_compute_receipt_totals')
    planned_total = fields.Monetary(
        string="Planned Receipts",
        compute='_compute_receipt_totals',
        help="The whole plan: what has come and what is still to come. What was cancelled is left out.",
    )
    received_total = fields.Monetary(string="Received Money", compute='_compute_receipt_totals')
    open_total = fields.Monetary(
        string="Still to Come",
        compute='_compute_receipt_totals',
        help="What the receipts in plan have still to bring.",
    )
    overdue_total = fields.Monetary(
        string="Overdue Receipts",
        compute='_compute_receipt_totals',
        help="What is still to come although the planned date is over.",
    )

    on_account_total = fields.Monetary(
        string="On Account",
        compute='_compute_receipt_totals',
        help="What the client paid beyond the invoices of the receipts, and what is not used for anything yet.",
    )
    receipt_gap = fields.Monetary(
        string="Not in the Plan",
        compute='_compute_receipt_totals',
        help="Amount of the deal minus the planned receipts; negative when more is planned than the deal is worth.",
    )

    @api.depends(
        'amount',
        'currency_id',
        'receipt_ids.amount',
        'receipt_ids.amount_company',
        'receipt_ids.currency_id',
        'receipt_ids.state',
        'receipt_ids.date_planned',
        'receipt_ids.received_amount',
        'receipt_ids.received_amount_company',
        'receipt_ids.open_amount',
        'receipt_ids.open_amount_company',
        'receipt_ids.on_account_amount',
        'receipt_ids.cancelled_amount',
        'state',
    )
    @api.depends_context('tz', 'uid')
    def _compute_receipt_totals(self):
        today = fields.Date.context_today(self)
        counted = self._get_counted_receipts()
        for deal in self:
            planned = received = coming = overdue = on_account = 0.0
            for receipt in counted[deal]:
                if receipt.state == 'cancelled':
                    continue
                rest = deal._convert_receipt_amount(receipt, 'open_amount', today)
                planned += deal._convert_receipt_amount(receipt, 'amount', today)
                planned -= deal._convert_receipt_amount(receipt, 'cancelled_amount', today)
                received += deal._convert_receipt_amount(receipt, 'received_amount', today)
                on_account += deal._convert_receipt_amount(receipt, 'on_account_amount', today)
                coming += rest
                overdue += rest if receipt.is_overdue else 0.0
            deal.receipt_count = len(counted[deal])
            gap = deal.amount - planned if deal.state != 'lost' else 0.0
            deal.receipt_gap = deal.currency_id.round(gap) if deal.currency_id else gap
            deal.planned_total, deal.received_total = planned, received
            deal.open_total, deal.overdue_total, deal.on_account_total = coming, overdue, on_account

    def _get_counted_receipts(self):
        """Return the receipts that count in the totals, by deal."""
        return {deal: deal.receipt_ids for deal in self}

    def _convert_receipt_amount(self, receipt, field_name, today):
        """Return an amount of a receipt in the currency of the deal.

        If the receipt has another currency, its amount in company currency is converted, which the plan and its reports
        use, so that all totals agree: received money at the rate of its day, the rest at the rate of ``today``.
        """
        self.ensure_one()
        if receipt.currency_id == self.currency_id or not receipt.currency_id or not self.currency_id:
            return receipt[field_name]
        parts = [(receipt.date_received or today, receipt._get_company_amount(field_name))]
        if field_name == 'received_amount' and receipt.matched_days:
            parts = [(fields.Date.to_date(day), amount) for day, (_own, amount) in receipt.matched_days.items()]
        return sum(
            receipt.company_currency_id._convert(amount, self.currency_id, self.company_id, day)
            for day, amount in parts
        )

    def copy_data(self, default=None):
        """Leave cancelled receipts out of a copied deal, except those cancelled by its loss: they are planned again."""
        vals_list = super().copy_data(default)
        for deal, vals in zip(self, vals_list, strict=True):
            if vals.get('receipt_ids'):
                vals['receipt_ids'] = [
                    command
                    for command, receipt in zip(vals['receipt_ids'], deal.receipt_ids.sorted('id'), strict=True)
                    if receipt.state != 'cancelled' or receipt.is_closed_by_loss
                ]
        return vals_list

    def _prepare_log_row(self, before, after, **values):
        """Add how many receipts a loss has cancelled, and their cancelled amount in company currency."""
        row = super()._prepare_log_row(before, after, **values)
        is_loss = after['state'] == 'lost' != before['state']
        # sudo - dealflow.receipt: the loss also closes receipts that the user may not see.
        receipts_sudo = self.sudo().receipt_ids.filtered('is_closed_by_loss') if is_loss else self.receipt_ids.browse()
        row['cancelled_receipt_count'] = len(receipts_sudo)
        row['cancelled_receipt_amount'] = self.company_id.currency_id.round(
            sum(receipt._get_company_amount('cancelled_amount') for receipt in receipts_sudo)
        )
        return row

    # Payment schedule for the client

    @api.model
    def _get_payment_schedule_title(self):
        return self.env._("Payment schedule")

    def _get_payment_schedule_lang(self):
        self.ensure_one()
        return self.legal_entity_id.lang or self.business_partner_id.lang or self.env.lang

    def _get_payment_schedule(self):
        """Return the data of the printed schedule: receipts not cancelled, totals by currency, and bank accounts."""
        self.ensure_one()
        receipts = self.receipt_ids.filtered(lambda receipt: receipt.state != 'cancelled').sorted('date_planned')
        return {
            'client': self.legal_entity_id or self.business_partner_id,
            'today': fields.Date.context_today(self),
            'lines': receipts,
            'totals': [
                {
                    'currency': currency,
                    'amount': sum(group.mapped('amount')),
                    'received': sum(group.mapped('received_amount')),
                    'open': sum(group.mapped('open_amount')),
                }
                for currency, group in receipts.grouped('currency_id').items()
            ],
            # sudo - res.partner.bank: the company's own bank accounts are printed on its documents.
            'banks': self.company_id.sudo().partner_id.bank_ids,
        }

    @public_method(one=True)
    def action_plan_receipts(self):
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_receipt_plan_action')
        action['context'] = {'default_deal_id': self.id}
        return action

    @public_method(one=True)
    def action_adjust_receipts(self):
        """Make the planned receipts add up to the amount of the deal.

        A missing amount is added to the last receipt in plan, or to a new one. An excess is taken from the last
        receipts in plan; those with nothing left are cancelled. Only receipts in the deal's currency that are not
        invoiced are changed.

        :return: True
        :raise UserError: the plan adds up already, or the excess is received or invoiced
        """
        gap = self.receipt_gap
        if self.currency_id.is_zero(gap):
            raise UserError(self.env._("The plan of the deal %(deal)s adds up to its amount already.", deal=self.name))
        movable = self.receipt_ids.filtered(
            lambda receipt: (
                receipt.state == 'planned' and receipt.currency_id == self.currency_id and not receipt.is_invoiced
            ),
        ).sorted(lambda receipt: (receipt.date_planned, receipt.id), reverse=True)
        if gap < 0 and self.currency_id.compare_amounts(sum(movable.mapped('amount')), -gap) < 0:
            raise UserError(
                self.env._(
                    "The plan of the deal %(deal)s is %(excess)s too high, but what is received or invoiced stays. "
                    "Correct the amount of the deal, or the receipts by hand.",
                    deal=self.name,
                    excess=format_amount(self.env, -gap, self.currency_id),
                )
            )
        if gap > 0 and not movable:
            today = fields.Date.context_today(self)
            self.env['dealflow.receipt'].create(
                {
                    'name': self.env._("Balance"),
                    'deal_id': self.id,
                    'amount': gap,
                    'currency_id': self.currency_id.id,
                    'date_planned': max(self.expected_close_date or today, today),
                }
            )
            return True
        for receipt in movable:
            if self.currency_id.is_zero(gap):
                break
            amount = self.currency_id.round(receipt.amount + gap)
            if amount > 0:
                receipt.amount = amount
                break
            gap += receipt.amount
            receipt.action_set_state('cancelled', self.env._("The plan was adjusted to the amount of the deal."))
        return True

    @public_method(one=True)
    def action_view_receipts(self):
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_receipt_action_of_deal')
        action['domain'] = [('deal_id', '=', self.id)]
        action['context'] = {'default_deal_id': self.id}
        return action
