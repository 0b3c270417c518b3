from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date, formatLang

# Shown changes, and how far back they go for who has not had an event with the client.
MAX_CHANGES = 30
FIRST_DAYS = 90
# Columns of the parts of the statement, with the types of those that a part leaves empty.
COLUMNS = {
    'model': 'varchar',
    'res_id': 'integer',
    'source_id': 'integer',
    'user_id': 'integer',
    'name': 'varchar',
    'value_from': 'numeric',
    'value_to': 'numeric',
}
CLAIM_SEVERITIES = {'new': 'danger', 'resolved': 'success'}
DEAL_SEVERITIES = {'win': 'success', 'lose': 'danger'}
# From outside into a warehouse.
ARRIVALS = ('supplier', 'production', 'inventory')


class DealflowWorkplace(models.AbstractModel):
    """What has changed with a client since the user's own last event with it.

    One statement reads the logs that are kept anyway, with the record rules of the user in each part: a part is built
    on the query of ``_search``. What the user has done is known to them and left out. A further kind of change takes a
    part in :meth:`_get_change_parts` and its words in a method ``_tell_<kind>``.
    """

    _inherit = 'dealflow.workplace'

    @api.model
    def _get_first_moment(self):
        """Return from when changes are told to somebody who had no event with the client: a midnight of the user."""
        midnight = fields.Datetime.context_timestamp(self, fields.Datetime.now() - timedelta(days=FIRST_DAYS))
        midnight = midnight.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight.astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _get_changes(self, client, parties):
        """Return when the user last had an event with the client, and what has changed since; «nothing» is told too."""
        touched_on = self._get_last_touch(parties)
        since = touched_on or self._get_first_moment()
        rows = self._find_changes(client, parties, since)
        told = self._tell_changes(rows[:MAX_CHANGES])
        if not touched_on:
            text = (
                self.env._(
                    "You have had no event with this client yet. Changes of the last %(days)s days:", days=FIRST_DAYS
                )
                if told
                else self.env._(
                    "You have had no event with this client yet, and nothing has changed in the last %(days)s days.",
                    days=FIRST_DAYS,
                )
            )
        elif told:
            text = self.env._("Changes since your last touch: %(count)s", count=len(told))
        else:
            text = self.env._("Nothing has changed since your last touch.")
        return {
            'touched_on': touched_on,
            'from': since,
            'text': text,
            'rows': told,
            'has_more': len(rows) > MAX_CHANGES,
        }

    @api.model
    def _get_last_touch(self, parties):
        """Return the end of the last event of the user with the client that took place, ``False`` without one."""
        now = fields.Datetime.now()
        # Not the event itself, whose reading asks for its participants.
        [(stop,)] = self.env['calendar.event']._read_group(
            self._get_party_domain(parties, 'business_partner_id', 'legal_entity_id')
            & Domain('user_id', '=', self.env.uid)
            & Domain('event_status_id.is_done', '=', True)
            & Domain('start', '<=', now),
            [],
            ['stop:max'],
        )
        return min(stop, now) if stop else False

    @api.model
    def _find_changes(self, client, parties, since):
        """Return the changes of all kinds by one statement, newest first.

        :return: dictionaries with ``kind``, ``moment`` and the keys of ``COLUMNS``
        :rtype: list[dict]
        """
        parts = self._get_change_parts(client, parties, since)
        if not parts:
            return []
        statement = SQL(
            "SELECT * FROM (%s) AS change ORDER BY moment DESC, kind, source_id DESC LIMIT %s",
            SQL(" UNION ALL ").join(parts),
            MAX_CHANGES + 1,
        )
        names = ('kind', 'moment', *COLUMNS)
        return [dict(zip(names, row, strict=True)) for row in self.env.execute_query(statement)]

    @api.model
    def _get_change_parts(self, client, parties, since):
        """Return the SQL of each kind of change that the user may read.

        The documents of the client that the user may read are found first. Of what hangs on them the user may read as
        much as of themselves, so the rules need not be applied to each part again.
        """
        party = self._get_party_domain(parties, 'business_partner_id', 'legal_entity_id')
        deals = self._find_documents('dealflow.deal', party)
        leads = self._find_documents('crm.lead', Domain('partner_id.commercial_partner_id', 'in', parties.ids))
        parts = [
            *self._get_money_parts(self._find_documents('dealflow.receipt', party), since),
            self._get_payment_part(parties, since),
            *self._get_deal_parts(deals, since),
            *self._get_claim_parts(self._find_documents('dealflow.claim', party), since),
            self._get_requisites_part(parties, since),
            *self._get_contact_parts(parties, since),
            *self._get_product_parts(client, parties, since),
            *self._get_letter_parts(parties, deals, leads, since),
        ]
        return [part for part in parts if part]

    @api.model
    def _find_documents(self, model, domain):
        """Return the ids of the documents that the user may read, archived ones too."""
        documents = self.env[model].with_context(active_test=False)
        return documents._search(domain).get_result_ids() if documents.has_access('read') else ()

    @api.model
    def _get_change_part(self, kind, model, domain, moment, **columns):
        """Return the SQL of the records of a domain.

        :param model: the model, as superuser if the domain names only what the user may read
        :param str moment: the field of the moment; a day counts as noon
        :param columns: SQL of further columns, or names of fields; ``res_id`` and ``source_id`` are the id by default
        :return: the statement, or ``None`` if the user may read none
        """
        if not model.has_access('read'):
            return None
        query = model._search(domain)
        table = query.table
        when = SQL.identifier(table, moment)
        if model._fields[moment].type == 'date':
            when = SQL("%s + TIME '12:00'", when)
        values = {'res_id': 'id', 'source_id': 'id', **columns}
        return query.select(*self._get_change_columns(kind, when, table, values))

    @api.model
    def _get_change_columns(self, kind, moment, table, values):
        columns = [SQL("%s::varchar AS kind", kind), SQL("%s AS moment", moment)]
        for name, type_ in COLUMNS.items():
            value = values.get(name)
            if value is None:
                value = SQL("NULL::%s", SQL(type_))
            elif isinstance(value, str):
                value = SQL.identifier(table, value)
            columns.append(SQL("%s AS %s", value, SQL.identifier(name)))
        return columns

    @api.model
    def _get_since_domain(self, field_name, since):
        return Domain(field_name, '>', since) & Domain('user_id', '!=', self.env.uid)

    # The parts

    @api.model
    def _get_money_parts(self, receipt_ids, since):
        """Return the money that has come, has been put off by others, and is overdue since."""
        if not receipt_ids:
            return []
        # sudo - dealflow.receipt, its postponements: the user may read these receipts.
        receipts = self.env['dealflow.receipt'].sudo().with_context(active_test=False)
        postponements = self.env['dealflow.receipt.postponement'].sudo()
        theirs = Domain('id', 'in', receipt_ids)
        day = fields.Datetime.context_timestamp(self, since).date()
        part = Domain('state', '!=', 'received') & Domain('received_amount', '!=', 0)

        def came(day_field):
            # The day alone is known of money; what came on the day itself is told by when it was entered.
            return theirs & (
                Domain(day_field, '>', day) | Domain(day_field, '=', day) & Domain('write_date', '>', since)
            )

        whole = Domain('state', '=', 'received') & came('date_received')
        moved = Domain('receipt_id', 'in', receipt_ids) & self._get_since_domain('date', since)
        late = receipts._get_expected_domain() & receipts._get_past_due_domain() & Domain('date_planned', '>=', day)
        return [
            self._get_change_part('money', receipts, whole, 'date_received'),
            self._get_change_part('money', receipts, part & came('matched_on'), 'matched_on'),
            self._get_change_part('slipped', postponements, moved, 'date', res_id='receipt_id', user_id='user_id'),
            self._get_change_part('overdue', receipts, theirs & Domain('active', '=', True) & late, 'date_planned'),
        ]

    @api.model
    def _get_payment_part(self, parties, since):
        """Return the invoices without a planned receipt that payments have been reconciled with since.

        Who may not read receipts is told of all invoices that they may read.
        """
        invoices = self.env['account.move']
        if not invoices.has_access('read'):
            return None
        domain = self._get_party_domain(parties, 'business_partner_id', 'commercial_partner_id')
        domain &= Domain('move_type', '=', 'out_invoice') & Domain('payment_state', '!=', 'not_paid')
        if self.env['dealflow.receipt'].has_access('read'):
            domain &= Domain('dealflow_receipt_ids', '=', False)
        query = invoices._search(domain & Domain('state', '=', 'posted'))
        for model, names in (
            ('account.partial.reconcile', ['debit_move_id']),
            ('account.move.line', ['move_id']),
        ):
            self.env[model].flush_model(names)
        paid = SQL(
            """(SELECT line.move_id, MAX(part.create_date) AS moment
                  FROM account_move_line AS line
                  JOIN account_partial_reconcile AS part ON part.debit_move_id = line.id
                 WHERE part.create_date > %s
              GROUP BY line.move_id)""",
            since,
        )
        query.add_join('JOIN', 'paid', paid, SQL("paid.move_id = %s", SQL.identifier(query.table, 'id')))
        columns = {'res_id': 'id', 'source_id': 'id'}
        return query.select(*self._get_change_columns('payment', SQL("paid.moment"), query.table, columns))

    @api.model
    def _get_deal_parts(self, deal_ids, since):
        """Return what others have done with the deals, and the competitors whom they have added."""
        if not deal_ids:
            return []
        theirs = Domain('deal_id', 'in', deal_ids)
        kinds = Domain('kind', '!=', 'import')
        added = Domain('create_date', '>', since) & Domain('create_uid', '!=', self.env.uid)
        # sudo - dealflow.deal.log, dealflow.deal.competitor: the user may read these deals.
        logs, competitors = self.env['dealflow.deal.log'].sudo(), self.env['dealflow.deal.competitor'].sudo()
        return [
            self._get_change_part(
                'deal',
                logs,
                theirs & kinds & self._get_since_domain('date', since),
                'date',
                res_id='deal_id',
                user_id='user_id',
            ),
            self._get_change_part(
                'competitor', competitors, theirs & added, 'create_date', res_id='deal_id', user_id='create_uid'
            ),
        ]

    @api.model
    def _get_claim_parts(self, claim_ids, since):
        if not claim_ids:
            return []
        # sudo - dealflow.claim.log: the user may read these claims.
        logs = self.env['dealflow.claim.log'].sudo()
        changed = Domain('claim_id', 'in', claim_ids) & self._get_since_domain('date', since)
        return [self._get_change_part('claim', logs, changed, 'date', res_id='claim_id', user_id='user_id')]

    @api.model
    def _get_requisites_part(self, parties, since):
        return self._get_change_part(
            'requisites',
            self.env['dealflow.requisite.log'],
            Domain('entity_id', 'in', parties.ids) & self._get_since_domain('date', since),
            'date',
            res_id='entity_id',
            user_id='user_id',
        )

    @api.model
    def _get_contact_parts(self, parties, since):
        """Return the people who are archived since, and those whom the log of contacts says to have changed the firm.

        The latter are looked for among the people of the events with the client, whom an index finds.
        """
        people = self.env['res.partner'].with_context(active_test=False)
        left = (
            Domain('active', '=', False)
            & Domain('is_company', '=', False)
            & Domain('write_date', '>', since)
            & Domain('write_uid', '!=', self.env.uid)
        )
        of_firms = Domain('parent_id', 'in', parties.ids)
        met = self.env['calendar.event']._search(
            self._get_party_domain(parties, 'business_partner_id', 'legal_entity_id')
            & Domain('client_contact_id', '!=', False)
        )
        moved = people._search(Domain('id', 'in', met.subselect('client_contact_id')))
        moved.add_join('JOIN', 'message', 'mail_message', SQL("message.res_id = %s", SQL.identifier(moved.table, 'id')))
        moved.add_join('JOIN', 'tracked', 'mail_tracking_value', SQL("tracked.mail_message_id = message.id"))
        moved.add_where(
            SQL(
                "message.model = 'res.partner' AND message.date > %s AND message.create_uid != %s"
                " AND tracked.field_id = %s AND tracked.old_value_integer IN %s",
                since,
                self.env.uid,
                self.env['ir.model.fields']._get('res.partner', 'parent_id').id,
                tuple(parties.ids),
            )
        )
        return [
            self._get_change_part('contact', people, of_firms & left, 'write_date', user_id='write_uid'),
            moved.select(
                *self._get_change_columns(
                    'contact',
                    SQL("message.date"),
                    moved.table,
                    {'res_id': 'id', 'source_id': 'id', 'user_id': SQL("message.create_uid")},
                )
            ),
        ]

    @api.model
    def _get_product_parts(self, client, parties, since):
        """Return the changed prices and the arrivals of what the client has bought."""
        lines = self.env['sale.order.line']
        if not lines.has_access('read'):
            return []
        sold = lines._read_group(
            Domain(
                'order_id',
                'in',
                self.env['sale.order']._search(
                    Domain('state', '=', 'sale')
                    & (Domain('business_partner_id', 'in', parties.ids) | Domain('partner_id', 'in', parties.ids))
                ),
            )
            & Domain('product_id', '!=', False),
            ['product_id'],
        )
        bought = [product.id for (product,) in sold]
        if not bought:
            return []
        products = self.env['product.product']._search(Domain('id', 'in', bought))
        templates = self.env['product.template']._search(Domain('id', 'in', products.subselect('product_tmpl_id')))
        templates.add_join(
            'JOIN', 'message', 'mail_message', SQL("message.res_id = %s", SQL.identifier(templates.table, 'id'))
        )
        templates.add_join('JOIN', 'tracked', 'mail_tracking_value', SQL("tracked.mail_message_id = message.id"))
        templates.add_where(
            SQL(
                "message.model = 'product.template' AND message.date > %s AND tracked.field_id = %s",
                since,
                self.env['ir.model.fields']._get('product.template', 'list_price').id,
            )
        )
        columns = {
            'res_id': 'id',
            'source_id': SQL("tracked.id"),
            'user_id': SQL("message.create_uid"),
            'value_from': SQL("tracked.old_value_float::numeric"),
            'value_to': SQL("tracked.new_value_float::numeric"),
        }
        parts = [
            templates.select(*self._get_change_columns('price', SQL("message.date"), templates.table, columns)),
            self._get_pricelist_part(client, bought, products, since),
        ]
        if 'stock.move' in self.env:
            arrived = (
                Domain('product_id', 'in', bought)
                & Domain('state', '=', 'done')
                & Domain('date', '>', since)
                & Domain('location_id.usage', 'in', ARRIVALS)
                & Domain('location_dest_id.usage', '=', 'internal')
            )
            parts.append(
                self._get_change_part(
                    'stock', self.env['stock.move'], arrived, 'date', res_id='product_id', value_to='quantity'
                )
            )
        return parts

    @api.model
    def _get_pricelist_part(self, client, bought, products, since):
        items = self.env['product.pricelist.item']
        changed = Domain('write_date', '>', since) & Domain('write_uid', '!=', self.env.uid)
        # Which price list the client has is asked only if one has changed: it takes four queries.
        if not items.has_access('read') or not items.search_count(changed, limit=1):
            return None
        pricelist = client.property_product_pricelist
        if not pricelist or not pricelist.has_access('read'):
            return None
        concerned = Domain('product_id', 'in', bought) | (
            Domain('product_id', '=', False) & Domain('product_tmpl_id', 'in', products.subselect('product_tmpl_id'))
        )
        return self._get_change_part(
            'pricelist',
            items,
            Domain('pricelist_id', '=', pricelist.id) & concerned & changed,
            'write_date',
            res_id='pricelist_id',
            user_id='write_uid',
        )

    @api.model
    def _get_letter_parts(self, parties, deal_ids, lead_ids, since):
        """Return the letters on the client, its people, deals and opportunities that nobody of us has answered."""
        people = self.env['res.partner']._search(
            Domain('commercial_partner_id', 'in', parties.ids) | Domain('id', 'in', parties.ids)
        )
        threads = {'res.partner': people}
        for model, ids in (('crm.lead', lead_ids), ('dealflow.deal', deal_ids)):
            if ids:
                # sudo: the user may read these documents.
                documents = self.env[model].sudo().with_context(active_test=False)
                threads[model] = documents._search(Domain('id', 'in', ids))
        return [self._get_letter_part(model, query, since) for model, query in threads.items()]

    @api.model
    def _get_letter_part(self, model, query, since):
        ours = SQL("SELECT users.partner_id FROM res_users AS users WHERE users.share IS NOT TRUE")
        query.add_join('JOIN', 'letter', 'mail_message', SQL("letter.res_id = %s", SQL.identifier(query.table, 'id')))
        query.add_where(
            SQL(
                """letter.model = %(model)s AND letter.message_type = 'email' AND letter.date > %(since)s
                   AND (letter.author_id IS NULL OR letter.author_id NOT IN (%(ours)s))
                   AND NOT EXISTS (
                       SELECT FROM mail_message AS answer
                        WHERE answer.model = letter.model AND answer.res_id = letter.res_id
                          AND answer.date >= letter.date AND answer.id != letter.id
                          AND answer.message_type IN ('email', 'email_outgoing', 'comment')
                          AND answer.is_internal IS NOT TRUE
                          AND answer.author_id IN (%(ours)s)
                   )""",
                model=model,
                since=since,
                ours=ours,
            )
        )
        columns = {
            'model': SQL("letter.model"),
            'res_id': SQL("letter.res_id"),
            'source_id': SQL("letter.id"),
            # The subject, and who has written: without the address where there is a name.
            'name': SQL(
                """concat_ws(
                       ' · ', NULLIF(letter.subject, ''),
                       COALESCE(
                           NULLIF(btrim(regexp_replace(letter.email_from, '<[^>]*>', ''), ' "'), ''), letter.email_from
                       )
                   )"""
            ),
        }
        return query.select(*self._get_change_columns('letter', SQL("letter.date"), query.table, columns))

    # In words

    @api.model
    def _tell_changes(self, rows):
        """Return the changes in words, with a number of queries that depends on the kinds only."""
        by_kind = {}
        for row in rows:
            by_kind.setdefault(row['kind'], []).append(row)
        told = {}
        for kind, group in by_kind.items():
            for row, words in zip(group, getattr(self, f'_tell_{kind}')(group), strict=True):
                told[id(row)] = words
        return [
            {
                'kind': {'overdue': 'slipped', 'pricelist': 'price', 'payment': 'money'}.get(row['kind'], row['kind']),
                'date': row['moment'],
                'id': row['res_id'],
                'user': row['user_id'] or False,
                'amount': False,
                'currency_id': False,
                **told[id(row)],
            }
            for row in rows
            if told[id(row)]
        ]

    @api.model
    def _browse_sources(self, model, rows, key='source_id'):
        records = self.env[model].with_context(active_test=False).browse([row[key] for row in rows])
        return zip(rows, records, strict=True)

    @api.model
    def _tell_money(self, rows):
        return [
            {
                'label': self._get_money_label(not receipt.open_amount),
                'text': receipt.name,
                'model': receipt._name,
                'amount': receipt.received_amount,
                'currency_id': receipt.currency_id.id,
                'severity': 'success',
            }
            for _row, receipt in self._browse_sources('dealflow.receipt', rows)
        ]

    @api.model
    def _get_money_label(self, is_whole):
        return self.env._("Money has come") if is_whole else self.env._("Part of the money has come")

    @api.model
    def _tell_payment(self, rows):
        """Return what was paid on invoices; a credit note that settles one is no money, and is not told."""
        invoices = self.env['account.move'].browse([row['source_id'] for row in rows])
        # sudo - account.move: the user may read these invoices, not what settles them.
        settlements = invoices.sudo()._dealflow_get_settlements()
        return [
            (amount := sum(event['amount'] for event in settlements[invoice.id]['money']))
            and {
                'label': self._get_money_label(invoice.payment_state != 'partial'),
                'text': invoice.display_name,
                'model': invoice._name,
                'amount': amount,
                'currency_id': invoice.currency_id.id,
                'severity': 'success',
            }
            for invoice in invoices
        ]

    @api.model
    def _tell_overdue(self, rows):
        return [
            {
                'label': self.env._("Money is overdue"),
                'text': receipt.name,
                'model': receipt._name,
                'amount': receipt.open_amount,
                'currency_id': receipt.currency_id.id,
                'severity': 'danger',
            }
            for _row, receipt in self._browse_sources('dealflow.receipt', rows)
        ]

    @api.model
    def _tell_slipped(self, rows):
        return [
            {
                'label': self.env._("Money is put off") if moved.days > 0 else self.env._("Money is expected sooner"),
                'text': self.env._(
                    "%(what)s: %(before)s → %(after)s",
                    what=moved.receipt_id.name,
                    before=format_date(self.env, moved.date_from),
                    after=format_date(self.env, moved.date_to),
                ),
                'model': 'dealflow.receipt',
                'amount': moved.receipt_id.open_amount,
                'currency_id': moved.receipt_id.currency_id.id,
                'severity': 'warning' if moved.days > 0 else 'info',
            }
            for _row, moved in self._browse_sources('dealflow.receipt.postponement', rows)
        ]

    @api.model
    def _tell_deal(self, rows):
        labels = self.env['dealflow.deal.log']._dealflow_get_value_labels('kind')
        return [
            {
                'label': self.env._("Deal: %(what)s", what=labels[log.kind]),
                'text': self._tell_deal_log(log),
                'model': 'dealflow.deal',
                'severity': DEAL_SEVERITIES.get(log.kind, 'info'),
            }
            for _row, log in self._browse_sources('dealflow.deal.log', rows)
        ]

    @api.model
    def _tell_deal_log(self, log):
        """Return the deal of a row of the log with its value before and after."""
        values = {
            'move': lambda: (log.stage_from_id.name, log.stage_to_id.name),
            'amount': lambda: tuple(
                formatLang(self.env, amount, currency_obj=log.currency_id)
                for amount in (log.amount_from, log.amount_to)
            ),
            'deadline': lambda: tuple(format_date(self.env, day) for day in (log.deadline_from, log.deadline_to)),
            'owner': lambda: tuple(user.sudo().name for user in (log.owner_from_id, log.owner_to_id)),
        }
        if log.kind not in values:
            return log.deal_id.display_name
        before, after = values[log.kind]()
        return self.env._(
            "%(what)s: %(before)s → %(after)s", what=log.deal_id.display_name, before=before or "–", after=after or "–"
        )

    @api.model
    def _tell_competitor(self, rows):
        return [
            {
                'label': self.env._("Competitor on a deal"),
                'text': self.env._(
                    "%(what)s: %(values)s", what=rival.competitor_id.display_name, values=rival.deal_id.display_name
                ),
                'model': 'dealflow.deal',
                'severity': 'warning',
            }
            for _row, rival in self._browse_sources('dealflow.deal.competitor', rows)
        ]

    @api.model
    def _tell_claim(self, rows):
        labels = self.env['dealflow.claim']._dealflow_get_value_labels('state')
        return [
            {
                'label': self.env._("Claim: %(what)s", what=labels[log.state_to]),
                'text': log.claim_id.display_name,
                'model': 'dealflow.claim',
                'severity': CLAIM_SEVERITIES.get(log.state_to, 'warning'),
            }
            for _row, log in self._browse_sources('dealflow.claim.log', rows)
        ]

    @api.model
    def _tell_requisites(self, rows):
        labels = self.env['dealflow.requisite.log']._dealflow_get_value_labels('event')
        return [
            {
                'label': self.env._("Requisites: %(state)s", state=labels[log.event]),
                'text': log.entity_id.display_name,
                'model': 'res.partner',
                'severity': 'success' if log.event == 'confirmed' else 'warning',
            }
            for _row, log in self._browse_sources('dealflow.requisite.log', rows)
        ]

    @api.model
    def _tell_contact(self, rows):
        return [
            {
                'label': self.env._("A contact has left"),
                'text': ", ".join(filter(None, (person.name, person.function))),
                'model': 'res.partner',
                'severity': 'warning',
            }
            for _row, person in self._browse_sources('res.partner', rows)
        ]

    @api.model
    def _tell_price(self, rows):
        currency = self.env.company.currency_id
        return [
            {
                'label': self.env._("The price has changed"),
                'text': self.env._(
                    "%(what)s: %(before)s → %(after)s",
                    what=product.name,
                    before=formatLang(self.env, float(row['value_from'] or 0), currency_obj=currency),
                    after=formatLang(self.env, float(row['value_to'] or 0), currency_obj=currency),
                ),
                'model': 'product.template',
                'severity': 'warning',
            }
            for row, product in self._browse_sources('product.template', rows, 'res_id')
        ]

    @api.model
    def _tell_pricelist(self, rows):
        return [
            {
                'label': self.env._("The price list has changed"),
                'text': self.env._(
                    "%(what)s: %(values)s", what=item.pricelist_id.display_name, values=item.display_name
                ),
                'model': 'product.pricelist',
                'severity': 'warning',
            }
            for _row, item in self._browse_sources('product.pricelist.item', rows)
        ]

    @api.model
    def _tell_stock(self, rows):
        return [
            {
                'label': self.env._("Goods have arrived"),
                'text': self.env._(
                    "%(what)s: %(values)s",
                    what=product.with_context(display_default_code=False).display_name,
                    values=formatLang(self.env, float(row['value_to'] or 0), dp='Product Unit'),
                ),
                'model': 'product.product',
                'severity': 'info',
            }
            for row, product in self._browse_sources('product.product', rows, 'res_id')
        ]

    @api.model
    def _tell_letter(self, rows):
        return [
            {
                'label': self.env._("A letter without an answer"),
                'text': row['name'] or self.env._("Without a subject"),
                'model': row['model'],
                'severity': 'danger',
            }
            for row in rows
        ]
