import ast
import re
from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.date_utils import parse_date

from ...tools.public_methods import public_method

# Model and own condition of each object.
OBJECTS = {
    'opportunity': ('crm.lead', []),
    'deal': ('dealflow.deal', []),
    'contact': ('res.partner', [('is_company', '=', False)]),
    'company': ('res.partner', [('is_company', '=', True)]),
    'order': ('sale.order', []),
    'invoice': ('account.move', [('move_type', '=', 'out_invoice')]),
    'receipt': ('dealflow.receipt', []),
    'claim': ('dealflow.claim', []),
    'contract': ('dealflow.contract', []),
    'event': ('calendar.event', []),
}
# What Odoo's engine tells of, by trigger; rules with another one are looked at by a job.
EVENTS = {
    'created': 'saved',
    'changed': 'saved',
    'saved': 'saved',
    'stage': 'saved',
    'received': 'received',
    'sent': 'sent',
}
STAGE_FIELDS = {'deal': 'stage_id', 'opportunity': 'lead_stage_id'}
QUIET_OBJECTS = ('opportunity', 'deal', 'contact', 'company')
# Whoever changes one of these answers for what the rule does from then on.
CONTENTS = {
    'company_id',
    'object',
    'trigger',
    'domain',
    'watched_field_ids',
    'stage_id',
    'lead_stage_id',
    'date_field_id',
    'days',
    'direction',
    'day',
    'is_once',
    'runs_on_import',
}
# A day or moment relative to now, as Odoo's condition editor writes it.
RELATIVE = re.compile(r'^(?=.)(today|now)?(\s*[=+-]\s*\w+)*$')


