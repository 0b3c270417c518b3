from odoo import api, fields, models
from odoo.tools import ormcache


class BaseAutomation(models.Model):
    """The automations of Odoo's engine that belong to rules of ours.

    Odoo asks each automation after each write, and after each computation of a stored field. Those of ours answer from
    a cached table, and ask for the condition only when a watched field has really changed.
    """

    _inherit = 'base.automation'

    dealflow_rule_id = fields.Many2one(
        'dealflow.rule', index='btree_not_null', ondelete='cascade', groups='base.group_system'
    )

    def _get_actions(self, records, triggers):
        """Take the automations of a model from the cache: Odoo searches them at each write and each computation."""
        if '__action_done' not in self.env.context:
            self = self.with_context(__action_done={})
        return self.browse(self._dealflow_get_action_ids(records._name, tuple(triggers)))

    @api.model
    @ormcache('model_name', 'triggers')
    def _dealflow_get_action_ids(self, model_name, triggers):
        return tuple(super()._get_actions(self.env[model_name], list(triggers)).ids)

    def _update_registry(self):
        result = super()._update_registry()
        self.env.registry.clear_cache()
        return result

    @api.model
    @ormcache()
    def _dealflow_get_watches(self):
        """Return what each automation of a rule looks at.

        :rtype: dict[int, tuple[int, str, frozenset[str], Domain | None]]
        :return: the rule, its trigger, the names of the watched fields, and the condition if it can be asked of records
            in memory, by automation
        """
        # sudo - base.automation: everybody's saves are watched.
        automations_sudo = self.sudo().search([('dealflow_rule_id', '!=', False)])
        return {
            automation.id: (
                automation.dealflow_rule_id.id,
                automation.dealflow_rule_id.trigger,
                frozenset(automation.dealflow_rule_id._get_watched_names()),
                automation.dealflow_rule_id._get_quick_domain(),
            )
            for automation in automations_sudo
        }

    def _filter_pre(self, records, feedback=False):
        watch = self._dealflow_get_watches().get(self.id)
        if not watch:
            return super()._filter_pre(records, feedback=feedback)
        rule_id, trigger, _names, _domain = watch
        if trigger in ('received', 'sent'):
            return self.env['dealflow.rule'].browse(rule_id)._filter_triggered(records)
        return records

    def _filter_post_export_domain(self, records, feedback=False):
        watch = self._dealflow_get_watches().get(self.id)
        if not watch:
            return super()._filter_post_export_domain(records, feedback=feedback)
        rule_id, *details = watch
        rule = self.env['dealflow.rule'].browse(rule_id)
        return rule._filter_saved(records, *details, self.env.context.get('old_values')), None
