from odoo import models


class CalendarEvent(models.Model):
    _name = 'calendar.event'
    _inherit = ['calendar.event', 'dealflow.searched.mixin']
