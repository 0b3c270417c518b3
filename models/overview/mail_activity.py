from odoo import api, models
from odoo.fields import Domain

from .calendar_event import NEAR_DAYS


class MailActivity(models.Model):
    """The user's activities on the start page, including those assigned by others (P22)."""

    _inherit = 'mail.activity'

    @api.model
    def _dealflow_get_mine_domain(self):
        """Return the domain of the user's open activities.

        Odoo's own activity of an event is left out if the event itself is listed.
        """
        return Domain('user_id', '=', self.env.uid) & (
            Domain('calendar_event_id', '=', False)
            | Domain('calendar_event_id.event_type_id.on_start_page', '!=', True)
            | Domain('calendar_event_id.user_id', '!=', self.env.uid)
        )

    @api.model
    def _dealflow_get_my_day_domains(self):
        """Return the domains of the user's open activities by section of the start page."""
        mine = self._dealflow_get_mine_domain()
        return {
            'current': mine & Domain('date_deadline', '=', 'today'),
            'coming': mine
            & Domain('date_deadline', '>', 'today')
            & Domain('date_deadline', '<=', f'today +{NEAR_DAYS}d'),
            'overdue': mine & Domain('date_deadline', '<', 'today'),
        }

    def _dealflow_get_my_day_row(self):
        self.ensure_one()
        day = self.date_deadline.isoformat()
        return {
            'id': self.id,
            'model': self._name,
            'day': day,
            'start': day,
            'allday': True,
            'name': self.summary or self.activity_type_id.name or self.env._("Activity"),
            'type': self.activity_type_id.name or '',
            'icon': self.icon or 'fa-tasks',
            'client': self.res_name or '',
            'contact': '',
            'phone': '',
            'priority': '1',
            'set_by': self.env['calendar.event']._dealflow_get_my_day_author(self),
        }
