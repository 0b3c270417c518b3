from odoo import models


class IrHttp(models.AbstractModel):
    """Opens a page of Dealflow after login for its users, unless their preferences say otherwise.

    That is the workplace for who sells, and the start page for everybody else.
    """

    _inherit = 'ir.http'

    def session_info(self):
        result = super().session_info()
        user = self.env.user
        if not result.get('home_action_id') and user.has_group('dealflow.group_viewer') and user.dealflow_opens_start:
            name = 'workplace' if user._dealflow_is_rep() else 'start'
            result['home_action_id'] = self.env.ref(f'dealflow.dealflow_{name}_action').id
        return result
