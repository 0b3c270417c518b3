from odoo import api, fields, models
from odoo.tools import ormcache

from odoo.addons.base_automation.models.base_automation import WRITE_TRIGGERS

# What sets off rules, by the triggers of Odoo's engine that rules have.
EVENTS = {'on_create_or_write': 'saved', 'on_message_received': 'received', 'on_message_sent': 'sent'}


class BaseAutomation(models.Model):
    """The automations of Odoo's engine through which rules hear of what happens to records.

    Odoo asks each automation after each write, and after each computation of a stored field. Ours are one for a model
    and a kind of trigger, whatever the number of rules, and are passed over where no rule looks at any of the values.
    """

    _inherit = 'base.automation'

    dealflow_runs_rules = fields.Boolean(string="Runs Rules", groups='base.group_system')

    def _register_hook(self):
        super()._register_hook()
        for model_name in self.search([('dealflow_runs_rules', '=', True)]).mapped('model_name'):
            model_class = self.env.registry.get(model_name)
            for name, make in (('write', _make_write), ('_compute_field_value', _make_compute_field_value)):
                # The methods of the engine know those that they stand for.
                if hasattr(method := getattr(model_class, name, None), 'origin'):
                    setattr(model_class, name, make(method))

    def _get_actions(self, records, triggers):
        """Take the automations of a model from the cache: Odoo searches them at each write and each computation."""
        ids = self._dealflow_get_action_ids(records._name, tuple(triggers))
        if ids and self.env.context.get('import_file'):
            quiet = self._dealflow_get_quiet_on_import()
            ids = tuple(automation_id for automation_id in ids if automation_id not in quiet)
        if ids and '__action_done' not in self.env.context:
            self = self.with_context(__action_done={})
        return self.browse(ids)

    @api.model
    @ormcache('model_name', 'triggers')
    def _dealflow_get_action_ids(self, model_name, triggers):
        return tuple(super()._get_actions(self.env[model_name], list(triggers)).ids)

    def _update_registry(self):
        self.env.registry.clear_cache()
        return super()._update_registry()

    @api.model
    @ormcache()
    def _dealflow_get_events(self):
        """Return the model and what sets off its rules, by automation of ours.

        :rtype: dict[int, tuple[str, str]]
        """
        # sudo - base.automation: everybody's saves are watched.
        automations_sudo = self.sudo().search([('dealflow_runs_rules', '=', True)])
        return {
            automation.id: (automation.model_name, EVENTS[automation.trigger])
            for automation in automations_sudo
            if automation.trigger in EVENTS
        }

    @api.model
    @ormcache()
    def _dealflow_get_quiet_on_import(self):
        """Return the ids of our automations of which no rule wants imported rows."""
        rules = self.env['dealflow.rule']
        return frozenset(
            automation_id
            for automation_id, (model_name, event) in self._dealflow_get_events().items()
            if not any(watch.runs_on_import for watch in rules._get_watches(model_name, event))
        )

    @api.model
    @ormcache('model_name')
    def _dealflow_get_watched_names(self, model_name):
        """Return the names of the fields that any rule of a model looks at.

        :rtype: frozenset[str] | None
        :return: None if there are automations that are not ours, which may look at anything
        """
        if set(self._dealflow_get_action_ids(model_name, tuple(WRITE_TRIGGERS))) - self._dealflow_get_events().keys():
            return None
        watches = self.env['dealflow.rule']._get_watches(model_name, 'saved')
        return frozenset(name for watch in watches for name in watch.names)

    @api.model
    def _dealflow_is_unwatched(self, model_name, names):
        """Return whether nobody looks at any of these fields of a model."""
        watched = self._dealflow_get_watched_names(model_name)
        return watched is not None and watched.isdisjoint(names)

    def _process(self, records, domain_post=None):
        """Run the rules, if the automation is ours; which of them are due, and once per save, they know themselves."""
        found = self._dealflow_get_events().get(self.id)
        if not found:
            return super()._process(records, domain_post=domain_post)
        if records:
            self.env['dealflow.rule']._dispatch(found[1], records, self.env.context.get('old_values'))
        return None

    @api.model
    def _dealflow_connect(self, needed):
        """Have exactly these automations of ours at work.

        :param set needed: pairs of the name of a model and of what sets off its rules
        """
        # sudo - base.automation: for administrators in Odoo; rules have those that they need, and no others.
        ours_sudo = self.sudo().with_context(active_test=False, import_file=False)
        present = {}
        for automation_sudo in ours_sudo.search([('dealflow_runs_rules', '=', True)]):
            key = automation_sudo.model_name, EVENTS.get(automation_sudo.trigger)
            present[key] = automation_sudo
            if automation_sudo.active != (key in needed):
                automation_sudo.active = key in needed
        triggers = {event: trigger for trigger, event in EVENTS.items()}
        for model_name, event in sorted(needed - present.keys()):
            model_sudo = self.env['ir.model'].sudo()._get(model_name)
            ours_sudo.create(
                {
                    'name': self.env._("Rules of Dealflow: %(model)s", model=model_sudo.name),
                    'model_id': model_sudo.id,
                    'trigger': triggers[event],
                    'dealflow_runs_rules': True,
                }
            )


def _make_write(engine):
    """Return the ``write`` of Odoo's engine, passed over where nobody looks at the values."""

    def write(self, vals, **kw):
        if self.env['base.automation']._dealflow_is_unwatched(self._name, vals):
            return engine.origin(self, vals, **kw)
        return engine(self, vals, **kw)

    return write


def _make_compute_field_value(engine):
    """Return the computation of stored fields of Odoo's engine, passed over where nobody looks at the values."""

    def _compute_field_value(self, field):
        names = [each.name for each in self.pool.field_computed[field]]
        if self.env['base.automation']._dealflow_is_unwatched(self._name, names):
            return engine.origin(self, field)
        return engine(self, field)

    return _compute_field_value
