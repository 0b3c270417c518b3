from odoo import models


class ResUsers(models.Model):
    """Who logs calls."""

    _inherit = 'res.users'

    def _dealflow_may_log_calls(self):
        """Return whether the user, if any, may say what came of a call: only they are asked for it (E59)."""
        return bool(self) and self.has_group('dealflow.group_user_own')
