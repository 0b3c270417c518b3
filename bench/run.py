"""Runs the benchmarks in Odoo's shell on the databases of ``scripts/bench``, prints the ratios and writes JSON.

Options are passed in environment variables, because the shell takes no arguments of ours.
"""

import json
import os

from odoo import api
from odoo.modules.registry import Registry

from . import (
    client_history,
    company,
    filters,
    marketing_events,
    odoo_actions,
    partners,
    price_form,
    profile,
    python_calls,
    receipts_plan,
    reports,
    rules,
    scale,
    screens,
    search,
    workplace_data,
)

# Maximum ratio of Python calls of Odoo's own actions with the module to those without.
HOST_BUDGET = 1.03
COLUMNS = f"{'scenario':<43}{'ours, s':>9}{'anchor, s':>11}{'ratio':>7}{'budget':>8}{'queries':>14}  verdict"


def fill_plain(env):
    """Fill an empty database without the module, for the given number of deals."""
    deals = int(os.environ['DEALFLOW_BENCH_DEALS'])
    company.fill(env, partners=2 * deals, documents=deals, events=2 * deals)
    env.cr.commit()
    _vacuum(env)


def fill(env):
    """Add the data of the module to a copy of that database in which the module was installed."""
    deals = int(os.environ['DEALFLOW_BENCH_DEALS'])
    partners.make_groups(env)
    scale.make_deals(env, deals)
    scale.make_events_typed(env)
    env.cr.execute("DELETE FROM crm_lead")
    screens.make_leads(env)
    receipts_plan.make_receipts(env, 3 * deals)
    marketing_events.make_events(env)
    env.cr.commit()
    _vacuum(env)


def fill_catalogue(env):
    """Fill a database with Dealflow and Odoo's Inventory for the price form."""
    price_form.fill(env)
    env.cr.commit()
    _vacuum(env)


def fill_workplace(env):
    """Fill a database with Dealflow for the workplace."""
    workplace_data.fill(env)
    env.cr.commit()
    _vacuum(env)


def _vacuum(env):
    """Vacuum the tables fully, because rows that were updated twice take twice the space.

    No transaction may be open.
    """
    with env.registry.cursor() as cr:
        cr.commit()
        cr._cnx.autocommit = True
        cr.execute("VACUUM FULL ANALYZE")
        cr._cnx.autocommit = False


def run(env):
    """Measure, print, and exit with 1 when a budget is exceeded."""
    with Registry(os.environ['DEALFLOW_BENCH_PLAIN']).cursor() as plain_cr:
        scenarios = _choose(_get_scenarios(env, api.Environment(plain_cr, api.SUPERUSER_ID, {})))
        if os.environ.get('DEALFLOW_BENCH_PROFILE'):
            for scenario in scenarios:
                profile.show(scenario)
            return
        if os.environ.get('DEALFLOW_BENCH_HOST'):
            results = python_calls.measure(scenarios, HOST_BUDGET, bool(os.environ.get('DEALFLOW_BENCH_DETAIL')))
        else:
            results = _measure(scenarios, int(os.environ['DEALFLOW_BENCH_RUNS']))
    _report(results)


def _report(results):
    path = os.environ.get('DEALFLOW_BENCH_JSON')
    if path:
        with open(path, 'w', encoding='utf-8') as file:
            json.dump(results, file, indent=2)
    over = [name for name, figures in results.items() if figures['verdict'] == 'over']
    print(f"{len(results)} scenarios, {len(over)} over budget{': ' if over else ''}{', '.join(over)}", flush=True)
    if over:
        raise SystemExit(1)


def run_catalogue(env):
    """Measure the price form in a database with Odoo's Inventory, print, and exit with 1 over budget."""
    scenarios = _choose(price_form.get_scenarios(_become(env, 'scale_0')))
    if os.environ.get('DEALFLOW_BENCH_PROFILE'):
        for scenario in scenarios:
            profile.show(scenario)
        return
    _report(_measure(scenarios, int(os.environ['DEALFLOW_BENCH_RUNS'])))


def _become(env, login):
    return env(user=env['res.users'].search([('login', '=', login)]), context={'lang': 'en_US', 'tz': 'UTC'})


def _get_scenarios(env, plain_env):
    seller_env, plain_seller_env = _become(env, 'scale_0'), _become(plain_env, 'scale_0')
    host = odoo_actions.get_scenarios(seller_env, plain_seller_env)
    if os.environ.get('DEALFLOW_BENCH_HOST'):
        # Comparisons of our screens with Odoo's are no cost of the module for Odoo.
        return [scenario for scenario in host if '/' not in scenario.name]
    return [
        *screens.get_scenarios(seller_env),
        *reports.get_scenarios(seller_env),
        *receipts_plan.get_scenarios(seller_env),
        *partners.get_scenarios(seller_env),
        *filters.get_scenarios(seller_env),
        *client_history.get_scenarios(seller_env),
        *marketing_events.get_scenarios(_become(env, 'admin')),
        *search.get_scenarios(seller_env),
        *rules.get_scenarios(seller_env, _become(env, 'admin')),
        *host,
    ]


def _choose(scenarios):
    """Return the scenarios whose name contains the given words, or all when there are none."""
    words = os.environ.get('DEALFLOW_BENCH_PROFILE') or os.environ.get('DEALFLOW_BENCH_ONLY') or ''
    chosen = [scenario for scenario in scenarios if words in scenario.name]
    if not chosen:
        names = '\n  '.join(scenario.name for scenario in scenarios)
        raise SystemExit(f"There is no scenario with «{words}» in its name, only:\n  {names}")
    return chosen


def _measure(scenarios, runs):
    results = {}
    print(COLUMNS, flush=True)
    for scenario in scenarios:
        figures = results[scenario.name] = scenario.measure(runs)
        queries = f"{figures['queries']} / {figures['anchor_queries']}"
        print(
            f"{scenario.name:<43}{figures['ours']:>9.3f}{figures['anchor']:>11.3f}{figures['ratio']:>7.2f}"
            f"{figures['budget']:>8.2f}{queries:>14}  {figures['verdict']}",
            flush=True,
        )
    return results
