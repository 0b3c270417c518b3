"""Compares the list of the price form with Odoo's product catalogue: 10,000 products in five warehouses."""

from functools import partial

from odoo.fields import Command

from . import company
from .scenario import Call, Scenario
from .web_client import get_specification

PRODUCTS = 10_000
WAREHOUSES = 5
PARTNERS = 2_000
ORDERS = 20_000
# Orders of the client whose last prices are shown.
ORDERS_OF_CLIENT = 1_000
PAGE = 80
CLIENT = "Nordlicht 6"

TEMPLATES = """
    INSERT INTO product_template (
        name, default_code, categ_id, uom_id, type, is_storable, sale_ok, purchase_ok, active, list_price, sequence,
        create_uid, write_uid, create_date, write_date)
    SELECT jsonb_build_object('en_US', 'Shelf ' || number || ' oak'), 'BENCH-' || lpad(number::text, 5, '0'),
           (%(categories)s)[1 + number %% cardinality(%(categories)s)], %(unit)s, 'consu', TRUE, TRUE, TRUE, TRUE,
           10 + number %% 900, 1, %(user)s, %(user)s, now(), now()
      FROM generate_series(1, %(count)s) AS number
"""
VARIANTS = """
    INSERT INTO product_product (
        product_tmpl_id, default_code, barcode, active, combination_indices, standard_price, create_uid, write_uid,
        create_date, write_date)
    SELECT id, default_code, 'B' || default_code, TRUE, '', jsonb_build_object(%(company)s::text, list_price * 0.6),
           %(user)s, %(user)s, now(), now()
      FROM product_template WHERE default_code LIKE 'BENCH-%%'
"""
# A quantity of each product in each warehouse, and a delivery to come for one of them.
QUANTS = """
    INSERT INTO stock_quant (product_id, location_id, company_id, quantity, reserved_quantity, in_date)
    SELECT product.id, warehouse.lot_stock_id, warehouse.company_id, (product.id * 7919 + warehouse.id) %% 200,
           product.id %% 5, now() AT TIME ZONE 'UTC'
      FROM product_product AS product
      JOIN product_template AS template ON template.id = product.product_tmpl_id AND template.is_storable
     CROSS JOIN stock_warehouse AS warehouse
     WHERE warehouse.company_id = %(company)s
"""
MOVES = """
    INSERT INTO stock_move (
        product_id, product_uom, product_uom_qty, product_qty, quantity, state, date, location_id, location_dest_id,
        company_id, procure_method, priority, sequence)
    SELECT product.id, template.uom_id, 20, 20, 0, 'assigned',
           now() AT TIME ZONE 'UTC' + interval '1 day' * (product.id %% 30),
           %(supplier)s, warehouse.lot_stock_id, warehouse.company_id, 'make_to_stock', '0', 10
      FROM product_product AS product
      JOIN product_template AS template ON template.id = product.product_tmpl_id AND template.is_storable
      JOIN (SELECT *, row_number() OVER (ORDER BY id) - 1 AS place FROM stock_warehouse WHERE company_id = %(company)s
           ) AS warehouse ON warehouse.place = product.id %% %(warehouses)s
"""
# The lines of all orders sell different products, and the first orders are of one client.
LINES = """
    UPDATE sale_order_line AS line
       SET product_id = product.id
      FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place
              FROM product_product WHERE default_code LIKE 'BENCH-%%') AS product
     WHERE product.place = line.id %% %(products)s
"""
ORDERS_TO_CLIENT = """
    UPDATE sale_order SET partner_id = %(client)s, business_partner_id = %(client)s
     WHERE id IN (SELECT id FROM sale_order ORDER BY id LIMIT %(orders)s)
"""


