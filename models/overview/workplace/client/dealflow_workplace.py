import re

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date, html2plaintext, ormcache

from .....tools.phone_numbers import get_link
from .....tools.public_methods import KEY, WHOLE_NUMBER, id_of, option_keys, public_method
from ....claims.dealflow_claim import OPEN_STATES
from ....partners.dealflow_requisites_mixin import SETTLED_STATES
from ..dealflow_workplace import EVENT_FIELDS, PARTY_FIELDS

EVENTS = 40
LARGEST_EVENTS = 200
# Characters of the content of an event.
LONGEST_CONTENT = 600
MAX_CONTACTS = 80
MAX_ENTITIES = 40
# Open documents of each kind.
MAX_OPEN = 20
# What is read of the people and firms of a group, and of their events, besides what the page reads.
PARTNER_FIELDS = (
    *PARTY_FIELDS,
    'dealflow_full_name',
    'function',
    'website',
    'industry_id',
    'client_status_id',
    'annual_turnover',
    'dealflow_discount',
    'counterparty_role',
    'requisites_state',
    'user_id',
)
CLIENT_EVENT_FIELDS = (*EVENT_FIELDS, 'deal_id', 'description', 'result')
# What is read of open documents, with what their rights depend on.
DEAL_FIELDS = (
    'name',
    'state',
    'stage_id',
    'funnel_id',
    'amount',
    'currency_id',
    'expected_close_date',
    'date_last_stage_update',
    'user_id',
    'team_id',
    'company_id',
    'active',
)
RECEIPT_FIELDS = (
    'name',
    'state',
    'date_planned',
    'date_likely',
    'amount',
    'open_amount',
    'currency_id',
    'deal_id',
    'user_id',
    'company_id',
    'active',
)
LEAD_FIELDS = (
    'name',
    'stage_id',
    'date_deadline',
    'expected_revenue',
    'user_id',
    'team_id',
    'company_id',
    'type',
    'active',
)
CLAIM_FIELDS = ('name', 'number', 'state', 'date_deadline', 'user_id', 'team_id', 'company_id', 'active')
SEVERITIES = ('danger', 'warning', 'info')
FIGURES = {'client_since': 'date', 'deal_count': 'count', 'average_bill': 'money', 'total_sales': 'money'}


