from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .....tools.public_methods import WHOLE_NUMBER, id_of, public_method, reference_to

PAGE = 40
LARGEST_PAGE = 500


class DealflowPriceForm(models.AbstractModel):
    """What a client paid before: last prices, past transactions, and the last order to sell again (C22, C53).

    All orders and invoices count that the user may read and that are of the client, whichever legal entity of its group
    they were made out to. Prices are net of discounts.
    """

    _inherit = 'dealflow.price.form'

    @api.model
    def _get_client_domain(self, terms):
        """Return the domain of the client's documents; none without a client."""
        if not terms.entity and not terms.partner:
            return Domain.FALSE
        domain = Domain('business_partner_id', '=', terms.partner.id)
        if terms.entity == terms.partner:
            # An entity that trades for several partners is its own partner here; its documents may name one of them.
            domain |= Domain('partner_id', '=', terms.entity.id)
        return domain & Domain('company_id', '=', terms.company.id)

    # Last prices

    @api.model
    def _get_readers(self, terms):
        return super()._get_readers(terms) | {'last_price': self._read_last, 'last_date': self._read_last}

    @api.model
    def _read_last(self, products, terms):
        """Read price and date of the newest confirmed order line of each product, in the product's unit."""
        values = {product.id: {'last_price': False, 'last_date': False} for product in products}
        rows = self._get_last_lines(products, terms)
        currencies = self.env['res.currency'].browse({currency_id for *_rest, currency_id, _moment in rows})
        get_rate = (currencies | terms.currency)._dealflow_get_rate_finder(terms.company)
        for product_id, price, uom_id, currency_id, moment in rows:
            product = products.browse(product_id)
            day = fields.Date.context_today(self, moment)
            price = self.env['uom.uom'].browse(uom_id)._compute_price(price, product.uom_id)
            price *= get_rate(currencies.browse(currency_id), day) / get_rate(terms.currency, day)
            values[product_id] = {'last_price': self._round_price(price), 'last_date': day}
        return values

    @api.model
    def _get_last_lines(self, products, terms):
        """Return product, price, unit, currency and moment of the newest line of each product, in one statement."""
        client = self._get_client_domain(terms)
        if not products or client.is_false():
            return []
        orders = self.env['sale.order']
        lines = self.env['sale.order.line']
        query = lines._search(
            self._get_order_lines_domain()
            & Domain('order_id', 'any', client)
            & Domain('product_id', 'in', products.ids)
        )
        order = query.join(query.table, 'order_id', orders._table, 'id', 'document')
        columns = {
            name: SQL.identifier(query.table, name)
            for name in ('id', 'product_id', 'price_unit', 'discount', 'product_uom_id', 'currency_id')
        }
        query.order = SQL(
            "%s, %s DESC, %s DESC", columns['product_id'], SQL.identifier(order, 'date_order'), columns['id']
        )
        lines.flush_model(['price_unit', 'discount', 'product_uom_id', 'currency_id'])
        orders.flush_model(['date_order'])
        return self.env.execute_query(
            query.select(
                SQL("DISTINCT ON (%s) %s", columns['product_id'], columns['product_id']),
                SQL("%s * (1 - COALESCE(%s, 0) / 100)", columns['price_unit'], columns['discount']),
                columns['product_uom_id'],
                columns['currency_id'],
                SQL.identifier(order, 'date_order'),
            )
        )

    @api.model
    def _get_order_lines_domain(self):
        """Return the domain of lines that sold a product at a price of its own."""
        return (
            Domain('state', '=', 'sale')
            & Domain('display_type', '=', False)
            & Domain('is_downpayment', '=', False)
            & Domain('combo_item_id', '=', False)
            & Domain('product_uom_qty', '>', 0)
        )

    # Past transactions

    @api.model
    @api.readonly
    @public_method(
        partner_id=reference_to('res.partner'), product_id=reference_to('product.product'), limit=WHOLE_NUMBER
    )
    def get_transactions(self, partner_id=False, product_id=False, limit=PAGE):
        """Return what a client bought, the newest first (C22).

        :param partner_id: a business partner or legal entity; all legal entities of its group count
        :param product_id: only this product; empty for all
        :return: a row for each line of a confirmed order or a posted invoice that the user may read: ``date`` (of the
            user), ``product_id``, ``product``, ``price`` (net of discount, in the currency and unit of the document),
            ``currency``, ``quantity`` (negative in a credit note), ``uom``, ``document``, ``model`` and ``res_id`` of
            the document, and ``entity``, the legal entity
        :raise AccessError: the user does not make quotations, or may not read the client
        """
        self._check_may_sell()
        limit = self._read_count('limit', limit or PAGE, 1, LARGEST_PAGE)
        client = self._get_client_domain(self._get_terms(partner_id))
        if client.is_false():
            return []
        product = Domain('product_id', '=', product_id) if product_id else Domain('product_id', '!=', False)
        rows = self._get_order_rows(client, product, limit) + self._get_invoice_rows(client, product, limit)
        return sorted(rows, key=lambda row: (row['date'], row['model'], row['res_id']), reverse=True)[:limit]

    @api.model
    def _get_order_rows(self, client, product, limit):
        lines = self.env['sale.order.line'].with_context(display_default_code=False)
        if not lines.has_access('read'):
            return []
        domain = self._get_order_lines_domain() & Domain('order_id', 'any', client) & product
        found = self._get_newest(lines, domain, 'order_id', 'date_order', limit)
        return [
            self._describe_line(
                line,
                line.order_id,
                fields.Date.context_today(self, line.order_id.date_order),
                line.product_uom_qty,
            )
            for line in found
        ]

    @api.model
    def _get_invoice_rows(self, client, product, limit):
        lines = self.env['account.move.line'].with_context(display_default_code=False)
        if not lines.has_access('read'):
            return []
        domain = (
            Domain('parent_state', '=', 'posted')
            & Domain('display_type', '=', 'product')
            & Domain('move_id', 'any', client & Domain('move_type', 'in', ('out_invoice', 'out_refund')))
            & product
        )
        found = self._get_newest(lines, domain, 'move_id', 'invoice_date', limit)
        return [
            self._describe_line(
                line,
                line.move_id,
                line.move_id.invoice_date,
                -line.quantity if line.move_id.move_type == 'out_refund' else line.quantity,
            )
            for line in found
        ]

    @api.model
    def _get_newest(self, lines, domain, document_name, date_name, limit):
        """Return the lines of the newest documents, in one statement: lines themselves are in no such order."""
        query = lines._search(domain)
        documents = self.env[lines._fields[document_name].comodel_name]
        documents.flush_model([date_name])
        document = query.join(query.table, document_name, documents._table, 'id', 'document')
        query.order = SQL("%s DESC, %s DESC", SQL.identifier(document, date_name), SQL.identifier(query.table, 'id'))
        query.limit = limit
        return lines.browse([line_id for [line_id] in self.env.execute_query(query.select())])

    @api.model
    def _describe_line(self, line, document, day, quantity):
        return {
            'date': day,
            'product_id': line.product_id.id,
            'product': line.product_id.display_name,
            'price': self._round_price(line.price_unit * (1 - line.discount / 100)),
            'currency': self._describe_currency(line.currency_id),
            'quantity': quantity,
            'uom': line.product_uom_id.name,
            'document': document.name,
            'model': document._name,
            'res_id': document.id,
            'entity': document.partner_id.commercial_partner_id.display_name,
        }

    # The last order

    @api.model
    @api.readonly
    @public_method(partner_id=reference_to('res.partner'))
    def get_last_order_lines(self, partner_id=False):
        """Return what the client ordered last, with today's prices, to sell the same again (C53).

        :param partner_id: a business partner or legal entity; all legal entities of its group count
        :return: ``order_id``, ``name``, ``date`` (of the user), ``currency`` and ``lines`` of the newest confirmed
            order that the user may read; ``old_price`` is net of discount and in today's currency of the client, at the
            rate of that day; ``is_sold`` is false, and so is ``price``, where a product is no longer sold. Empty when
            there is no order
        :rtype: dict
        :raise AccessError: the user does not make quotations, or may not read the client
        """
        self._check_may_sell()
        terms = self._get_terms(partner_id)
        client = self._get_client_domain(terms)
        lines = self._get_order_lines_domain() & Domain('product_id', '!=', False)
        order = self.env['sale.order'].search(
            client & Domain('state', '=', 'sale') & Domain('order_line', 'any', lines),
            order='date_order desc, id desc',
            limit=1,
        )
        if not order:
            return {}
        day = fields.Date.context_today(self, order.date_order)
        return {
            'order_id': order.id,
            'name': order.name,
            'date': day,
            'currency': self._describe_currency(terms.currency),
            'lines': self._describe_last_lines(order.order_line.filtered_domain(lines), day, terms),
        }

    @api.model
    def _describe_last_lines(self, lines, day, terms):
        products = lines.product_id.with_env(self._get_products_of(terms).env)
        sold = products.search(self._get_sold_domain(terms) & Domain('id', 'in', products.ids))
        wanted = [
            (line.product_id.with_env(sold.env), line.product_uom_id, {'quantity': line.product_uom_qty})
            for line in lines
            if line.product_id.id in sold._ids
        ]
        prices = iter(self._get_prices_of_lines(wanted, terms))
        get_rate = (lines.currency_id | terms.currency)._dealflow_get_rate_finder(terms.company)
        rows = []
        for line in lines:
            is_sold = line.product_id.id in sold._ids
            old_price = line.price_unit * (1 - line.discount / 100)
            old_price *= get_rate(line.currency_id, day) / get_rate(terms.currency, day)
            rows.append(
                {
                    'product_id': line.product_id.id,
                    'name': line.product_id.with_env(sold.env).display_name,
                    'quantity': line.product_uom_qty,
                    'uom_id': line.product_uom_id.id,
                    'uom': line.product_uom_id.name,
                    'price': next(prices) if is_sold else False,
                    'old_price': self._round_price(old_price),
                    'is_sold': is_sold,
                }
            )
        return rows

    # Prices of competitors

    @api.model
    @api.readonly
    @public_method(deal_id=id_of('dealflow.deal'))
    def get_competitor_prices(self, deal_id):
        """Return the known prices of the competitors on a deal, to stand beside ours (C65).

        :return: ``competitor``, ``price`` for the whole deal, and its ``currency``, the cheapest first
        :rtype: list[dict]
        :raise AccessError: the user does not make quotations, or may not read the deal
        """
        self._check_may_sell()
        if not deal_id:
            raise UserError(
                self.env._(
                    "“%(argument)s” is empty. Give the number of a record (%(model)s).",
                    argument='deal_id',
                    model=self.env['dealflow.deal']._description,
                )
            )
        deal = self.env['dealflow.deal'].browse(deal_id)
        deal.check_access('read')
        known = deal.competitor_ids.filtered(lambda row: row.price and not row.has_withdrawn)
        return [
            {
                'competitor': row.competitor_id.display_name,
                'price': row.price,
                'currency': self._describe_currency(row.currency_id),
            }
            for row in known.sorted('price')
        ]
