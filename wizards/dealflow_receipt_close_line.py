from odoo import api, fields, models


class DealflowReceiptCloseLine(models.TransientModel):
    """A receipt to close: on which day, for how much, or why it cannot be closed."""

    _name = 'dealflow.receipt.close.line'
    _description = "Receipt to Close"
    _inherit = 'dealflow.reference.mixin'

    close_id = fields.Many2one('dealflow.receipt.close', required=True, ondelete='cascade', index=True)
    receipt_id = fields.Many2one('dealflow.receipt', required=True, readonly=True, ondelete='cascade')
    business_partner_id = fields.Many2one(related='receipt_id.business_partner_id')
    date_planned = fields.Date(related='receipt_id.date_planned')
    currency_id = fields.Many2one(related='receipt_id.currency_id')
    open_amount = fields.Monetary(
        related='receipt_id.open_amount',
        string="Still to Come",
        help="What is closed by hand; matched money is counted already.",
    )
    date_received = fields.Date(
        string="Received On", compute='_compute_date_received', store=True, readonly=False, precompute=True
    )
    problem = fields.Char(string="Why It Cannot Be Closed", compute='_compute_problem')

    @api.depends('close_id.date_received')
    def _compute_date_received(self):
        for line in self:
            line.date_received = line.close_id.date_received

    @api.depends('receipt_id', 'date_received')
    def _compute_problem(self):
        for line in self:
            line.problem = line._get_problem()

    def _get_problem(self):
        """Return, as text, why the receipt cannot be closed; False if it can."""
        receipt = self.receipt_id
        if not receipt:
            return False
        if receipt.state != 'planned':
            return self.env._("It is “%(state)s” already.", state=receipt._dealflow_get_value_label('state'))
        if not receipt.has_access('write'):
            return self.env._("You may not change it.")
        if not self.date_received:
            return self.env._("The day on which the money came is missing.")
        if self.date_received > fields.Date.context_today(self):
            return self.env._("The day on which the money came is in the future.")
        return False
