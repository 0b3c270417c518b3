from collections import defaultdict, namedtuple

from odoo import api, fields, models
from odoo.tools import SQL

from .....tools.public_methods import public_method, reference_to

# Without groups each warehouse is a column, unless there are more of them than this.
MOST_WAREHOUSES = 5
# Moves that are still to come.
OPEN_MOVES = ('waiting', 'confirmed', 'assigned', 'partially_available')

Group = namedtuple('Group', 'key name warehouse_ids')


class DealflowPriceForm(models.AbstractModel):
    """The stock of products in groups of warehouses, with Odoo's app Inventory (C18).

    Whoever makes quotations sees these figures, without a right to the stock itself, and of the company that sells
    only. Products whose stock is not tracked have none.
    """

    _inherit = 'dealflow.price.form'

    @api.model
    @api.readonly
    @public_method(partner_id=reference_to('res.partner'))
    def get_warehouse_groups(self, partner_id=False):
        """Return the groups of warehouses of which the list of products tells the stock (C18).

        :param partner_id: the client, whose company counts; empty for the present company
        :return: ``key`` and ``name`` of each group. Without groups each warehouse is one, or, when there are more than
            five of them, all warehouses together; without Odoo's Inventory there are none
        :rtype: list[dict]
        :raise AccessError: the user does not make quotations, or may not read the client
        """
        self._check_may_sell()
        groups = self._get_warehouse_groups(self._get_terms(partner_id).company)
        return [{'key': group.key, 'name': group.name} for group in groups]

    @api.model
    def _get_warehouse_groups(self, company):
        if 'stock.warehouse' not in self.env:
            return []
        # sudo - stock.warehouse, dealflow.warehouse.group: names of columns, of the company that sells.
        warehouses_sudo = self.env['stock.warehouse'].sudo().search_fetch([('company_id', '=', company.id)], ['name'])
        groups_sudo = (
            self.env['dealflow.warehouse.group'].sudo().search_fetch([('company_id', '=', company.id)], ['name'])
        )
        known = set(warehouses_sudo.ids)
        groups = [
            Group(f'group_{group.id}', group.name, known.intersection(group.line_ids.mapped('warehouse_id')))
            for group in groups_sudo
        ]
        groups = [group for group in groups if group.warehouse_ids]
        if groups or not warehouses_sudo:
            return groups
        if len(warehouses_sudo) > MOST_WAREHOUSES:
            return [Group('all', self.env._("All warehouses"), known)]
        return [Group(f'warehouse_{warehouse.id}', warehouse.name, {warehouse.id}) for warehouse in warehouses_sudo]

    @api.model
    def _get_readers(self, terms):
        readers = super()._get_readers(terms)
        return readers | {'stock': self._read_stock} if 'stock.quant' in self.env else readers

    @api.model
    def _read_stock(self, products, terms):
        """Read free and forecast quantity, what is to come in and the nearest date of it, by product and group.

        «Free» is what is there and not reserved, «forecast» what is there with all that is to come and to go.
        """
        groups = self._get_warehouse_groups(terms.company)
        tracked = products.filtered('is_storable')
        values = {product.id: {'stock': {}} for product in products}
        if not groups or not tracked:
            return values
        nothing = {'free': 0.0, 'forecast': 0.0, 'incoming': 0.0, 'incoming_date': False}
        for product in tracked:
            values[product.id]['stock'] = {group.key: dict(nothing) for group in groups}
        keys_of = defaultdict(set)
        for group in groups:
            for warehouse_id in group.warehouse_ids:
                keys_of[warehouse_id].add(group.key)
        for product_id, warehouse_id, present, reserved in self._get_quantities(tracked, list(keys_of)):
            for key in keys_of[warehouse_id]:
                figures = values[product_id]['stock'][key]
                figures['free'] += present - reserved
                figures['forecast'] += present
        for product_id, source_id, target_id, quantity, moment in self._get_moves(tracked, list(keys_of)):
            leaving, coming = keys_of.get(source_id, set()), keys_of.get(target_id, set())
            for key in coming - leaving:
                self._add_incoming(values[product_id]['stock'][key], quantity, moment)
            for key in leaving - coming:
                values[product_id]['stock'][key]['forecast'] -= quantity
        return values

    @api.model
    def _add_incoming(self, figures, quantity, moment):
        day = fields.Date.context_today(self, moment)
        figures['forecast'] += quantity
        figures['incoming'] += quantity
        figures['incoming_date'] = min(day, figures['incoming_date'] or day)

    @api.model
    def _get_quantities(self, products, warehouse_ids):
        """Return product, warehouse, quantity and reserved quantity, in the unit of the product."""
        self.env['stock.quant'].flush_model()
        self.env['stock.location'].flush_model(['usage', 'warehouse_id'])
        return self.env.execute_query(
            SQL(
                """SELECT quant.product_id, location.warehouse_id, SUM(quant.quantity), SUM(quant.reserved_quantity)
                     FROM stock_quant AS quant
                     JOIN stock_location AS location ON location.id = quant.location_id
                    WHERE quant.product_id IN %s AND location.warehouse_id IN %s AND location.usage = 'internal'
                    GROUP BY quant.product_id, location.warehouse_id""",
                tuple(products.ids),
                tuple(warehouse_ids),
            )
        )

    @api.model
    def _get_moves(self, products, warehouse_ids):
        """Return product, warehouses from and to, quantity in the unit of the product, and the nearest moment."""
        self.env['stock.move'].flush_model()
        self.env['stock.location'].flush_model(['warehouse_id'])
        return self.env.execute_query(
            SQL(
                """SELECT move.product_id, source.warehouse_id, target.warehouse_id,
                          SUM(move.product_qty), MIN(move.date)
                     FROM stock_move AS move
                     JOIN stock_location AS source ON source.id = move.location_id
                     JOIN stock_location AS target
                       ON target.id = COALESCE(move.location_final_id, move.location_dest_id)
                    WHERE move.product_id IN %(products)s AND move.state IN %(states)s
                      AND source.warehouse_id IS DISTINCT FROM target.warehouse_id
                      AND (source.warehouse_id IN %(warehouses)s OR target.warehouse_id IN %(warehouses)s)
                    GROUP BY move.product_id, source.warehouse_id, target.warehouse_id""",
                products=tuple(products.ids),
                states=OPEN_MOVES,
                warehouses=tuple(warehouse_ids),
            )
        )
