from odoo import fields, models


class DealflowProcessAnswerLine(models.TransientModel):
    """One question of a step, with its answer (E62)."""

    _name = 'dealflow.process.answer.line'
    _description = "Answer of a Step"
    _order = 'id'

    answer_id = fields.Many2one('dealflow.process.answer', string="Dialog", required=True, ondelete='cascade')
    question_id = fields.Many2one('dealflow.process.question', required=True, readonly=True, ondelete='cascade')
    kind = fields.Selection(related='question_id.kind', string="Kind")
    is_required = fields.Boolean(related='question_id.is_required')
    text = fields.Char(string="Answer")
    number = fields.Float()
    date = fields.Date()
    flag = fields.Selection([('yes', "Yes"), ('no', "No")], string="Yes or No")

    def _is_answered(self):
        """Return whether there is an answer. A number that has to be given may be 0; otherwise 0 is none."""
        self.ensure_one()
        if self.kind == 'number':
            return self.is_required or bool(self.number)
        return bool((self.text or '').strip() if self.kind == 'text' else self[self.kind])

    def _get_answer(self):
        self.ensure_one()
        if self.kind == 'flag':
            return self.flag and self.flag == 'yes'
        return self[self.kind]
