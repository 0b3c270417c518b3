from odoo import api, fields, models
from odoo.tools import format_date

from .dealflow_process_step import HUMAN, NOT_UNDERSTOOD


class DealflowProcessEntry(models.Model):
    """A step that a process came to: who had it, since when, who did it and how (E64)."""

    _name = 'dealflow.process.entry'
    _description = "Step of a Started Process"
    _inherit = 'dealflow.derived.mixin'
    _order = 'id desc'
    _rec_name = 'step_id'
    _dealflow_code_only_fields = (
        'state',
        'user_id',
        'head_id',
        'since',
        'deadline',
        'done_on',
        'done_by_id',
        'way',
        'comment',
        'answers',
        'remark',
        'problem',
        'activity_id',
        'hours',
    )

    process_id = fields.Many2one(
        'dealflow.process', string="Started Process", required=True, readonly=True, index=True, ondelete='cascade'
    )
    step_id = fields.Many2one('dealflow.process.step', required=True, readonly=True, index=True, ondelete='restrict')
    template_id = fields.Many2one(related='process_id.template_id', store=True, index=True)
    company_id = fields.Many2one(related='process_id.company_id', store=True, index=True)
    kind = fields.Selection(related='step_id.kind', store=True)
    state = fields.Selection(
        [('open', "Waiting"), ('done', "Done"), ('cancelled', "Cancelled")],
        default='open',
        required=True,
        readonly=True,
        index=True,
    )
    user_id = fields.Many2one(
        'res.users', string="Given To", readonly=True, index='btree_not_null', ondelete='restrict'
    )
    head_id = fields.Many2one(
        'res.users',
        string="Escalated To",
        readonly=True,
        index='btree_not_null',
        ondelete='restrict',
        help="Who was told that the step is overdue.",
    )
    since = fields.Datetime(readonly=True)
    deadline = fields.Date(readonly=True, help="Of a wait, the last day of it.")
    done_on = fields.Datetime(readonly=True)
    done_by_id = fields.Many2one('res.users', readonly=True, ondelete='restrict', help="Empty: it went on by itself.")
    hours = fields.Float(
        string="Hours It Took", readonly=True, aggregator='avg', help="From when the process came to the step."
    )
    way = fields.Char(string="Way Taken", readonly=True)
    comment = fields.Text(readonly=True)
    answers = fields.Text(readonly=True)
    remark = fields.Char(readonly=True, help="Why somebody else was given the step.")
    problem = fields.Text(readonly=True)
    activity_id = fields.Many2one('mail.activity', readonly=True, index='btree_not_null', ondelete='set null')

    # Coming to it; each returns the next step if it is over at once

    def _begin_task(self):
        self._give()
        return self.step_id.browse()

    def _begin_question(self):
        return self._begin_task()

    def _begin_decision(self):
        return self._begin_task()

    def _begin_wait(self):
        if self.step_id.wait_days:
            today = self.company_id._dealflow_get_today()
            self._dealflow_set_derived({'deadline': fields.Date.add(today, days=self.step_id.wait_days)})
        return self._end_wait()

    def _begin_action(self):
        """Do what the rule does; if it fails, somebody is told, and doing the step tries it again."""
        deeds, error = self.step_id.rule_id._act_for_process(self.process_id._get_card())
        if error:
            self._dealflow_set_derived({'problem': error})
            self._give()
            return self.step_id.browse()
        return self._leave({'state': 'done', 'comment': deeds or False, 'problem': False})._get_next()

    def _begin_end(self):
        self._leave({'state': 'done'})
        self.process_id._finish('done', self.step_id)
        return self.step_id.browse()

    def _end_wait(self):
        """Return the step after a wait if it is over, else nothing."""
        step = self.step_id
        if step._has_condition() and self._is_condition_met():
            return self._leave({'state': 'done', 'way': self.env._("In time"), 'problem': False})._get_next()
        if self.deadline and self.company_id._dealflow_get_today() >= self.deadline:
            is_late = step._has_condition()
            self._leave({'state': 'done', 'way': self.env._("The days ran out") if is_late else False})
            return step._get_next(is_late=is_late)
        return step.browse()

    def _is_condition_met(self):
        """Return whether the card is as the wait wants it.

        A field that the condition names may be gone since the process was put into use. Then it is not met, and the
        process says why.
        """
        # sudo - the card: the condition may name more than those may read who work on it.
        card_sudo = self.process_id._get_card().sudo().with_context(active_test=False)
        try:
            found = card_sudo.filtered_domain(self.step_id._get_condition())
        except NOT_UNDERSTOOD as error:
            self._dealflow_set_derived({'problem': self.step_id._explain_condition(error)})
            return False
        if self.problem:
            self._dealflow_set_derived({'problem': False})
        return bool(found)

    def _leave(self, vals):
        """Close the step, and take away what reminded of it.

        :return: the step of the template
        """
        if self:
            now = fields.Datetime.now()
            hours = (now - self.since).total_seconds() / 3600
            activity = self.activity_id
            self._dealflow_set_derived({'done_on': now, 'hours': hours, **vals})
            if activity.active and self.state == 'done':
                activity._action_done(feedback=self.comment or self.way)
            elif activity.active:
                activity.unlink()
            self.process_id.activity_unlink(['mail.mail_activity_data_todo'])
        return self.step_id

    def _complete(self, comment=None, way=None, answers=None):
        """Note the step as done by the user, and let the process go on; done once, it is not done again.

        :param way: the way of a decision that was chosen
        :param str answers: the questions with their answers
        """
        self.ensure_one()
        if self.state != 'open' or self.process_id.state != 'running':
            return
        # Of two who do it in the same moment one waits for the other, and finds it done.
        self.process_id.lock_for_update()
        if self.kind == 'action':
            process, step = self.process_id, self.step_id
            deeds, error = step.rule_id._act_for_process(process._get_card())
            if error:
                self._dealflow_set_derived({'problem': error})
                return
            comment = "\n".join(filter(None, [comment, deeds]))
        self._leave(
            {
                'state': 'done',
                'done_by_id': self.env.uid,
                'comment': comment or False,
                'way': way.name if way else False,
                'answers': answers or False,
                'problem': False,
            }
        )
        self.process_id._enter(self.step_id._get_next(way))

    # Whose it is

    def _give(self):
        """Give the step to a person, with an activity on the process."""
        person, remark = self._find_person()
        today = self.company_id._dealflow_get_today()
        self._dealflow_set_derived(
            {
                'user_id': person.id,
                'remark': remark,
                'deadline': self.deadline or fields.Date.add(today, days=self.step_id.days),
            }
        )
        self._remind()

    def _remind(self):
        """Plan the activity of the person, in the language of the person."""
        # The record rules ask who has the step.
        self.env.flush_all()
        step = self.step_id.with_context(lang=self.user_id.lang)
        activity = self.process_id.activity_schedule(
            'dealflow.mail_activity_type_process_step',
            self.deadline,
            step.name,
            step.note or '',
            user_id=self.user_id.id,
        )
        self._dealflow_set_derived({'activity_id': activity.id})

    def _find_person(self):
        """Return who gets the step, and why it is somebody else than the process says."""
        process, step = self.process_id, self.step_id
        kind = step.person or 'responsible'
        responsible = process._get_card()['user_id']
        wanted = {
            'responsible': responsible,
            'head': self._get_head(responsible),
            'starter': process.started_by_id,
            'user': step.user_id,
        }[kind]
        if self._is_fit(wanted):
            return wanted, False
        role = step._dealflow_get_value_label('person') if kind != 'user' else wanted.name
        if wanted:
            remark = self.env._("%(person)s is not available any more.", person=wanted.name)
            others = [self._get_head(wanted), process.started_by_id]
        else:
            remark = self.env._("There is nobody as “%(role)s”.", role=role)
            others = [process.started_by_id]
        # sudo - res.groups: who has full access; the last of whom something can be asked.
        owners = self.env.ref('dealflow.group_manager').sudo().all_user_ids.sorted('id')
        others += [owner for owner in owners if not owner._is_superuser()]
        person = next((other for other in others if self._is_fit(other)), process.started_by_id)
        return person, remark

    def _is_fit(self, person):
        return bool(person) and self.step_id._is_fit(person) and self.company_id in person.sudo().company_ids

    def _get_head(self, person):
        """Return the head of a person, who is not their own head; may be empty."""
        head = person._dealflow_get_head(self.process_id._get_card())
        return head if head != person else head.browse()

    # Every hour

    def _look_after(self):
        self.ensure_one()
        if self.kind == 'wait':
            self.process_id._enter(self._end_wait())
        elif self.user_id and not self._is_fit(self.user_id):
            self.activity_id.unlink()
            left = self.user_id
            self._give()
            if not self.remark:
                self._dealflow_set_derived(
                    {'remark': self.env._("%(person)s is not available any more.", person=left.name)}
                )
        elif self.user_id and not self.activity_id.active:
            # Somebody has taken the reminder away, which does not do the step.
            self._remind()
        self._escalate()

    def _escalate(self):
        """Tell the head once of a step that is overdue for too long."""
        days = self.step_id.escalation_days
        today = self.company_id._dealflow_get_today()
        if self.state != 'open' or self.kind not in (*HUMAN, 'action') or not days or self.head_id:
            return
        if not self.deadline or fields.Date.add(self.deadline, days=days) > today:
            return
        head = self._get_head(self.user_id)
        if not self._is_fit(head):
            return
        self._dealflow_set_derived({'head_id': head.id})
        self.env.flush_all()
        self.process_id.activity_schedule(
            'mail.mail_activity_data_todo',
            today,
            self.env._("Overdue: %(step)s (%(person)s)", step=self.step_id.name, person=self.user_id.name),
            user_id=head.id,
        )

    # Answers

    @api.model
    def _show(self, kind, value):
        """Return an answer of a kind as text."""
        match kind:
            case 'flag':
                return self.env._("yes") if value else self.env._("no")
            case 'number':
                return f'{value:.10g}'
            case 'date':
                return format_date(self.env, value)
        return value
