from datetime import date, datetime

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .partner_common import PartnerCommon


class PriceFormCommon(PartnerCommon):
    """Test case with two categories, a few products in them, and the price form of a rep.

    ::

        Furniture: Desk 100, Chair 50      Fittings / Screws: Screw 2
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref('product.group_product_pricelist')
        cls.colleague = cls._new_user('colleague', 'dealflow.group_user_own')
        cls.furniture, cls.fittings = (
            cls._new('product.category', None, {'name': name}) for name in ("Furniture", "Fittings")
        )
        cls.screws = cls._new('product.category', None, {'name': "Screws", 'parent_id': cls.fittings.id})
        cls.desk = cls._new_product("Desk", 100.0, default_code='D-1', barcode='4006381333931', standard_price=60.0)
        cls.chair = cls._new_product("Chair", 50.0, default_code='C-1')
        cls.screw = cls._new_product("Screw", 2.0, default_code='S-1', categ_id=cls.screws.id)
        cls.ours = {cls.desk.id: "Desk", cls.chair.id: "Chair", cls.screw.id: "Screw"}
        cls.euro = cls.env['res.currency'].with_context(active_test=False).search([('name', '=', 'EUR')])
        cls.euro.active = True
        cls.foreign = cls.euro if cls.company.currency_id != cls.euro else cls.env.ref('base.USD')
        cls.foreign.active = True
        cls.foreign.rate_ids.unlink()
        cls._new(
            'res.currency.rate',
            None,
            {'currency_id': cls.foreign.id, 'name': '2020-01-01', 'rate': 0.5, 'company_id': cls.company.id},
        )
        cls.rep_form = cls._get_form(cls.rep)

    @classmethod
    def _new_product(cls, name, price, **values):
        values = {'type': 'consu', 'categ_id': cls.furniture.id, 'taxes_id': False, **values}
        return cls._new('product.product', None, {'name': name, 'list_price': price, **values})

    @classmethod
    def _get_form(cls, user):
        return cls.env['dealflow.price.form'].with_user(user)

    @classmethod
    def _new_pricelist(cls, name, percent, **values):
        """Return a price list that takes a percentage off everything."""
        rule = {'compute_price': 'percentage', 'percent_price': percent, 'applied_on': '3_global'}
        return cls._new('product.pricelist', None, {'name': name, 'item_ids': [Command.create(rule)], **values})

    @classmethod
    def _sell(cls, entity, product, price, day='2026-03-01', user=None, line=None, **values):
        """Return an order, confirmed on a day."""
        order = cls._new_order(entity, product, user_id=(user or cls.rep).id, **values)
        order.order_line.write({'price_unit': price, **(line or {})})
        order.action_confirm()
        order.date_order = f'{day} 12:00:00'
        return order

    def _get_rows(self, options=None, partner=None, form=None):
        """Return the rows of our products by their names."""
        form = self.rep_form if form is None else form
        found = form.get_products((partner or self.stranger).id, options)
        return {self.ours[row['id']]: row for row in found['rows'] if row['id'] in self.ours}

    def assertNoMoreQueries(self, large, small):
        """Check that a large call makes as many queries as a small one, once both have filled Odoo's caches."""
        counts = [min(self._count_queries(call) for _number in range(3)) for call in (large, small)]
        self.assertEqual(counts[0], counts[1])

    def _get_names(self, partner=None, **options):
        found = self.rep_form.get_products((partner or self.stranger).id, {'limit': 500, **options})
        return [self.ours[row['id']] for row in found['rows'] if row['id'] in self.ours]


