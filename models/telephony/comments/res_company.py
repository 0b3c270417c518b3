from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    dealflow_comment_debt_limit = fields.Integer(
        string="Calls without a comment that hold up deals",
        default=0,
        help="Whoever has talked with clients in so many calls without a comment moves no deal on. 0 means never.",
        groups='base.group_user',
        prefetch='dealflow',
    )
    dealflow_call_results = fields.Text(
        string="Short results of calls",
        help="One on each line; the first nine are offered in the pop-up after a call, under the keys 1 to 9. Empty "
        "offers those that come with Dealflow.",
        groups='base.group_user',
        prefetch='dealflow',
    )

    _dealflow_check_comment_debt_limit = models.Constraint(
        'CHECK (dealflow_comment_debt_limit >= 0)',
        "The number of calls without a comment cannot be negative. Enter 0 to hold up no deals.",
    )
