from odoo import models


class IrModelFields(models.Model):
    """A rule that needs a field which is deleted stops at once, and somebody is told."""

    _inherit = 'ir.model.fields'

    def unlink(self):
        self._dealflow_stop_rules()
        return super().unlink()

    def _dealflow_stop_rules(self):
        # sudo - ir.module.module: where Dealflow itself goes, there is nobody to tell.
        module_sudo = self.env['ir.module.module'].sudo().search([('name', '=', 'dealflow')])
        if module_sudo.state == 'to remove':
            return
        gone = {(field.model, field.name): field.field_description for field in self}
        # sudo - dealflow.rule: whoever deletes a field need not be able to read rules.
        for rule_sudo in self.env['dealflow.rule'].sudo().search([('state', '=', 'on')]):
            labels = [gone[used] for used in sorted(rule_sudo._get_used_fields() & gone.keys())]
            if labels:
                rule_sudo._stop(self.env._("It needs what was deleted: %(fields)s.", fields=", ".join(labels)))
