from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    dealflow_call_months = fields.Integer(
        string="Months to keep calls",
        default=0,
        help="Calls that ended longer ago are deleted: phone numbers are personal data. 0 keeps them.",
        groups='base.group_user',
        prefetch='dealflow',
    )
    dealflow_call_rounds = fields.Boolean(
        string="Calling rounds with any phone",
        help="Rounds are offered without a telephony provider: a click on a number lets the phone or computer call.",
        groups='base.group_user',
        prefetch='dealflow',
    )

    _dealflow_check_call_months = models.Constraint(
        'CHECK (dealflow_call_months >= 0)',
        "The months to keep calls cannot be negative.",
    )

    @api.constrains('dealflow_call_rounds')
    def _update_dealflow_call_rounds(self):
        self.env['dealflow.telephony.provider']._update_group()
