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
        if vals.get('user_id'):
            self._dealflow_check_receiver(self.env['res.users'].browse(vals['user_id']))
        result = super().write(vals)
        if vals.get('user_id') or vals.get('date_deadline'):
            for entry in self._dealflow_get_process_entries():
                activity = entry.activity_id
                entry._dealflow_set_derived({'user_id': activity.user_id.id, 'deadline': activity.date_deadline})
        return result

    def _dealflow_check_receiver(self, person):
        """Refuse to give a step to somebody who could not do it.

        :raise UserError: the person is archived, has no access, or works in another company
        """
        for entry in self._dealflow_get_process_entries():
            if person != entry.user_id and not entry._is_fit(person):
                raise UserError(
                    self.env._(
                        "%(person)s cannot do “%(step)s”: only active people with access to the CRM in %(company)s "
                        "can. Choose somebody else.",
                        # sudo - res.users: the name of whom the user has just chosen.
                        person=person.sudo().name,
                        step=entry.step_id.name,
                        company=entry.company_id.name,
                    )
                )
