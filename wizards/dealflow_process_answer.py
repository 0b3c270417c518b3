from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..tools.public_methods import public_method


class DealflowProcessAnswer(models.TransientModel):
    """Does the step at which a process stands: notes what was done, answered and decided (E62)."""

    _name = 'dealflow.process.answer'
    _description = "Do a Step"

    entry_id = fields.Many2one('dealflow.process.entry', required=True, readonly=True, ondelete='cascade')
    step_id = fields.Many2one(related='entry_id.step_id')
    kind = fields.Selection(related='entry_id.kind')
    note = fields.Text(related='step_id.note')
    problem = fields.Text(related='entry_id.problem')
    way_id = fields.Many2one(
        'dealflow.process.way', string="Decision", domain="[('step_id', '=', step_id)]", ondelete='cascade'
    )
    line_ids = fields.One2many('dealflow.process.answer.line', 'answer_id', string="Answers")
    kinds = fields.Char(compute='_compute_kinds', export_string_translation=False)
    comment = fields.Text(string="What Came of It")

    @api.depends('line_ids.kind')
    def _compute_kinds(self):
        for dialog in self:
            dialog.kinds = ' '.join(sorted(set(dialog.line_ids.mapped('kind'))))

    @api.model_create_multi
    def create(self, vals_list):
        dialogs = super().create(vals_list)
        dialogs._check_entry()
        for dialog in dialogs:
            dialog.line_ids = [
                Command.create({'question_id': question.id})
                for question in dialog.step_id.question_ids - dialog.line_ids.question_id
            ]
        return dialogs

    def write(self, vals):
        result = super().write(vals)
        if 'entry_id' in vals:
            self._check_entry()
        return result

    def _check_entry(self):
        """Refuse the step of a process that the user may not go on with, and one that goes on by itself.

        :raise AccessError: it is not the turn of the user, who may not change the card either
        :raise UserError: nobody has to do anything, such as in a wait
        """
        # sudo - dealflow.process.entry: the dialog names the step of any process, before its rights are asked here.
        for entry_sudo in self.sudo().entry_id:
            entry_sudo.process_id.sudo(self.env.su)._check_may_do()
            if not entry_sudo.user_id:
                raise UserError(
                    self.env._("“%(process)s”: there is nothing to do now.", process=entry_sudo.process_id.display_name)
                )

    @public_method(one=True, once=True)
    def action_apply(self):
        """Do the step; done by somebody in the meantime, it is not done again.

        :raise AccessError: it is not the turn of the user, or the user may not write an answer into the card
        :raise UserError: an answer or the decision is missing (row E62)
        """
        # sudo - dealflow.process.entry: nobody writes steps but this code.
        entry_sudo = self.sudo().entry_id
        if entry_sudo.state != 'open':
            return self._tell_it_is_over(entry_sudo)
        self._check_entry()
        if self.kind == 'decision' and self.way_id not in self.step_id.way_ids:
            raise UserError(self.env._("“%(step)s”: choose one of the ways.", step=self.step_id.name))
        if sorted(line.question_id.id for line in self.line_ids) != sorted(self.step_id.question_ids.ids):
            raise UserError(
                self.env._("“%(step)s”: the dialog has other questions by now. Open it again.", step=self.step_id.name)
            )
        values, texts = {}, []
        for line in self.line_ids:
            answer = line._get_answer()
            if line.question_id.is_required and not line._is_answered():
                raise UserError(self.env._("“%(question)s” has no answer yet.", question=line.question_id.name))
            shown = entry_sudo._show(line.kind, answer) if line._is_answered() else "–"
            texts.append(f'{line.question_id.name}: {shown}')
            # sudo - ir.model.fields: whoever answers may not read fields.
            if (field_sudo := line.question_id.field_id.sudo()) and line._is_answered():
                values[field_sudo.name] = answer
        if values:
            # With the rights of whoever answers.
            entry_sudo.process_id._get_card().sudo(self.env.su).write(values)
        entry_sudo._complete(self.comment, self.way_id, "\n".join(texts))
        return {'type': 'ir.actions.act_window_close'}

    def _tell_it_is_over(self, entry_sudo):
        """Return the action of a message: what was entered here did not count."""
        if entry_sudo.state == 'done':
            message = self.env._(
                "“%(step)s” is done already, by %(person)s. What you have entered was not kept.",
                step=self.step_id.name,
                person=entry_sudo.done_by_id.name or self.env._("nobody"),
            )
        else:
            message = self.env._("The process was cancelled. What you have entered was not kept.")
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {'type': 'warning', 'message': message, 'next': {'type': 'ir.actions.act_window_close'}},
        }
