import logging
from collections import defaultdict
from functools import partial
from itertools import combinations
from zlib import crc32

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.safe_eval import safe_eval

from ...tools.public_methods import KEY, TEXT, WHOLE_NUMBER, public_method, rows_of
from ...tools.search_words import (
    FUNCTION,
    get_number,
    get_pattern,
    get_readings,
    get_sql_function,
    get_words,
)
from ...tools.searched_kind import SearchedKind

_logger = logging.getLogger(__name__)

# How many records of a kind are shown, at most.
MAX_HITS = 20
# Documents are found by their clients, of whom so many are looked at.
MAX_CLIENTS = 200
# Up to so many words are shared out between a document and its client in every way.
MOST_SPLIT = 3
# A text that is found so often is frequent: then no longer all are compared, but the newest ones.
ENOUGH, ENOUGH_WHOLE, NEWEST = 400, 50, 2000
# With fewer records the text is also read as if it had been typed on another keyboard.
FEW = 3
INDEX = '_dealflow_search_'
# The fields of records that may be called.
CALLED = ('phone', 'partner_phone')


class DealflowSearch(models.AbstractModel):
    """Finds records of all kinds by whatever is known of them (X10).

    Texts are compared folded to one spelling, see ``tools/search_words.py``. Nothing is stored for it: each table has
    an index over the folded text of its records, made by :meth:`init` from the declarations in :meth:`_get_kinds`.
    Another module adds a kind by one more declaration there.
    """

    _name = 'dealflow.search'
    _description = "Search over All"

    # Declarations

    @api.model
    def _get_kinds(self):
        """Return the kinds of records that are searched, in the order in which they are shown.

        :rtype: list[SearchedKind]
        """
        firm = Domain('partner_share', '=', True) & (Domain('is_company', '=', True) | Domain('parent_id', '=', False))
        contact = {
            'model': 'res.partner',
            'words': ('complete_name', 'email', 'ref', 'company_registry'),
            'codes': ('vat',),
        }
        parties = ('business_partner_id', 'legal_entity_id')
        return [
            SearchedKind(
                key='clients',
                name=self.env._("Clients"),
                action='dealflow.res_partner_action_partners',
                domain=firm & Domain('counterparty_role', '!=', 'entity') & Domain('is_company', '=', True),
                details=('city', 'vat', 'phone', 'user_id'),
                icon='fa-building-o',
                **contact,
            ),
            SearchedKind(
                key='legal_entities',
                name=self.env._("Legal Entities"),
                action='dealflow.res_partner_action_legal_entities',
                domain=firm & Domain('counterparty_role', '=', 'entity'),
                details=('city', 'vat', 'phone'),
                icon='fa-institution',
                **contact,
            ),
            SearchedKind(
                key='contacts',
                name=self.env._("Contacts"),
                action='dealflow.res_partner_action_contacts',
                domain=Domain('is_company', '=', False)
                & Domain('partner_share', '=', True)
                # Persons without a firm may be clients and legal entities themselves; they are listed once.
                & Domain('counterparty_role', '!=', 'entity'),
                details=('function', 'phone', 'email'),
                icon='fa-user-o',
                **contact,
            ),
            SearchedKind(
                key='opportunities',
                model='crm.lead',
                name=self.env._("Opportunities"),
                action='crm.crm_lead_opportunities',
                words=('name', 'partner_name', 'contact_name', 'email_from'),
                phones=('phone',),
                clients=('partner_id',),
                details=('partner_id', 'stage_id', 'user_id'),
                icon='fa-star-o',
            ),
            SearchedKind(
                key='deals',
                model='dealflow.deal',
                name=self.env._("Deals"),
                action='dealflow.dealflow_deal_action',
                words=('name', 'number'),
                clients=parties,
                details=('number', 'business_partner_id', 'stage_id', 'user_id'),
                icon='fa-briefcase',
            ),
            SearchedKind(
                key='receipts',
                model='dealflow.receipt',
                name=self.env._("Receipts"),
                action='dealflow.dealflow_receipt_action',
                words=('name',),
                clients=parties,
                details=('business_partner_id', 'date_planned', 'state'),
                icon='fa-money',
            ),
            SearchedKind(
                key='claims',
                model='dealflow.claim',
                name=self.env._("Claims"),
                action='dealflow.dealflow_claim_action',
                words=('name', 'number', 'email_from'),
                clients=(*parties, 'contact_id'),
                details=('business_partner_id', 'state', 'user_id'),
                icon='fa-exclamation-circle',
            ),
            SearchedKind(
                key='events',
                model='calendar.event',
                name=self.env._("Events"),
                action='dealflow.calendar_event_action_register',
                words=('name',),
                clients=('business_partner_id', 'client_contact_id'),
                # Whose event is private, or whose calendar, is not found by what others may not read.
                domain=Domain('event_type_id', '!=', False)
                & Domain(self.env['calendar.event']._get_default_privacy_domain()),
                details=('start', 'event_type_id', 'business_partner_id', 'user_id'),
                icon='fa-calendar',
            ),
            SearchedKind(
                key='contracts',
                model='dealflow.contract',
                name=self.env._("Contracts"),
                action='dealflow.dealflow_contract_action',
                words=('name', 'number'),
                clients=('business_partner_id', 'entity_id'),
                details=('entity_id', 'state', 'date_end'),
                icon='fa-handshake-o',
            ),
            SearchedKind(
                key='orders',
                model='sale.order',
                name=self.env._("Orders"),
                action='sale.action_quotations_with_onboarding',
                words=('name', 'client_order_ref'),
                clients=('partner_id', 'business_partner_id'),
                details=('partner_id', 'date_order', 'state'),
                icon='fa-shopping-cart',
            ),
            SearchedKind(
                key='invoices',
                model='account.move',
                name=self.env._("Invoices"),
                action='account.action_move_out_invoice',
                words=('name', 'ref', 'payment_reference'),
                clients=('partner_id', 'business_partner_id'),
                details=('partner_id', 'invoice_date', 'state'),
                domain=Domain('move_type', 'in', ('out_invoice', 'out_refund')),
                icon='fa-file-text-o',
                only="move_type IN ('out_invoice', 'out_refund')",
            ),
            SearchedKind(
                key='competitors',
                model='dealflow.competitor',
                name=self.env._("Competitors"),
                action='dealflow.dealflow_competitor_action',
                words=('name',),
                clients=('partner_id',),
                details=('status_id', 'region_id'),
                icon='fa-flag-o',
            ),
        ]

    # Indexes

    def init(self):
        """Make the function of the database, and after all tables the indexes over it."""
        super().init()
        self.env.cr.execute(get_sql_function())
        self.pool.post_init(self._make_indexes)

    @api.model
    def _make_indexes(self):
        """Make the index of each searched table anew if its declaration or the folding has changed, else leave it."""
        if not self.pool.has_trigram:
            _logger.warning(
                "The database has no trigram extension: the search over all uses no index and is slow. Let a superuser"
                " of PostgreSQL run CREATE EXTENSION pg_trgm in this database, and update Dealflow."
            )
            return
        cr = self.env.cr
        for kind in {kind.model: kind for kind in self._get_kinds()}.values():
            table = self.env[kind.model]._table
            definition = f"USING gin ({kind.get_text()} gin_trgm_ops)"
            if kind.only:
                definition += f" WHERE {kind.only}"
            wanted = f'{table}{INDEX}{crc32(definition.encode()):08x}'
            cr.execute(
                SQL(
                    r"""SELECT indexname FROM pg_indexes
                         WHERE schemaname = current_schema AND tablename = %s AND indexname LIKE %s""",
                    table,
                    f'%{INDEX}%'.replace('_', r'\_'),
                )
            )
            found = {name for (name,) in cr.fetchall()}
            for name in found - {wanted}:
                cr.execute(SQL("DROP INDEX %s", SQL.identifier(name)))
            if wanted not in found:
                # The definition is made of the names of our declarations alone.
                cr.execute(SQL(f'CREATE INDEX "{wanted}" ON "{table}" {definition}'))
                # Otherwise the planner would not know how frequent a word is.
                cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
        cr.execute(
            r"SELECT proname FROM pg_proc WHERE proname LIKE 'dealflow\_fold\_%%' AND proname <> %s"
            " AND pronamespace = current_schema::regnamespace",
            [FUNCTION],
        )
        for (name,) in cr.fetchall():
            cr.execute(SQL("DROP FUNCTION %s(text)", SQL.identifier(name)))

    # Public methods

    @api.model
    @api.readonly
    @public_method(text=TEXT, limit=WHOLE_NUMBER)
    def find(self, text, limit=5):
        """Return the records that a text names, of each kind the best and newest ones.

        Every word must be found, in any order, as a part of a name or number; telephones are found in any spelling, tax
        numbers without their country and dashes, documents also by their clients. Names are found in another alphabet,
        and what was typed on another keyboard is read so where little else is found. Only records that the caller may
        read, of the companies of the call.

        :param str text: what is looked for; cut after 200 characters or eight words; empty finds nothing
        :param int limit: how many records of a kind, at most 20
        :return: ``groups`` in the order of kinds: ``kind``, ``name``, ``icon``, ``has_more``, and ``hits``: ``id``,
            ``model``, ``name``, ``details`` (texts), ``phone``, and ``deeds``, what the caller may do with it
            (``call``, ``event``, ``deal``); ``reading``, what the text was read as on another keyboard, else empty
        :rtype: dict
        :raise AccessError: the caller has no role of Dealflow
        """
        self._check_role()
        limit = max(1, min(limit or 5, MAX_HITS))
        first, *others = get_readings(text or '')
        kinds = [kind for kind in self._get_kinds() if self.env[kind.model].has_access('read')]
        found, reading = self._find([first], kinds, limit), ''
        if others and sum(map(len, found.values())) < FEW:
            more = self._find(others, kinds, limit)
            reading = next(iter(others)) if any(set(more[key]) - set(ids) for key, ids in found.items()) else ''
            found = {key: list(dict.fromkeys([*ids, *more[key]])) for key, ids in found.items()}
        groups = [self._show_kind(kind, found[kind.key], limit) for kind in kinds if found[kind.key]]
        return {'groups': [group for group in groups if group['hits']], 'reading': reading}

    @api.model
    @api.readonly
    @public_method(kind=KEY, text=TEXT)
    def show_all(self, kind, text):
        """Return the section of a kind, where the text is a filter that can be taken off.

        :param str kind: as in the answer of :meth:`find`
        :param str text: as for :meth:`find`
        :return: the action that opens the list
        :rtype: dict
        :raise UserError: there is no such kind
        """
        self._check_role()
        kinds = self._get_kinds()
        chosen = [searched for searched in kinds if searched.key == kind]
        if not chosen:
            raise UserError(
                self.env._(
                    "“kind” cannot be “%(kind)s”. Choose one of: %(known)s.",
                    kind=kind,
                    known=", ".join(searched.key for searched in kinds),
                )
            )
        self.env[chosen[0].model].check_access('read')
        text = get_readings(text or '')[0]
        action = self.env['ir.actions.act_window']._for_xml_id(chosen[0].action)
        action['domain'] = list(Domain(chosen[0].domain))
        # The filters that a section begins with would hide some.
        context = safe_eval(action['context'] or '{}', {'uid': self.env.uid})
        action['context'] = {
            **{name: value for name, value in context.items() if not name.startswith('search_default_')},
            **({'search_default_dealflow_found': text} if text else {}),
        }
        # A board shows no order and few at once.
        action['views'].sort(key=lambda view: view[1] != 'list')
        return action

    @api.model
    @api.readonly
    @public_method(hits=rows_of('_get_hit_kinds'))
    def recall(self, hits):
        """Return records that were found before, in the order of kinds, as :meth:`find` does.

        What is gone, or what the caller may no longer read, is left out.

        :param hits: rows with the keys ``kind`` and ``id``, at most 20 of each kind
        :return: as :meth:`find`
        :rtype: dict
        :raise AccessError: the caller has no role of Dealflow
        """
        self._check_role()
        groups = []
        for kind in self._get_kinds():
            wanted = [hit['id'] for hit in hits or [] if hit.get('kind') == kind.key and hit.get('id')][:MAX_HITS]
            if wanted and self.env[kind.model].has_access('read'):
                domain = Domain(kind.domain) & Domain('id', 'in', wanted)
                found = set(self.env[kind.model].search(domain)._ids)
                groups.append(self._show_kind(kind, [hit for hit in wanted if hit in found], MAX_HITS))
        return {'groups': [group for group in groups if group['hits']], 'reading': ''}

    def _get_hit_kinds(self):
        return {'kind': KEY, 'id': WHOLE_NUMBER}

    @api.model
    def _check_role(self):
        if not self.env.user.has_group('dealflow.group_viewer') and not self.env.su:
            raise AccessError(
                self.env._("The search over all is for people with a role of Dealflow. Ask your administrator for one.")
            )

    # Search

    @api.model
    def _get_found_domain(self, model_name, text):
        """Return the domain of all records of a model that a text names, as :meth:`find` reads it."""
        first, *others = get_readings(text)
        same = [kind for kind in self._get_kinds() if kind.model == model_name]
        limits = Domain.OR(Domain(kind.domain) for kind in same)
        domain = limits & self._get_readings_domain(same[0], [first])
        if others and self.env[model_name].search_count(domain, limit=FEW) < FEW:
            domain |= limits & self._get_readings_domain(same[0], others)
        return domain

    @api.model
    def _get_readings_domain(self, kind, readings):
        plans = self._get_plans(readings)
        if not plans:
            return Domain.FALSE
        model = self.env[kind.model]
        model.flush_model([*kind.columns, *kind.clients])
        clients = self._get_clients(plans)

        def get_sql(model, alias, query):
            # The fence keeps the planner from reading the list in its order and folding each text on the way.
            return SQL(
                "%s IN (SELECT id FROM %s AS searched WHERE %s OFFSET 0)",
                SQL.identifier(alias, 'id'),
                SQL.identifier(model._table),
                self._get_condition(kind, plans, clients, False, model, 'searched', query),
            )

        return Domain.custom(to_sql=get_sql)

    @api.model
    def _get_plans(self, readings):
        """Return the words and the number of each reading that has any.

        :rtype: list[tuple[list, str]]
        """
        plans = [(get_words(reading), get_number(reading)) for reading in readings]
        return [(words, number) for words, number in plans if words or number]

    @api.model
    def _find(self, readings, kinds, limit):
        """Return the ids that readings of a text find, best and newest first, at most one above the limit, by kind.

        As many statements for many kinds, words and hits as for few.
        """
        plans = self._get_plans(readings)
        found = {kind.key: [] for kind in kinds}
        if not plans:
            return found
        clients, enough = self._get_clients(plans), max(ENOUGH, limit + 1)
        by_model = defaultdict(list)
        for kind in kinds:
            by_model[kind.model].append(kind)
        ends = self._get_ends(by_model)
        tables, rows = [], []
        for place, (name, same) in enumerate(by_model.items()):
            model, kind = self.env[name], same[0]
            model.flush_model([*kind.columns, *kind.clients])
            domain = Domain.OR(Domain(searched.domain) for searched in same)
            end = Domain('id', '>', ends[name] - NEWEST)
            # Without an order: the planner would rather read the table from its end than use the index.
            whole, some, newest = (
                model._search(
                    part & Domain.custom(to_sql=partial(self._get_condition, kind, plans, clients, is_whole)),
                    limit=most,
                )
                for part, is_whole, most in (
                    (domain, True, ENOUGH_WHOLE),
                    (domain, False, enough),
                    (domain & end, False, None),
                )
            )
            if some.is_empty():
                continue
            table = SQL.identifier(f'some_{place}')
            tables.append(SQL("%s AS MATERIALIZED (%s)", table, some.select()))
            rows += [
                SQL("SELECT %s AS model, 'some' AS part, id FROM %s", name, table),
                SQL("SELECT %s, 'whole', hit.id FROM (%s) AS hit", name, whole.select()),
                # Only a text that is frequent, which the end of the table has as well.
                SQL(
                    "SELECT %s, 'newest', hit.id FROM (%s OFFSET 0) AS hit WHERE (SELECT count(*) FROM %s) >= %s",
                    name,
                    newest.select(),
                    table,
                    enough,
                ),
            ]
        if not rows:
            return found
        ids = defaultdict(list)
        statement = SQL("WITH %s %s", SQL(", ").join(tables), SQL(" UNION ALL ").join(rows))
        for name, part, record_id in self.env.execute_query(statement):
            ids[name, part].append(record_id)
        for name, same in by_model.items():
            whole, some, newest = (sorted(ids[name, part], reverse=True) for part in ('whole', 'some', 'newest'))
            best = whole if len(whole) < ENOUGH_WHOLE else []
            ranked = list(dict.fromkeys([*best, *newest, *some]))
            for kind in same:
                # The search has asked for the rights already.
                fitting = (
                    set(self.env[name].search(Domain(kind.domain) & Domain('id', 'in', ranked))._ids)
                    if len(same) > 1 and ranked
                    else ranked
                )
                found[kind.key] = [record_id for record_id in ranked if record_id in fitting][: limit + 1]
        return found

    @api.model
    def _get_ends(self, names):
        """Return the highest number in the table of each model."""
        statements = [
            SQL("SELECT %s, coalesce(max(id), 0) FROM %s", name, SQL.identifier(self.env[name]._table))
            for name in names
        ]
        return dict(self.env.execute_query(SQL(" UNION ALL ").join(statements)))

    @api.model
    def _get_clients(self, plans):
        """Return the ids of readable contacts that any of the words, alone or together, and the numbers find.

        :return: lists of ids by tuples of the spellings of words, or by a number
        :rtype: dict
        """
        partners = self.env['res.partner']
        kind = next(kind for kind in self._get_kinds() if kind.model == 'res.partner')
        partners.flush_model(kind.columns)
        self.env['dealflow.partner.phone'].flush_model(['digits', 'partner_id'])
        parts = {}
        for words, number in plans:
            parts |= dict.fromkeys(split for pair in self._get_splits(words) for split in pair if split)
            if number:
                parts[number] = None
        clients = {part: [] for part in parts}
        if not clients or not partners.has_access('read'):
            return clients
        statements = []
        for place, part in enumerate(clients):
            query = partners._search(
                Domain('partner_share', '=', True)
                & Domain.custom(to_sql=partial(self._get_client_condition, kind, part)),
                limit=MAX_CLIENTS,
            )
            statements.append(SQL("(SELECT %s, hit.id FROM (%s) AS hit)", place, query.select()))
        found = list(clients.values())
        for place, partner_id in self.env.execute_query(SQL(" UNION ALL ").join(statements)):
            found[place].append(partner_id)
        return clients

    @api.model
    def _get_splits(self, words):
        """Return the ways to share words out: those of the document itself, and those of its client.

        :rtype: list[tuple[tuple, tuple]]
        """
        words = tuple(map(tuple, words))
        if len(words) > MOST_SPLIT:
            return [(words, ()), ((), words)]
        return [
            (tuple(word for word in words if word in chosen), tuple(word for word in words if word not in chosen))
            for size in range(len(words), -1, -1)
            for chosen in combinations(words, size)
        ]

    @api.model
    def _get_client_condition(self, kind, part, model, alias, query):
        text = SQL(kind.get_text(alias))
        if isinstance(part, tuple):
            return self._get_words_sql(text, part)
        return SQL(
            "%s IN (SELECT id FROM res_partner WHERE %s LIKE %s UNION %s)",
            SQL.identifier(alias, 'id'),
            SQL(kind.get_text('res_partner')),
            get_pattern(part),
            self.env['dealflow.partner.phone']._get_partners_query(part),
        )

    @api.model
    def _get_words_sql(self, text, words, is_whole=False):
        """Return the SQL that is true of a text with all the words, each in one of its spellings."""
        return SQL(
            "(%s)",
            SQL(" AND ").join(
                SQL(
                    "(%s)",
                    SQL(" OR ").join(
                        SQL("%s LIKE %s", text, get_pattern(spelling, is_whole)) for spelling in spellings
                    ),
                )
                for spellings in words
            ),
        )

    @api.model
    def _get_condition(self, kind, plans, clients, is_whole, model, alias, query):
        """Return the SQL that is true of the records which any of the readings names; each part of it has an index."""
        text = SQL(kind.get_text(alias))
        parts = []
        for words, number in plans:
            for own, of_client in self._get_splits(words) if words else ():
                if not of_client:
                    parts.append(self._get_words_sql(text, own, is_whole))
                elif not is_whole and kind.clients and clients[of_client]:
                    condition = self._get_client_sql(kind, alias, clients[of_client])
                    parts.append(SQL("(%s AND %s)", condition, self._get_words_sql(text, own)) if own else condition)
            if number and not is_whole:
                parts += self._get_number_parts(kind, alias, text, number, clients[number])
        condition = SQL("(%s)", SQL(" OR ").join(parts or [SQL("FALSE")]))
        # Verbatim, because the planner compares it with the condition of the index.
        return SQL("(%s AND %s)", SQL(kind.only), condition) if kind.only else condition

    @api.model
    def _get_number_parts(self, kind, alias, text, number, client_ids):
        spellings = {number}
        if kind.phones:
            spellings.add(self.env['dealflow.partner.phone']._get_search_digits(number))
        parts = [SQL("%s LIKE %s", text, get_pattern(digits)) for digits in sorted(spellings)]
        if client_ids and kind.model == 'res.partner':
            parts.append(self._get_any_sql(alias, 'id', client_ids))
        elif client_ids and kind.clients:
            parts.append(self._get_client_sql(kind, alias, client_ids))
        return parts

    @api.model
    def _get_client_sql(self, kind, alias, client_ids):
        conditions = [self._get_any_sql(alias, name, client_ids) for name in kind.clients]
        return SQL("(%s)", SQL(" OR ").join(conditions))

    @api.model
    def _get_any_sql(self, alias, column, ids):
        """Return the SQL that is true where a column is one of many numbers, which are read as one text."""
        return SQL("%s = ANY(%s::int[])", SQL.identifier(alias, column), f"{{{','.join(map(str, ids))}}}")

    # What is shown

    @api.model
    def _show_kind(self, kind, ids, limit):
        records = self.env[kind.model].browse(ids[:limit])
        # Names and details that the search did not look at may be for fewer people than the record.
        names = [
            name
            for name in kind.details
            if name in records._fields and records._has_field_access(records._fields[name], 'read')
        ]
        readable = {}
        for name in names:
            if records._fields[name].type == 'many2one':
                readable[name] = records[name]._filtered_access('read')
        deeds = self._get_deeds(records)
        hits = []
        for record in records:
            phone = next((record[name] for name in CALLED if name in names and record[name]), '')
            details = [self._show_value(record, name, readable.get(name)) for name in names]
            hits.append(
                {
                    'id': record.id,
                    'model': record._name,
                    'name': record.display_name or '',
                    'details': [detail for detail in details if detail],
                    'phone': phone,
                    'deeds': [deed for deed in deeds if deed != 'call' or phone],
                }
            )
        return {'kind': kind.key, 'name': kind.name, 'icon': kind.icon, 'hits': hits, 'has_more': len(ids) > limit}

    @api.model
    def _show_value(self, record, name, readable):
        field, value = record._fields[name], record[name]
        if field.type == 'many2one':
            return (value & readable).display_name or ''
        if field.type == 'selection':
            return dict(field._description_selection(self.env)).get(value, '')
        if field.type in ('date', 'datetime'):
            return self.env['ir.qweb.field.date'].value_to_html(value, {}) if value else ''
        return value or ''

    @api.model
    def _get_deeds(self, records):
        """Return what the user may do with records of a kind: to call, to plan an event, to begin a deal."""
        deeds = ['call']
        if not self.env.user.has_group('dealflow.group_user_own'):
            return deeds
        if hasattr(records, 'action_dealflow_new_event') and self.env['calendar.event'].has_access('create'):
            deeds.append('event')
        if records._name == 'res.partner' and self.env['dealflow.deal'].has_access('create'):
            deeds.append('deal')
        return deeds
