from odoo import models
from odoo.tools import ormcache


class ResUsers(models.Model):
    """Remembers who has the groups that our fields are for, as Odoo asks it for every value that it reads."""

    _inherit = 'res.users'

    def has_groups(self, group_spec):
        # Whether a person is in developer mode is not a matter of his groups alone.
        is_kept = 'dealflow.' in group_spec and 'base.group_no_one' not in group_spec
        if is_kept and self._ids == (self.env.uid,):
            return self._has_dealflow_groups(group_spec)
        return super().has_groups(group_spec)

    # Forgotten together with the groups of the user, which it follows from.
    @ormcache('self._ids', 'group_spec')
    def _has_dealflow_groups(self, group_spec):
        return super().has_groups(group_spec)
