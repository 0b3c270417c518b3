import ast

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# Somebody has to do them.
HUMAN = ('task', 'question', 'decision')
# More days than this are no plan; years that the calendar does not have are an error in each round of the job.
MOST_DAYS = 3650
# What a condition raises that is no list of conditions, or names a field that is not there, or is gone since.
NOT_UNDERSTOOD = (ValueError, SyntaxError, TypeError, KeyError, AttributeError, UserError)


class DealflowProcessStep(models.Model):
    """A step of a process, and where it leads (E62)."""

    _name = 'dealflow.process.step'
    _description = "Step of a Process"
    _inherit = ['dealflow.process.part.mixin', 'dealflow.derived.mixin']
    _order = 'sequence, id'

    template_id = fields.Many2one('dealflow.process.template', required=True, index=True, ondelete='cascade')
    object = fields.Selection(related='template_id.object')
    model_name = fields.Char(related='template_id.model_name', export_string_translation=False)
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Step", required=True, translate=True)
    kind = fields.Selection(
        [
            ('task', "Task"),
            ('question', "Question"),
            ('decision', "Decision"),
            ('wait', "Wait"),
            ('action', "Action of a rule"),
            ('end', "End"),
        ],
        default='task',
        required=True,
    )
    next_id = fields.Many2one(
        'dealflow.process.step',
        string="Then Go To",
        ondelete='set null',
        index='btree_not_null',
        domain="[('template_id', '=', template_id), ('id', '!=', id)]",
        help="Empty: the following step.",
    )
    description = fields.Char(string="What", compute='_compute_description')

    # Somebody does it
    person = fields.Selection(
        [
            ('responsible', "the responsible person of the card"),
            ('head', "the head of the responsible person"),
            ('starter', "who started the process"),
            ('user', "a certain person"),
        ],
        string="For",
        default='responsible',
    )
    user_id = fields.Many2one(
        'res.users', string="Who", ondelete='restrict', index='btree_not_null', domain="[('share', '=', False)]"
    )
    days = fields.Integer(string="Days to Do", default=1, help="0 is the day on which the step begins.")
    note = fields.Text(string="Instructions", translate=True)
    escalation_days = fields.Integer(
        string="Days Overdue until the Head Is Told", help="0: the head is not told.", default=2
    )
    question_ids = fields.One2many('dealflow.process.question', 'step_id', string="Questions", copy=True)
    way_ids = fields.One2many('dealflow.process.way', 'step_id', string="Ways", copy=True)

    # Wait
    wait_days = fields.Integer(string="Wait, Days", help="With a condition, the longest wait. 0: without limit.")
    domain = fields.Char(string="Until", default='[]', help="Looked at every hour.")
    late_next_id = fields.Many2one(
        'dealflow.process.step',
        string="If the Days Run Out",
        ondelete='set null',
        index='btree_not_null',
        domain="[('template_id', '=', template_id), ('id', '!=', id)]",
        help="Where to go if the condition was not met in these days. Empty: the same way.",
    )

    # Action of a rule
    rule_id = fields.Many2one(
        'dealflow.rule',
        ondelete='restrict',
        index='btree_not_null',
        help="What the rule does is done to the card, with the rights of its owner, whether it is on or off.",
    )

    # End
    result = fields.Char(translate=True, help="In words, as the card shows it.")
    outcome = fields.Selection([('good', "Good"), ('bad', "Bad"), ('neutral', "Neither good nor bad")], default='good')

    _check_numbers = models.Constraint(
        f'CHECK (days BETWEEN 0 AND {MOST_DAYS} AND wait_days BETWEEN 0 AND {MOST_DAYS} '
        f'AND escalation_days BETWEEN 0 AND {MOST_DAYS})',
        "The days of a step are a number from 0 to 3650, which is ten years.",
    )

    @api.depends('kind', 'person', 'user_id', 'days', 'wait_days', 'domain', 'rule_id', 'result', 'outcome')
    @api.depends('way_ids.name', 'question_ids.name')
    @api.depends_context('lang')
    def _compute_description(self):
        for step in self:
            step.description = step._describe()

    def _describe(self):
        """Return in a few words what the step is about."""
        self.ensure_one()
        match self.kind:
            case 'wait':
                parts = [self.env._("days: %(days)s", days=self.wait_days)] if self.wait_days else []
                parts += [self.env._("until a condition is met")] if self._has_condition() else []
                return ", ".join(parts)
            case 'action':
                return self.rule_id.name or ''
            case 'end':
                return self.result or self._dealflow_get_value_label('outcome')
        person = self.user_id.name if self.person == 'user' else self._dealflow_get_value_label('person')
        details = self.way_ids if self.kind == 'decision' else self.question_ids if self.kind == 'question' else ()
        return ": ".join(filter(None, [person, " / ".join(detail.name or '' for detail in details)]))

    # Where it leads

    def _get_following(self):
        """Return the step after this one in the list; empty for the last one."""
        steps = self.template_id.step_ids.sorted()
        position = steps.ids.index(self.id)
        return steps[position + 1 : position + 2]

    def _get_next(self, way=None, is_late=False):
        """Return the step after this one.

        :param way: the way of a decision that was chosen
        :param bool is_late: a wait is over because its days ran out
        """
        self.ensure_one()
        if self.kind == 'end':
            return self.browse()
        if way:
            return way.next_id or self._get_following()
        return is_late and self.late_next_id or self.next_id or self._get_following()

    def _get_targets(self):
        """Return the steps that this one may lead to."""
        self.ensure_one()
        if self.kind == 'decision':
            targets = self.browse().concat(*(self._get_next(way) for way in self.way_ids))
        else:
            targets = self._get_next()
            if self.kind == 'wait':
                targets += self._get_next(is_late=True)
        return self.browse(dict.fromkeys(targets.ids))

    def _is_passed_at_once(self):
        """Return whether a process may pass the step in the moment in which it comes there."""
        self.ensure_one()
        return self.kind == 'action' or self.kind == 'wait' and (self._has_condition() or not self.wait_days)

    # What is missing

    def _get_problems(self):
        """Return what is wrong with the step itself, each as a part of a sentence.

        :rtype: list[str]
        """
        self.ensure_one()
        problems = []
        if self.kind != 'end':
            ways = self.way_ids if self.kind == 'decision' else [None]
            if not all(self._get_next(way) for way in ways):
                problems.append(self.env._("it leads nowhere. Say what comes then, or add an end after it."))
            if self._get_targets().template_id - self.template_id:
                problems.append(self.env._("it leads to a step of another process. Choose one of this process."))
        if self.kind in HUMAN:
            problems.append(self._get_problem_of_person())
        if get_problem := getattr(self, f'_get_problem_{self.kind}', None):
            problems.append(get_problem())
        return [problem for problem in problems if problem]

    def _get_problem_of_person(self):
        if not self.person or self.person == 'user' and not self.user_id:
            return self.env._("choose whom it is for.")
        if self.person == 'user' and not self._is_fit(self.user_id):
            return self.env._("%(person)s does not work here or has no access to the CRM.", person=self.user_id.name)
        return ''

    @api.model
    def _is_fit(self, user):
        """Return whether a person may be given a step."""
        # sudo - res.users: to which groups a person belongs.
        return user.active and user.sudo().has_group('dealflow.group_viewer')

    def _get_problem_question(self):
        if not self.question_ids:
            return self.env._("it asks nothing. Add a question.")
        return next(filter(None, (question._get_problem() for question in self.question_ids)), '')

    def _get_problem_decision(self):
        return '' if len(self.way_ids) > 1 else self.env._("a decision needs at least two ways.")

    def _get_problem_wait(self):
        if not self.wait_days and not self._has_condition():
            return self.env._("say how many days to wait, or for what.")
        try:
            domain = self._get_condition()
            model = self.env[self.template_id.model_name]
            domain.validate(model)
            model._search(domain, limit=1)
        except NOT_UNDERSTOOD as error:
            return self._explain_condition(error)
        return ''

    def _explain_condition(self, error):
        return self.env._(
            "the condition “%(condition)s” cannot be understood: %(problem)s. Build it again.",
            condition=self.domain,
            problem=str(error).rstrip('.'),
        )

    def _get_problem_action(self):
        # sudo - dealflow.rule: rules of other companies count, too.
        rule_sudo = self.rule_id.sudo()
        if not rule_sudo.action_ids or rule_sudo.model_name != self.template_id.model_name:
            return self.env._("choose a rule for the same kind of record, with something that it does.")
        return ''

    def _has_condition(self):
        return bool(self.domain) and self.domain.strip() not in ('[]', '')

    def _get_condition(self):
        """Return what the step waits for.

        :rtype: Domain
        :raise ValueError, SyntaxError: it is no list of conditions
        """
        return Domain(ast.literal_eval(self.domain or '[]'))
