from odoo import fields, models
from odoo.tools import ormcache


class ResUsers(models.Model):
    """What is asked of a person again and again: his day, and whether he has the groups that our fields are for."""

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

    def _dealflow_get_today(self):
        """Return the present day of the person, who may be on the other side of the date line.

        :rtype: date
        """
        self.ensure_one()
        # sudo - res.users: the zone of a colleague decides on the day that is written to him.
        if tz := self.sudo().tz:
            return fields.Date.context_today(self.with_context(tz=tz))
        return self.sudo().company_id._dealflow_get_today()
