from odoo import fields, models


class CalendarEvent(models.Model):
    """Calls and meetings that took place at a marketing event, or because of it."""

    _inherit = 'calendar.event'

    marketing_event_id = fields.Many2one(
        'dealflow.marketing.event',
        index='btree_not_null',
        ondelete='set null',
        help="The marketing event that the contact belongs to, e.g. the exhibition where it took place.",
        prefetch='dealflow',
    )
