from odoo import fields, models

from ...tools.public_methods import public_method


class MailActivity(models.Model):
    _name = 'mail.activity'
    _inherit = ['mail.activity', 'dealflow.reference.mixin']

    # Not Odoo's calendar_event_id: the subject and the date of such an activity follow those of the event.
    dealflow_event_id = fields.Many2one(
        'calendar.event',
        string="Source Event",
        index='btree_not_null',
        ondelete='set null',
        groups='base.group_user',
    )

    @public_method(one=True)
    def action_edit_dealflow_task(self):
        """Open a task from the list of an event or a meeting sheet, to change it (B44)."""
        return {
            'type': 'ir.actions.act_window',
            'name': self.display_name,
            'res_model': 'mail.activity',
            'res_id': self.id,
            'views': [[self.env.ref('mail.mail_activity_view_form_popup').id, 'form']],
            'target': 'new',
            'context': {'dialog_size': 'large'},
        }
