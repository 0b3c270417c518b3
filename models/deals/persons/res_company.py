from odoo import fields, models


class ResCompany(models.Model):
    """Whether the client of an opportunity stays the same (P41)."""

    _inherit = 'res.company'

    dealflow_fix_lead_client = fields.Boolean(
        string="Keep the client of an opportunity",
        help="Once an opportunity is saved with its client, only people with full access change the client.",
        groups='base.group_user',
        prefetch='dealflow',
    )
