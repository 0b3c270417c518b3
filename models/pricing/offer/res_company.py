from odoo import fields, models


class ResCompany(models.Model):
    """Settings of the price form."""

    _inherit = 'res.company'

    dealflow_sell_at_once = fields.Boolean(
        string="SELL sends at once",
        help="The letter with the offer leaves without being shown first. It can still be withheld for ten seconds.",
        groups='base.group_user',
        prefetch='dealflow',
    )
    dealflow_sell_opens_deal = fields.Boolean(
        string="SELL opens a deal",
        default=True,
        help="An offer to a client without an open deal opens one in the first stage of the funnel.",
        groups='base.group_user',
        prefetch='dealflow',
    )
    dealflow_sell_posts_invoice = fields.Boolean(
        string="SELL may post invoices",
        help="Those who may post invoices can send a posted invoice instead of a proforma, if all products are "
        "invoiced by ordered quantities.",
        groups='base.group_user',
        prefetch='dealflow',
    )
    dealflow_offer_follow_up_days = fields.Integer(
        string="Days until the reminder",
        default=3,
        help="After how many days the responsible person is reminded to ask about an offer, on a working day. 0 "
        "disables the reminder.",
        groups='base.group_user',
        prefetch='dealflow',
    )

    _check_dealflow_offer_follow_up_days = models.Constraint(
        'CHECK (dealflow_offer_follow_up_days BETWEEN 0 AND 365)',
        "“Days until the reminder” of an offer takes 0 to 365 days.",
    )