@tagged('post_install', '-at_install')
class TestPriceForm(PriceFormCommon):
    """The price form lists what may be sold, at the prices of the client's terms (C15–C20)."""

    # Rights

    def test_who_makes_quotations_may_read(self):
        self.assertEqual(self._get_rows()['Desk']['price'], 100.0)
        portal = self._new_user('portal', 'base.group_portal')
        for stranger in (self.viewer, portal, self._new_user('office', 'base.group_user')):
            form = self._get_form(stranger)
            for name, arguments in (
                ('get_products', [self.stranger.id]),
                ('get_categories', []),
                ('get_warehouse_groups', []),
                ('get_line_prices', [self.stranger.id, []]),
                ('get_transactions', [self.stranger.id]),
                ('get_last_order_lines', [self.stranger.id]),
                ('get_suggestion', [self.stranger.id, self.desk.ids]),
                ('answer_suggestion', [self.stranger.id, self.desk.id, True]),
            ):
                with self.subTest(user=stranger.login, method=name):
                    with self.assertRaisesRegex(AccessError, "for those who make quotations"):
                        getattr(form, name)(*arguments)

    def test_a_client_whom_the_user_may_not_read(self):
        foreigner = self._new_foreigner()
        self.stranger.company_id = self.company
        with self.assertRaises(AccessError):
            self._get_form(foreigner).get_products(self.stranger.id)

    def test_cost_is_for_those_with_the_right(self):
        self.assertNotIn('cost', self._get_rows()['Desk'])
        self.assertFalse({'cost', 'margin', 'bonus'} & self._price(self.desk)[0].keys())
        with self.assertRaisesRegex(UserError, "order"):
            self.rep_form.get_products(self.stranger.id, {'order': 'cost'})
        self.rep.group_ids += self.env.ref('dealflow.group_price_margin')
        self.assertEqual(self._get_rows()['Desk']['cost'], 60.0)
        self.assertEqual(self._get_names(order='cost desc', category_id=self.furniture.id)[0], "Desk")

    def test_what_is_earned(self):
        """Minimum, margin and bonus follow from what is typed, in the unit of the line (C19, C20)."""
        self.rep.group_ids += self.env.ref('dealflow.group_price_margin')
        team = self._new('crm.team', None, {'name': "North", 'member_ids': [Command.set(self.rep.ids)], 'sequence': -1})
        team.dealflow_bonus_percent = 10
        self._new(
            'dealflow.minimum.price',
            None,
            {'applied_on': 'variant', 'product_id': self.desk.id, 'kind': 'fixed', 'amount': 80.0},
        )
        self.assertEqual([row['minimum'] for row in self._get_rows().values()], [False, 80.0, False])
        self.assertEqual(self._get_names(order='minimum', category_id=self.furniture.id), ["Desk", "Chair"])
        dozen = self.env.ref('uom.product_uom_dozen')
        for line, expected in (
            ({'quantity': 3}, (100.0, 80.0, 60.0, 120.0, 6.0, False)),
            ({'quantity': 3, 'discount': 10}, (100.0, 80.0, 60.0, 90.0, 3.0, False)),
            ({'quantity': 3, 'discount': 20}, (100.0, 80.0, 60.0, 60.0, 0.0, False)),
            ({'quantity': 3, 'price': 79.99}, (100.0, 80.0, 60.0, 59.97, 0.0, True)),
            ({'quantity': 1, 'uom_id': dozen.id, 'price': 900}, (1200.0, 960.0, 720.0, 180.0, 0.0, True)),
        ):
            with self.subTest(line=line):
                [row] = self.rep_form.get_line_prices(self.stranger.id, [{'product_id': self.desk.id, **line}])
                keys = ('price', 'minimum', 'cost', 'margin', 'bonus', 'is_below_minimum')
                self.assertEqual(tuple(row[key] for key in keys), expected)

    # Categories

    def test_without_a_setting_the_whole_tree(self):
        [root] = self.rep_form.get_categories()
        self.assertEqual(root['key'], 'all')
        rows = {row['id']: row for row in root['categories']}
        self.assertEqual(len(rows), self.env['product.category'].search_count([]))
        self.assertEqual(
            rows[self.screws.id],
            {'id': self.screws.id, 'name': "Screws", 'parent_id': self.fittings.id, 'depth': 1},
        )
        places = [row['id'] for row in root['categories']]
        self.assertEqual(places.index(self.screws.id), places.index(self.fittings.id) + 1)

    def test_two_roots(self):
        self.company.dealflow_component_category_ids = self.fittings + self.screws
        self.assertEqual([root['key'] for root in self.rep_form.get_categories()], ['components', 'all'])
        self.company.dealflow_product_category_ids = self.furniture
        components, products = self.rep_form.get_categories()
        self.assertEqual(
            [(row['name'], row['depth']) for row in components['categories']], [("Fittings", 0), ("Screws", 1)]
        )
        self.assertEqual([row['id'] for row in products['categories']], self.furniture.ids)
        self.assertEqual(self._get_names(root='components'), ["Screw"])
        self.assertEqual(self._get_names(root='products'), ["Chair", "Desk"])
        self.assertEqual(self._get_names(root='all'), ["Chair", "Desk", "Screw"])
        self.assertEqual(self._get_names(category_id=self.fittings.id), ["Screw"])
        with self.assertRaisesRegex(UserError, "root.*components, products, all"):
            self.rep_form.get_products(0, {'root': 'spares'})

    # What is sold

    def test_only_what_is_sold(self):
        other = self._new_foreigner().company_id
        self.desk.active = False
        self.chair.sale_ok = False
        self.screw.company_id = other
        self.assertEqual(self._get_names(), [])
        for product, message in (
            (self.desk, "Desk is not sold by"),
            (self.chair, "Chair is not sold by"),
            (self.screw, "product_id.*no record"),
        ):
            with self.assertRaisesRegex(UserError, message):
                self._price(product)
        self.screw.company_id = self.company
        self.assertEqual(self._get_names(), ["Screw"])

    def test_each_variant_is_a_row(self):
        colour = self._new('product.attribute', None, {'name': "Colour", 'create_variant': 'always'})
        white, black = (
            self._new('product.attribute.value', None, {'name': name, 'attribute_id': colour.id})
            for name in ("White", "Black")
        )
        line = {'attribute_id': colour.id, 'value_ids': [Command.set((white + black).ids)]}
        template = self._new(
            'product.template', None, {'name': "Lamp of the test", 'attribute_line_ids': [Command.create(line)]}
        )
        template.product_variant_ids[1].default_code = 'L-2'
        found = self.rep_form.get_products(self.stranger.id, {'search': "lamp of the test"})
        self.assertEqual(found['total'], 2)
        self.assertEqual(
            {row['name']: row['code'] for row in found['rows']},
            {"Lamp of the test (White)": False, "Lamp of the test (Black)": 'L-2'},
        )

    def test_the_search(self):
        self.env['res.lang']._activate_lang('ru_RU')
        self.desk.with_context(lang='ru_RU').name = "Стол «Ёлка»"
        supplier = {'partner_id': self.stranger.id, 'product_tmpl_id': self.chair.product_tmpl_id.id}
        self._new('product.supplierinfo', None, {**supplier, 'product_code': 'ZX-77', 'product_name': "Sessel 100%"})
        for text, names in (
            ("desk", ["Desk"]),
            ("стол", ["Desk"]),
            ("СТОЛ ёлка»", ["Desk"]),
            ("d-1", ["Desk"]),
            ("4006381333931", ["Desk"]),
            ("zx-7", ["Chair"]),
            ("sessel", ["Chair"]),
            ("100%", ["Chair"]),
            ("chair c-1", ["Chair"]),
            ("chair d-1", []),
            ("c_1", []),
            ('de"sk', []),
            ("de\\sk", []),
        ):
            with self.subTest(text=text):
                self.assertEqual(self._get_names(search=text, category_id=self.furniture.id), names)

    def test_the_suppliers_code_of_a_variant_and_of_another_company(self):
        supplier = {'partner_id': self.stranger.id, 'product_tmpl_id': self.chair.product_tmpl_id.id}
        of_variant = self._new(
            'product.supplierinfo', None, {**supplier, 'product_id': self.chair.id, 'product_code': 'ZX-77'}
        )
        self.assertEqual(self._get_names(search="ZX-77"), ["Chair"])
        of_variant.company_id = self._new_foreigner().company_id
        self.assertEqual(self._get_names(search="ZX-77"), [])

    def test_a_picture_is_told(self):
        pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
        self.desk.image_1920 = pixel
        self.env.flush_all()
        self.assertEqual(
            {name: row['has_image'] for name, row in self._get_rows().items()},
            {"Desk": True, "Chair": False, "Screw": False},
        )

    def test_stock_is_told_only_with_inventory(self):
        """Odoo's app is no dependency: the test runs with it or without."""
        has_stock = 'stock.warehouse' in self.env
        self.assertEqual(bool(self.rep_form.get_warehouse_groups()), has_stock)
        self.assertEqual('stock' in self._get_rows()['Desk'], has_stock)
        menu = self.env.ref('dealflow.menu_configuration_warehouse_groups')
        self.assertEqual(menu.id in self.env['ir.ui.menu']._load_menus_blacklist(), not has_stock)

    def test_a_group_takes_only_warehouses(self):
        group = self._new('dealflow.warehouse.group', None, {'name': "North"})
        line = {'warehouse_id': self.stranger.id, 'model_id': self.env['ir.model']._get_id('res.partner')}
        with self.assertRefused(ValidationError, "Odoo's app Inventory. Install it"):
            group.line_ids = [Command.create(line)]

    # Pages and order

    def test_pages(self):
        wanted = {'product_ids': list(self.ours), 'limit': 2}
        first = self.rep_form.get_products(self.stranger.id, wanted)
        second = self.rep_form.get_products(self.stranger.id, {**wanted, 'offset': 2})
        beyond = self.rep_form.get_products(self.stranger.id, {**wanted, 'offset': 20})
        self.assertEqual([len(page['rows']) for page in (first, second, beyond)], [2, 1, 0])
        self.assertEqual([page['total'] for page in (first, second, beyond)], [3, 3, 3])
        self.assertEqual({row['id'] for row in first['rows'] + second['rows']}, set(self.ours))

    def test_the_order(self):
        self._sell(self.stranger, self.chair, 45.0)
        for order, names in (
            ('code', ["Chair", "Desk", "Screw"]),
            ('code desc', ["Screw", "Desk", "Chair"]),
            ('name desc', ["Screw", "Desk", "Chair"]),
            ('price', ["Screw", "Chair", "Desk"]),
            ('price desc', ["Desk", "Chair", "Screw"]),
            ('last_price desc', ["Chair", "Desk", "Screw"]),
        ):
            with self.subTest(order=order):
                self.assertEqual(self._get_names(order=order, product_ids=list(self.ours)), names)

    def test_options_that_make_no_sense(self):
        for options, message in (
            ({'limit': 501}, "limit.*from 1 to 500"),
            ({'limit': -1}, "limit"),
            ({'offset': -1}, "offset.*from 0 on"),
            ({'order': "weight"}, "order.*code, name, uom, price"),
            ({'order': "price sideways"}, "order"),
            ({'order': "price; DROP TABLE product_product"}, "order"),
            ({'order': "stock.all"}, "order"),
            ({'category_id': 2**31 - 1}, "category_id"),
            ({'product_ids': ["x"]}, "product_ids"),
            ({'colour': "red"}, "colour"),
        ):
            with self.subTest(options=options), self.assertRaisesRegex(UserError, message):
                self.rep_form.get_products(self.stranger.id, options)
        with self.assertRaisesRegex(UserError, "partner_id"):
            self.rep_form.get_products(2**31 - 1)

    # Terms

    def test_list_prices_without_a_client_and_without_a_price_list(self):
        for partner_id in (0, False, self.stranger.id):
            found = self.rep_form.get_products(partner_id, {'product_ids': self.desk.ids})
            self.assertEqual(found['rows'][0]['price'], 100.0)
            self.assertEqual(found['currency']['id'], self.company.currency_id.id)

    def test_the_price_list_of_the_client(self):
        self.stranger.specific_property_product_pricelist = self._new_pricelist("Friends", 10)
        self.assertEqual(self._get_rows()['Desk']['price'], 90.0)
        self.assertEqual(self._get_rows({'pricelist_id': self._new_pricelist("Foes", 1).id})['Desk']['price'], 99.0)

    def test_the_common_terms_of_a_group_come_first(self):
        """The form says what a new order of the legal entity says."""
        self.alpha.specific_property_product_pricelist = self._new_pricelist("Alpha", 5)
        self.group.specific_property_product_pricelist = self._new_pricelist("Group", 20)
        for client in (self.group, self.alpha):
            self.assertEqual(self._get_rows(partner=client)['Desk']['price'], 80.0)
        order = self._new_order(self.alpha, self.desk)
        self.assertEqual(order.pricelist_id, self.group.specific_property_product_pricelist)
        self.group.specific_property_product_pricelist = False
        for client in (self.group, self.alpha):
            self.assertEqual(self._get_rows(partner=client)['Desk']['price'], 95.0)

    def test_the_currency_of_the_client(self):
        self.stranger.specific_property_product_pricelist = self._new_pricelist(
            "Abroad", 0, currency_id=self.foreign.id
        )
        found = self.rep_form.get_products(self.stranger.id, {'product_ids': self.desk.ids})
        self.assertEqual(found['rows'][0]['price'], 50.0)
        self.assertEqual(found['currency']['name'], self.foreign.name)
        self.assertEqual(
            self._get_rows({'currency_id': self.company.currency_id.id, 'product_ids': self.desk.ids})['Desk']['price'],
            100.0,
        )

    def test_a_currency_without_a_rate(self):
        self.foreign.rate_ids.unlink()
        with self.assertRaisesRegex(ValidationError, f"{self.foreign.name} has no rate"):
            self.rep_form.get_products(self.stranger.id, {'currency_id': self.foreign.id})

    def test_a_price_list_that_cannot_be_used(self):
        archived = self._new_pricelist("Old", 10, active=False)
        with self.assertRaisesRegex(UserError, "Old.*is archived or belongs to another company"):
            self.rep_form.get_products(self.stranger.id, {'pricelist_id': archived.id})
        foreign = self._new_pricelist("Theirs", 10, company_id=self._new_foreigner().company_id.id)
        with self.assertRaises(AccessError):
            self.rep_form.get_products(self.stranger.id, {'pricelist_id': foreign.id})

    def test_the_company_of_the_client(self):
        other = self._new_foreigner().company_id
        self.rep.company_ids += other
        client = self._new_partner("Client of the other", company_id=other.id)
        form = self.rep_form.with_context(allowed_company_ids=(self.company + other).ids)
        self.desk.company_id = other
        self.assertIn('Desk', self._get_rows(partner=client, form=form))
        self.assertNotIn('Desk', self._get_rows(form=form))

    # Prices of quantities

    def _price(self, product):
        return self.rep_form.get_line_prices(self.stranger.id, [{'product_id': product.id, 'quantity': 1}])

    def test_prices_by_quantity_and_unit(self):
        pricelist = self._new_pricelist("Much", 0)
        pricelist.item_ids = [
            Command.create(
                {
                    'compute_price': 'fixed',
                    'fixed_price': 80,
                    'min_quantity': 12,
                    'applied_on': '0_product_variant',
                    'product_id': self.desk.id,
                }
            )
        ]
        self.stranger.specific_property_product_pricelist = pricelist
        dozen = self.env.ref('uom.product_uom_dozen')
        lines = [
            {'product_id': self.desk.id, 'quantity': 1},
            {'product_id': self.desk.id, 'quantity': 12},
            {'product_id': self.desk.id, 'quantity': 1, 'uom_id': dozen.id},
            {'product_id': self.chair.id, 'quantity': 12},
        ]
        found = self.rep_form.get_line_prices(self.stranger.id, lines)
        self.assertEqual([line['price'] for line in found], [100.0, 80.0, 960.0, 50.0])
        self.assertEqual([line['product_id'] for line in found], [line['product_id'] for line in lines])

    def test_lines_that_make_no_sense(self):
        hour = self.env.ref('uom.product_uom_hour')
        for line, message in (
            ({'quantity': 0}, "quantity of Desk is 0"),
            ({'quantity': -3}, "quantity of Desk is -3"),
            ({'quantity': 1, 'uom_id': hour.id}, "Desk is not sold in the unit Hours"),
            ({'quantity': 1, 'uom_id': 2**31 - 1}, "Desk is not sold in the unit"),
            ({'quantity': 1, 'price': -1}, "price of Desk cannot be negative"),
            ({'quantity': 1, 'discount': 101}, "discount is from 0 to 100"),
            ({'quantity': "many"}, "quantity"),
            ({'product_id': 2**31 - 1, 'quantity': 1}, "product_id"),
        ):
            with self.subTest(line=line), self.assertRaisesRegex(UserError, message):
                self.rep_form.get_line_prices(self.stranger.id, [{'product_id': self.desk.id, **line}])

    # Speed

    def test_queries_do_not_grow(self):
        self._sell(self.stranger, self.desk, 90.0)
        more = [self._new_product(f"Shelf {number}", 10.0 + number) for number in range(30)]
        few, many = self.desk.ids, [*self.ours, *(product.id for product in more)]

        def call(product_ids):
            return self.rep_form.get_products(self.stranger.id, {'product_ids': product_ids})

        self.assertEqual(len(call(many)['rows']), 33)
        self.assertNoMoreQueries(lambda: call(many), lambda: call(few))

        def price(product_ids):
            lines = [{'product_id': product_id, 'quantity': 2} for product_id in product_ids]
            return self.rep_form.get_line_prices(self.stranger.id, lines)

        self.assertNoMoreQueries(lambda: price(many), lambda: price(few))


