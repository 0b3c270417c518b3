from collections import namedtuple
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, float_compare, float_round
from odoo.tools.sql import escape_psql

from ....tools.public_methods import (
    KEY,
    NUMBER,
    TEXT,
    WHOLE_NUMBER,
    id_of,
    ids_of,
    option_keys,
    public_method,
    reference_to,
    rows_of,
)

PAGE = 80
LARGEST_PAGE = 500
# More lines than anybody sells in one offer; each different quantity is priced on its own.
MOST_LINES = 500
# A column that is not stored is sorted in Python, for so many products at most.
MOST_SORTED = 2000
# What the terms take of a partner and of a price list, which have many more columns.
PARTNER_FIELDS = ['commercial_partner_id', 'company_id', 'counterparty_role']
PRICELIST_FIELDS = ['active', 'company_id', 'currency_id']
# What prices and stock are made of, and products inherit from their templates.
INHERITED = ('categ_id', 'currency_id', 'is_storable', 'list_price', 'uom_id')
# How the database sorts by a column that it has.
SQL_ORDERS = {
    'code': 'default_code %(way)s NULLS LAST, name, id',
    'name': 'name %(way)s, default_code, id',
    'uom': 'uom_id %(way)s, default_code, id',
}

# Who buys and at which prices: the company that sells, the business partner, the legal entity that documents are made
# out to, and the price list and currency of its terms; then the present moment, and the date of the user.
Terms = namedtuple('Terms', 'company partner entity pricelist currency moment today')


