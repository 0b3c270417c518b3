from datetime import timedelta

from pytz import utc

from odoo import fields, models


class ResUsers(models.Model):
    """Who is there to take a request, and who stands in for whom."""

    _inherit = 'res.users'

    def _dealflow_find_present(self, memory):
        """Return the one user if they are there, else who stands in for them, and nobody where nobody is there.

        Somebody is away during a leave in their working calendar, where Odoo's time off enters it, and between the
        dates at their extension, which also names the substitute.

        :param dict memory: what was found before, by ``presence``
        """
        self.ensure_one()
        seen = nobody = self.env['res.users']
        user = self
        while user and user not in seen:
            is_present, substitute = user._dealflow_get_presence(memory)
            if is_present:
                return user
            seen |= user
            user = substitute
        return nobody

    def _dealflow_get_presence(self, memory):
        """Return whether the one user is there, and who stands in for them otherwise."""
        known = memory['presence']
        if self not in known:
            now = fields.Datetime.now()
            # sudo - resource.calendar.leaves, dealflow.telephony.extension: whether somebody is there is asked for the
            # routing, and not told why.
            extensions_sudo = self.env['dealflow.telephony.extension'].sudo().search([('user_id', '=', self.id)])
            is_on_leave = bool(
                self.env['resource.calendar.leaves']
                .sudo()
                .search_count(
                    [
                        ('resource_id.user_id', '=', self.id),
                        ('time_type', '=', 'leave'),
                        ('date_from', '<=', now),
                        ('date_to', '>=', now),
                    ],
                    limit=1,
                )
            )
            is_away = any(extension._is_away() for extension in extensions_sudo)
            substitute = extensions_sudo.substitute_id[:1].filtered(lambda user: user.active and not user.share)
            known[self] = (self.active and not is_on_leave and not is_away, substitute.with_env(self.env))
        return known[self]

    def _dealflow_is_working(self, company, memory):
        """Return whether the one user works at this moment: by their own calendar, else by that of the company."""
        known = memory['working']
        if self not in known:
            now = utc.localize(fields.Datetime.now())
            # sudo - resource.resource: when somebody works is asked for the routing, and told nobody.
            resource_sudo = self.sudo().resource_ids.filtered(lambda resource: resource.company_id == company)[:1]
            calendar = resource_sudo.calendar_id
            if calendar:
                intervals = calendar._work_intervals_batch(now, now + timedelta(minutes=1), resources=resource_sudo)[
                    resource_sudo.id
                ]
            else:
                intervals = company._dealflow_get_working_intervals(now, now + timedelta(minutes=1))
            known[self] = bool(list(intervals))
        return known[self]

    def _dealflow_in_own_language(self):
        """Return the one user with their language: what is written for them to read."""
        self.ensure_one()
        return self.with_context(lang=self.lang or self.env.lang)
