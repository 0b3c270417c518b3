from odoo import fields, models


class ResCompany(models.Model):
    _inherit = 'res.company'

    dealflow_event_remind = fields.Boolean(
        string="Remind of clients without a next event",
        default=True,
        help="Every night the responsible person of an open deal gets an activity when no event is planned with the "
        "client.",
        groups='base.group_user',
        prefetch='dealflow',
    )
