from odoo import fields, models

from .dealflow_claim import OPEN_STATES


class ResCompany(models.Model):
    """The deadlines of a company's claims, in its working time."""

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

    _dealflow_check_claim_hours = models.Constraint(
        'CHECK (dealflow_claim_hours_low >= 0 AND dealflow_claim_hours_medium >= 0'
        ' AND dealflow_claim_hours_high >= 0 AND dealflow_claim_hours_urgent >= 0)',
        "The hours until the deadline of a claim cannot be negative.",
    )

    def _dealflow_get_claim_hours(self, priority):
        """Return the working hours until the deadline of a claim with this priority; 0 means no deadline."""
        names = {'0': 'low', '1': 'medium', '2': 'high', '3': 'urgent'}
        return self[f'dealflow_claim_hours_{names[priority]}'] if priority else 0

    def _dealflow_get_working_time_dependents(self):
        """Add open claims whose deadline was computed: it lies whole working hours after their arrival.

        A deadline that was typed in stays as it is.
        """
        counted = super()._dealflow_get_working_time_dependents()
        # sudo - dealflow.claim: a new holiday moves the deadlines of all claims, whoever enters it.
        claims = (
            self.env['dealflow.claim']
            .sudo()
            .search([('company_id', 'in', self.ids), ('state', 'in', OPEN_STATES), ('date_deadline', '!=', False)])
        )
        for claim in claims:
            hours = claim.company_id._dealflow_count_working_hours(claim.date_open, claim.date_deadline)
            if round(hours) and abs(hours - round(hours)) * 3600 < 1:
                counted[claim] = round(hours)
        return counted

    def _dealflow_recompute_working_time(self, state):
        super()._dealflow_recompute_working_time(state)
        for claim, hours in state.items():
            if claim._name == 'dealflow.claim':
                deadline = claim.company_id._dealflow_plan_working_hours(hours, claim.date_open)
                if deadline != claim.date_deadline:
                    claim.date_deadline = deadline
