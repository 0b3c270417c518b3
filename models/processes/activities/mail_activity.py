from odoo import models
from odoo.exceptions import UserError


class MailActivity(models.Model):
    """The activity of a step: marked done it does a task, and given to another person it gives them the step (E62)."""

    _inherit = 'mail.activity'

    def _dealflow_get_process_entries(self):
        """Return the open steps of processes that the activities remind of, in sudo."""
        # sudo - dealflow.process.entry: whoever has the activity has the step.
        entries_sudo = self.env['dealflow.process.entry'].sudo()
        if 'dealflow.process' not in self.mapped('res_model'):
            return entries_sudo
        return entries_sudo.search([('activity_id', 'in', self.ids), ('state', '=', 'open')])

    def _action_done(self, feedback=False, attachment_ids=None):
        entries_sudo = self._dealflow_get_process_entries()
        if asking := entries_sudo.filtered(lambda entry: entry.kind in ('question', 'decision')):
            raise UserError(
                self.env._(
                    "“%(step)s” wants an answer: open the process “%(process)s” and press “Do the Step”.",
                    step=asking[0].step_id.name,
                    process=asking[0].process_id.display_name,
                )
            )
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        for entry in entries_sudo:
            entry._complete(comment=feedback)
        return result

    def write(self, vals):
        result = super().write(vals)
        if vals.get('user_id') or vals.get('date_deadline'):
            for entry in self._dealflow_get_process_entries():
                activity = entry.activity_id
                entry._dealflow_set_derived({'user_id': activity.user_id.id, 'deadline': activity.date_deadline})
        return result