class DealflowPriceForm(models.AbstractModel):
    """What the price form reads: categories, products with their prices, and prices of chosen quantities (C15–C20).

    Everything is read with the rights of the user, who must be allowed to make quotations. Prices are those of the
    price list of the client's terms, as a new order would take them, in its currency and without discount.

    A new column of the list takes a method that reads it for a page of products, in :meth:`_get_readers`.
    """

    _name = 'dealflow.price.form'
    _description = "Price Form"

    # Rights and terms

    @api.model
    def _may_sell(self):
        """Return whether the user makes quotations."""
        return self.env.user.has_group('dealflow.group_user_own') and self.env['sale.order'].has_access('create')

    @api.model
    def _check_may_sell(self):
        """Refuse users who do not make quotations.

        :raise AccessError: the user has no right to sell
        """
        if not self.env.su and not self._may_sell():
            raise AccessError(
                self.env._(
                    "The price form is for those who make quotations. Ask an administrator for the right “%(right)s”.",
                    # sudo - res.groups: the name of the right says what to ask for.
                    right=self.env.ref('dealflow.group_user_own').sudo().full_name,
                )
            )

    @api.model
    def _get_option_kinds(self):
        return {
            'root': KEY,
            'category_id': id_of('product.category'),
            'search': TEXT,
            'offset': WHOLE_NUMBER,
            'limit': WHOLE_NUMBER,
            'total': WHOLE_NUMBER,
            'order': TEXT,
            'business_partner_id': id_of('res.partner'),
            'legal_entity_id': id_of('res.partner'),
            'pricelist_id': id_of('product.pricelist'),
            'currency_id': id_of('res.currency'),
            'product_ids': ids_of('product.product'),
        }

    @api.model
    def _get_terms(self, partner_id=False, options=None):
        """Return the terms of a client; without a client those of the company: list prices in its currency.

        :param partner_id: a business partner, a legal entity or a contact of one; may be empty
        :param options: may name another ``pricelist_id`` or ``currency_id``, and with them ``business_partner_id`` and
            ``legal_entity_id`` as they were told before, which are not looked up again
        :rtype: Terms
        :raise AccessError: the user may not read the client
        :raise UserError: the price list is archived or of another company
        :raise ValidationError: the currency has no rate
        """
        options = options or {}
        client = self.env['res.partner'].browse(partner_id or ())
        entity = client.browse(options.get('legal_entity_id') or ())
        partner = client.browse(options.get('business_partner_id') or ())
        known = client | entity | partner
        known.check_access('read')
        known.fetch(PARTNER_FIELDS)
        client = client.commercial_partner_id
        company = client.company_id or self.env.company
        client, entity, partner = (each.with_company(company) for each in (client, entity, partner))
        if client and not (entity and partner):
            entity = client._dealflow_get_default_legal_entity()
            partner = client if entity != client else client._dealflow_get_business_partner()
        pricelist = self.env['product.pricelist'].with_company(company).browse(options.get('pricelist_id') or ())
        if pricelist:
            self._check_pricelist(pricelist, company)
        elif partner != entity and partner.specific_property_product_pricelist:
            # The common terms of a group come before those of the legal entity, as in an order.
            pricelist = partner.specific_property_product_pricelist
        else:
            pricelist = (entity or client).property_product_pricelist
        currency = self.env['res.currency'].browse(options.get('currency_id') or ())
        currency = currency or pricelist.currency_id or company.currency_id
        (currency | pricelist.currency_id)._check_dealflow_rate(company)
        return Terms(
            company, partner, entity, pricelist, currency, fields.Datetime.now(), fields.Date.context_today(self)
        )

    @api.model
    def _check_pricelist(self, pricelist, company):
        # Checked and read by the same query.
        readable = pricelist.with_context(active_test=False).search_fetch([('id', '=', pricelist.id)], PRICELIST_FIELDS)
        if not readable:
            pricelist.check_access('read')
        if not pricelist.active or pricelist.company_id not in (company, pricelist.company_id.browse()):
            raise UserError(
                self.env._(
                    "The price list %(pricelist)s is archived or belongs to another company than %(company)s. Choose "
                    "another one.",
                    pricelist=pricelist.display_name,
                    company=company.name,
                )
            )

    @api.model
    def _describe_currency(self, currency):
        return {
            'id': currency.id,
            'name': currency.name,
            'symbol': currency.symbol,
            'position': currency.position,
            'decimals': currency.decimal_places,
        }

    @api.model
    def _round_price(self, price):
        return float_round(price, precision_digits=self.env['decimal.precision'].precision_get('Product Price'))

    # Categories

    @api.model
    @api.readonly
    @public_method()
    def get_categories(self):
        """Return the trees of product categories, each category after the one above it (C16).

        :return: ``key`` (``components``, ``products``, ``all``), ``name`` and ``categories`` of each root; what the
            company has not set is in none of the two, so while one of them is not set, the whole tree is there as well
        :rtype: list[dict]
        :raise AccessError: the user does not make quotations
        """
        self._check_may_sell()
        categories = self.env['product.category'].search_fetch([], ['name', 'parent_id'], order='name, id')
        below = categories.grouped('parent_id')
        company = self.env.company
        roots = []
        for key, name, tops in (
            ('components', self.env._("Components"), company.dealflow_component_category_ids),
            ('products', self.env._("Products"), company.dealflow_product_category_ids),
        ):
            if tops:
                tops = categories.filtered(
                    lambda category, tops=tops: category in tops and not self._is_below(category.parent_id, tops)
                )
                roots.append(self._describe_root(key, name, tops, below))
        if len(roots) < 2:
            tops = categories.filtered(lambda category: category.parent_id not in categories)
            roots.append(self._describe_root('all', self.env._("All"), tops, below))
        return roots

    @api.model
    def _is_below(self, category, tops):
        """Return whether a category is one of ``tops``, or below one."""
        while category:
            if category in tops:
                return True
            category = category.parent_id
        return False

    @api.model
    def _describe_root(self, key, name, tops, below):
        rows = []
        waiting = [(category, 0) for category in reversed(tops)]
        while waiting:
            category, depth = waiting.pop()
            rows.append({'id': category.id, 'name': category.name, 'parent_id': category.parent_id.id, 'depth': depth})
            waiting += [(child, depth + 1) for child in reversed(below.get(category, category.browse()))]
        return {'key': key, 'name': name, 'categories': rows}

    # Products

    @api.model
    @api.readonly
    @public_method(partner_id=reference_to('res.partner'), options=option_keys('_get_option_kinds'))
    def get_products(self, partner_id=False, options=None):
        """Return a page of the products that may be sold to a client, with prices for one unit (C17–C19).

        :param partner_id: a business partner or legal entity; empty for list prices
        :param options: ``root`` and ``category_id`` (with the categories below), ``search``, ``product_ids``,
            ``offset``, ``limit`` (80), ``order`` (a column, such as ``price desc`` or ``stock.all.free desc``),
            ``pricelist_id``, ``currency_id``; what an earlier page told (``total``, ``pricelist_id``,
            ``business_partner_id`` and ``legal_entity_id``) is not looked up again
        :return: ``total`` of all pages, ``business_partner_id``, ``legal_entity_id``, ``pricelist_id`` and ``currency``
            of the terms, and ``rows``; quantities and prices are in the unit of the product, ``last_date`` is a date of
            the user, what is not known is ``False``, and ``cost`` is there only for those who may see it
        :raise AccessError: the user does not make quotations, or may not read the client
        :raise UserError: an option makes no sense
        :raise ValidationError: the currency has no rate
        """
        self._check_may_sell()
        options = options or {}
        terms = self._get_terms(partner_id, options)
        products, total = self._find_products(terms, options)
        return {
            'total': total,
            'business_partner_id': terms.partner.id,
            'legal_entity_id': terms.entity.id,
            'pricelist_id': terms.pricelist.id,
            'currency': self._describe_currency(terms.currency),
            'rows': self._get_rows(products, terms),
        }

    @api.model
    def _get_products_of(self, terms):
        """Return the empty recordset of products, for names without codes, in the company of the terms."""
        return self.env['product.product'].with_company(terms.company).with_context(display_default_code=False)

    @api.model
    def _get_sold_domain(self, terms):
        """Return the domain of the products that the company sells; a combo is put together in the order."""
        return (
            Domain('sale_ok', '=', True)
            & Domain('active', '=', True)
            & Domain('type', '!=', 'combo')
            & Domain('company_id', 'in', [False, *terms.company.parent_ids.ids])
        )

    @api.model
    def _get_products_domain(self, terms, options):
        domain = self._get_sold_domain(terms)
        if options.get('root'):
            domain &= self._get_root_domain(options['root'], terms.company)
        if options.get('category_id'):
            domain &= Domain('categ_id', 'child_of', options['category_id'])
        if options.get('product_ids'):
            domain &= Domain('id', 'in', options['product_ids'])
        for word in (options.get('search') or '').split():
            domain &= Domain.custom(to_sql=partial(self._get_word_sql, word, terms))
        return domain

    @api.model
    def _get_root_domain(self, root, company):
        roots = {
            'components': company.dealflow_component_category_ids,
            'products': company.dealflow_product_category_ids,
            'all': None,
        }
        if root not in roots:
            raise UserError(
                self.env._(
                    "“%(argument)s” cannot be %(value)s. Choose one of: %(keys)s.",
                    argument='root',
                    value=root,
                    keys=", ".join(roots),
                )
            )
        return Domain.TRUE if root == 'all' else Domain('categ_id', 'child_of', roots[root].ids)

    @api.model
    def _get_word_sql(self, word, terms, products, alias, query):
        """Return the condition that a word is in the name in any language, in a code or barcode, or at a supplier's."""
        unaccent = self.env.registry.unaccent

        def matches(text):
            # ILIKE would put the pattern into small letters again for each product.
            return SQL("%s LIKE %s", unaccent(SQL("lower(%s)", text)), pattern)

        pattern = unaccent(SQL("lower(%s)", f'%{escape_psql(word)}%'))
        template = query.left_join(alias, 'product_tmpl_id', 'product_template', 'id', 'product_tmpl_id')
        # One comparison for each language is cheaper than Odoo's expression over all of them, which has an index, but
        # is computed again for each product that the index finds: a word like «bolt» may be in all names.
        languages = dict.fromkeys(['en_US', *(code for code, _name in self.env['res.lang'].get_installed())])
        texts = [
            *(SQL("%s->>%s", SQL.identifier(template, 'name'), language) for language in languages),
            products._field_to_sql(alias, 'default_code', query),
            products._field_to_sql(alias, 'barcode', query),
        ]
        found = SQL(
            """(SELECT supplier.product_id, supplier.product_tmpl_id
                  FROM product_supplierinfo AS supplier
                 WHERE (supplier.company_id IS NULL OR supplier.company_id IN %(companies)s)
                   AND (%(code)s OR %(name)s)) AS found""",
            companies=tuple(terms.company.parent_ids.ids),
            code=matches(SQL("supplier.product_code")),
            name=matches(SQL("supplier.product_name")),
        )
        self.env['product.supplierinfo'].flush_model()
        self.env['product.template'].flush_model(['name'])
        self.env['product.uom'].flush_model()
        return SQL(
            """(%(texts)s
                OR %(template)s IN (SELECT found.product_tmpl_id FROM %(found)s WHERE found.product_id IS NULL)
                OR %(id)s IN (SELECT found.product_id FROM %(found)s)
                OR %(id)s IN (
                    SELECT packaging.product_id FROM product_uom AS packaging WHERE packaging.barcode = %(word)s))""",
            texts=SQL(" OR ").join(matches(text) for text in texts),
            template=SQL.identifier(alias, 'product_tmpl_id'),
            id=SQL.identifier(alias, 'id'),
            found=found,
            word=word,
        )

    @api.model
    def _find_products(self, terms, options):
        """Return the products of the page in their order, and the number of products on all pages."""
        products = self._get_products_of(terms)
        domain = self._get_products_domain(terms, options)
        offset = self._read_count('offset', options.get('offset') or 0, 0)
        limit = self._read_count('limit', options.get('limit') or PAGE, 1, LARGEST_PAGE)
        order, column, is_descending = self._read_order(options.get('order'), terms)
        if column:
            found = products.search(domain)
            return self._sort(found, column, is_descending, terms)[offset : offset + limit], len(found)
        if options.get('search'):
            # Words are compared with every product anyway. With a limit, PostgreSQL would look up each template on its
            # own, because it expects to have enough of them soon.
            found = products.search(domain, order=order)
            return found[offset : offset + limit], len(found)
        # Counted apart: PostgreSQL finds a page by the index on codes, without sorting all products.
        page = products.search(domain, offset=offset, limit=limit, order=order)
        return page, options.get('total') or products.search_count(domain)

    @api.model
    def _read_count(self, name, number, least, most=None):
        if number < least or most and number > most:
            raise UserError(
                self.env._(
                    "“%(argument)s” cannot be %(value)s. Give a number from %(least)s to %(most)s.",
                    argument=name,
                    value=number,
                    least=least,
                    most=most,
                )
                if most
                else self.env._(
                    "“%(argument)s” cannot be %(value)s. Give a number from %(least)s on.",
                    argument=name,
                    value=number,
                    least=least,
                )
            )
        return number

    @api.model
    def _read_order(self, text, terms):
        """Return how to sort: the order for the database, or the path into a row and whether it is descending."""
        text = text or 'code'
        column, _space, way = text.partition(' ')
        readers = self._get_readers(terms)
        path = column.split('.')
        keys = [*SQL_ORDERS, *(key for key in readers if key != 'stock')]
        if 'stock' in readers:
            keys.append('stock.….free')
        if way not in ('', 'asc', 'desc') or not (
            column in SQL_ORDERS or len(path) == (3 if path[0] == 'stock' else 1) and path[0] in readers
        ):
            raise UserError(
                self.env._(
                    "“%(argument)s” cannot be “%(value)s”. Give one of these columns, then “asc” or “desc”: %(keys)s.",
                    argument='order',
                    value=text,
                    keys=", ".join(keys),
                )
            )
        if column in SQL_ORDERS:
            return SQL_ORDERS[column] % {'way': way or 'asc'}, None, False
        return None, path, way == 'desc'

    @api.model
    def _sort(self, products, path, is_descending, terms):
        """Sort products by a column that the database does not have; those without a value come last.

        :raise UserError: there are too many of them
        """
        if len(products) > MOST_SORTED:
            raise UserError(
                self.env._(
                    "%(count)s products are too many to sort by this column, up to %(most)s can be. Choose a category, "
                    "or search for something.",
                    count=len(products),
                    most=MOST_SORTED,
                )
            )
        values = self._get_readers(terms)[path[0]](products, terms)

        def get_value(product):
            value = values.get(product.id, {})
            for key in path:
                value = value.get(key) if value else None
            return value

        known = products.filtered(lambda product: get_value(product) not in (None, False))
        return known.sorted(get_value, reverse=is_descending) + (products - known)

    @api.model
    def _get_rows(self, products, terms):
        self._fetch_products(products)
        pictured = self._get_pictured(products)
        rows = {}
        for product in products:
            template = product.product_tmpl_id
            values = product.product_template_attribute_value_ids
            variant = values and values._get_combination_name()
            rows[product.id] = {
                'id': product.id,
                'code': product.default_code,
                'name': f"{template.name} ({variant})" if variant else template.name,
                'category_id': template.categ_id.id,
                'uom_id': template.uom_id.id,
                'uom': template.uom_id.name,
                'has_image': product.id in pictured,
            }
        # Several columns may come from one reader.
        for read in dict.fromkeys(self._get_readers(terms).values()):
            for product_id, values in read(products, terms).items():
                rows[product_id].update(values)
        return list(rows.values())

    @api.model
    def _fetch_products(self, products):
        """Read what names and prices are made of, and not the many other columns of products."""
        products.fetch(['product_tmpl_id', 'default_code', 'product_template_attribute_value_ids'])
        names = ('name', 'uom_id', 'categ_id', 'list_price', 'company_id', 'type', 'is_storable')
        templates = products.product_tmpl_id
        templates.fetch([name for name in names if name in templates._fields])
        self._hand_on_to_products(templates, products)

    @api.model
    def _hand_on_to_products(self, templates, products):
        """Put what products inherit from their templates into the cache at once.

        Odoo computes such fields for each product in turn, which takes longer than all prices of a page.
        """
        shared = templates.filtered(lambda template: not template.company_id)
        if shared:
            # The same for all products of no company, so that Odoo computes it once.
            currency = shared[0].with_prefetch().currency_id
            templates._fields['currency_id']._insert_cache(shared, [currency.id] * len(shared))
        sources = [product.product_tmpl_id for product in products]
        for name in INHERITED:
            if field := products._fields.get(name):
                field._insert_cache(products, [field.convert_to_cache(source[name], products) for source in sources])

    @api.model
    def _get_pictured(self, products):
        """Return the ids of the products that have a picture, of their own or of their template."""
        # sudo - ir.attachment: the pictures of products that the user may read.
        pictures = self.env['ir.attachment'].sudo()
        pictures = pictures._read_group(
            Domain('res_model', '=', 'product.product')
            & Domain('res_field', '=', 'image_variant_128')
            & Domain('res_id', 'in', products.ids)
            | Domain('res_model', '=', 'product.template')
            & Domain('res_field', '=', 'image_128')
            & Domain('res_id', 'in', products.product_tmpl_id.ids),
            ['res_model', 'res_id'],
        )
        found = set(pictures)
        return {
            product.id
            for product in products
            if ('product.product', product.id) in found or ('product.template', product.product_tmpl_id.id) in found
        }

    @api.model
    def _get_readers(self, terms):
        """Return the columns of the list beside what a product says itself, with the method that reads each.

        A method takes products and terms, makes a constant number of queries, and returns the values by the id of the
        product and the key of the column. One method may read several columns.
        """
        readers = {'price': self._read_prices, 'minimum': self._read_minimums}
        if self._may_see_cost():
            readers['cost'] = self._read_costs
        return readers

    @api.model
    def _may_see_cost(self):
        return self.env.su or self.env.user.has_group('dealflow.group_price_margin')

    @api.model
    def _get_prices(self, products, terms, quantity=1.0, uom=None):
        """Return the prices of a quantity by the id of the product, per unit of ``uom`` or of the product."""
        return {
            product_id: self._round_price(price)
            for product_id, price in terms.pricelist._get_products_price(
                products, quantity, currency=terms.currency, uom=uom, date=terms.moment
            ).items()
        }

    @api.model
    def _read_prices(self, products, terms):
        return {product_id: {'price': price} for product_id, price in self._get_prices(products, terms).items()}

    @api.model
    def _read_minimums(self, products, terms):
        minimums = products._dealflow_get_minimum_prices(terms.company, terms.currency, terms.today)
        return {product.id: {'minimum': minimums.get(product.id, False)} for product in products}

    @api.model
    def _read_costs(self, products, terms):
        costs = {
            product.id: product.cost_currency_id._convert(
                product.standard_price, terms.currency, terms.company, terms.today, round=False
            )
            for product in products
        }
        return {product_id: {'cost': self._round_price(cost)} for product_id, cost in costs.items()}

    # Prices of chosen quantities

    @api.model
    def _get_line_kinds(self):
        return {
            'product_id': WHOLE_NUMBER,
            'quantity': NUMBER,
            'uom_id': WHOLE_NUMBER,
            'price': NUMBER,
            'discount': NUMBER,
        }

    @api.model
    @api.readonly
    @public_method(
        partner_id=reference_to('res.partner'),
        lines=rows_of('_get_line_kinds'),
        options=option_keys('_get_option_kinds'),
    )
    def get_line_prices(self, partner_id=False, lines=(), options=None):
        """Return the recommended and the lowest price of each chosen quantity, and what is earned by it (C19, C20).

        :param partner_id: a business partner or legal entity; empty for list prices
        :param lines: ``product_id``, ``quantity``, ``uom_id`` if it is not the product's, and what the user typed:
            ``price`` and ``discount`` in per cent
        :param options: ``pricelist_id`` and ``currency_id``
        :return: one row for each line; prices are per unit of the line, without the discount, ``margin`` and ``bonus``
            are for the whole line, with the discount; ``cost``, ``margin`` and ``bonus`` are there only for those who
            may see them
        :raise AccessError: the user does not make quotations, or may not read the client
        :raise UserError: a product is not sold, a quantity is not above zero, or a unit does not fit its product
        :raise ValidationError: the currency has no rate
        """
        self._check_may_sell()
        terms = self._get_terms(partner_id, options)
        lines = self._read_lines(lines or (), terms)
        prices = self._get_prices_of_lines(lines, terms)
        nets = [self._get_net_price(line, price) for (*_rest, line), price in zip(lines, prices, strict=True)]
        products = self._get_products_of(terms)
        margins = products._dealflow_get_margin(
            [
                {'product': product, 'uom': uom, 'quantity': line['quantity'], 'price': net}
                for (product, uom, line), net in zip(lines, nets, strict=True)
            ],
            terms.company,
            terms.currency,
            terms.today,
            self._get_bonus_percent(terms.company),
        )
        may_see_cost = self._may_see_cost()
        rows = []
        for (product, uom, line), price, net, earned in zip(lines, prices, nets, margins, strict=True):
            minimum = earned['minimum']
            row = {
                'product_id': product.id,
                'quantity': line['quantity'],
                'uom_id': uom.id,
                'price': price,
                'minimum': False if minimum is None else self._round_price(minimum),
                'is_below_minimum': minimum is not None and self._is_below_price(net, minimum),
            }
            if may_see_cost:
                row |= {
                    'cost': self._round_price(earned['cost']),
                    'margin': earned['margin'],
                    'bonus': earned['bonus'],
                }
            rows.append(row)
        return rows

    @api.model
    def _get_net_price(self, line, price):
        """Return the price of a line after its discount: what the user typed, else the recommended one."""
        typed = line.get('price')
        return (price if typed in (None, False) else typed) * (1 - (line.get('discount') or 0.0) / 100)

    @api.model
    def _get_bonus_percent(self, company):
        """Return the share of the user's team, which a new order of theirs would get."""
        return self._get_team(company).dealflow_bonus_percent

    @api.model
    def _get_team(self, company):
        """Return the team that a new order of the user would get, with elevated rights."""
        # sudo - crm.team: users may not see the teams of others, and see their own share only with the right to it.
        teams_sudo = self.env['crm.team'].sudo()
        return teams_sudo._get_default_team_id(user_id=self.env.uid, domain=teams_sudo._check_company_domain(company))

    @api.model
    def _is_below_price(self, price, minimum):
        digits = self.env['decimal.precision'].precision_get('Product Price')
        return float_compare(price, minimum, precision_digits=digits) < 0

    @api.model
    def _get_prices_of_lines(self, lines, terms):
        """Return the recommended price of each line; lines with the same quantity and unit are priced together."""
        alike = {}
        for product, uom, line in lines:
            key = line['quantity'], uom
            alike[key] = alike.get(key, product.browse()) | product
        prices = {
            key: self._get_prices(products, terms, quantity=key[0], uom=key[1]) for key, products in alike.items()
        }
        return [prices[line['quantity'], uom][product.id] for product, uom, line in lines]

    @api.model
    def _read_lines(self, lines, terms):
        """Return product, unit and values of each line, with two queries for all of them."""
        if len(lines) > MOST_LINES:
            raise UserError(
                self.env._(
                    "%(count)s lines are too many for one offer, up to %(most)s can be.",
                    count=len(lines),
                    most=MOST_LINES,
                )
            )
        products = self._get_sold([line.get('product_id') for line in lines], terms).grouped('id')
        # A unit that an old order was in may be archived.
        uoms = self.env['uom.uom'].with_context(active_test=False)
        uoms = uoms.search([('id', 'in', [line.get('uom_id') or 0 for line in lines])]).grouped('id')
        read = []
        for line in lines:
            product = products[line['product_id']]
            uom = uoms.get(line['uom_id']) if line.get('uom_id') else product.uom_id
            self._check_line(product, uom, line)
            read.append((product, uom, line))
        return read

    @api.model
    def _check_line(self, product, uom, line):
        digits = self.env['decimal.precision'].precision_get('Product Unit')
        if float_compare(line.get('quantity') or 0, 0, precision_digits=digits) <= 0:
            raise UserError(
                self.env._(
                    "The quantity of %(product)s is %(quantity)s. Give one above zero.",
                    product=product.display_name,
                    quantity=line.get('quantity') or 0,
                )
            )
        if not uom or not uom._has_common_reference(product.uom_id):
            raise UserError(
                self.env._(
                    "%(product)s is not sold in the unit %(unit)s. Choose one that can be converted to %(own)s.",
                    product=product.display_name,
                    unit=uom.name if uom else line['uom_id'],
                    own=product.uom_id.name,
                )
            )
        if (line.get('price') or 0) < 0 or not 0 <= (line.get('discount') or 0) <= 100:
            raise UserError(
                self.env._(
                    "The price of %(product)s cannot be negative, and its discount is from 0 to 100 per cent. Correct "
                    "them.",
                    product=product.display_name,
                )
            )

    @api.model
    def _get_sold(self, product_ids, terms):
        """Return the products with these ids, all of which the company sells.

        :raise UserError: one of them is unknown to the user, archived, not for sale, or of another company
        """
        wanted = self._get_products_of(terms).browse(dict.fromkeys(product_id or 0 for product_id in product_ids))
        sold = wanted.search(self._get_sold_domain(terms) & Domain('id', 'in', wanted.ids))
        missing = wanted - sold
        if not missing:
            return sold
        known = missing.with_context(active_test=False).search([('id', 'in', missing.ids)], limit=1)
        raise UserError(
            self.env._(
                "%(product)s is not sold by %(company)s: it is archived, not for sale, or of another company. Choose "
                "another product.",
                product=known.display_name,
                company=terms.company.name,
            )
            if known
            else self.env._(
                "“%(argument)s”: there is no record with the number %(value)s (%(model)s). Choose an existing one.",
                argument='product_id',
                value=missing[0].id or 0,
                model=missing._description,
            )
        )
