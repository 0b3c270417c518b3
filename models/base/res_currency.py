from bisect import bisect_right
from collections import defaultdict

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class ResCurrency(models.Model):
    _inherit = 'res.currency'

    def _check_dealflow_rate(self, companies):
        """Refuse currencies that Odoo would silently convert at 1.0 because nobody has entered a rate.

        :param companies: companies whose currency the amounts are converted to
        :raise ValidationError: names the currency and where to enter the rate
        """
        for company in companies:
            foreign = self.filtered(lambda currency, company=company: currency != company.currency_id)
            if not foreign:
                continue
            rates = (
                self.env['res.currency.rate']
                .sudo()
                ._read_group(
                    [('currency_id', 'in', foreign.ids), ('company_id', 'in', [company.root_id.id, False])],
                    ['currency_id'],
                )
            )
            rated = self.browse().union(*(currency for [currency] in rates))
            if missing := foreign - rated:
                raise ValidationError(
                    self.env._(
                        "The currency %(currency)s has no rate for the company %(company)s, so its amounts cannot be "
                        "converted. Enter a rate under Accounting or Sales, Configuration, Currencies.",
                        currency=missing[0].name,
                        company=company.name,
                    )
                )

    def _dealflow_get_rate_finder(self, company, days=()):
        """Return a function that converts many amounts of many days with one query.

        :param company: the company to whose currency the amounts are converted
        :param days: the days that will be asked for, if known. For a single one Odoo's own way reads fewer rates
        :return: ``get_rate(currency, date)``: units of the company's currency for one unit of the given currency, as
            :meth:`_convert` finds them
        """
        target = company.currency_id
        if not self - target:
            return lambda currency, date: 1.0
        if len(days) == 1:
            return lambda currency, date: (
                self._get_conversion_rate(currency, target, company, date) if currency and target else 1.0
            )
        rates = defaultdict(lambda: ([], []))
        # sudo - res.currency.rate: rates are public, reading them needs no right of its own.
        for rate in (
            self.env['res.currency.rate']
            .sudo()
            .search_fetch(
                [('currency_id', 'in', (self | target).ids), ('company_id', 'in', [company.root_id.id, False])],
                ['currency_id', 'company_id', 'name', 'rate'],
                order='name',
            )
        ):
            rates[rate.currency_id.id, bool(rate.company_id)][0].append(rate.name)
            rates[rate.currency_id.id, bool(rate.company_id)][1].append(rate.rate)

        def find(currency, date):
            # Odoo prefers rates of the company to shared ones, and the oldest rate to none.
            for is_own in (True, False):
                days, values = rates[currency.id, is_own]
                if position := bisect_right(days, date):
                    return values[position - 1]
            for is_own in (True, False):
                if rates[currency.id, is_own][1]:
                    return rates[currency.id, is_own][1][0]
            return 1.0

        def get_rate(currency, date):
            return 1.0 if not currency or currency == target else find(target, date) / find(currency, date)

        return get_rate

    @api.model
    def _dealflow_get_sql_rate(self, currency, company, day):
        """Return the SQL of the rate that :meth:`_dealflow_get_rate_finder` finds, for queries over many days.

        :param SQL currency: the id of the currency
        :param company: the company whose rates take precedence over shared ones
        :param SQL day: the day of the amount
        """
        self.env['res.currency.rate'].flush_model()
        # sudo - res.company: the rate tables are shared by a company and its branches.
        root = company.sudo().root_id
        return SQL(
            """COALESCE(
                (SELECT rate.rate FROM res_currency_rate rate
                  WHERE rate.currency_id = %(currency)s AND (rate.company_id IS NULL OR rate.company_id = %(root)s)
                    AND rate.name <= %(day)s ORDER BY rate.company_id, rate.name DESC LIMIT 1),
                (SELECT rate.rate FROM res_currency_rate rate
                  WHERE rate.currency_id = %(currency)s AND (rate.company_id IS NULL OR rate.company_id = %(root)s)
                  ORDER BY rate.company_id, rate.name LIMIT 1),
                1.0)""",
            currency=currency,
            root=root.id,
            day=day,
        )