@tagged('post_install', '-at_install')
class TestPriceFormPast(PriceFormCommon):
    """What the client paid before, whichever legal entity of its group it was (C22, C53)."""

    def test_the_last_price_of_the_group(self):
        self._sell(self.alpha, self.desk, 95.0, '2026-01-01')
        self._sell(self.beta, self.desk, 100.0, '2026-02-01', line={'discount': 10})
        self._sell(self.stranger, self.desk, 70.0, '2026-03-01')
        self._new_order(self.alpha, self.desk, user_id=self.rep.id).order_line.price_unit = 1.0
        for client in (self.group, self.alpha):
            desk = self._get_rows(partner=client)['Desk']
            self.assertEqual((desk['last_price'], desk['last_date']), (90.0, '2026-02-01'))
        self.assertFalse(self._get_rows(partner=self.group)['Chair']['last_price'])
        [row] = self.rep_form.get_products(0, {'product_ids': self.desk.ids})['rows']
        self.assertFalse(row['last_price'])

    def test_orders_that_the_user_may_not_read(self):
        self._sell(self.alpha, self.desk, 95.0, user=self.colleague)
        self.assertFalse(self._get_rows(partner=self.group)['Desk']['last_price'])
        self.assertEqual(self.rep_form.get_transactions(self.group.id), [])
        self.assertEqual(self.rep_form.get_last_order_lines(self.group.id), {})

    def test_the_last_price_in_the_present_unit_and_currency(self):
        dozen = self.env.ref('uom.product_uom_dozen')
        abroad = self._new_pricelist("Abroad", 0, currency_id=self.foreign.id)
        self._sell(self.stranger, self.desk, 600.0, line={'product_uom_id': dozen.id}, pricelist_id=abroad.id)
        own = {'currency_id': self.company.currency_id.id}
        self.assertEqual(self._get_rows(own)['Desk']['last_price'], 100.0)
        self.assertEqual(self._get_rows({'currency_id': self.foreign.id})['Desk']['last_price'], 50.0)

    def test_past_transactions(self):
        order = self._sell(self.alpha, self.desk, 100.0, '2026-02-01', line={'discount': 10, 'product_uom_qty': 3})
        invoice = self._new_invoice(self.beta, day='2026-03-05', post=True, invoice_user_id=self.rep.id)
        invoice.invoice_line_ids.product_id = self.chair
        self._new_invoice(
            self.beta, day='2026-03-06', invoice_user_id=self.rep.id
        ).invoice_line_ids.product_id = self.chair
        rows = self.rep_form.get_transactions(self.group.id)
        self.assertEqual(
            [(row['date'], row['product'], row['model'], row['res_id'], row['entity']) for row in rows],
            [
                ('2026-03-05', "Chair", 'account.move', invoice.id, "Beta"),
                ('2026-02-01', "Desk", 'sale.order', order.id, "Alpha"),
            ],
        )
        self.assertEqual((rows[1]['price'], rows[1]['quantity'], rows[1]['document']), (90.0, 3.0, order.name))
        self.assertEqual(rows[1]['currency']['id'], order.currency_id.id)
        self.assertEqual(
            [row['res_id'] for row in self.rep_form.get_transactions(self.group.id, self.desk.id)], order.ids
        )
        self.assertEqual(len(self.rep_form.get_transactions(self.group.id, 0, 1)), 1)
        self.assertEqual(self.rep_form.get_transactions(0), [])
        with self.assertRaisesRegex(UserError, "limit"):
            self.rep_form.get_transactions(self.group.id, 0, -1)

    def test_a_credit_note_takes_back(self):
        invoice = self._new_invoice(self.beta, post=True, move_type='out_refund', invoice_user_id=self.rep.id)
        invoice.invoice_line_ids.product_id = self.chair
        [row] = self.rep_form.get_transactions(self.group.id)
        self.assertEqual(row['quantity'], -1.0)

    def test_as_last_time(self):
        self._sell(self.beta, self.desk, 70.0, '2026-01-01')
        order = self._new_order(self.alpha, self.desk, self.chair, user_id=self.rep.id)
        order.order_line[0].write({'product_uom_qty': 4, 'price_unit': 80.0, 'discount': 25})
        order.order_line = [Command.create({'display_type': 'line_note', 'name': "As agreed"})]
        order.action_confirm()
        order.date_order = datetime(2026, 2, 1, 12)
        self.chair.active = False
        last = self.rep_form.get_last_order_lines(self.group.id)
        self.assertEqual((last['order_id'], last['name'], last['date']), (order.id, order.name, '2026-02-01'))
        self.assertEqual(
            [
                (line['name'], line['quantity'], line['price'], line['old_price'], line['is_sold'])
                for line in last['lines']
            ],
            [("Desk", 4.0, 100.0, 60.0, True), ("Chair", 1.0, False, 50.0, False)],
        )
        self.assertEqual(self.rep_form.get_last_order_lines(self.stranger.id), {})

    def test_prices_of_competitors(self):
        deal = self._new_deal(user_id=self.rep.id)
        for name, price in (("Dear", 900.0), ("Cheap", 700.0), ("Unknown", 0.0)):
            competitor = self._new('dealflow.competitor', None, {'name': name})
            self._new(
                'dealflow.deal.competitor', None, {'deal_id': deal.id, 'competitor_id': competitor.id, 'price': price}
            )
        found = self.rep_form.get_competitor_prices(deal.id)
        self.assertEqual([(row['competitor'], row['price']) for row in found], [("Cheap", 700.0), ("Dear", 900.0)])
        self.assertEqual(found[0]['currency']['id'], deal.currency_id.id)
        deal.user_id = self.colleague
        with self.assertRaises(AccessError):
            self.rep_form.get_competitor_prices(deal.id)
        with self.assertRaisesRegex(UserError, "deal_id"):
            self.rep_form.get_competitor_prices(False)


