from odoo import fields, models


class ResCompany(models.Model):
    """What a company prints and writes with its offers."""

    _inherit = 'res.company'

    dealflow_amount_in_words = fields.Boolean(
        string="Amounts in words",
        help="Proforma invoices and invoices say their total in words too, in the languages and currencies in which "
        "the words are right.",
        groups='base.group_user',
        prefetch='dealflow',
    )
    dealflow_letter_items = fields.Boolean(
        string="Items in e-mails",
        help="E-mails with offers list the items with their prices, besides the PDF.",
        groups='base.group_user',
        prefetch='dealflow',
    )
