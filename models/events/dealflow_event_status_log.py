from odoo import fields, models
from odoo.tools import SQL


class DealflowEventStatusLog(models.Model):
    """The statuses that an event went through; nobody may change them, and they survive the event (B46).

    What a row says never changes. To which event and sheet it belongs follows them: see :meth:`_attach`.
    """

    _name = 'dealflow.event.status.log'
    _description = "Status History of an Event"
    _inherit = 'dealflow.log.mixin'
    _order = 'id desc'
    _rec_name = 'status_id'

    event_id = fields.Many2one('calendar.event', index='btree_not_null', ondelete='set null')
    sheet_id = fields.Many2one('dealflow.meeting.sheet', index='btree_not_null', ondelete='set null')
    status_id = fields.Many2one('dealflow.event.status', required=True, ondelete='restrict')
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    user_id = fields.Many2one('res.users', string="By", required=True, default=lambda self: self.env.user)

    def _attach(self, **links):
        """Let rows follow the event or the sheet that they belong to, when another takes its place.

        :param links: ``event`` or ``sheet``, or both: a record, or an empty one for rows that belong to none any more
        """
        for name, record in links.items():
            column = f'{name}_id'
            before = self.sudo()[column]
            self.env.cr.execute(
                SQL(
                    "UPDATE dealflow_event_status_log SET %s = %s WHERE id IN %s",
                    SQL.identifier(column),
                    record.id or None,
                    tuple(self.ids) or (0,),
                )
            )
            self.invalidate_recordset([column], flush=False)
            (before | record).invalidate_recordset(['status_log_ids'], flush=False)
