from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    dealflow_call_months = fields.Integer(
        string="Months to keep calls",
        default=0,
        help="Calls that ended longer ago are deleted: phone numbers are personal data. 0 keeps them.",
        groups='base.group_user',
        prefetch='dealflow',
    )

    _dealflow_check_call_months = models.Constraint(
        'CHECK (dealflow_call_months >= 0)',
        "The months to keep calls cannot be negative.",
    )
