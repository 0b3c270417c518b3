from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    dealflow_claim_hours_low = fields.Integer(
        string="Claims: low priority",
        default=80,
        help="Working hours until the deadline of a claim. 0 means no deadline.",
        groups='base.group_user',
        prefetch='dealflow',
    )
    dealflow_claim_hours_medium = fields.Integer(
        string="Claims: medium priority",
        default=40,
        help="Working hours until the deadline of a claim. 0 means no deadline.",
        groups='base.group_user',
        prefetch='dealflow',
    )
    dealflow_claim_hours_high = fields.Integer(
        string="Claims: high priority",
        default=16,
        help="Working hours until the deadline of a claim. 0 means no deadline.",
        groups='base.group_user',
        prefetch='dealflow',
    )
    dealflow_claim_hours_urgent = fields.Integer(
        string="Claims: urgent",
        default=4,
        help="Working hours until the deadline of a claim. 0 means no deadline.",
        groups='base.group_user',
        prefetch='dealflow',
    )

    _check_claim_hours = models.Constraint(
        'CHECK (dealflow_claim_hours_low >= 0 AND dealflow_claim_hours_medium >= 0'
        ' AND dealflow_claim_hours_high >= 0 AND dealflow_claim_hours_urgent >= 0)',
        "The hours until the deadline of a claim cannot be negative.",
    )

    def _get_claim_hours(self, priority):
        """Return the working hours until the deadline of a claim of a priority; 0 means no deadline."""
        names = {'0': 'low', '1': 'medium', '2': 'high', '3': 'urgent'}
        return self[f'dealflow_claim_hours_{names[priority]}'] if priority else 0
