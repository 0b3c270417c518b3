from odoo import fields, models


class DealflowReceiptPostponement(models.Model):
    """One change of the planned date of a receipt; written by the receipt itself and never changed (E29)."""

    _name = 'dealflow.receipt.postponement'
    _description = "Change of a Planned Date"
    _inherit = 'dealflow.log.mixin'
    _order = 'id'

    receipt_id = fields.Many2one('dealflow.receipt', required=True, index=True, readonly=True, ondelete='restrict')
    company_id = fields.Many2one(related='receipt_id.company_id', store=True, index=True)
    date = fields.Datetime(string="Changed On", required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        'res.users',
        string="Changed By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    date_from = fields.Date(string="Date Before", required=True, readonly=True)
    date_to = fields.Date(string="New Date", required=True, readonly=True)
    days = fields.Integer(readonly=True, help="How far the date was moved; negative when it was moved forward.")
    reason = fields.Char(readonly=True)
