from odoo import fields, models


class DealflowDealLog(models.Model):
    """Receipts that the loss of a deal has taken out of the plan."""

    _inherit = 'dealflow.deal.log'

    cancelled_receipt_count = fields.Integer(
        string="Receipts Cancelled",
        help="Planned receipts that the loss has taken out of the plan, whole or in part.",
    )
    cancelled_receipt_amount = fields.Monetary(
        string="Receipts Cancelled, Amount",
        currency_field='company_currency_id',
        help="What these receipts would still have brought, in company currency.",
    )
