from odoo import fields, models


class CalendarEvent(models.Model):
    """Events about a claim."""

    _inherit = 'calendar.event'

    claim_id = fields.Many2one(
        'dealflow.claim',
        index='btree_not_null',
        ondelete='set null',
        domain="[('business_partner_id', '=', business_partner_id)] if business_partner_id else []",
        prefetch='dealflow',
    )
