from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL, ormcache

from ...tools.own_context import Own, get_own
from ...tools.public_methods import public_method
from ..receipts.account_payment import MONEY_STATES

COLUMNS = (
    'date',
    'partner_id',
    'business_partner_id',
    'user_id',
    'name',
    'amount',
    'currency_id',
    'company_id',
    'res_model',
    'res_id',
    'deal_id',
    'detail',
)
# Columns shown only to users who may read the document of the entry.
CONTENT = {'name', 'amount', 'deal_id', 'detail'}
# Documents visible to all users who can see the client. The names of private events are hidden separately.
OPEN_DOCUMENTS = {'res.partner', 'calendar.event', 'mailing.mailing'}
# Columns that are the same for every user.
OPEN_COLUMNS = {'id', *COLUMNS, 'kind'} - CONTENT
# The number of parts that the ids leave room for.
LARGEST_NUMBER_OF_PARTS = 64
# The kinds of entries, as :func:`kind_of_entry` collects them.
DEPENDS = {}
DETAILS = {}


def kind_of_entry(kind, depends, detail=None):
    """Mark the method that returns the parts of the history of one kind.

    :param str kind: a value of the field ``kind``
    :param dict depends: the stored fields that the SQL of the parts reads, by model, as in ``_depends``
    :param detail: the model and the selection field that have the labels of the column ``detail``
    """

    def mark(method):
        for model, names in depends.items():
            DEPENDS[model] = [*dict.fromkeys((*DEPENDS.get(model, ()), *names))]
        if detail:
            DETAILS[kind] = detail
        return method

    return mark


