from odoo import fields, models

POLICIES = [
    ('reason', "A reason is demanded"),
    ('approval', "The head of the team approves"),
    ('refuse', "Refused"),
]


class ResCompany(models.Model):
    """What happens to sales below the minimum price."""

    _inherit = 'res.company'

    dealflow_minimum_price_policy = fields.Selection(
        POLICIES,
        string="Sales below the minimum price",
        default='reason',
        required=True,
        groups='base.group_user',
        prefetch='dealflow',
        help="What happens when an order is sent or confirmed, or an invoice without an order is posted, with a price "
        "below the minimum.",
    )
