from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tools import format_amount, format_date, format_datetime

from ...tools.rule_memory import get_memory

# Field of the responsible person on each model.
RESPONSIBLE = {'account.move': 'invoice_user_id'}
# Letters of rules are no letters of people: absence notes do not answer them, and no program takes them for an answer.
AUTOMATIC_HEADERS = {'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All'}
# Which of the fields of an action holds a value for each type of field.
VALUE_FIELDS = {
    'char': 'text',
    'text': 'text',
    'integer': 'number',
    'float': 'number',
    'monetary': 'number',
    'boolean': 'flag',
    'date': 'days',
    'datetime': 'days',
    'selection': 'selection_value_id',
    'many2one': 'record_id',
    'many2many': 'record_id',
}


class DealflowRuleAction(models.Model):
    """One thing that a rule does; ``deeds/`` adds kinds.

    A kind is an entry in ``kind`` and two methods: ``_get_problem_<kind>()`` returns what is missing, in words, and
    ``_run_<kind>(record)`` does it with the rights of the owner and returns what was done, in words, or nothing if
    there was nothing to do. A kind that is for some objects only has an entry in ``_get_objects``.
    """

    _name = 'dealflow.rule.action'
    _description = "Action of a Rule"
    _inherit = 'dealflow.derived.mixin'
    _order = 'sequence, id'

    rule_id = fields.Many2one('dealflow.rule', required=True, index=True, ondelete='cascade')
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ('set', "Change data"),
            ('activity', "Create an activity"),
            ('message', "Send a message inside"),
        ],
        string="Do",
        default='set',
        required=True,
    )
    object = fields.Selection(related='rule_id.object')
    model_name = fields.Char(related='rule_id.model_name', export_string_translation=False)
    description = fields.Char(string="What", compute='_compute_description')

    # To whom
    person = fields.Selection(
        [
            ('responsible', "the responsible person"),
            ('head', "the head of the responsible person"),
            ('user', "a certain person"),
        ],
        default='responsible',
    )
    user_id = fields.Many2one(
        'res.users', string="Who", ondelete='restrict', index='btree_not_null', domain="[('share', '=', False)]"
    )

    # Change data
    field_id = fields.Many2one(
        'ir.model.fields',
        ondelete='set null',
        domain="[('model', '=', model_name), ('store', '=', True), ('readonly', '=', False), ('name', '!=', 'active'), "
        "('ttype', 'in', ('char', 'text', 'integer', 'float', 'monetary', 'boolean', 'date', 'datetime', 'selection', "
        "'many2one', 'many2many'))]",
    )
    value_kind = fields.Char(compute='_compute_value_kind', export_string_translation=False)
    value_model = fields.Char(compute='_compute_value_kind', export_string_translation=False)
    text = fields.Text(translate=True)
    number = fields.Float()
    flag = fields.Boolean(string="Yes")
    days = fields.Integer(string="Days from Then", help="0 is the day on which the rule acts.")
    selection_value_id = fields.Many2one(
        'ir.model.fields.selection', string="Choice", ondelete='set null', domain="[('field_id', '=', field_id)]"
    )
    record_id = fields.Many2oneReference(model_field='value_model')

    # Create an activity
    activity_type_id = fields.Many2one('mail.activity.type', string="Type of Activity", ondelete='restrict')
    activity_plan_id = fields.Many2one(
        'mail.activity.plan',
        ondelete='restrict',
        index='btree_not_null',
        domain="[('res_model', '=', model_name), ('template_ids', '!=', False)]",
        help="All activities of the plan, in place of a single one.",
    )

    @api.depends('field_id', 'kind')
    def _compute_value_kind(self):
        for action in self:
            # sudo - ir.model.fields: people whose save sets off the rule may not read fields.
            field = action.field_id.sudo()
            is_person = field.ttype == 'many2one' and field.relation == 'res.users'
            action.value_kind = 'person' if is_person else VALUE_FIELDS.get(field.ttype, '')
            action.value_model = field.relation or False

    @api.depends('kind', 'person', 'user_id', 'field_id', 'text', 'number', 'flag', 'days', 'selection_value_id')
    @api.depends('record_id', 'activity_type_id', 'activity_plan_id')
    @api.depends_context('lang')
    def _compute_description(self):
        for action in self:
            action.description = action._describe() if action.kind and not action._get_problem() else ''

    @api.constrains('kind', 'person', 'user_id', 'field_id', 'text', 'selection_value_id', 'record_id', 'rule_id')
    @api.constrains('activity_type_id', 'activity_plan_id')
    def _check_complete(self):
        for action in self:
            if problem := action._get_problem():
                raise ValidationError(
                    self.env._(
                        "“%(rule)s”, “%(action)s”: %(problem)s",
                        rule=action.rule_id.name or action.rule_id._describe(),
                        action=action._dealflow_get_value_label('kind'),
                        problem=problem,
                    )
                )

    @api.onchange('field_id')
    def _onchange_field_id(self):
        self.text = self.selection_value_id = self.record_id = False
        self.number = self.days = 0

    @api.onchange('kind')
    def _onchange_kind(self):
        self.record_id = False

    @api.model_create_multi
    def create(self, vals_list):
        actions = super().create(vals_list)
        actions.rule_id._take_over()
        actions._check_owner_of_running()
        return actions

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() - {'sequence'}:
            self.rule_id._take_over()
            self._check_owner_of_running()
        return result

    def unlink(self):
        rules = self.rule_id
        result = super().unlink()
        rules = rules.exists()
        rules._take_over()
        if idle := rules.filtered(lambda rule: rule.state == 'on' and not rule.action_ids):
            idle._dealflow_set_derived({'state': 'off'})
        return result

    # What is missing

    def _get_problem(self):
        """Return what the action lacks, as a sentence; empty if nothing."""
        self.ensure_one()
        objects = self._get_objects().get(self.kind)
        if objects and self.rule_id.object not in objects:
            labels = self.rule_id._dealflow_get_value_labels('object')
            return self.env._(
                "it is for these objects: %(objects)s. Choose another action.",
                objects=", ".join(labels[key] for key in objects),
            )
        return getattr(self, f'_get_problem_{self.kind}')()

    @api.model
    def _get_objects(self):
        """Return the objects of the kinds that are not for all of them.

        :rtype: dict[str, tuple[str, ...]]
        """
        objects = self.env['dealflow.rule']._fields['object'].get_values(self.env)
        # Events have no activities of their own: they are ones.
        return {'activity': tuple(key for key in objects if key != 'event')}

    def _get_problem_of_person(self):
        if not self.person:
            return self.env._("choose the person.")
        if self.person == 'user' and not self.user_id.active:
            return self.env._("choose a person who still works here.")
        return ''

    def _get_problem_set(self):
        # sudo - ir.model.fields: people whose save sets off the rule may not read fields.
        field_sudo = self.field_id.sudo()
        model_name = self.rule_id._get_model_name()
        field = model_name and self.env[model_name]._fields.get(field_sudo.name)
        if not field or field_sudo.model != model_name:
            return self.env._("choose the field.")
        if not field.store or field.readonly or not self.value_kind or self._is_derived(field):
            return self.env._("“%(field)s” cannot be set by a rule.", field=field_sudo.field_description)
        if self.value_kind == 'person':
            return self._get_problem_of_person()
        if self.value_kind in ('text', 'selection_value_id', 'record_id') and not self[self.value_kind]:
            return self.env._("say what “%(field)s” becomes.", field=field_sudo.field_description)
        if self.selection_value_id and self.value_kind == 'selection_value_id':
            if self.selection_value_id.sudo().field_id != field_sudo:
                return self.env._("say what “%(field)s” becomes.", field=field_sudo.field_description)
        # sudo - any model: whether it is still there.
        if self.value_kind == 'record_id' and not self.env[field.comodel_name].sudo().browse(self.record_id).exists():
            return self.env._("what “%(field)s” should become was deleted.", field=field_sudo.field_description)
        return ''

    def _is_derived(self, field):
        model = self.env[field.model_name]
        return hasattr(model, '_dealflow_get_derived_fields') and field.name in model._dealflow_get_derived_fields()

    def _get_problem_activity(self):
        # sudo - mail.activity.plan: people whose save sets off the rule may not read it.
        plan_sudo = self.activity_plan_id.sudo()
        if plan_sudo and plan_sudo.res_model != self.rule_id._get_model_name():
            return self.env._("the activity plan is for something else. Choose another one.")
        if plan_sudo and not (plan_sudo.active and plan_sudo.template_ids):
            return self.env._("the activity plan is archived or empty. Choose another one.")
        if not plan_sudo and not self.activity_type_id:
            return self.env._("choose the type of activity, or a plan.")
        return self._get_problem_of_person()

    def _get_problem_message(self):
        return self._get_problem_of_person() or ('' if self.text else self.env._("write the message."))

    # The owner

    def _check_owner_of_running(self):
        self.filtered(lambda action: action.rule_id.state == 'on')._check_owner()

    def _check_owner(self):
        """Refuse actions that the owner of the rule may not do.

        :raise AccessError: the first of them, in words
        """
        for action in self:
            owner = action.rule_id.owner_id
            for model, operation in action._get_needed_access():
                if not self.env[model].with_user(owner).has_access(operation):
                    raise AccessError(
                        self.env._(
                            "“%(rule)s” acts as %(owner)s, who has no right to do this: “%(action)s” (%(model)s). "
                            "Somebody with that right has to switch it on.",
                            rule=action.rule_id.name,
                            owner=owner.name,
                            action=action._dealflow_get_value_label('kind'),
                            model=self.env['ir.model']._get(model).sudo().name,
                        )
                    )
            field_name = action.kind == 'set' and action.field_id.sudo().name
            if field_name:
                target = self.env[action.model_name].with_user(owner)
                if not target._has_field_access(target._fields[field_name], 'write'):
                    raise AccessError(
                        self.env._(
                            "“%(rule)s” acts as %(owner)s, who may not change “%(field)s”.",
                            rule=action.rule_id.name,
                            owner=owner.name,
                            field=target._fields[field_name]._description_string(self.env),
                        )
                    )

    def _check_outside(self):
        """Refuse what a rule that is switched on cannot reach.

        :raise UserError: the first of them, in words
        """

    def _get_used_fields(self):
        """Return the fields that the actions name.

        :rtype: ir.model.fields
        """
        return self.filtered(lambda action: action.kind == 'set').field_id

    def _get_needed_access(self):
        """Return the models and operations that the owner needs.

        :rtype: list[tuple[str, str]]
        """
        self.ensure_one()
        model_name = self.rule_id._get_model_name()
        match self.kind:
            case 'set':
                return [(model_name, 'write')]
            case 'activity':
                # What Odoo asks of whoever plans an activity on a document.
                return [(model_name, getattr(self.env[model_name], '_mail_post_access', 'write'))]
        return [(model_name, 'read')]

    # Doing it

    def _describe(self):
        """Return what the action does, in a few words."""
        self.ensure_one()
        describe = getattr(self, f'_describe_{self.kind}', None)
        return describe() if describe else self._dealflow_get_value_label('kind')

    def _describe_set(self):
        label = self.field_id.sudo().field_description
        return self.env._("%(field)s: %(value)s", field=label, value=self._describe_value())

    def _describe_value(self):
        match self.value_kind:
            case 'person':
                return self._describe_person()
            case 'text':
                return self.text
            case 'number':
                return f'{self.number:g}'
            case 'flag':
                return self.env._("yes") if self.flag else self.env._("no")
            case 'days':
                if self.days == 1:
                    return self.env._("a day from then")
                return self.env._("%(days)s days from then", days=self.days) if self.days else self.env._("that day")
            case 'selection_value_id':
                return self.selection_value_id.sudo().name
        return self.env[self.value_model].sudo().browse(self.record_id).display_name

    def _describe_person(self):
        return self.user_id.name if self.person == 'user' else self._dealflow_get_value_label('person')

    def _describe_activity(self):
        if self.activity_plan_id:
            return self.activity_plan_id.sudo().name
        return self.env._("%(type)s, %(person)s", type=self.activity_type_id.name, person=self._describe_person())

    def _describe_message(self):
        return self._describe_person()

    def _perform(self, record):
        """Do it to a single record.

        :param record: in the environment of the owner, whose rights count; the action itself is read in sudo
        :return: what was done, in words; empty if there was nothing to do
        :rtype: str
        """
        self.ensure_one()
        if problem := self._get_problem():
            raise UserError(self.env._("“%(action)s”: %(problem)s", action=self._describe_kind(), problem=problem))
        return getattr(self, f'_run_{self.kind}')(record) or ''

    def _describe_kind(self):
        return self._dealflow_get_value_label('kind')

    def _get_person(self, record):
        """Return the person that the action is for.

        :raise UserError: the record has no such person, or the person has left
        :rtype: res.users
        """
        found = self._find_person(record)
        # sudo - res.users: that a person has left is no secret.
        if found and not found.sudo().active:
            raise UserError(
                self.env._("%(person)s works here no more. Choose somebody else.", person=found.sudo().name)
            )
        return found

    def _find_person(self, record):
        """Return the person that the action is for, also one who has left.

        :raise UserError: the record has no such person
        :rtype: res.users
        """
        if self.person == 'user':
            return self.user_id
        responsible = record[RESPONSIBLE.get(record._name, 'user_id')]
        found = responsible._dealflow_get_head(record) if self.person == 'head' else responsible
        if not found:
            raise UserError(
                self.env._(
                    "“%(record)s” has nobody as “%(person)s”.",
                    record=record.display_name,
                    person=self._dealflow_get_value_label('person'),
                )
            )
        return found

    def _get_client(self, record):
        """Return the client of a record: the partner that the CRM sees, else the one on the document."""
        if record._name == 'res.partner':
            return record
        for name in ('business_partner_id', 'partner_id'):
            if name in record._fields and record[name]:
                return record[name]
        return self.env['res.partner']

    def _get_today(self, record):
        return fields.Date.context_today(record)

    def _run_set(self, record):
        field = record._fields[self.field_id.sudo().name]
        value = self._get_value(field, record)
        if self._has_value(field, record, value):
            return ''
        get_memory(self.env.cr).values.setdefault((self.rule_id.id, record._name, record.id), set()).add(field.name)
        if record._name == 'dealflow.deal' and field.name == 'stage_id':
            record.action_move_stage(value, self._get_reason(), self._get_reason())
        else:
            record.write({field.name: [Command.link(value)] if field.type == 'many2many' else value})
        return self.env._(
            "%(field)s: %(value)s", field=field._description_string(self.env), value=self._show(field, record, value)
        )

    def _is_undone(self, record):
        """Return whether a value that the action has given to the record in this save is not there any more."""
        self.ensure_one()
        field = self.kind == 'set' and record._fields.get(self.field_id.sudo().name)
        given = get_memory(self.env.cr).values.get((self.rule_id.id, record._name, record.id), ())
        if not field or field.name not in given:
            return False
        try:
            return not self._has_value(field, record, self._get_value(field, record))
        except UserError:
            # There is nobody any more whom it would be given to.
            return False

    def _get_reason(self):
        return self.env._("By the rule “%(rule)s”", rule=self.rule_id.name)

    def _get_value(self, field, record):
        match self.value_kind:
            case 'person':
                return self._get_person(record).id
            case 'days':
                day = fields.Date.add(self._get_today(record), days=self.days)
                return day if field.type == 'date' else fields.Datetime.to_datetime(day)
            case 'selection_value_id':
                return self.selection_value_id.sudo().value
            case 'number':
                return int(self.number) if field.type == 'integer' else self.number
        return self[self.value_kind]

    @api.model
    def _has_value(self, field, record, value):
        present = record[field.name]
        if field.relational:
            return value in present.ids
        return (present or value) and present == value or not (present or value)

    @api.model
    def _show(self, field, record, value):
        if field.relational:
            return self.env[field.comodel_name].sudo().browse(value).display_name
        if field.type == 'selection':
            return dict(field._description_selection(self.env)).get(value, value)
        if field.type == 'boolean':
            return self.env._("yes") if value else self.env._("no")
        if field.type == 'date':
            return format_date(self.env, value)
        if field.type == 'datetime':
            return format_datetime(self.env, value)
        currency = field.type == 'monetary' and record[field.get_currency_field(record)]
        return format_amount(self.env, value, currency) if currency else value

    def _run_activity(self, record):
        person = self._get_person(record)
        if self.activity_plan_id:
            self._start_plan(record, person)
            return self.env._(
                "Activity plan “%(plan)s” for %(person)s", plan=self.activity_plan_id.name, person=person.name
            )
        record.activity_schedule(
            activity_type_id=self.activity_type_id.id,
            summary=self.text or self.activity_type_id.summary or self.activity_type_id.name,
            date_deadline=fields.Date.add(self._get_today(record), days=self.days),
            user_id=person.id,
        )
        return self.env._("Activity “%(type)s” for %(person)s", type=self.activity_type_id.name, person=person.name)

    def _start_plan(self, record, person):
        schedule = record.env['mail.activity.schedule'].with_context(active_model=record._name, active_ids=record.ids)
        schedule.create(
            {
                'plan_id': self.activity_plan_id.id,
                'plan_on_demand_user_id': person.id,
                'plan_date': fields.Date.add(self._get_today(record), days=self.days),
            }
        ).action_schedule_plan()

    def _run_message(self, record):
        person = self._get_person(record)
        record.message_notify(
            partner_ids=person.partner_id.ids,
            subject=self.rule_id.name,
            body=self.text,
            mail_headers=AUTOMATIC_HEADERS,
        )
        return self.env._("Message to %(person)s", person=person.name)
