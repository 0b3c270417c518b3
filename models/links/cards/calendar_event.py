from odoo import models


class CalendarEvent(models.Model):
    """Records that an event is linked with (X51)."""

    _name = 'calendar.event'
    _inherit = ['calendar.event', 'dealflow.link.card.mixin']