@tagged('post_install', '-at_install')
class TestPriceFormSuggestion(PriceFormCommon):
    """One product is proposed to go with those chosen, and the answer is remembered (C77)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        funnel = cls._new_funnel("Short", {'name': "Talk"}, {'name': "Signed", 'is_won': True, 'probability': 100})
        cls.deal_values = {**cls.deal_values, 'funnel_id': funnel.id}
        for products in (
            cls.desk + cls.chair,
            cls.desk + cls.chair + cls.screw,
            cls.desk + cls.screw,
            cls.desk + cls.chair,
        ):
            cls._win(products)

    @classmethod
    def _win(cls, products, **values):
        lines = [Command.create({'product_id': product.id}) for product in products]
        deal = cls._new_deal(**{'user_id': cls.rep.id, 'line_ids': lines, **values})
        deal.action_win("They signed")
        return deal

    def _suggest(self, *products, partner=None):
        return self.rep_form.get_suggestion((partner or self.stranger).id, [product.id for product in products])

    def test_what_was_most_often_bought_together(self):
        found = self._suggest(self.desk)
        self.assertEqual((found['product_id'], found['name'], found['price']), (self.chair.id, "Chair", 50.0))
        self.assertEqual(found['reason'], "Bought together with Desk in 3 of 4 deals.")
        self.assertEqual(self._suggest(self.desk, self.chair)['product_id'], self.screw.id)
        self.assertEqual(self._suggest(self.desk, self.chair, self.screw), {})
        self.assertEqual(self._suggest(), {})

    def test_only_won_deals_that_the_user_may_read(self):
        self._new_deal(user_id=self.rep.id, line_ids=[Command.create({'product_id': self.desk.id})])
        self._win(self.desk + self.chair, user_id=self.colleague.id)
        self.assertIn("3 of 4", self._suggest(self.desk)['reason'])

    def test_what_is_no_longer_sold_is_not_proposed(self):
        self.chair.active = False
        self.assertEqual(self._suggest(self.desk)['product_id'], self.screw.id)

    def test_an_answer_is_remembered(self):
        for accepted in (False, True):
            self.rep_form.answer_suggestion(self.alpha.id, self.chair.id, accepted)
            answer = self.env['dealflow.product.suggestion'].search([('product_id', '=', self.chair.id)])
            self.assertEqual((answer.partner_id, answer.is_accepted, answer.user_id), (self.group, accepted, self.rep))
            for client in (self.group, self.beta):
                self.assertEqual(self._suggest(self.desk, partner=client)['product_id'], self.screw.id)
            self.assertEqual(self._suggest(self.desk)['product_id'], self.chair.id)
        answer.answered_on = fields.Datetime.subtract(fields.Datetime.now(), days=91)
        self.assertEqual(self._suggest(self.desk, partner=self.group)['product_id'], self.chair.id)

    def test_answers_of_merged_clients(self):
        twin = self._new_partner("Stranger Twin")
        for client, accepted in ((twin, True), (self.stranger, False)):
            self.rep_form.answer_suggestion(client.id, self.chair.id, accepted)
        answers = self.env['dealflow.product.suggestion'].search([('product_id', '=', self.chair.id)])
        answers.filtered(lambda answer: answer.partner_id == twin).answered_on = datetime(2026, 1, 1)
        self.env['base.partner.merge.automatic.wizard']._merge((self.stranger + twin).ids, self.stranger)
        answer = answers.exists()
        self.assertEqual((len(answer), answer.partner_id, answer.is_accepted), (1, self.stranger, False))
        self.assertGreater(answer.answered_on.date(), date(2026, 1, 1))

    def test_an_answer_needs_both(self):
        with self.assertRaisesRegex(UserError, "partner_id"):
            self.rep_form.answer_suggestion(False, self.chair.id, True)
        with self.assertRaisesRegex(UserError, "product_id"):
            self.rep_form.answer_suggestion(self.group.id, False, True)
