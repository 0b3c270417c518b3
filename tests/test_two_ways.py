from datetime import date, timedelta
from itertools import product

from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import SQL

from .common import DealflowCase


@tagged('post_install', '-at_install')
class TestTwoWays(DealflowCase):
    """Python code for one record and SQL for many give the same results."""

    def _ask(self, statement):
        """Return the first column of the rows of a statement."""
        self.env.flush_all()
        return [row[0] for row in self.env.execute_query(statement)]

    def test_main_partner_of_an_entity(self):
        """On every day, for entities with one or two owners, with a signatory besides the owner, and with none."""
        north, south = (self._new_partner(name, counterparty_role='partner') for name in ("North", "South"))
        days = [date(2026, month, 15) for month in range(1, 9)]
        spans = [(None, None), (None, '2026-03-01'), ('2026-02-01', '2026-05-31'), ('2026-05-01', None)]
        entities = self.env['res.partner']
        for number, (first, second) in enumerate(product(spans, spans)):
            for roles in (('owns', 'owns'), ('owns', 'signs'), ('signs', 'signs')):
                entity = self._new_partner(f"Entity {number} {roles}", counterparty_role='entity')
                for partner, role, (begin, end) in zip((north, south), roles, (first, second), strict=True):
                    self._link(partner, entity, role=role, date_from=begin, date_to=end)
                entities += entity
        found = set()
        links = self.env['dealflow.entity.link']
        for entity, day in product(entities, days):
            valid = links.search(links._get_valid_domain(day) & Domain('entity_id', '=', entity.id))
            statement = links._get_main_partner_sql(
                SQL("%s", entity.id), SQL("%s", self.env.company.id), SQL("%s::date", day)
            )
            expected = valid._get_main_partner()
            self.assertEqual(self._ask(statement), expected.ids, (entity.name, day))
            found.add(expected)
        self.assertEqual(found, {north, south, self.env['res.partner']})

    def test_rate_of_a_currency(self):
        """On every day, also before the first rate, and with company rates beside shared ones."""
        shared, own = (
            self.env['res.currency'].create(
                {
                    'name': name,
                    'symbol': name,
                    'rate_ids': [
                        (0, 0, {'name': f'2026-0{month}-01', 'rate': rate, 'company_id': company_id})
                        for month, rate, company_id in rates
                    ],
                }
            )
            for name, rates in (
                ('XDA', [(1, 2.0, False), (5, 4.0, False)]),
                ('XDB', [(1, 3.0, False), (2, 5.0, self.env.company.id), (6, 7.0, False)]),
            )
        )
        currencies = shared + own
        get_rate = currencies._dealflow_get_rate_finder(self.env.company)
        home = self.env.company.currency_id
        for currency, weeks in product(currencies, range(40)):
            day = date(2025, 11, 1) + timedelta(weeks=weeks)
            rates = [
                currencies._dealflow_get_sql_rate(SQL("%s", each.id), self.env.company, SQL("%s::date", day))
                for each in (home, currency)
            ]
            [factor] = self._ask(SQL("SELECT %s / %s", *rates))
            self.assertAlmostEqual(float(factor), get_rate(currency, day), msg=f"{currency.name} {day}")
            odoo = currency._get_conversion_rate(currency, home, self.env.company, day)
            self.assertAlmostEqual(get_rate(currency, day), odoo, msg=f"{currency.name} {day}")
