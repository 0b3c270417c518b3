from odoo import api, fields, models
from odoo.fields import Domain

# So many events of each section are shown on the start page; all of them stand in «My Day».
SECTION_LIMIT = 10


class CalendarEvent(models.Model):
    """What a person has to do today, for the start page (E18, P22, P23, C05-C07)."""

    _inherit = 'calendar.event'

    @api.model
    @api.readonly
    def get_my_day(self):
        """Return the person's unfinished events of today above, the overdue ones below.

        :return: ``{'sections': [{'state', 'label', 'count', 'rows'}], 'client_count': int}``, rows as
            ``_get_my_day_row`` makes them; ``client_count`` counts the clients who have an event in a section
        :rtype: dict
        """
        day = (
            Domain('event_type_id.on_start_page', '=', True)
            & Domain('user_id', '=', self.env.uid)
            & self._dealflow_get_day_domain(day_to=fields.Date.context_today(self))
            & Domain('crm_state', 'in', ['current', 'overdue'])
        )
        sections = []
        for state, label in self._fields['crm_state']._description_selection(self.env):
            if state in ('current', 'overdue'):
                domain = day & Domain('crm_state', '=', state)
                events = self.search(domain, order='start, id', limit=SECTION_LIMIT)
                sections.append(
                    {
                        'state': state,
                        'label': label,
                        'count': self.search_count(domain),
                        'rows': [event._get_my_day_row() for event in events],
                    }
                )
        clients = self._read_group(day & Domain('business_partner_id', '!=', False), ['business_partner_id'])
        return {'sections': sections, 'client_count': len(clients)}

    def _get_my_day_row(self):
        self.ensure_one()
        return {
            'id': self.id,
            'start': self.start_date if self.allday else fields.Datetime.to_string(self.start),
            'allday': self.allday,
            'name': self.display_name,
            'type': self.event_type_id.name,
            'icon': self.event_type_id.icon,
            'client': self.business_partner_id.display_name or '',
            'contact': self.client_contact_id.name or '',
            'phone': self.client_phone or '',
            'priority': self.crm_priority,
        }
