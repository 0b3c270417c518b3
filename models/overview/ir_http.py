from odoo import models


class IrHttp(models.AbstractModel):
    """Opens the start page of Dealflow after login for its users, unless their preferences say otherwise."""

    _inherit = 'ir.http'

    def session_info(self):
        result = super().session_info()
        user = self.env.user
        if not result.get('home_action_id') and user.has_group('dealflow.group_viewer') and user.dealflow_opens_start:
            result['home_action_id'] = self.env.ref('dealflow.dealflow_start_action').id
        return result
