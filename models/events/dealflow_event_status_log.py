from odoo import fields, models


class DealflowEventStatusLog(models.Model):
    """The statuses that an event went through; nobody may change them, and they survive the event (B46)."""

    _name = 'dealflow.event.status.log'
    _description = "Status History of an Event"
    _inherit = 'dealflow.derived.mixin'
    _order = 'id desc'
    _rec_name = 'status_id'

    event_id = fields.Many2one('calendar.event', index='btree_not_null', ondelete='set null')
    sheet_id = fields.Many2one('dealflow.meeting.sheet', index='btree_not_null', ondelete='cascade')
    status_id = fields.Many2one('dealflow.event.status', required=True, ondelete='restrict')
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    user_id = fields.Many2one('res.users', string="By", required=True, default=lambda self: self.env.user)
