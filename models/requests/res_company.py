from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    dealflow_request_hours = fields.Float(
        string="Requests are worked on within",
        default=0,
        help="Working hours after which a routed request that nobody works on is red, counted on the start page, and "
        "the leader of the team is asked to see to it. 0 means never.",
        groups='base.group_user',
        prefetch='dealflow',
    )

    _dealflow_check_request_hours = models.Constraint(
        'CHECK (dealflow_request_hours >= 0)',
        "The hours in which requests are worked on cannot be negative. Enter 0 for no limit.",
    )