class DealflowRule(models.Model):
    """If and then: what happens by itself when a record of the CRM is created, changed, or comes of age (C33, C34).

    Odoo's engine notices what happens to records: one automation there for all rules of a model. What a rule then does
    is done with the rights of its owner, who is always the person that last decided what it does. ``running/`` runs it,
    ``timing/`` finds the records whose day has come, ``preview/`` tells what it would do.
    """

    _name = 'dealflow.rule'
    _description = "Automation Rule"
    _inherit = [
        'dealflow.derived.mixin',
        'mail.thread',
        'mail.activity.mixin',
        'dealflow.company.mixin',
        'dealflow.filter.choice.mixin',
    ]
    _order = 'sequence, id'
    _dealflow_code_only_fields = ('state', 'owner_id', 'started_on')

    name = fields.Char(help="Left empty, the rule is named after what it does.", tracking=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_recipe = fields.Boolean(string="Ready-Made", copy=False, help="It came with the module, to be switched on.")
    company_id = fields.Many2one(
        'res.company', index='btree_not_null', help="Empty: records of all companies of the owner."
    )
    state = fields.Selection(
        [('off', "Off"), ('on', "On"), ('stopped', "Stopped")],
        default='off',
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        help="A rule that failed ten times in a row stops by itself.",
    )
    owner_id = fields.Many2one(
        'res.users',
        string="Acts As",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
        ondelete='restrict',
        tracking=True,
        help="The rule may do what this person may do, whoever causes it. It is who last decided what the rule does.",
    )
    started_on = fields.Datetime(
        string="On Since", readonly=True, copy=False, help="What came before is no concern of the rule."
    )

    # If
    object = fields.Selection(
        [
            ('deal', "Deal"),
            ('opportunity', "Opportunity"),
            ('contact', "Contact"),
            ('company', "Company"),
            ('order', "Order"),
            ('invoice', "Invoice"),
            ('receipt', "Receipt"),
            ('claim', "Claim"),
            ('contract', "Contract"),
            ('event', "Event"),
        ],
        default='deal',
        required=True,
        tracking=True,
    )
    model_name = fields.Char(compute='_compute_model_name', export_string_translation=False)
    trigger = fields.Selection(
        [
            ('saved', "is created or changed"),
            ('created', "is created"),
            ('changed', "is changed"),
            ('stage', "enters a stage"),
            ('date', "reaches a date"),
            ('day', "on a certain day"),
            ('quiet', "has had no event for some days"),
            ('overdue', "is overdue"),
            ('received', "gets an e-mail or message from outside"),
            ('sent', "has an e-mail sent to the outside"),
        ],
        string="When It",
        default='saved',
        required=True,
        tracking=True,
    )
    domain = fields.Char(string="Condition", default='[]', tracking=True)
    watched_field_ids = fields.Many2many(
        'ir.model.fields',
        'dealflow_rule_watched_field_rel',
        'rule_id',
        'field_id',
        string="Watched Fields",
        help="A change of one of these is looked at. Empty: a change of what the condition names.",
    )
    stage_id = fields.Many2one('dealflow.stage', ondelete='restrict', index='btree_not_null')
    lead_stage_id = fields.Many2one(
        'crm.stage', string="Stage of Opportunities", ondelete='restrict', index='btree_not_null'
    )
    date_field_id = fields.Many2one('ir.model.fields', string="Date", ondelete='set null')
    days = fields.Integer(help="0 is the day itself.")
    direction = fields.Selection([('before', "before"), ('after', "after")], default='after', required=True)
    day = fields.Date(string="On")
    is_once = fields.Boolean(
        string="Once per Record", help="The rule acts on each record a single time, however often it fits."
    )
    runs_on_import = fields.Boolean(
        string="Also on Imported Rows", help="Otherwise the rule leaves alone what an import creates or changes."
    )

    # Then
    action_ids = fields.One2many('dealflow.rule.action', 'rule_id', copy=True)
    run_ids = fields.One2many('dealflow.rule.run', 'rule_id', copy=False)
    run_count = fields.Integer(string="Runs", compute='_compute_runs')
    last_run_on = fields.Datetime(string="Last Run", compute='_compute_runs')

    _check_days = models.Constraint('CHECK (days >= 0)', "The number of days cannot be negative.")

    @api.depends('object')
    def _compute_model_name(self):
        for rule in self:
            rule.model_name = rule._get_model_name()

    def _compute_runs(self):
        groups = self.env['dealflow.rule.run']._read_group(
            [('rule_id', 'in', self.ids)], ['rule_id'], ['__count', 'date:max']
        )
        found = {rule.id: (count, last) for rule, count, last in groups}
        for rule in self:
            rule.run_count, rule.last_run_on = found.get(rule.id, (0, False))

    @api.constrains('object', 'trigger', 'domain', 'stage_id', 'lead_stage_id', 'date_field_id', 'day')
    def _check_complete(self):
        for rule in self:
            if problem := rule._get_problem():
                if rule.name:
                    problem = self.env._("“%(rule)s”: %(problem)s", rule=rule.name, problem=problem)
                raise ValidationError(problem)

    @api.constrains('watched_field_ids', 'object', 'trigger', 'domain')
    def _check_watched(self):
        for rule in self:
            strange = rule.watched_field_ids.filtered(lambda field, rule=rule: field.model != rule.model_name)
            if strange:
                raise ValidationError(
                    self.env._(
                        "“%(field)s” is no field of “%(object)s”. Choose the watched fields again.",
                        field=strange[0].field_description,
                        object=rule._dealflow_get_value_label('object'),
                    )
                )
            if rule.trigger == 'changed' and not rule._get_watched_names():
                raise ValidationError(
                    self.env._(
                        "“%(rule)s”: any change of anything would count. Choose the watched fields, or a condition.",
                        rule=rule.name or rule._describe(),
                    )
                )

    @api.constrains('object')
    def _check_actions(self):
        """Refuse an object for which the actions are not."""
        self.action_ids._check_complete()

    @api.onchange('object')
    def _onchange_object(self):
        self.domain = '[]'
        self.watched_field_ids = self.date_field_id = self.stage_id = self.lead_stage_id = False
        self.action_ids = False
        if self.trigger not in self._get_triggers():
            self.trigger = 'saved'

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._name_after_deeds()
        return rules

    def write(self, vals):
        running = self.filtered(lambda rule: rule.state == 'on') if 'action_ids' in vals else self.browse()
        result = super().write(vals)
        # Odoo deletes the old actions before it creates the new ones; without any the rule was switched off.
        replaced = running.filtered(lambda rule: rule.state == 'off' and rule.action_ids)
        if replaced:
            replaced._dealflow_set_derived({'state': 'on'})
            replaced.action_ids._check_owner()
        if vals.keys() & CONTENTS:
            self._take_over()
        if vals.keys() & (CONTENTS | {'name', 'action_ids'}):
            self._name_after_deeds()
        if vals.keys() & (CONTENTS | {'sequence', 'active', 'state'}):
            self._connect()
        return result

    def unlink(self):
        result = super().unlink()
        self._connect()
        return result

    def copy_data(self, default=None):
        return [
            {**vals, 'name': self.env._("%(rule)s (copy)", rule=rule.name)}
            for rule, vals in zip(self, super().copy_data(default), strict=True)
        ]

    @public_method()
    def action_switch_on(self):
        """Switch the rules on; whoever does so becomes their owner.

        What has happened before is no concern of a rule: it takes records whose day is today or later.

        :raise UserError: a rule has no action, or its owner may not do what it does
        """
        self.check_access('write')
        for rule in self.filtered(lambda rule: rule.state != 'on'):
            if not rule.active:
                raise UserError(self.env._("“%(rule)s” is archived. Take it out of the archive first.", rule=rule.name))
            if not rule.action_ids:
                raise UserError(self.env._("“%(rule)s” does nothing yet. Add an action.", rule=rule.name))
            # Fields, people and templates may have gone since it was saved.
            rule._check_complete()
            rule._check_watched()
            rule.action_ids._check_complete()
            rule._take_over()
            rule.action_ids._check_owner()
            rule.action_ids._check_outside()
            rule._dealflow_set_derived({'state': 'on', 'started_on': self.env.cr.now()})
            # sudo - mail.activity: the task to mend it may be that of somebody else.
            rule.sudo().activity_feedback(['mail.mail_activity_data_todo'])
        return True

    @public_method()
    def action_switch_off(self):
        """Switch the rules off; what they have done stays."""
        self.check_access('write')
        self.filtered(lambda rule: rule.state != 'off')._dealflow_set_derived({'state': 'off'})
        return True

    @public_method(one=True)
    def action_view_runs(self):
        """Return the action that opens the log of the one rule."""
        action = self.env['ir.actions.act_window']._for_xml_id('dealflow.dealflow_rule_run_action')
        return {**action, 'domain': [('rule_id', '=', self.id)], 'context': {}}

    def _take_over(self):
        """Make the present user the owner: nobody lets a rule do what another may do, and they may not."""
        person = self.env.user
        if person._is_superuser():
            return
        for rule in self.filtered(lambda rule: rule.owner_id != person):
            rule._dealflow_set_derived({'owner_id': person.id})
            if rule.state == 'on':
                rule.action_ids._check_owner()

    def _name_after_deeds(self):
        for rule in self.filtered(lambda rule: not rule.name):
            rule.name = rule._describe()

    def _describe(self):
        """Return the rule as a short sentence."""
        self.ensure_one()
        return self.env._(
            "%(object)s %(trigger)s: %(actions)s",
            object=self._dealflow_get_value_label('object'),
            trigger=self._dealflow_get_value_label('trigger'),
            actions=", ".join(action._dealflow_get_value_label('kind') for action in self.action_ids) or "…",
        )

    # What the rule is about

    def _get_model_name(self):
        return OBJECTS[self.object][0] if self.object else False

    def _get_triggers(self):
        """Return the triggers that make sense for the object."""
        self.ensure_one()
        triggers = {'saved', 'created', 'changed', 'date', 'day'}
        if self.object in STAGE_FIELDS:
            triggers.add('stage')
        if self.object in QUIET_OBJECTS:
            triggers.add('quiet')
        if self.object == 'receipt':
            triggers.add('overdue')
        if 'message_ids' in self.env[self._get_model_name()]._fields:
            triggers |= {'received', 'sent'}
        return triggers

    def _get_problem(self):
        """Return what is missing or wrong in the condition, in words; empty if nothing is."""
        self.ensure_one()
        names = {'object': self._dealflow_get_value_label('object')}
        names['trigger'] = self._dealflow_get_value_label('trigger')
        if self.trigger not in self._get_triggers():
            return self.env._("“%(object)s” has no “%(trigger)s”. Choose another trigger.", **names)
        if self.trigger == 'stage' and not self[STAGE_FIELDS[self.object]]:
            return self.env._("“%(object)s %(trigger)s”: choose the stage.", **names)
        if self.trigger == 'day' and not self.day:
            return self.env._("“%(object)s %(trigger)s”: choose the day.", **names)
        if self.trigger == 'date':
            field = self.env[self._get_model_name()]._fields.get(self.date_field_id.sudo().name)
            if not field or field.type not in ('date', 'datetime') or not field.store:
                return self.env._("“%(object)s %(trigger)s”: choose one of its dates.", **names)
        if self.trigger == 'quiet' and not self.days:
            return self.env._("“%(object)s %(trigger)s”: say how many days.", **names)
        return self._get_problem_of_condition()

    def _get_problem_of_condition(self):
        try:
            domain = self._get_condition()
            model = self.env[self._get_model_name()]
            domain.validate(model)
            # As the owner asks it: fields that the owner may not read are no condition either.
            model._search(domain, limit=1)
        except (ValueError, SyntaxError, TypeError, KeyError, AttributeError, UserError) as error:
            return self.env._(
                "The condition “%(condition)s” cannot be understood: %(problem)s. Build it again.",
                condition=self.domain,
                problem=self._get_words_of_error(error),
            )
        return ''

    def _get_words_of_error(self, error):
        """Return why the condition cannot be asked, in words for people who know no Python."""
        if isinstance(error, UserError):
            return str(error).rstrip('.')
        try:
            domain = Domain(ast.literal_eval(self.domain or '[]'))
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            return self.env._("it is no list of comparisons")
        for model_name, name in self._walk(self._get_model_name(), domain):
            if name not in self.env[model_name]._fields:
                return self.env._("there is no field “%(field)s”", field=name)
        return self.env._("a value does not fit its field")

    @api.model
    def _walk(self, model_name, domain):
        """Yield the model and the name of each field that a condition passes through, also of those that are gone."""
        for condition in domain.iter_conditions():
            model = self.env[model_name]
            for name in condition.field_expr.split('.'):
                yield model._name, name
                field = model._fields.get(name)
                if not field or not field.relational:
                    break
                model = self.env[field.comodel_name]
            if isinstance(condition.value, Domain):
                yield from self._walk(model._name, condition.value)

    def _get_used_fields(self):
        """Return the model and the name of each field without which the rule is not what it was.

        :rtype: set[tuple[str, str]]
        """
        self.ensure_one()
        try:
            used = set(self._walk(self._get_model_name(), Domain(ast.literal_eval(self.domain or '[]'))))
        except (ValueError, SyntaxError, TypeError):
            used = set()
        # sudo - ir.model.fields: which ones the rule names is read for everybody.
        named = (self.watched_field_ids | self.date_field_id | self.action_ids._get_used_fields()).sudo()
        return used | {(field.model, field.name) for field in named}

    def _get_condition(self):
        """Return the condition that the user has built.

        :rtype: Domain
        :raise ValueError, SyntaxError: it is no list of conditions
        """
        self.ensure_one()
        return self._make_dates_of_properties(Domain(ast.literal_eval(self.domain or '[]')))

    def _make_dates_of_properties(self, domain):
        """Replace relative days compared with properties: PostgreSQL would compare them as text (C31)."""
        model = self.env[self._get_model_name()]

        def convert(condition):
            name, _dot, rest = condition.field_expr.partition('.')
            field = model._fields.get(name)
            is_relative = isinstance(condition.value, str) and RELATIVE.match(condition.value)
            if rest and field and field.type == 'properties' and is_relative:
                moment = parse_date(condition.value, self.env)
                field_type = fields.Datetime if isinstance(moment, datetime) else fields.Date
                return Domain(condition.field_expr, condition.operator, field_type.to_string(moment))
            return condition

        return domain.map_conditions(convert)

    def _get_domain(self):
        """Return all that a record must meet, apart from what happens to it."""
        self.ensure_one()
        domain = Domain(OBJECTS[self.object][1]) & self._get_condition()
        if self.company_id and 'company_id' in self.env[self._get_model_name()]._fields:
            domain &= Domain('company_id', '=', self.company_id.id)
        if self.trigger == 'stage':
            domain &= Domain('stage_id', '=', self[STAGE_FIELDS[self.object]].id)
        if self.trigger == 'overdue':
            domain &= Domain('is_overdue', '=', True)
        return domain

    def _get_watched_names(self):
        """Return the names of the fields whose change is looked at; a rule never runs on just any change.

        :rtype: set[str]
        """
        self.ensure_one()
        if self.trigger == 'stage':
            return {'stage_id'}
        # sudo - ir.model.fields: people whose save sets off the rule may not read fields.
        if names := set(self.sudo().watched_field_ids.mapped('name')):
            return names
        model = self.env[self._get_model_name()]
        try:
            domain = Domain(ast.literal_eval(self.domain or '[]'))
        except (ValueError, SyntaxError):
            return set()
        found = {condition.field_expr.partition('.')[0] for condition in domain.iter_conditions()}
        return {name for name in found if name in model._fields and model._fields[name].store}

    # Odoo's engine

    @api.model
    def _connect(self):
        """Let Odoo's engine tell of what happens to the objects of the rules that are on, and of nothing else."""
        # sudo - dealflow.rule: whoever stops a rule by setting it off need not be able to read the others.
        rules_sudo = self.sudo().with_context(active_test=True).search([('state', '=', 'on')])
        pairs = {(rule._get_model_name(), EVENTS.get(rule.trigger)) for rule in rules_sudo}
        self.env['base.automation']._dealflow_connect({pair for pair in pairs if pair[1]})
        self.env.registry.clear_cache()
