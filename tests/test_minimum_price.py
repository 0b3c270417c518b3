from datetime import timedelta

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import DealflowCommon


class MinimumPriceCommon(DealflowCommon):
    """Products with minimum prices: a chair for 100 that costs 60, a table for 400 that costs 200."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['dealflow.minimum.price'].search([]).active = False
        cls.today = cls.company._dealflow_get_today()
        cls.company.dealflow_minimum_price_policy = 'refuse'
        cls.currency = cls.company.currency_id
        cls.furniture = cls.env['product.category'].create({'name': "Furniture"})
        cls.seats = cls.env['product.category'].create({'name': "Seats", 'parent_id': cls.furniture.id})
        cls.product.write({'categ_id': cls.seats.id, 'standard_price': 60.0, 'taxes_id': False})
        cls.table = cls.env['product.product'].create(
            {
                'name': "Table",
                'list_price': 400.0,
                'standard_price': 200.0,
                'categ_id': cls.furniture.id,
                'taxes_id': False,
            }
        )
        cls.products = cls.product + cls.table

    @classmethod
    def _new_rule(cls, target=None, user=None, **values):
        """Return a rule for a variant, product, category, or all products."""
        applied_on, field_name = {
            'product.product': ('variant', 'product_id'),
            'product.template': ('product', 'product_tmpl_id'),
            'product.category': ('category', 'categ_id'),
        }.get(target is not None and target._name, ('all', None))
        values = {'applied_on': applied_on, **values}
        if field_name:
            values[field_name] = target.id
        return cls._new('dealflow.minimum.price', user, values)

    def _get_minimums(self, products=None, company=None, currency=None, date=None):
        return (self.products if products is None else products)._dealflow_get_minimum_prices(
            company or self.company, currency or self.currency, date or self.today
        )


@tagged('post_install', '-at_install')
class TestMinimumPriceRules(MinimumPriceCommon):
    """Which minimum price a product has (C19)."""

    def test_product_without_a_rule_is_absent(self):
        self._new_rule(self.table.product_tmpl_id, amount=300)
        self.assertEqual(self._get_minimums(), {self.table.id: 300})

    def test_most_specific_rule_counts(self):
        self._new_rule(kind='list_price', percent=50)
        self.assertEqual(self._get_minimums(), {self.product.id: 50, self.table.id: 200})
        self._new_rule(self.furniture, kind='cost', percent=110)
        self.assertEqual(self._get_minimums(), {self.product.id: 66, self.table.id: 220})
        self._new_rule(self.seats, amount=70)
        self.assertEqual(self._get_minimums(), {self.product.id: 70, self.table.id: 220})
        self._new_rule(self.product.product_tmpl_id, amount=80)
        self.assertEqual(self._get_minimums()[self.product.id], 80)
        self._new_rule(self.product, amount=90)
        self.assertEqual(self._get_minimums()[self.product.id], 90)

    def test_first_of_equal_rules_counts(self):
        self._new_rule(self.product, amount=80, sequence=20)
        self._new_rule(self.product, amount=90, sequence=10)
        self.assertEqual(self._get_minimums()[self.product.id], 90)

    def test_nothing_as_amount_frees_a_product_of_the_rule_of_its_category(self):
        self._new_rule(self.furniture, amount=70)
        self._new_rule(self.product, amount=0)
        self.assertEqual(self._get_minimums(), {self.table.id: 70})

    def test_variants_have_the_surcharge_of_their_attributes(self):
        attribute = self.env['product.attribute'].create(
            {'name': "Wood", 'value_ids': [Command.create({'name': name}) for name in ("Pine", "Oak")]}
        )
        template = self.env['product.template'].create(
            {
                'name': "Shelf",
                'list_price': 100,
                'attribute_line_ids': [
                    Command.create({'attribute_id': attribute.id, 'value_ids': [Command.set(attribute.value_ids.ids)]})
                ],
            }
        )
        pine, oak = template.product_variant_ids
        template.attribute_line_ids.product_template_value_ids[1].price_extra = 50
        self._new_rule(template, kind='list_price', percent=90)
        self.assertEqual(self._get_minimums(pine + oak), {pine.id: 90, oak.id: 135})
        self._new_rule(oak, amount=120)
        self.assertEqual(self._get_minimums(pine + oak), {pine.id: 90, oak.id: 120})

    def test_rule_is_in_force_between_its_days(self):
        day = timedelta(days=1)
        self._new_rule(self.product, amount=80, date_from=self.today, date_to=self.today + day)
        for date, expected in (
            (self.today - day, {}),
            (self.today, {self.product.id: 80}),
            (self.today + day, {self.product.id: 80}),
            (self.today + 2 * day, {}),
        ):
            self.assertEqual(self._get_minimums(date=date), expected, date)

    def test_archived_rule_does_not_count(self):
        rule = self._new_rule(self.product, amount=80)
        rule.active = False
        self.assertEqual(self._get_minimums(), {})
        rule.active = True
        self.assertEqual(self._get_minimums(), {self.product.id: 80})

    def test_rules_of_another_company_do_not_count_and_those_of_the_mother_do(self):
        other = self.env['res.company'].create({'name': "Elsewhere"})
        branch = self.env['res.company'].create({'name': "Branch", 'parent_id': self.company.id})
        self._new_rule(self.product, amount=80)
        self._new_rule(self.table, amount=300, company_id=False)
        self.assertEqual(self._get_minimums(company=other), {self.table.id: 300})
        self.assertEqual(self._get_minimums(company=branch), {self.product.id: 80, self.table.id: 300})

    def test_cost_is_that_of_the_selling_company(self):
        other = self.env['res.company'].create({'name': "Elsewhere", 'currency_id': self.currency.id})
        self.product.with_company(other).standard_price = 10
        self._new_rule(kind='cost', percent=200, company_id=False)
        self.assertEqual(self._get_minimums(self.product), {self.product.id: 120})
        self.assertEqual(self._get_minimums(self.product, company=other), {self.product.id: 20})

    def test_amounts_are_converted_at_the_rate_of_the_day(self):
        foreign = self.env['res.currency'].create(
            {
                'name': "TST",
                'symbol': "T",
                'rate_ids': [
                    Command.create({'name': self.today, 'rate': 4, 'company_id': self.company.id}),
                    Command.create({'name': self.today - timedelta(days=10), 'rate': 2, 'company_id': self.company.id}),
                ],
            }
        )
        self._new_rule(self.product, amount=80, currency_id=foreign.id)
        self._new_rule(self.table, kind='cost', percent=100)
        self.assertEqual(self._get_minimums(), {self.product.id: 20, self.table.id: 200})
        before = self.today - timedelta(days=5)
        self.assertEqual(self._get_minimums(date=before), {self.product.id: 40, self.table.id: 200})
        self.assertEqual(self._get_minimums(currency=foreign), {self.product.id: 80, self.table.id: 800})

    def test_minimum_is_rounded_like_prices(self):
        self._new_rule(self.product, kind='list_price', percent=33.33)
        self.product.list_price = 10
        self.assertEqual(self._get_minimums(self.product), {self.product.id: 3.33})

    def test_everybody_is_judged_by_the_rules_but_only_managers_write_them(self):
        self._new_rule(self.product, kind='cost', percent=150)
        products = self.products.with_user(self.rep_north)
        self.assertEqual(self._get_minimums(products), {self.product.id: 90})
        with self.assertRaises(AccessError):
            self.env['dealflow.minimum.price'].with_user(self.rep_north).search([])
        reader = self._new_user('reader', 'dealflow.group_price_margin')
        self.assertTrue(self.env['dealflow.minimum.price'].with_user(reader).search([]))
        with self.assertRaises(AccessError):
            self._new_rule(self.table, user=reader, amount=1)
        self._new_rule(self.table, user=self.manager, amount=1)

    def test_bad_values_are_refused_in_words(self):
        for target, values, message in (
            (self.product, {'amount': -1}, "“Minimum Price” of “Chair” cannot be -1"),
            (self.product, {'kind': 'cost', 'percent': 0}, "cannot be 0. Enter more than 0 and not more than 1000"),
            (self.product, {'kind': 'list_price', 'percent': 101}, "cannot be 101. .* not more than 100"),
            (None, {'applied_on': 'category'}, "applied on “Category” needs the field “Category”"),
            (self.product, {'categ_id': self.seats.id}, "cannot have “.*Seats” in the field “Category”"),
            (
                self.product,
                {'date_from': self.today, 'date_to': self.today - timedelta(days=1)},
                "before it begins on",
            ),
        ):
            with self.subTest(message), self.assertRefused(ValidationError, message):
                self._new_rule(target, **values)

    def test_currency_without_a_rate_is_refused(self):
        unrated = self.env['res.currency'].create({'name': "UNR", 'symbol': "U"})
        with self.assertRefused(ValidationError, "has no rate"):
            self._new_rule(self.product, amount=1, currency_id=unrated.id)

    def test_queries_do_not_grow_with_products(self):
        self._new_rule(kind='cost', percent=150)
        self._new_rule(self.seats, kind='list_price', percent=50)
        many = self.env['product.product'].create(
            [
                {'name': f"P{number}", 'categ_id': (self.seats if number % 2 else self.furniture).id}
                for number in range(60)
            ]
        )
        for number, product in enumerate(many):
            product.write({'standard_price': number + 1, 'list_price': number + 2})
        self._get_minimums(many)
        few = self._count_queries(lambda: self._get_minimums(many[:3]))
        self.assertEqual(self._count_queries(lambda: self._get_minimums(many)), few)
        self.assertEqual(len(self._get_minimums(many)), 60)

    def test_without_rules_nothing_is_asked(self):
        self.env['dealflow.minimum.price'].search([]).unlink()
        self.env['dealflow.minimum.price'].with_context(active_test=False).search([]).unlink()
        self.env.registry.clear_cache()
        self._get_minimums()
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self._get_minimums()
        self.assertEqual(self.env.cr.sql_log_count, before)

    def test_margin_and_bonus(self):
        self._new_rule(self.product, amount=80)
        dozen = self.env.ref('uom.product_uom_dozen')
        answer = self.env['product.product']._dealflow_get_margin(
            [
                {'product': self.product, 'price': 100, 'quantity': 3},
                {'product': self.product, 'price': 70, 'quantity': 3},
                {'product': self.product, 'price': 1200, 'quantity': 1, 'uom': dozen},
                {'product': self.table, 'price': 400, 'quantity': 1, 'cost': 150},
            ],
            self.company,
            self.currency,
            self.today,
            bonus_percent=10,
        )
        self.assertEqual(
            answer,
            [
                {'minimum': 80, 'cost': 60, 'margin': 120, 'bonus': 6},
                {'minimum': 80, 'cost': 60, 'margin': 30, 'bonus': 0},
                {'minimum': 960, 'cost': 720, 'margin': 480, 'bonus': 24},
                {'minimum': None, 'cost': 150, 'margin': 250, 'bonus': 0},
            ],
        )
