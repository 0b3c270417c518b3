from odoo import api, models
from odoo.fields import Domain

from .....tools.public_methods import TEXT, WHOLE_NUMBER, public_method

# Open events of the clients that are found.
MAX_OPEN = 200
# What is found by a search, at most, and the shortest text that is searched for.
MAX_FOUND = 80
SHORTEST = 2
SHORTEST_PHONE = 4
CODES = ('ref', 'vat', 'company_registry', 'lei')


class DealflowWorkplace(models.AbstractModel):
    """The clients on the left: who has an event, who can be reached now, and the search over all of them (C07, C09)."""

    _inherit = 'dealflow.workplace'

    @api.model
    def _get_day_clients(self, current, late, parties, late_tasks, limit):
        """Return the clients of events, those who can be reached now first, then those of whom it is not known.

        :param current: planned events of the shown days
        :param late: overdue events
        :param parties: clients and contacts of these that the user may read
        :param dict late_tasks: how many tasks are overdue, by id of the client
        :param int limit: how many clients are listed
        :return: their rows, and how many clients there are
        """
        found = (current | late).filtered('business_partner_id')
        by_client = found.sorted(lambda event: (event.start, event.id)).grouped('business_partner_id')
        clients = self.env['res.partner'].union(*by_client) & parties
        persons = {client.id: by_client[client][:1].client_contact_id & parties for client in clients}
        clocks = clients.union(*persons.values())._dealflow_get_clocks()
        ranks, late_ids = {True: 0, None: 1, False: 2}, set(late._ids)

        def get_key(client):
            events = by_client[client]
            return (
                ranks[clocks[(persons[client.id] or client).id]['is_reachable']],
                not late_tasks.get(client.id) and late_ids.isdisjoint(events._ids),
                str(self._get_event_times(events[:1])['start']),
                client.name or '',
                client.id,
            )

        first = clients.sorted(get_key)[:limit]
        return self._get_client_rows(first, by_client, persons, clocks, late_tasks=late_tasks), len(clients)

    @api.model
    def _get_client_rows(self, clients, events_by_client, persons, clocks, matches=None, late_tasks=None):
        """Return clients as they are listed.

        :param clients: readable clients
        :param dict events_by_client: the open events of each, by their start
        :param dict persons: whom each client is reached through, by id; readable
        :param dict clocks: the local times of clients and persons
        :param dict matches: what a search has found of each, by id
        :param dict late_tasks: how many tasks are overdue, by id
        """
        rows = []
        for client in clients:
            events, person = events_by_client.get(client, self.env['calendar.event']), persons[client.id]
            rows.append(
                {
                    **self._show_client(client),
                    'city': client.city or '',
                    'region': client.region_id.name or '',
                    **clocks[(person or client).id],
                    'contact': self._show_person(person),
                    'phone': person.phone or client.phone or '',
                    'email': person.email or client.email or '',
                    'next_step': self._get_step(events[:1]),
                    'event_count': len(events),
                    'overdue_count': len(events.filtered(lambda event: event.dealflow_state == 'overdue'))
                    + (late_tasks or {}).get(client.id, 0),
                    'match': (matches or {}).get(client.id, False),
                }
            )
        return rows

    @api.model
    def _get_step(self, event):
        if not event:
            return False
        return {
            'id': event.id,
            'name': event.name,
            **self._get_event_times(event),
            **self._get_event_type(event),
            'is_overdue': event.dealflow_state == 'overdue',
        }

    # Search

    @api.model
    @api.readonly
    @public_method(text=TEXT, limit=WHOLE_NUMBER)
    def search_clients(self, text, limit=20):
        """Return the clients with a text in their name, that of a contact, or as phone or code (B42, C07).

        A phone is found in any spelling by four digits or more, a code (reference, tax number, registry number, LEI)
        as a whole, a name by any part of it.

        :param str text: what is typed, at least two characters
        :param int limit: how many clients are returned, at most 80
        :return: rows as ``clients`` of :meth:`get_page`, with ``match``: ``kind`` (``code``, ``phone`` or ``name``),
            ``text``, and ``contact_id`` where a person was found
        :rtype: list[dict]
        """
        text = (text or '').strip()
        if len(text) < SHORTEST:
            return []
        limit = max(min(limit or 20, MAX_FOUND), 1)
        found, contacts = {}, {}
        for kind, domain in self._get_search_domains(text):
            if len(found) >= limit:
                break
            partners = self.env['res.partner'].search(
                Domain('partner_share', '=', True) & domain, limit=MAX_FOUND, order='complete_name, id'
            )
            for partner in partners:
                client = partner.business_partner_id or partner.commercial_partner_id
                if client.id not in found:
                    person = partner if partner._dealflow_is_contact_person() else partner.browse()
                    found[client.id] = {
                        'kind': kind,
                        'text': self._get_matched_text(partner, kind, text),
                        'contact_id': person.id,
                    }
                    if person:
                        contacts[client.id] = person
        clients = self.env['res.partner'].browse(list(found)[:limit])._filtered_access('read')
        events = self.env['calendar.event'].search(
            Domain('user_id', '=', self.env.uid)
            & Domain('business_partner_id', 'in', clients.ids)
            & Domain('dealflow_state', 'in', ('current', 'overdue')),
            order='start, id',
            limit=MAX_OPEN,
        )
        by_client = events.grouped('business_partner_id')
        people = events.client_contact_id.union(*contacts.values())._filtered_access('read')
        steps = {client.id: by_client[client][:1].client_contact_id for client in by_client}
        persons = {
            client.id: (contacts.get(client.id) or steps.get(client.id, people.browse())) & people for client in clients
        }
        clocks = clients.union(*persons.values())._dealflow_get_clocks()
        return self._get_client_rows(clients, by_client, persons, clocks, found)

    @api.model
    def _get_search_domains(self, text):
        """Yield what a text may be, the most exact first; each is answered by an index."""
        spellings = list({text, text.upper(), text.replace(' ', '')})
        yield 'code', Domain.OR(Domain(name, 'in', spellings) for name in CODES)
        digits = self.env['dealflow.partner.phone']._get_digits(text)
        if len(digits) >= SHORTEST_PHONE and not any(character.isalpha() for character in text):
            yield 'phone', Domain('dealflow_phone_search', 'ilike', text)
        yield 'name', Domain('complete_name', 'ilike', text)

    @api.model
    def _get_matched_text(self, partner, kind, text):
        if kind == 'name':
            return partner.display_name
        if kind == 'code':
            return next(
                (partner[name] for name in CODES if partner[name] and partner[name] in (text, text.upper())), text
            )
        phones = self.env['dealflow.partner.phone']
        wanted = phones._get_search_digits(text)
        numbers = [partner.phone, *partner.phone_ids.mapped('number')]
        return next((number for number in numbers if number and wanted in phones._get_digits(number)), text)
