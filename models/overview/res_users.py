from odoo import fields, models


class ResUsers(models.Model):
    """Where a person begins the day."""

    _inherit = 'res.users'

    dealflow_opens_start = fields.Boolean(
        string="Begin with Dealflow's Start",
        default=True,
        groups='dealflow.group_viewer',
        help="After the login the start page of Dealflow opens. A home action goes before it.",
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return super().SELF_READABLE_FIELDS + ['dealflow_opens_start']

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return super().SELF_WRITEABLE_FIELDS + ['dealflow_opens_start']
