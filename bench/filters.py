"""Compares the counts of a tree of thirty filters over 200,000 partners with as many calls of Odoo's own count."""

from functools import partial

from odoo.fields import Domain

from .scenario import Call, Scenario

FILTERS = 30


def get_domains(env):
    """Return the conditions of thirty filters, as people save them: broad ones, narrow ones, words."""
    users = env['res.users'].search([], limit=5).ids
    domains = [Domain('user_id', '=', user) for user in users]
    domains += [Domain('create_date', '>=', f'today -{days}d') for days in (7, 30, 90, 180, 365)]
    domains += [Domain('is_company', '=', flag) for flag in (True, False)]
    domains += [Domain(name, '=', False) for name in ('phone', 'email', 'vat', 'industry_id', 'user_id', 'region_id')]
    domains += [Domain(name, '!=', False) for name in ('phone', 'email', 'vat', 'industry_id', 'user_id', 'region_id')]
    domains += [Domain('name', 'ilike', word) for word in ('ahlwerk', 'Acorn', '4999', '77', 'GmbH', 'Holding')]
    return domains[:FILTERS]


def get_scenarios(env):
    """Return the counts of the tree in one request, next to one count of Odoo for each filter."""
    partners, domains = env['res.partner'], get_domains(env)
    return [
        Scenario(
            "30 filters in one request / 30 counts",
            0.5,
            Call(env, partial(env['ir.filters']._dealflow_count, partners, domains)),
            Call(env, lambda: [partners.search_count(domain) for domain in domains]),
        )
    ]
