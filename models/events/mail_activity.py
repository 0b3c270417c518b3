from odoo import fields, models


class MailActivity(models.Model):
    _name = 'mail.activity'
    _inherit = ['mail.activity', 'dealflow.reference.mixin']

    # Not Odoo's calendar_event_id: the subject and the date of such an activity follow those of the event.
    dealflow_event_id = fields.Many2one(
        'calendar.event',
        string="Comes of the Event",
        index='btree_not_null',
        ondelete='set null',
        groups='base.group_user',
    )
