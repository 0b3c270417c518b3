from odoo import fields, models
from odoo.tools import SQL


class DealflowEventStatusLog(models.Model):
    """Log of the statuses of an event; nobody may change it, and it survives the event (B46).

    The content of a row never changes, only its links to an event and a sheet do, see :meth:`_reassign`.
    """

    _name = 'dealflow.event.status.log'
    _description = "Event Status Log"
    _inherit = 'dealflow.log.mixin'
    _order = 'id desc'
    _rec_name = 'status_id'

    event_id = fields.Many2one('calendar.event', index='btree_not_null', ondelete='set null')
    sheet_id = fields.Many2one('dealflow.meeting.sheet', index='btree_not_null', ondelete='set null')
    status_id = fields.Many2one('dealflow.event.status', required=True, ondelete='restrict')
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    user_id = fields.Many2one('res.users', string="By", required=True, default=lambda self: self.env.user)

    def _reassign(self, **links):
        """Move rows to the event or the sheet that replaces the one they belong to.

        :param links: ``event``, ``sheet`` or both: a record, or an empty recordset to unlink the rows
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
