from odoo import api, models
from odoo.tools import float_compare, float_round

from ....tools.public_methods import public_method


class ProductProduct(models.Model):
    """Minimum prices of products (C19), and what is earned by selling them above (C20)."""

    _inherit = 'product.product'

    def _dealflow_get_minimum_prices(self, company, currency, date):
        """Return the minimum prices of products, with the same number of queries for any number of products (C19).

        :param company: the company that sells; its rules, those of the companies above it and those of all companies
            count, whoever asks
        :param currency: the currency of the answer; amounts are converted at the rate of the day
        :param date date: the day on which the rules have to be in force
        :return: the minimum price without taxes by id of the product, for one of the product's own unit of measure,
            rounded like prices; products without a minimum are absent
        :rtype: dict[int, float]
        """
        rules = self.env['dealflow.minimum.price']
        if not self or not rules._has_rules():
            return {}
        # sudo - product.product: what the minimum follows from may be hidden from the user. Products are browsed anew
        # so that all are read together, wherever they come from.
        products_sudo = self.sudo().with_company(company).browse(self._origin.ids)
        found = rules._find_rules(products_sudo, company, date)
        digits = self.env['decimal.precision'].precision_get('Product Price')
        rates, minimums = {}, {}
        for product, rule in found.items():
            if rule.kind == 'fixed':
                value, source = rule.amount, rule.currency_id
            else:
                value, source = product._dealflow_get_base_price(rule.kind)
                value *= rule.percent / 100.0
            if source not in rates:
                rates[source] = self.env['res.currency']._get_conversion_rate(source, currency, company, date)
            minimum = float_round(value * rates[source], precision_digits=digits)
            if float_compare(minimum, 0.0, precision_digits=digits) > 0:
                minimums[product.id] = minimum
        return minimums

    def _dealflow_get_base_price(self, kind):
        """Return what a share is taken of, ``cost`` or ``list_price``, with its currency."""
        self.ensure_one()
        if kind == 'cost':
            return self.standard_price, self.cost_currency_id
        return self.list_price + self._get_attributes_extra_price(), self.currency_id

    @api.model
    def _dealflow_find_below_minimum(self, prices, company, currency, date):
        """Return those prices that are below the minimum, each with its minimum.

        :param prices: ``Price`` tuples in the currency
        :return: list of pairs ``(price, minimum)``, the minimum for the unit of measure of the price
        """
        products = self.browse({price.product._origin.id for price in prices})
        minimums = products._dealflow_get_minimum_prices(company, currency, date)
        if not minimums:
            return []
        digits = self.env['decimal.precision'].precision_get('Product Price')
        below = []
        for price in prices:
            minimum = minimums.get(price.product._origin.id)
            if minimum is None or price.combo and price.combo._origin.id in minimums:
                continue
            minimum = price.product._dealflow_convert_to_uom(minimum, price.uom)
            if float_compare(price.price, minimum, precision_digits=digits) < 0:
                below.append((price, minimum))
        return below

    def _dealflow_convert_to_uom(self, price, uom):
        """Return a price for one of the product's own unit of measure as a price for one of another unit."""
        self.ensure_one()
        return self.uom_id._compute_price(price, uom) if uom else price

    @api.model
    def _dealflow_get_margin(self, lines, company, currency, date, bonus_percent=0.0):
        """Return cost, margin and bonus of many lines (C20); it is up to the caller to ask who may see them.

        :param lines: dictionaries with ``product`` (``product.product``), ``price`` (without taxes, after discounts),
            ``quantity``, and if need be ``uom`` (by default the product's own) and ``cost`` of one unit, where another
            app knows it better
        :param company: the company that sells
        :param currency: the currency of the prices and of the answer
        :param date date: the day of the rates and rules
        :param float bonus_percent: the share of the sales rep, ``crm.team.dealflow_bonus_percent``
        :return: for each line a dictionary: ``minimum`` and ``cost`` for one unit (``minimum`` is ``None`` without a
            rule), ``margin`` over the cost and ``bonus`` for the whole quantity
        :rtype: list[dict]
        """
        products = self.browse({line['product'].id for line in lines if line['product']})
        minimums = products._dealflow_get_minimum_prices(company, currency, date)
        # sudo - product.product: see above.
        products_sudo = {product.id: product for product in products.sudo().with_company(company)}
        answer = []
        for line in lines:
            product_sudo, uom = products_sudo.get(line['product'].id), line.get('uom')
            minimum, cost = minimums.get(line['product'].id), line.get('cost')
            if product_sudo and minimum is not None:
                minimum = product_sudo._dealflow_convert_to_uom(minimum, uom)
            if product_sudo and cost is None:
                value, source = product_sudo._dealflow_get_base_price('cost')
                cost = source._convert(value, currency, company, date, round=False)
                cost = product_sudo._dealflow_convert_to_uom(cost, uom)
            answer.append(
                {
                    'minimum': minimum,
                    'cost': cost or 0.0,
                    'margin': currency.round((line['price'] - (cost or 0.0)) * line['quantity']),
                    'bonus': self._dealflow_get_bonus(
                        line['price'], minimum, line['quantity'], currency, bonus_percent
                    ),
                }
            )
        return answer

    @api.model
    def _dealflow_get_bonus(self, price, minimum, quantity, currency, bonus_percent):
        """Return the share of what a price is above its minimum; without a minimum there is nothing to share (C20)."""
        if not minimum or quantity <= 0:
            return 0.0
        return currency.round(max(price - minimum, 0.0) * quantity * bonus_percent / 100.0)

    @public_method(one=True)
    def action_dealflow_view_minimum_prices(self):
        return self.product_tmpl_id.with_context(
            default_applied_on='variant', default_product_id=self.id, default_product_tmpl_id=False
        )._dealflow_view_minimum_prices(self)