class DealflowHistory(models.Model):
    """Everything that was done with a client, organisational and financial, in one list (B37, B05, B07).

    A union of the source tables, read newest first by pages. Each part filters by indexed columns of its own table.
    Users who may not read a document see from its entry that something happened, when, with whom and by whom, but not
    what: all who work with a client should know who else does.

    A new kind of entry takes its label in ``kind`` and one method with its table, columns and conditions, whose mark
    (:func:`kind_of_entry`) names the fields that these use and where the words of its ``detail``, if it has one, come
    from; ``_get_parts`` calls it at the end. In an extension of the model, these are ``selection_add``, ``_get_parts``
    with ``super()``, ``_depends`` and ``_get_detail_labels``. Then only a filter in the search view is missing.

    Access to documents is checked for the rows of a page only, not for all rows that are counted and sorted.

    Context switches, which only methods of this model can set: ``dealflow_history_rows``: the ids of the rows to look
    at; an empty tuple means all rows, but without their content.
    """

    _name = 'dealflow.history'
    _description = "History of a Client"
    _inherit = 'dealflow.sql.report.mixin'
    _auto = False
    _order = 'date desc, id desc'
    date = fields.Datetime(readonly=True)
    kind = fields.Selection(
        [
            ('message', "Message"),
            ('event', "Event"),
            ('task', "Task done"),
            ('opportunity', "Opportunity"),
            ('deal', "Deal moved"),
            ('order', "Order"),
            ('invoice', "Invoice"),
            ('payment', "Payment"),
            ('receipt', "Planned receipt"),
            ('contract', "Contract"),
            ('requisites', "Requisites"),
            ('claim', "Claim"),
            ('mailing', "Mailing"),
            ('call_in', "Incoming call"),
            ('call_out', "Outgoing call"),
        ],
        readonly=True,
    )
    partner_id = fields.Many2one('res.partner', string="With", readonly=True)
    business_partner_id = fields.Many2one('res.partner', string="Partner", readonly=True)
    user_id = fields.Many2one('res.users', string="By", readonly=True)
    name = fields.Char(string="Subject", readonly=True)
    detail = fields.Char(readonly=True, export_string_translation=False)
    summary = fields.Char(string="What", compute='_compute_summary')
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one('res.currency', readonly=True)
    company_id = fields.Many2one('res.company', readonly=True)
    res_model = fields.Char(readonly=True, export_string_translation=False)
    res_id = fields.Many2oneReference(model_field='res_model', readonly=True, export_string_translation=False)
    deal_id = fields.Many2one('dealflow.deal', readonly=True)
    # For the record rules, which need the deal even where the entry does not show it.
    of_deal_id = fields.Many2one('dealflow.deal', readonly=True, groups=fields.NO_ACCESS)
    is_readable = fields.Boolean(string="Document is Open", readonly=True)

    @api.depends('name', 'detail', 'kind', 'is_readable')
    def _compute_summary(self):
        labels = {kind: self._get_detail_labels(entries) for kind, entries in self.grouped('kind').items()}
        outcomes = self._get_outcomes()
        for entry in self:
            told = ": ".join(filter(None, (labels[entry.kind].get(entry.detail), entry.name)))
            told = ". ".join(filter(None, (told, outcomes.get(entry))))
            entry.summary = told if entry.is_readable else self.env._("Work of a colleague")

    def _get_outcomes(self):
        """Return the status and the result of the events among the entries, by entry, if the user may read them.

        A private event of another user shows as busy, without either.
        """
        entries = self.filtered(lambda entry: entry.kind == 'event' and entry.is_readable)
        events = self.env['calendar.event'].with_context(active_test=False).browse(entries.mapped('res_id'))
        told = {
            event.id: ": ".join(filter(None, (event.event_status_id.name, event.result)))
            for event in events.exists()
            if event.has_access('read')
        }
        return {entry: told.get(entry.res_id) for entry in entries}

    @api.model
    def search_fetch(self, domain, field_names=None, offset=0, limit=None, order=None):
        """Find the rows of the page first, and then read the content that the user may see of them."""
        if not limit or not self._is_open(domain, order):
            return super().search_fetch(domain, field_names, offset=offset, limit=limit, order=order)
        found = super(DealflowHistory, self._with_masked_content()).search_fetch(
            domain, ['date'], offset=offset, limit=limit, order=order
        )
        entries = found.with_env(self.env)
        entries.fetch(field_names)
        return entries

    @api.model
    def search_count(self, domain, limit=None):
        history = self._with_masked_content() if self._is_open(domain) else self
        return super(DealflowHistory, history).search_count(domain, limit=limit)

    def fetch(self, field_names=None):
        """Query only the tables and the rows that the entries come from."""
        entries = self.with_context(dealflow_history_rows=Own(self._ids)) if self else self
        return super(DealflowHistory, entries).fetch(field_names)

    def _with_masked_content(self):
        return self.with_context(dealflow_history_rows=Own(()))

    @api.model
    def _is_open(self, domain, order=None):
        """Return whether the domain and the order use only columns that are the same for every user."""
        names = {condition.field_expr.split('.')[0] for condition in Domain(domain).iter_conditions()}
        names |= {part.split()[0] for part in (order or self._order).split(',')}
        return names <= OPEN_COLUMNS

    def _get_detail_labels(self, entries):
        """Return the labels of the details of entries of one kind, by detail."""
        kind = entries[0].kind
        if kind == 'event':
            types = self.env['dealflow.event.type'].browse({int(entry.detail) for entry in entries if entry.detail})
            return {str(event_type.id): event_type.name for event_type in types}
        if kind not in DETAILS:
            return {}
        model, field_name = DETAILS[kind]
        return dict(self.env[model]._fields[field_name]._description_selection(self.env))

    @api.model
    def _get_report_sql(self):
        rows = get_own(self.env, 'dealflow_history_rows')
        ids_of_parts = {}
        for row_id in rows or ():
            row, number = divmod(row_id, LARGEST_NUMBER_OF_PARTS)
            ids_of_parts.setdefault(number, []).append(row)
        parts = {
            number: part for number, part in enumerate(self._get_parts()) if not rows or number in ids_of_parts
        } or {0: self._get_parts()[0]}
        models_of_parts = {columns['res_model'].strip("'") for _kind, columns, _tables in parts.values()}
        is_told = rows is None or bool(rows)
        readers = {
            model: self._get_reader(model) if is_told else self._read_nothing
            for model in models_of_parts | {'dealflow.deal'}
        }
        return SQL(" UNION ALL ").join(
            self._get_part(number, *part, readers, ids_of_parts.get(number)) for number, part in parts.items()
        )

    @staticmethod
    def _read_nothing(_document, _columns, _ids):
        return SQL(), SQL("FALSE")

    def _get_part(self, number, kind, columns, tables, readers, ids=None):
        """Return one part of the union; columns that the part does not name are empty.

        The id is made of the id in the part's own table and the number of the part, so it is stable.

        :param ids: the rows of the part's own table to look at; all of them if empty
        """
        text = dict.fromkeys(('name', 'detail', 'res_model'), 'varchar')
        empty = {**text, 'date': 'timestamp', 'amount': 'numeric'}
        joins, readable = readers[columns['res_model'].strip("'")](columns['res_id'], columns, ids)
        open_deal = readable
        if not readable and 'deal_id' in columns:
            # An event is visible to all users, but its deal is not.
            joins, open_deal = readers['dealflow.deal'](columns['deal_id'], columns, ids)
        values = []
        for column in COLUMNS:
            value = SQL(columns.get(column, f"NULL::{empty.get(column, 'integer')}"))
            condition = open_deal if column == 'deal_id' else readable
            if column in CONTENT & columns.keys() and condition:
                value = SQL("CASE WHEN %s THEN %s END", condition, value)
            values.append(SQL("%s AS %s", value, SQL.identifier(column)))
        # Split at the last WHERE, because a join may contain one of its own.
        source, where, conditions = tables.rpartition(" WHERE ")
        if not where:
            source, conditions = tables, "TRUE"
        return SQL(
            """SELECT source.id::bigint * %s + %s AS id, %s AS kind, %s, %s AS of_deal_id, %s AS is_readable
                 FROM %s %s WHERE %s AND %s""",
            LARGEST_NUMBER_OF_PARTS,
            number,
            SQL("%s::varchar", kind),
            SQL(", ").join(values),
            SQL(columns.get('deal_id', "NULL::integer")),
            readable or SQL("TRUE"),
            SQL(source),
            joins,
            SQL(conditions),
            SQL("source.id IN %s", tuple(ids)) if ids else SQL("TRUE"),
        )

    def _get_reader(self, model):
        """Return a function that gives the SQL condition under which the user may read a document of the model.

        The function takes the id of the document in SQL, the columns of the part and the rows to look at, and returns
        a join and a condition; the condition is ``None`` if all documents are readable. A join, because PostgreSQL
        would evaluate a subquery on the allowed documents anew for each column.
        """
        if model in OPEN_DOCUMENTS or self.env.su:
            return lambda document, columns, ids: (SQL(), None)
        allowed, companies = self._get_allowed_documents(model)
        if companies:
            return lambda document, columns, ids: (
                SQL(),
                SQL(
                    "(%(company)s IS NULL OR %(company)s IN %(companies)s)",
                    company=SQL(columns['company_id']),
                    companies=companies,
                ),
            )
        if allowed is None:
            return lambda document, columns, ids: (SQL(), None)
        if not allowed:
            return lambda document, columns, ids: (SQL(), SQL("FALSE"))

        def read(document, columns, ids):
            join = SQL("LEFT JOIN %s AS allowed ON allowed.id = %s", allowed, SQL(document))
            if ids and document == 'source.id':
                # Repeated here, because PostgreSQL does not infer it for the allowed documents.
                join = SQL("%s AND allowed.id IN %s", join, tuple(ids))
            return join, SQL("allowed.id IS NOT NULL")

        return read

    @api.model
    @ormcache('self.env.uid', 'tuple(self.env.companies.ids)', 'model')
    def _get_allowed_documents(self, model):
        """Return the query of the documents that the user may read, cached as long as the record rules themselves.

        :return: the query, empty for none and ``None`` for all; and the companies to which documents have to belong
            if the rules require nothing else
        """
        documents = self.env[model].with_context(active_test=False)
        if not documents.has_access('read'):
            return SQL(), ()
        rules = self.env['ir.rule']._compute_domain(model, 'read')
        if rules.map_conditions(lambda rule: Domain.TRUE if rule.field_expr == 'company_id' else rule).is_true():
            # Rows of other companies are left out anyway; those of a branch's parents are shown without the document.
            companies = self.env.companies
            return None, tuple(companies.ids) if companies.parent_ids - companies else ()
        return documents._search([]).subselect(), ()

    # The parts

    def _get_parts(self):
        """Return the parts of the history as ``(kind, {column: SQL}, tables with their conditions)``.

        Every part aliases its own table as ``source`` and names its document. New parts go to the end, for stable ids.
        """
        attended, with_client = self._get_event_parts()
        return [
            *self._get_message_parts(),
            attended,
            self._get_task_part(),
            self._get_opportunity_part(),
            self._get_deal_part(),
            self._get_order_part(),
            self._get_invoice_part(),
            self._get_payment_part(),
            self._get_receipt_part(),
            self._get_contract_part(),
            self._get_requisites_part(),
            with_client,
            self._get_claim_part(),
            self._get_mailing_part(),
            *self._get_call_parts(),
        ]

    @kind_of_entry(
        'message',
        depends={
            'mail.message': ['date', 'model', 'res_id', 'message_type', 'create_uid', 'subject'],
            'res.partner': ['company_id'],
            'crm.lead': ['partner_id', 'company_id'],
            'dealflow.deal': ['legal_entity_id', 'business_partner_id', 'company_id'],
        },
        detail=('mail.message', 'message_type'),
    )
    def _get_message_parts(self):
        """Return the messages on the client, on its opportunities and on its deals."""
        message = {
            'date': "source.date",
            'user_id': "source.create_uid",
            'name': "source.subject",
            'detail': "source.message_type",
            'res_id': "source.res_id",
        }
        written = "source.message_type IN ('email', 'email_outgoing', 'comment')"
        return [
            (
                'message',
                {
                    **message,
                    'partner_id': "source.res_id",
                    'company_id': "client.company_id",
                    'res_model': "'res.partner'",
                },
                "mail_message source JOIN res_partner client ON client.id = source.res_id "
                f"WHERE source.model = 'res.partner' AND {written}",
            ),
            (
                'message',
                {
                    **message,
                    'partner_id': "lead.partner_id",
                    'company_id': "lead.company_id",
                    'res_model': "'crm.lead'",
                },
                "crm_lead lead JOIN mail_message source ON source.model = 'crm.lead' AND source.res_id = lead.id "
                f"WHERE {written}",
            ),
            (
                'message',
                {
                    **message,
                    'partner_id': "deal.legal_entity_id",
                    'deal_id': "deal.id",
                    'business_partner_id': "deal.business_partner_id",
                    'company_id': "deal.company_id",
                    'res_model': "'dealflow.deal'",
                },
                "dealflow_deal deal "
                "JOIN mail_message source ON source.model = 'dealflow.deal' AND source.res_id = deal.id "
                f"WHERE {written}",
            ),
        ]

    @kind_of_entry(
        'event',
        depends={
            'calendar.event': [
                'start',
                'user_id',
                'name',
                'privacy',
                'partner_ids',
                'event_type_id',
                'business_partner_id',
                'legal_entity_id',
                'client_contact_id',
                'deal_id',
                'active',
            ],
            'res.users.settings': ['user_id', 'calendar_default_privacy'],
            'res.partner': ['company_id'],
        },
    )
    def _get_event_parts(self):
        """Return the events by the people who are invited, and by the client that they are about."""
        # The name of a private event is hidden, whether the event or the default of its organizer makes it private.
        event = {
            'date': "source.start",
            'user_id': "source.user_id",
            'detail': "source.event_type_id::varchar",
            'name': "CASE COALESCE(source.privacy, settings.calendar_default_privacy) "
            "WHEN 'private' THEN '' ELSE source.name END",
            'company_id': "client.company_id",
            'deal_id': "source.deal_id",
            'res_model': "'calendar.event'",
            'res_id': "source.id",
        }
        settings = "LEFT JOIN res_users_settings settings ON settings.user_id = source.user_id"
        client = "COALESCE(source.client_contact_id, source.legal_entity_id, source.business_partner_id)"
        return [
            (
                'event',
                {**event, 'partner_id': "attendee.res_partner_id"},
                "calendar_event_res_partner_rel attendee JOIN calendar_event source "
                f"ON source.id = attendee.calendar_event_id {settings} "
                "JOIN res_partner client ON client.id = attendee.res_partner_id "
                f"WHERE source.active AND attendee.res_partner_id IS DISTINCT FROM {client}",
            ),
            (
                'event',
                {**event, 'partner_id': client, 'business_partner_id': "source.business_partner_id"},
                # OFFSET keeps PostgreSQL from scanning all clients: it cannot estimate how few are left.
                f"calendar_event source {settings} "
                f"JOIN LATERAL (SELECT company_id FROM res_partner WHERE id = {client} OFFSET 0) client ON TRUE "
                "WHERE source.active",
            ),
        ]

    @kind_of_entry(
        'task',
        depends={
            'mail.activity': ['date_done', 'res_model', 'res_id', 'user_id', 'summary'],
            'res.partner': ['company_id'],
        },
    )
    def _get_task_part(self):
        """Return the tasks that were done on the client."""
        return (
            'task',
            {
                'date': "source.date_done + TIME '12:00'",
                'partner_id': "source.res_id",
                'user_id': "source.user_id",
                'name': "source.summary",
                'company_id': "client.company_id",
                'res_model': "'res.partner'",
                'res_id': "source.res_id",
            },
            "mail_activity source JOIN res_partner client ON client.id = source.res_id "
            "WHERE source.res_model = 'res.partner' AND source.date_done IS NOT NULL",
        )

    @kind_of_entry('opportunity', depends={'crm.lead': ['create_date', 'partner_id', 'user_id', 'name', 'company_id']})
    def _get_opportunity_part(self):
        return (
            'opportunity',
            {
                'date': "source.create_date",
                'partner_id': "source.partner_id",
                'user_id': "source.user_id",
                'name': "source.name",
                'company_id': "source.company_id",
                'res_model': "'crm.lead'",
                'res_id': "source.id",
            },
            "crm_lead source WHERE source.partner_id IS NOT NULL",
        )

    @kind_of_entry(
        'deal',
        depends={
            'dealflow.deal': ['legal_entity_id', 'business_partner_id', 'name', 'company_id'],
            'dealflow.deal.log': ['date', 'deal_id', 'user_id', 'short_status', 'amount_to', 'currency_id'],
        },
    )
    def _get_deal_part(self):
        """Return the rows of the logs of deals."""
        return (
            'deal',
            {
                'date': "source.date",
                'partner_id': "deal.legal_entity_id",
                'user_id': "source.user_id",
                'business_partner_id': "deal.business_partner_id",
                'deal_id': "deal.id",
                'name': "concat_ws(': ', deal.name, source.short_status)",
                'amount': "source.amount_to",
                'currency_id': "source.currency_id",
                'company_id': "deal.company_id",
                'res_model': "'dealflow.deal'",
                'res_id': "deal.id",
            },
            "dealflow_deal deal JOIN dealflow_deal_log source ON source.deal_id = deal.id",
        )

    @kind_of_entry(
        'order',
        depends={
            'sale.order': [
                'date_order',
                'partner_id',
                'user_id',
                'business_partner_id',
                'name',
                'amount_total',
                'currency_id',
                'company_id',
                'state',
            ]
        },
    )
    def _get_order_part(self):
        return (
            'order',
            {
                'date': "source.date_order",
                'partner_id': "source.partner_id",
                'user_id': "source.user_id",
                'business_partner_id': "source.business_partner_id",
                'name': "source.name",
                'amount': "source.amount_total",
                'currency_id': "source.currency_id",
                'company_id': "source.company_id",
                'res_model': "'sale.order'",
                'res_id': "source.id",
            },
            "sale_order source WHERE source.state != 'cancel'",
        )

    @kind_of_entry(
        'invoice',
        depends={
            'account.move': [
                'invoice_date',
                'partner_id',
                'business_partner_id',
                'invoice_user_id',
                'name',
                'amount_total_in_currency_signed',
                'currency_id',
                'company_id',
                'state',
                'move_type',
            ]
        },
    )
    def _get_invoice_part(self):
        return (
            'invoice',
            {
                'date': "source.invoice_date + TIME '12:00'",
                'partner_id': "source.partner_id",
                'business_partner_id': "source.business_partner_id",
                'user_id': "source.invoice_user_id",
                'name': "source.name",
                'amount': "source.amount_total_in_currency_signed",
                'currency_id': "source.currency_id",
                'company_id': "source.company_id",
                'res_model': "'account.move'",
                'res_id': "source.id",
            },
            "account_move source WHERE source.state = 'posted' AND source.move_type != 'entry'",
        )

    @kind_of_entry(
        'payment',
        depends={
            'account.payment': [
                'date',
                'partner_id',
                'create_uid',
                'memo',
                'name',
                'payment_type',
                'amount',
                'currency_id',
                'company_id',
                'state',
            ]
        },
    )
    def _get_payment_part(self):
        return (
            'payment',
            {
                'date': "source.date + TIME '12:00'",
                'partner_id': "source.partner_id",
                'user_id': "source.create_uid",
                'name': "COALESCE(source.memo, source.name)",
                'amount': "CASE WHEN source.payment_type = 'inbound' THEN 1 ELSE -1 END * source.amount",
                'currency_id': "source.currency_id",
                'company_id': "source.company_id",
                'res_model': "'account.payment'",
                'res_id': "source.id",
            },
            f"account_payment source WHERE source.state IN {MONEY_STATES}",
        )

    @kind_of_entry(
        'receipt',
        depends={
            'dealflow.receipt': [
                'date_received',
                'date_planned',
                'legal_entity_id',
                'business_partner_id',
                'user_id',
                'name',
                'state',
                'amount',
                'currency_id',
                'company_id',
                'deal_id',
            ]
        },
        detail=('dealflow.receipt', 'state'),
    )
    def _get_receipt_part(self):
        return (
            'receipt',
            {
                'date': "COALESCE(source.date_received, source.date_planned) + TIME '12:00'",
                'partner_id': "source.legal_entity_id",
                'business_partner_id': "source.business_partner_id",
                'user_id': "source.user_id",
                'name': "source.name",
                'detail': "source.state",
                'amount': "source.amount",
                'currency_id': "source.currency_id",
                'company_id': "source.company_id",
                'deal_id': "source.deal_id",
                'res_model': "'dealflow.receipt'",
                'res_id': "source.id",
            },
            "dealflow_receipt source WHERE source.state != 'cancelled'",
        )

    @kind_of_entry(
        'contract',
        depends={
            'dealflow.contract': [
                'date_signed',
                'date_start',
                'entity_id',
                'business_partner_id',
                'user_id',
                'number',
                'name',
                'amount',
                'currency_id',
                'company_id',
            ]
        },
    )
    def _get_contract_part(self):
        return (
            'contract',
            {
                'date': "COALESCE(source.date_signed, source.date_start) + TIME '12:00'",
                'partner_id': "source.entity_id",
                'business_partner_id': "source.business_partner_id",
                'user_id': "source.user_id",
                'name': "concat_ws(' ', source.number, source.name)",
                'amount': "source.amount",
                'currency_id': "source.currency_id",
                'company_id': "source.company_id",
                'res_model': "'dealflow.contract'",
                'res_id': "source.id",
            },
            "dealflow_contract source",
        )

    @kind_of_entry(
        'requisites',
        depends={
            'dealflow.requisite.log': ['date', 'entity_id', 'user_id', 'reason', 'changes', 'event'],
            'res.partner': ['company_id'],
        },
        detail=('dealflow.requisite.log', 'event'),
    )
    def _get_requisites_part(self):
        return (
            'requisites',
            {
                'date': "source.date",
                'partner_id': "source.entity_id",
                'user_id': "source.user_id",
                'name': "COALESCE(NULLIF(source.reason, ''), source.changes)",
                'detail': "source.event",
                'company_id': "client.company_id",
                'res_model': "'res.partner'",
                'res_id': "source.entity_id",
            },
            "dealflow_requisite_log source JOIN res_partner client ON client.id = source.entity_id",
        )

    @kind_of_entry(
        'claim',
        depends={
            'dealflow.claim': [
                'date_open',
                'contact_id',
                'legal_entity_id',
                'business_partner_id',
                'user_id',
                'number',
                'name',
                'state',
                'cost',
                'currency_id',
                'company_id',
                'deal_id',
                'active',
            ]
        },
        detail=('dealflow.claim', 'state'),
    )
    def _get_claim_part(self):
        return (
            'claim',
            {
                'date': "source.date_open",
                'partner_id': "COALESCE(source.contact_id, source.legal_entity_id)",
                'business_partner_id': "source.business_partner_id",
                'user_id': "source.user_id",
                'name': "concat_ws(' ', source.number, source.name)",
                'detail': "source.state",
                'amount': "NULLIF(source.cost, 0)",
                'currency_id': "source.currency_id",
                'company_id': "source.company_id",
                'deal_id': "source.deal_id",
                'res_model': "'dealflow.claim'",
                'res_id': "source.id",
            },
            "dealflow_claim source WHERE source.active",
        )

    @kind_of_entry(
        'mailing',
        depends={
            'mailing.trace': ['sent_datetime', 'res_id', 'trace_status', 'mass_mailing_id', 'model', 'is_test_trace'],
            'mailing.mailing': ['user_id', 'subject'],
            'res.partner': ['company_id'],
        },
        detail=('mailing.trace', 'trace_status'),
    )
    def _get_mailing_part(self):
        return (
            'mailing',
            {
                'date': "source.sent_datetime",
                'partner_id': "source.res_id",
                'user_id': "mailing.user_id",
                'name': "mailing.subject",
                'detail': "source.trace_status",
                'company_id': "client.company_id",
                'res_model': "'mailing.mailing'",
                'res_id': "mailing.id",
            },
            "mailing_trace source JOIN res_partner client ON client.id = source.res_id "
            "JOIN mailing_mailing mailing ON mailing.id = source.mass_mailing_id "
            "WHERE source.model = 'res.partner' AND source.sent_datetime IS NOT NULL "
            "AND source.is_test_trace IS NOT TRUE",
        )

    @kind_of_entry(
        'call_in',
        depends={
            'dealflow.call': [
                'started_on',
                'partner_id',
                'business_partner_id',
                'user_id',
                'number',
                'result',
                'direction',
                'company_id',
                'event_id',
            ]
        },
        detail=('dealflow.call', 'result'),
    )
    @kind_of_entry('call_out', depends={}, detail=('dealflow.call', 'result'))
    def _get_call_parts(self):
        """Return the calls that the telephony has told of, missed ones too (C56)."""
        call = {
            'date': "source.started_on",
            'partner_id': "source.partner_id",
            'business_partner_id': "source.business_partner_id",
            'user_id': "source.user_id",
            'name': "source.number",
            'detail': "source.result",
            'company_id': "source.company_id",
            'res_model': "'dealflow.call'",
            'res_id': "source.id",
        }
        # A call that was logged stands there as its event.
        told = "source.partner_id IS NOT NULL AND source.event_id IS NULL"
        return [
            (kind, call, f"dealflow_call source WHERE {told} AND source.direction = '{direction}'")
            for kind, direction in (('call_in', 'incoming'), ('call_out', 'outgoing'))
        ]

    # What all kinds together read.
    _depends = DEPENDS

    @public_method(one=True)
    def action_open(self):
        """Open the document of the entry; its own access rights apply."""
        if not self.is_readable:
            raise AccessError(
                self.env._(
                    "This is the work of a colleague: %(who)s can tell you more.",
                    who=self.user_id.name or self.company_id.name,
                )
            )
        return {
            'type': 'ir.actions.act_window',
            'res_model': self.res_model,
            'res_id': self.res_id,
            'view_mode': 'form',
        }