class DealflowWorkplace(models.AbstractModel):
    """Everything about the client that is chosen (C08-C11, C13-C15, C98)."""

    _inherit = 'dealflow.workplace'

    @api.model
    def _get_client_kinds(self):
        return {
            'contact_id': id_of('res.partner'),
            'event_filter': KEY,
            'offset': WHOLE_NUMBER,
            'limit': WHOLE_NUMBER,
            'only': KEY,
        }

    @api.model
    @api.readonly
    @public_method(partner_id=WHOLE_NUMBER, options=option_keys('_get_client_kinds'))
    def get_client(self, partner_id, options=None):
        """Return everything about a client for the middle and the right of the workplace.

        Amounts name their currency, days are in the user's time zone, moments in UTC. A block that the user has no
        right to is ``False``. Figures and finance are those of the current company.

        :param int partner_id: a client, a legal entity of one, or a contact person, whose events are shown
        :param options: ``contact_id`` (events with this person only), ``event_filter`` (a key of ``event_filters`` in
            the settings of :meth:`get_page`), ``offset`` and ``limit`` of the events (40, at most 200), ``only``
            (``events``: nothing but these)
        :return: ``client``, its ``figures``, what is ``open`` with its ``open_count``, ``contacts`` of the whole group,
            ``events``, newest first, with ``has_more`` and ``event_count``, what has changed ``since`` the user's last
            touch, ``terms`` of its segment, ``finance`` and ``actions``; ``False`` if the client is gone or not visible
        :rtype: dict | bool
        """
        options = options or {}
        partner = self._find_partner(partner_id)
        if not partner:
            return False
        firm = partner.commercial_partner_id
        self._fetch_partners(partner.business_partner_id | firm, PARTNER_FIELDS)
        client = next(
            (each for each in (partner.business_partner_id, firm) if each and each.has_access('read')), partner
        )
        contact = self.env['res.partner'].browse(options.get('contact_id') or ())
        if not contact and partner != client and partner._dealflow_is_contact_person():
            contact = partner
        entities = client._dealflow_get_legal_entities()
        self._fetch_partners(entities, PARTNER_FIELDS)
        entities = entities._filtered_access('read')
        events = self._get_client_events(client, client | entities, contact, options)
        if options.get('only') == 'events':
            self._name_users(events['events'])
            return events
        answer = {**self._get_client_blocks(client, entities, contact), **events}
        self._name_users([answer['client'], *answer['open'], *answer['events'], *answer['since']['rows']])
        return answer

    @api.model
    def _get_client_blocks(self, client, entities, contact):
        """Return the blocks of a client by their names, each with a constant number of queries.

        :param client: the business partner
        :param entities: its legal entities, which may contain the client itself
        :param contact: the person who is chosen, may be empty
        """
        parties = client | entities
        families = self._get_families(parties)
        people = self._find_people(parties, families)
        self._fetch_partners(people, PARTNER_FIELDS)
        rows = self._get_open_rows(client, parties, entities)
        clocks = (client | people)._dealflow_get_clocks()
        return {
            'client': {
                **self._get_header(client, entities, contact, clocks),
                'usual_contact_id': self._find_usual_contact(parties, people).id,
            },
            'figures': self._get_figures(client),
            'open': rows,
            'open_count': len(rows),
            'contacts': self._get_contacts(people, clocks),
            'since': self._get_changes(client, parties),
            'terms': self._get_terms(client),
            'finance': self._get_finance(client, families[client.id]),
            'actions': self._get_client_actions(client, parties, contact),
        }

    @api.model
    def _find_partner(self, partner_id):
        """Return the client, entity or contact with an id, archived or not; empty if it is gone or not visible."""
        partners = self.env['res.partner'].with_context(active_test=False)
        return partners.search_fetch([('id', '=', partner_id)], self._get_partner_fields()).with_env(self.env)

    @api.model
    def _get_partner_fields(self):
        partners = self.env['res.partner']
        return [name for name in PARTNER_FIELDS if partners._has_field_access(partners._fields[name], 'read')]

    @api.model
    def _get_families(self, parties):
        """Return the ids of each partner and of all below it, by one statement for all of them."""
        statement = SQL(
            """WITH RECURSIVE family AS (
                   SELECT id AS root_id, id FROM res_partner WHERE id IN %s
                    UNION
                   SELECT family.root_id, member.id
                     FROM res_partner AS member
                     JOIN family ON member.parent_id = family.id
               )
               SELECT root_id, array_agg(id) FROM family GROUP BY root_id""",
            tuple(parties.ids),
        )
        parties.flush_recordset(['parent_id'])
        return dict(self.env.execute_query(statement))

    # Who it is

    @api.model
    def _get_header(self, client, entities, contact, clocks):
        terms_words = [client.client_status_id.name, client.region_id.name, client.industry_id.name]
        labels = client._dealflow_get_value_labels('requisites_state')
        return {
            **self._show_client(client),
            'is_group': bool(entities - client),
            'entities': [
                {
                    'id': entity.id,
                    'name': entity.display_name,
                    'requisites_state': entity.requisites_state,
                    'requisites_label': labels.get(entity.requisites_state, ''),
                }
                for entity in entities[:MAX_ENTITIES]
            ],
            'status': self._show(client.client_status_id),
            'segment': " · ".join(filter(None, terms_words)),
            'region': self._show(client.region_id),
            'industry': self._show(client.industry_id),
            'user': client.user_id.id,
            'city': client.city or '',
            'country': client.country_id.name or '',
            **clocks[client.id],
            'phone': client.phone or '',
            'email': client.email or '',
            'website': client.website or '',
            'contact_id': contact.id,
            'is_archived': not client.active,
            'default_entity_id': (client._dealflow_get_default_legal_entity() & entities).id,
            'may_edit': client.has_access('write') and self.env.user.has_group('dealflow.group_user_own'),
        }

    @api.model
    def _name_users(self, rows):
        """Put the names beside the ids of the users of rows, by one statement for all of them."""
        # sudo - res.users: the name of a colleague is no secret, in another company or not.
        users = self.env['res.users'].sudo().with_context(active_test=False)
        query = users._search(Domain('id', 'in', {row['user'] for row in rows if row['user']}))
        names = {}
        if not query.is_empty():
            columns = (users._field_to_sql(query.table, name, query) for name in ('id', 'name'))
            names = dict(self.env.execute_query(query.select(*columns)))
        for row in rows:
            row['user'] = row['user'] in names and {'id': row['user'], 'name': names[row['user']]}

    @api.model
    def _get_figures(self, client):
        """Return the four figures of a client, of its whole group (C08)."""
        # sudo - deals, orders, invoices: figures count all documents of the company, as on the card of the client;
        # deals in stages that are hidden from the user are left out.
        figures = client.sudo()._dealflow_get_client_figures(
            'business_partner_id', 'business_partner_id', with_money=False
        )[client.id]
        currency = self.env.company.currency_id
        return [
            {
                'key': key,
                'name': client._dealflow_get_field_label(key),
                'value': figures[key],
                'kind': kind,
                'currency_id': kind == 'money' and currency.id,
            }
            for key, kind in FIGURES.items()
        ]

    # What is open

    @api.model
    def _get_open_rows(self, client, parties, entities):
        """Return what is open with a client, the most urgent first."""
        rows = [
            *self._get_open_deals(parties),
            *self._get_open_receipts(parties),
            *self._get_open_claims(parties),
            *self._get_open_leads(parties),
            *self._get_open_requisites(entities),
            *self._get_open_contracts(parties),
        ]
        return sorted(rows, key=lambda row: (SEVERITIES.index(row['severity']), str(row['date'] or '9')))

    @api.model
    def _get_party_domain(self, parties, *names):
        return Domain.OR(Domain(name, 'in', parties.ids) for name in names)

    @api.model
    def _get_open_row(
        self, kind, record, text, severity, date=False, amount=False, may_edit=False, user=None, name=None
    ):
        return {
            'kind': kind,
            'model': record._name,
            'id': record.id,
            'name': name or record.display_name,
            'text': text,
            'date': date or False,
            'amount': amount,
            'currency_id': amount is not False and record.currency_id.id,
            'severity': severity,
            'may_edit': may_edit,
            'user': user.id if user else False,
        }

    @api.model
    def _get_open_deals(self, parties):
        deals = self.env['dealflow.deal']
        if not deals.has_access('read'):
            return []
        today = fields.Date.context_today(self)
        found = deals.search_fetch(
            Domain('state', '=', 'open') & self._get_party_domain(parties, 'business_partner_id', 'legal_entity_id'),
            DEAL_FIELDS,
            order='expected_close_date, id',
            limit=MAX_OPEN,
        )
        editable = found._filtered_access('write').filtered('is_editable')
        rows = []
        for deal in found:
            is_late = bool(deal.expected_close_date) and deal.expected_close_date < today
            words = [deal.stage_id.name]
            if is_late:
                words.append(self.env._("past its expected close"))
            if deal.is_rotting:
                words.append(self.env._("nothing has moved for %(days)s days", days=deal.rotting_days))
            severity = 'danger' if is_late else 'warning' if deal.is_rotting else 'info'
            rows.append(
                self._get_open_row(
                    'deal',
                    deal,
                    ", ".join(words),
                    severity,
                    deal.expected_close_date,
                    deal.amount,
                    deal in editable,
                    deal.user_id,
                )
            )
        return rows

    @api.model
    def _get_open_receipts(self, parties):
        receipts = self.env['dealflow.receipt']
        if not receipts.has_access('read'):
            return []
        found = receipts.search_fetch(
            receipts._get_expected_domain() & self._get_party_domain(parties, 'business_partner_id', 'legal_entity_id'),
            RECEIPT_FIELDS,
            order='date_planned, id',
            limit=MAX_OPEN,
        )
        editable = self.env.user.has_group('dealflow.group_user_own') and found._filtered_access('write')
        rows = []
        for receipt in found:
            if receipt.is_overdue:
                text, severity = self.env._("Overdue"), 'danger'
            elif receipt.date_likely and receipt.date_likely > receipt.date_planned:
                text = self.env._("Likely on %(date)s", date=format_date(self.env, receipt.date_likely))
                severity = 'warning'
            else:
                text, severity = self.env._("Planned receipt"), 'info'
            rows.append(
                self._get_open_row(
                    'receipt',
                    receipt,
                    text,
                    severity,
                    receipt.date_planned,
                    receipt.open_amount,
                    bool(editable) and receipt in editable,
                    receipt.user_id,
                )
            )
        return rows

    @api.model
    def _get_open_claims(self, parties):
        claims = self.env['dealflow.claim']
        if not claims.has_access('read'):
            return []
        now = fields.Datetime.now()
        found = claims.search_fetch(
            Domain('state', 'in', OPEN_STATES)
            & self._get_party_domain(parties, 'business_partner_id', 'legal_entity_id'),
            CLAIM_FIELDS,
            limit=MAX_OPEN,
        )
        editable = found._filtered_access('write')
        return [
            self._get_open_row(
                'claim',
                claim,
                claim._dealflow_get_value_label('state'),
                'danger' if claim.date_deadline and claim.date_deadline < now else 'warning',
                fields.Datetime.context_timestamp(claim, claim.date_deadline).date() if claim.date_deadline else False,
                may_edit=claim in editable,
                user=claim.user_id,
            )
            for claim in found
        ]

    @api.model
    def _get_open_leads(self, parties):
        leads = self.env['crm.lead']
        if not leads.has_access('read'):
            return []
        found = leads.search_fetch(
            Domain('type', '=', 'opportunity')
            & Domain('won_status', '=', 'pending')
            & Domain('partner_id.commercial_partner_id', 'in', parties.ids)
            & Domain('deal_ids', '=', False),
            LEAD_FIELDS,
            limit=MAX_OPEN,
        )
        editable = found._filtered_access('write')
        today = fields.Date.context_today(self)
        return [
            {
                **self._get_open_row(
                    'opportunity',
                    lead,
                    lead.stage_id.name or '',
                    'warning' if lead.date_deadline and lead.date_deadline < today else 'info',
                    lead.date_deadline,
                    may_edit=lead in editable,
                    user=lead.user_id,
                ),
                'amount': lead.expected_revenue,
                'currency_id': lead.company_currency.id,
            }
            for lead in found
        ]

    @api.model
    def _get_open_requisites(self, entities):
        labels = entities._dealflow_get_value_labels('requisites_state')
        return [
            self._get_open_row(
                'requisites',
                entity,
                self.env._("Requisites: %(state)s", state=labels[entity.requisites_state]),
                'danger' if entity.requisites_state in ('changed', 'rejected') else 'warning',
                may_edit=self.env.user.has_group('dealflow.group_user_own'),
            )
            for entity in entities[:MAX_ENTITIES]
            if entity.requisites_state not in SETTLED_STATES
        ]

    @api.model
    def _get_open_contracts(self, parties):
        contracts = self.env['dealflow.contract']
        if not contracts.has_access('read'):
            return []
        today = fields.Date.context_today(self)
        last_day = fields.Date.add(today, days=self.env.company.dealflow_contract_reminder_days)
        found = contracts.search(
            Domain('state', '=', 'active')
            & Domain('date_end', '<=', last_day)
            & self._get_party_domain(parties, 'business_partner_id', 'entity_id'),
            order='date_end, id',
            limit=MAX_OPEN,
        )
        editable = found._filtered_access('write')
        return [
            self._get_open_row(
                'contract',
                contract,
                self.env._("The contract ends"),
                'danger' if contract.date_end < today else 'warning',
                contract.date_end,
                may_edit=contract in editable,
                user=contract.user_id,
            )
            for contract in found
        ]

    # People

    @api.model
    def _find_people(self, parties, families):
        family_ids = {member_id for family in families.values() for member_id in family}
        return self.env['res.partner'].search_fetch(
            parties._dealflow_get_people_domain(family_ids),
            self._get_partner_fields(),
            order='complete_name, id',
            limit=MAX_CONTACTS,
        )

    @api.model
    def _get_contacts(self, people, clocks):
        """Return the people of the whole group with their phones and local times (C09)."""
        kinds = self.env['dealflow.partner.phone']._dealflow_get_value_labels('kind')
        firms = people.commercial_partner_id._filtered_access('read')
        return [
            {
                'id': person.id,
                'name': person.dealflow_full_name or person.name or '',
                'function': person.function or '',
                'company': self._show(person.commercial_partner_id & firms - person),
                'phones': [
                    self._get_phone(number, kind, label)
                    for number, kind, label in (
                        (person.phone, 'main', self.env._("Phone")),
                        *((phone.number, phone.kind, kinds[phone.kind]) for phone in person.phone_ids),
                    )
                    if number
                ],
                'email': person.email or '',
                'region': (person.region_id or person.commercial_partner_id.region_id).name or '',
                **clocks[person.id],
            }
            for person in people
        ]

    @api.model
    def _get_phone(self, number, kind, label):
        return {'number': number, 'href': get_link(number), 'kind': kind, 'label': label}

    # Events

    @api.model
    def _get_client_events(self, client, parties, contact, options):
        """Return a page of the events with a client, newest first (C10, C11)."""
        limit = max(min(options.get('limit') or EVENTS, LARGEST_EVENTS), 1)
        offset = max(options.get('offset') or 0, 0)
        domain = self._get_client_events_domain(parties, contact, options.get('event_filter'))
        events = self.env['calendar.event'].search_fetch(
            domain, CLIENT_EVENT_FIELDS, order='start desc, id desc', offset=offset, limit=limit + 1
        )
        found = events[:limit]
        is_whole = not offset and len(events) <= limit
        contacts = found.client_contact_id._filtered_access('read')
        deals = found.deal_id._filtered_access('read')
        editable, titles = self._get_editable(found), self._get_contact_titles()
        return {
            'events': [self._get_client_event_row(event, contacts, deals, editable, titles) for event in found],
            'has_more': len(events) > limit,
            'event_count': len(found) if is_whole else self.env['calendar.event'].search_count(domain),
        }

    @api.model
    def _get_client_events_domain(self, parties, contact, key):
        domain = Domain('event_type_id', '!=', False) & self._get_party_domain(
            parties, 'business_partner_id', 'legal_entity_id'
        )
        if contact:
            domain &= Domain('client_contact_id', '=', contact.id)
        return domain & self._get_event_filter_domain(key)

    @api.model
    def _get_event_filter_domain(self, key):
        """Return the domain of a filter of events; an unknown one shows all."""
        return {
            'open': Domain('dealflow_state', 'in', ('current', 'overdue')),
            'done': Domain('dealflow_state', '=', 'done'),
            'calls': Domain('event_type_id.is_call', '=', True),
            'meetings': Domain('event_type_id.is_meeting', '=', True),
            'letters': Domain('event_type_id.code', 'in', ('message_in', 'message_out', 'offer', 'mailing')),
            'mine': Domain('user_id', '=', self.env.uid),
        }.get(key, Domain.TRUE)

    @api.model
    def _get_client_event_row(self, event, contacts, deals, editable, titles=None):
        times = self._get_event_times(event)
        return {
            'id': event.id,
            'name': event.name,
            'date': times['start'],
            **times,
            **self._get_event_type(event),
            'contact': self._show_person(event.client_contact_id & contacts),
            'user': event.user_id.id,
            'content': self._get_event_content(event, titles or self._get_contact_titles()),
            'result': event.result or '',
            'status': self._show_status(event),
            'state': event.dealflow_state,
            'is_overdue': event.dealflow_state == 'overdue',
            'is_private': event.privacy == 'private',
            'may_edit': event in editable,
            'deal': self._show(event.deal_id & deals),
        }

    @api.model
    def _get_event_content(self, event, titles):
        """Return what was written about an event, without the lines that Odoo adds: who takes part is told anyway."""
        if not event.description:
            return ''
        written = re.split('|'.join(f'<strong>{re.escape(title)}</strong>' for title in titles), event.description)[0]
        return html2plaintext(written, include_references=False).strip()[:LONGEST_CONTENT]

    @api.model
    @ormcache('self.env.uid')
    def _get_contact_titles(self):
        """Return the headings that Odoo puts above the names of organizer and contact, in the installed languages."""
        user, nobody = self.env.user, self.env['res.users']
        titles = set()
        for code, _name in self.env['res.lang'].get_installed():
            events = self.env['calendar.event'].with_context(lang=code)
            for organizer, partners in ((user, user.partner_id.browse()), (nobody, user.partner_id)):
                details = events._get_contact_details_description(organizer, partners)
                titles.update(re.findall('<strong>(.*?)</strong>', str(details)))
        return sorted(titles) or ["\N{NULL}"]

    # Terms and actions

    @api.model
    def _get_terms(self, client):
        """Return the terms of the client's segment (C98)."""
        model = self.env['dealflow.segment.terms']
        if not model.has_access('read'):
            return False
        terms = model._find_for(client)
        if not terms:
            return False
        pricelist = terms.pricelist_id._filtered_access('read') if terms.pricelist_id else terms.pricelist_id
        points = (line.strip(" \t-–•*") for line in (terms.talking_points or '').splitlines())
        return {
            'id': terms.id,
            'name': terms.name,
            'segment': terms._describe_segment(),
            'price_list': self._show(pricelist),
            'discount': terms.discount,
            'approach': terms.approach or '',
            'talking_points': [point for point in points if point],
            'differs': terms._get_differences(client),
            'may_edit': terms.has_access('write'),
        }

    @api.model
    @ormcache('self.env.uid', 'self.env.lang')
    def _get_events_action(self):
        """Return the report of events, kept as long as Odoo keeps actions: it takes seven queries."""
        return self.env['ir.actions.act_window']._for_xml_id('dealflow.calendar_event_action_register')

    @api.model
    def _get_client_actions(self, client, parties, contact):
        """Return what the buttons Details, Events and Price open (C13-C15)."""
        events = dict(self._get_events_action())
        values = {'business_partner_id': client.id, **({'client_contact_id': contact.id} if contact else {})}
        events.update(
            name=self.env._("Events with %(client)s", client=client.display_name),
            display_name=self.env._("Events with %(client)s", client=client.display_name),
            domain=list(self._get_client_events_domain(parties, contact, 'all')),
            context={
                'dealflow_new_event': True,
                'search_default_group_by_state': 1,
                **{f'default_{name}': value for name, value in values.items()},
            },
        )
        price_form = self.env['dealflow.price.form']
        return {
            'details': {
                'type': 'ir.actions.act_window',
                'res_model': 'res.partner',
                'res_id': client.id,
                'views': [[False, 'form']],
                'target': 'current',
            },
            'events': events,
            'price': price_form._may_sell() and price_form._get_form_action(partner_id=client.id),
        }
