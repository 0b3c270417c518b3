from odoo import fields, models

from ...tools.attribution import ATTRIBUTIONS


class ResCompany(models.Model):
    _inherit = 'res.company'

    dealflow_attribution = fields.Selection(
        ATTRIBUTIONS,
        string="Attribution",
        default='first',
        required=True,
        help="Which event an opportunity counts for when several have touched it, unless the screen says otherwise.",
        groups='base.group_user',
        prefetch='dealflow',
    )
    dealflow_attribution_days = fields.Integer(
        string="Attribution window",
        default=365,
        help="An event attended by somebody from the client counts for opportunities opened within this many days. 0 "
        "means no limit.",
        groups='base.group_user',
        prefetch='dealflow',
    )
