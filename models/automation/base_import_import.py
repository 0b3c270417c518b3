from odoo import models


class BaseImportImport(models.TransientModel):
    """Whoever imports is told beforehand which rules act on imported rows, and which leave them alone."""

    _inherit = 'base_import.import'

    def parse_preview(self, options, count=10):
        words = self.env['dealflow.rule']._describe_import(self.res_model)
        if words:
            self.env.user._bus_send(
                'simple_notification',
                {'title': self.env._("Automation rules"), 'message': words, 'type': 'warning', 'sticky': True},
            )
        return super().parse_preview(options, count)
