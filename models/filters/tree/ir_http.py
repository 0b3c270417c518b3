from odoo import models


class IrHttp(models.AbstractModel):
    """The screens are told once which sections have the tree of filters (E52)."""

    _inherit = 'ir.http'

    def session_info(self):
        result = super().session_info()
        if self.env.user.has_group('dealflow.group_viewer'):
            result['dealflow_filter_sections'] = sorted(self.env['ir.filters']._get_dealflow_sections())
        return result
