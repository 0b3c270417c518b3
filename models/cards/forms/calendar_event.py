from odoo import models


class CalendarEvent(models.Model):
    """The card of an event is arranged by the company (E12)."""

    _name = 'calendar.event'
    _inherit = ['calendar.event', 'dealflow.card.mixin']
    _dealflow_card_form = 'dealflow.calendar_event_view_form_card'
    _dealflow_card_lists = ('dealflow.calendar_event_view_list_register',)
    _dealflow_card_searches = ('dealflow.calendar_event_view_search_register',)
    _dealflow_card_currency = None
