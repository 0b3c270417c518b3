from odoo import api, fields, models
from odoo.exceptions import ValidationError


class DealflowMarketingCost(models.Model):
    """What a marketing event costs, planned and actual (C69).

    The actual cost is entered by hand until there is a vendor bill. A cost is linked to a whole bill, whose posted
    credit notes are deducted automatically, or to one line of a bill or credit note that several events share. Bills
    count once they are posted, without taxes, at the rate of their own date.
    """

    _name = 'dealflow.marketing.cost'
    _description = "Cost of a Marketing Event"
    _inherit = ['dealflow.derived.mixin', 'dealflow.reference.mixin', 'dealflow.money.mixin']
    _order = 'date, id'
    _check_company_auto = True

    name = fields.Char(string="Description", required=True)
    event_id = fields.Many2one(
        'dealflow.marketing.event', string="Marketing Event", required=True, index=True, ondelete='cascade'
    )
    company_id = fields.Many2one(related='event_id.company_id', store=True, precompute=True, index=True)
    company_currency_id = fields.Many2one(related='company_id.currency_id', string="Company Currency")
    vendor_id = fields.Many2one('res.partner', check_company=True, index='btree_not_null')
    date = fields.Date(
        compute='_compute_date',
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="Foreign amounts are converted at the rate of this day; if there is a bill, of its day.",
    )
    currency_id = fields.Many2one(
        'res.currency',
        compute='_compute_currency_id',
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    planned_amount = fields.Monetary(string="Planned")
    actual_amount = fields.Monetary(
        string="Actual, Entered by Hand",
        help="What was really paid, without taxes; a bill that is linked takes its place.",
    )
    planned_amount_company = fields.Monetary(
        string="Planned (Company Currency)",
        currency_field='company_currency_id',
        compute='_compute_planned_amount_company',
        store=True,
    )
    actual_amount_company = fields.Monetary(
        string="Cost (Company Currency)",
        currency_field='company_currency_id',
        compute='_compute_actual_amount_company',
        store=True,
    )
    bill_id = fields.Many2one(
        'account.move',
        string="Whole Bill",
        index='btree_not_null',
        check_company=True,
        ondelete='set null',
        domain="[('move_type', '=', 'in_invoice'), ('state', '!=', 'cancel')]",
        help="Counts without taxes; its posted credit notes are taken off.",
    )
    bill_line_id = fields.Many2one(
        'account.move.line',
        string="Line of a Bill",
        index='btree_not_null',
        check_company=True,
        ondelete='set null',
        domain="[('move_type', 'in', ('in_invoice', 'in_refund')), ('display_type', '=', 'product'), "
        "('parent_state', '!=', 'cancel')]",
        help="For a bill that several events share; a line of a credit note is taken off.",
    )

    _bill_uniq = models.UniqueIndex(
        '(bill_id) WHERE bill_id IS NOT NULL',
        "The bill is a cost of a marketing event already. It counts once.",
    )
    _bill_line_uniq = models.UniqueIndex(
        '(bill_line_id) WHERE bill_line_id IS NOT NULL',
        "The line of the bill is a cost of a marketing event already. It counts once.",
    )

    @api.depends('event_id', 'bill_id.invoice_date', 'bill_id.date', 'bill_line_id.move_id.invoice_date')
    def _compute_date(self):
        today = fields.Date.context_today(self)
        for cost in self:
            bill = cost.bill_id or cost.bill_line_id.move_id
            cost.date = bill.invoice_date or bill.date or cost.date or cost.event_id.date_start or today

    @api.depends('event_id')
    def _compute_currency_id(self):
        for cost in self:
            cost.currency_id = cost.currency_id or cost.event_id.currency_id or self.env.company.currency_id

    @api.depends('planned_amount', 'currency_id', 'company_id', 'date')
    def _compute_planned_amount_company(self):
        self._convert_to_company('planned_amount', 'planned_amount_company')

    # Not on the amounts, which are fixed while a bill is posted: every invoice line would trigger a search for costs.
    @api.depends(
        'actual_amount',
        'currency_id',
        'company_id',
        'date',
        'bill_id.state',
        'bill_id.reversal_move_ids.state',
        'bill_line_id.parent_state',
    )
    def _compute_actual_amount_company(self):
        by_bill = self.filtered('bill_id')
        by_line = self.filtered('bill_line_id') - by_bill
        for cost in by_bill:
            bills = (cost.bill_id | cost.bill_id.reversal_move_ids).filtered(lambda bill: bill.state == 'posted')
            # In Odoo, what is owed to vendors is negative.
            cost.actual_amount_company = -sum(bills.mapped('amount_untaxed_signed'))
        for cost in by_line:
            line = cost.bill_line_id
            cost.actual_amount_company = line.balance if line.parent_state == 'posted' else 0.0
        (self - by_bill - by_line)._convert_to_company('actual_amount', 'actual_amount_company')

    def _get_rate_date(self, today):
        return self.date or today

    @api.constrains('planned_amount', 'actual_amount')
    def _check_amounts(self):
        for cost in self:
            if cost.planned_amount < 0 or cost.actual_amount < 0:
                raise ValidationError(
                    self.env._(
                        "The cost “%(cost)s” cannot be negative. What a vendor gives back comes from its credit note: "
                        "link the line of the credit note instead.",
                        cost=cost.name,
                    )
                )

    @api.constrains('bill_id', 'bill_line_id')
    def _check_bills(self):
        """Check that a vendor bill counts once, as a whole or by lines."""
        for cost in self.filtered(lambda cost: cost.bill_id or cost.bill_line_id):
            # sudo - account.move: marketing users link single bills, but may not read accounting.
            bill, line = cost.sudo().bill_id, cost.sudo().bill_line_id
            if bill and line:
                raise ValidationError(
                    self.env._(
                        "The cost “%(cost)s” has a whole bill and a line of a bill. Choose one of them.",
                        cost=cost.name,
                    )
                )
            wrong = (
                bill
                if bill and bill.move_type != 'in_invoice'
                else line.move_id.filtered(
                    lambda move: move.move_type not in ('in_invoice', 'in_refund'),
                )
            )
            if wrong:
                raise ValidationError(
                    self.env._(
                        "%(move)s is not a vendor bill and cannot be a cost of an event.",
                        move=wrong.display_name,
                    )
                )
            move = bill or line.move_id
            if cost.sudo()._find_overlapping_costs(move):
                raise ValidationError(
                    self.env._(
                        "The bill %(move)s is a cost of a marketing event already, as a whole or by lines. It counts "
                        "once.",
                        move=move.display_name,
                    )
                )

    def _find_overlapping_costs(self, move):
        """Return a cost that already counts ``move``: as a whole if ``self`` links a line of it, else by lines."""
        if self.bill_id:
            return self.search([('bill_line_id.move_id', 'in', (move | move.reversal_move_ids).ids)], limit=1)
        return self.search([('bill_id', 'in', (move | move.reversed_entry_id).ids)], limit=1)
