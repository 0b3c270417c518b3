from odoo import fields, models


class ResPartner(models.Model):
    """Competitors that also sell to the client (B34)."""

    _inherit = 'res.partner'

    competitor_ids = fields.Many2many(
        'dealflow.competitor',
        'dealflow_competitor_client_rel',
        'partner_id',
        'competitor_id',
        copy=False,
        groups='dealflow.group_viewer',
        help="Who else sells to the client.",
    )
