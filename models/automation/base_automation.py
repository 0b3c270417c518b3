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

    @api.model
    @ormcache()
    def _dealflow_get_watches(self):
        """Return what each automation of a rule looks at.

        :rtype: dict[int, tuple[int, str, frozenset[str]]]
        :return: the rule, its trigger and the names of the watched fields, by automation
        """
        # sudo - base.automation: everybody's saves are watched.
        automations_sudo = self.sudo().search([('dealflow_rule_id', '!=', False)])
        return {
            automation.id: (
                automation.dealflow_rule_id.id,
                automation.dealflow_rule_id.trigger,
                frozenset(automation.dealflow_rule_id._get_watched_names()),
            )
            for automation in automations_sudo
        }

    def _filter_pre(self, records, feedback=False):
        watch = self._dealflow_get_watches().get(self.id)
        if not watch:
            return super()._filter_pre(records, feedback=feedback)
        rule_id, trigger, _names = watch
        if trigger in ('received', 'sent'):
            return self.env['dealflow.rule'].browse(rule_id)._filter_triggered(records)
        return records

    def _filter_post_export_domain(self, records, feedback=False):
        watch = self._dealflow_get_watches().get(self.id)
        if not watch:
            return super()._filter_post_export_domain(records, feedback=feedback)
        rule_id, trigger, names = watch
        rule = self.env['dealflow.rule'].browse(rule_id)
        return rule._filter_saved(records, trigger, names, self.env.context.get('old_values')), None
