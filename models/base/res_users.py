from odoo import fields, models
from odoo.tools import ormcache


class ResUsers(models.Model):
    """What is often asked about users: their present day, their head, whether they have the groups of our fields."""

    _inherit = 'res.users'

    def has_groups(self, group_spec):
        # Developer mode does not depend on the user's groups alone.
        is_kept = 'dealflow.' in group_spec and 'base.group_no_one' not in group_spec
        if is_kept and self._ids == (self.env.uid,):
            return self._has_dealflow_groups(group_spec)
        return super().has_groups(group_spec)

    # Invalidated together with the user's groups, from which it follows.
    @ormcache('self._ids', 'group_spec')
    def _has_dealflow_groups(self, group_spec):
        return super().has_groups(group_spec)

    def _dealflow_get_today(self):
        """Return today's date in the user's time zone, else in the company's.

        :rtype: date
        """
        self.ensure_one()
        # sudo - res.users: dates in a message to a colleague are in the colleague's time zone.
        if tz := self.sudo().tz:
            return fields.Date.context_today(self.with_context(tz=tz))
        return self.sudo().company_id._dealflow_get_today()

    def _dealflow_get_head(self, record):
        """Return the head of the user for a record: the leader of its sales team, else of the user's own; may be empty.

        :param record: a record with or without a sales team
        :rtype: res.users
        """
        team = record.team_id if 'team_id' in record._fields else self.env['crm.team']
        # sudo - res.users: to which team a person belongs is no secret.
        return team.user_id or self.sudo().sale_team_id.user_id