def fill(env):
    """Fill a database that has Dealflow and Odoo's Inventory with products, stock and orders."""
    company.fill(env, partners=PARTNERS, documents=ORDERS, events=1)
    sellers = env['res.users'].search([('login', '=like', 'scale\\__%'), ('login', '!=', company.ACCOUNTANT)])
    sellers.group_ids = [Command.link(env.ref('dealflow.group_user').id)]
    env.ref('base.group_user').implied_ids = [Command.link(env.ref('product.group_product_pricelist').id)]
    env['product.pricelist'].create(
        {
            'name': "Five per cent off",
            'item_ids': [Command.create({'compute_price': 'percentage', 'percent_price': 5, 'applied_on': '3_global'})],
        }
    )
    _make_products(env)
    env['stock.warehouse'].create([{'name': f"Warehouse {n}", 'code': f"B{n}"} for n in range(1, WAREHOUSES)])
    env.flush_all()
    parameters = {
        'company': env.company.id,
        'supplier': env.ref('stock.stock_location_suppliers').id,
        'warehouses': WAREHOUSES,
        'products': PRODUCTS,
        'client': env['res.partner'].search([('name', '=', CLIENT)], limit=1).id,
        'orders': ORDERS_OF_CLIENT,
    }
    for statement in (QUANTS, MOVES, LINES, ORDERS_TO_CLIENT):
        env.cr.execute(statement, parameters)
    env.invalidate_all()


def _make_products(env):
    """Create the products in two statements: record by record it takes many minutes."""
    categories = env['product.category'].create([{'name': f"Category {number}"} for number in range(50)])
    parameters = {
        'categories': categories.ids,
        'unit': env.ref('uom.product_uom_unit').id,
        'user': env.uid,
        'count': PRODUCTS,
        'company': str(env.company.id),
    }
    env.flush_all()
    with company.columns_of_others(env, 'product.template', 'product.product'):
        for statement in (TEMPLATES, VARIANTS):
            env.cr.execute(statement, parameters)
    env.invalidate_all()


def get_scenarios(env):
    """Return pages and search of the list, next to those of Odoo's catalogue for an order of the same client."""
    lists = _Lists(env)
    return [
        Scenario(f"price form, {name} / Odoo's catalogue", budget, Call(env, ours), Call(env, anchor), repeat=6)
        for name, budget, ours, anchor in (
            ("first 80", 0.7, lists.open_form, lists.open_catalogue),
            ("next page", 0.5, partial(lists.open_form, offset=PAGE), partial(lists.open_catalogue, offset=PAGE)),
            (
                "search",
                0.5,
                partial(lists.open_form, search="shelf 77"),
                partial(lists.open_catalogue, search="shelf 77"),
            ),
        )
    ]


class _Lists:
    """The requests of the two lists."""

    def __init__(self, env):
        self.form = env['dealflow.price.form']
        self.client = env['res.partner'].search([('name', '=', CLIENT)], limit=1)
        self.order = env['sale.order'].create({'partner_id': self.client.id})
        action = self.order.action_add_from_catalog()
        self.domain = list(action['domain'])
        self.products = env['product.product'].with_context(**action['context'])
        self.specification = get_specification(self.products, 'kanban', 'product.product_view_kanban_catalog')
        self.told = {}
        env.flush_all()

    def open_form(self, offset=0, search=""):
        options = {'limit': PAGE, 'offset': offset, 'search': search}
        # The web client gives back what the first page has told.
        if offset or search:
            options |= self.told
        if offset:
            options['total'] = PRODUCTS
        found = self.form.get_products(self.client.id, options)
        self.told = {name: found[name] for name in ('business_partner_id', 'legal_entity_id', 'pricelist_id')}
        assert len(found['rows']) == PAGE and len(found['rows'][0]['stock']) == WAREHOUSES, "the page is full"

    def open_catalogue(self, offset=0, search=""):
        domain = self.domain
        if search:
            domain = [*domain, '|', '|', *((name, 'ilike', search) for name in ('default_code', 'name', 'barcode'))]
        found = self.products.web_search_read(
            domain,
            self.specification,
            limit=PAGE,
            offset=offset,
            order='is_favorite desc, default_code, name, id',
            count_limit=10001,
        )
        self.order._get_product_catalog_order_line_info([record['id'] for record in found['records']])
