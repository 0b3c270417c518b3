from odoo import api, fields, models

from ..dealflow_process_template import OBJECTS


class DealflowRuleAction(models.Model):
    """Processes that a rule starts (E63)."""

    _inherit = 'dealflow.rule.action'

    kind = fields.Selection(selection_add=[('process', "Start a process")], ondelete={'process': 'cascade'})
    process_template_id = fields.Many2one(
        'dealflow.process.template',
        string="Process",
        ondelete='restrict',
        index='btree_not_null',
        domain="[('object', '=', {'contact': 'client', 'company': 'client'}.get(object, object)), "
        "('state', '=', 'used')]",
    )

    @api.depends('process_template_id')
    def _compute_description(self):
        return super()._compute_description()

    @api.constrains('process_template_id', 'kind')
    def _check_process(self):
        self._check_complete()

    @api.model
    def _get_objects(self):
        return {**super()._get_objects(), 'process': ('contact', 'company', 'opportunity', 'deal', 'receipt', 'claim')}

    def _get_problem_process(self):
        # sudo - dealflow.process.template: people whose save sets off the rule need not be able to read it.
        template_sudo = self.process_template_id.sudo()
        if not template_sudo or OBJECTS[template_sudo.object][0] != self.rule_id._get_model_name():
            return self.env._("choose a process for this kind of record.")
        if template_sudo.state == 'draft':
            return self.env._("the process is a draft. Put it into use first.")
        return ''

    def _get_needed_access(self):
        if self.kind == 'process':
            return [(self.rule_id._get_model_name(), 'write')]
        return super()._get_needed_access()

    def _describe_process(self):
        return self.process_template_id.sudo().name

    def _run_process(self, record):
        """Start the process; nothing is to be done where it runs already."""
        record.check_access('write')
        if not self.process_template_id._start(record):
            return ''
        return self.env._("Process: %(process)s", process=self.process_template_id.name)
