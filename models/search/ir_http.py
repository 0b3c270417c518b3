from odoo import models


class IrHttp(models.AbstractModel):
    """Tells the screens who may search over all, so that nobody else is offered it (X10)."""

    _inherit = 'ir.http'

    def session_info(self):
        result = super().session_info()
        if self.env.user.has_group('dealflow.group_viewer'):
            result['dealflow_search'] = True
        return result
