from unittest import SkipTest

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .test_price_form import PriceFormCommon


class StockCommon(PriceFormCommon):
    """Test case with two warehouses of the company, and the test products tracked in them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if 'stock.warehouse' not in cls.env:
            raise SkipTest("Odoo's Inventory is not installed")
        # Other warehouses of the company would be columns too.
        cls.company = cls.env['res.company'].create(
            {'name': "Chair Company", 'currency_id': cls.company.currency_id.id}
        )
        cls.rep.write({'company_ids': [Command.link(cls.company.id)], 'company_id': cls.company.id})
        cls.north = cls.env['stock.warehouse'].search([('company_id', '=', cls.company.id)])
        cls.south = cls._new_warehouse("South")
        cls.north.name = "North"
        cls.rep_form = cls._get_form(cls.rep).with_context(allowed_company_ids=cls.company.ids)
        (cls.desk + cls.chair).is_storable = True

    @classmethod
    def _new_warehouse(cls, name):
        return cls._new('stock.warehouse', None, {'name': name, 'code': name[:5], 'company_id': cls.company.id})

    def _put(self, warehouse, product, quantity):
        self.env['stock.quant']._update_available_quantity(product, warehouse.lot_stock_id, quantity)

    def _move(self, source, target, product, quantity, day='2026-05-01'):
        """Return a confirmed move between two places, each a warehouse, a supplier or a client."""
        places = [
            place.lot_stock_id if place._name == 'stock.warehouse' else self.env.ref(f'stock.stock_location_{kind}')
            for place, kind in ((source, 'suppliers'), (target, 'customers'))
        ]
        move = self.env['stock.move'].create(
            {
                'product_id': product.id,
                'product_uom_qty': quantity,
                'product_uom': product.uom_id.id,
                'location_id': places[0].id,
                'location_dest_id': places[1].id,
                'company_id': self.company.id,
                'date': f'{day} 12:00:00',
            }
        )
        move._action_confirm()
        move.date = f'{day} 12:00:00'
        return move

    def _get_stock(self, product, *keys):
        """Return the figures of a product by the key of the group, or those of one group."""
        [row] = self.rep_form.get_products(self.stranger.id, {'product_ids': product.ids})['rows']
        return row['stock'][keys[0]] if keys else row['stock']

    def _key(self, warehouse):
        return f'warehouse_{warehouse.id}'


@tagged('post_install', '-at_install')
class TestPriceFormStock(StockCommon):
    """The list tells the stock by groups of warehouses, to reps without a right to the stock (C18)."""

    def test_the_menu_is_there(self):
        menu = self.env.ref('dealflow.menu_configuration_warehouse_groups')
        self.assertNotIn(menu.id, self.env['ir.ui.menu']._load_menus_blacklist())

    def test_figures_of_each_warehouse(self):
        self._put(self.north, self.desk, 10)
        self._put(self.south, self.desk, 4)
        nobody = self.env['res.partner']
        self._move(nobody, self.north, self.desk, 5, '2026-06-10')
        self._move(nobody, self.north, self.desk, 2, '2026-06-03')
        self._move(self.north, nobody, self.desk, 3)._action_assign()
        self._move(self.north, self.south, self.desk, 1, '2026-07-01')
        self.assertEqual(
            self.rep_form.get_warehouse_groups(),
            [{'key': self._key(self.north), 'name': "North"}, {'key': self._key(self.south), 'name': "South"}],
        )
        self.assertEqual(
            self._get_stock(self.desk),
            {
                self._key(self.north): {'free': 7.0, 'forecast': 13.0, 'incoming': 7.0, 'incoming_date': '2026-06-03'},
                self._key(self.south): {'free': 4.0, 'forecast': 5.0, 'incoming': 1.0, 'incoming_date': '2026-07-01'},
            },
        )
        for warehouse in self.north + self.south:
            desk = self.desk.with_context(warehouse_id=warehouse.id)
            figures = self._get_stock(self.desk, self._key(warehouse))
            self.assertEqual(
                (figures['free'], figures['forecast'], figures['incoming']),
                (desk.free_qty, desk.virtual_available, desk.incoming_qty),
                "as Odoo says of one warehouse",
            )

    def test_what_is_not_tracked_has_no_stock(self):
        self.assertEqual(self._get_stock(self.screw), {})
        self.assertEqual(set(self._get_stock(self.chair)), {self._key(self.north), self._key(self.south)})

    def test_groups(self):
        east = self._new_warehouse("East")
        both, alone = self.env['dealflow.warehouse.group'].create(
            [
                {
                    'name': name,
                    'sequence': sequence,
                    'company_id': self.company.id,
                    'line_ids': [Command.create({'warehouse_id': warehouse.id}) for warehouse in warehouses],
                }
                for sequence, (name, warehouses) in enumerate((("Both", self.north + self.south), ("Alone", east)))
            ]
        )
        self._put(self.north, self.desk, 10)
        self._put(self.south, self.desk, 4)
        self._put(east, self.desk, 1)
        self._move(self.north, self.south, self.desk, 2)
        self._move(self.south, east, self.desk, 3, '2026-07-01')
        self.assertEqual([group['name'] for group in self.rep_form.get_warehouse_groups()], ["Both", "Alone"])
        self.assertEqual(
            self._get_stock(self.desk),
            {
                f'group_{both.id}': {'free': 14.0, 'forecast': 11.0, 'incoming': 0.0, 'incoming_date': False},
                f'group_{alone.id}': {'free': 1.0, 'forecast': 4.0, 'incoming': 3.0, 'incoming_date': '2026-07-01'},
            },
            "a move inside of a group is neither to come nor to go",
        )
        both.active = False
        self.assertEqual(list(self._get_stock(self.desk)), [f'group_{alone.id}'])
        alone.line_ids.unlink()
        self.assertEqual(len(self._get_stock(self.desk)), 3, "an empty group is none")

    def test_many_warehouses_are_one(self):
        for number in range(4):
            self._new_warehouse(f"W{number}")
        self._put(self.north, self.desk, 10)
        self._put(self.south, self.desk, 4)
        self.assertEqual([group['key'] for group in self.rep_form.get_warehouse_groups()], ['all'])
        self.assertEqual(self._get_stock(self.desk, 'all')['free'], 14.0)
        found = self.rep_form.get_products(0, {'product_ids': list(self.ours), 'order': 'stock.all.free desc'})
        self.assertEqual([self.ours[row['id']] for row in found['rows']], ["Desk", "Chair", "Screw"])

    def test_a_warehouse_of_another_company(self):
        theirs = self.env['stock.warehouse'].search([('company_id', '!=', self.company.id)], limit=1)
        group = self.env['dealflow.warehouse.group'].create({'name': "Ours", 'company_id': self.company.id})
        for warehouse_id in (theirs.id, 2**31 - 1):
            with self.assertRefused(ValidationError, "is not one of Chair Company"):
                group.line_ids = [Command.create({'warehouse_id': warehouse_id})]
        self._put(self.north, self.desk, 10)
        self.assertNotIn(self._key(theirs), self._get_stock(self.desk))

    def test_groups_go_with_the_model_of_warehouses(self):
        """When Inventory is uninstalled, its numbers of warehouses are worth nothing."""
        group = self.env['dealflow.warehouse.group'].create({'name': "North", 'company_id': self.company.id})
        group.line_ids = [Command.create({'warehouse_id': self.north.id})]
        line = group.line_ids
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT confdeltype FROM pg_constraint
                WHERE conrelid = 'dealflow_warehouse_group_line'::regclass AND confrelid = 'ir_model'::regclass"""
        )
        self.assertEqual(self.env.cr.fetchall(), [('c',)])
        self.assertEqual(line.model_id.model, 'stock.warehouse')

    def test_queries_do_not_grow(self):
        more = [self._new_product(f"Shelf {number}", 10.0, is_storable=True) for number in range(20)]
        for product in (self.desk, *more):
            self._put(self.north, product, 1)
            self._move(self.env['res.partner'], self.north, product, 1)

        def call(product_ids):
            return self.rep_form.get_products(self.stranger.id, {'product_ids': product_ids})

        many = [self.desk.id, *(product.id for product in more)]
        self.assertNoMoreQueries(lambda: call(many), lambda: call(self.desk.ids))
        before = self._count_queries(lambda: call(many))
        for number in range(3):
            self._put(self._new_warehouse(f"W{number}"), self.desk, 1)
        call(many)
        self.assertEqual(self._count_queries(lambda: call(many)), before)
