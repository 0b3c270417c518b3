"""Runs every measurement in one go from Odoo's shell, prints the ratios and writes them as JSON."""

import json
import os
from itertools import chain

from . import receipts_plan, reports, scale, screens


def prepare(env):
    """Fill an empty database with deals, their history and as many opportunities; a filled one is used as it is."""
    count = int(os.environ.get('DEALFLOW_BENCH_DEALS', '100000'))
    parameters = env['ir.config_parameter'].sudo()
    if parameters.get_param('dealflow.bench.deals') == str(count):
        return
    print(f"Making {count:,} deals with their history, and as many opportunities ...", flush=True)
    scale.make_deals(env, count)
    screens.make_leads(env)
    receipts_plan.make_receipts(env, 3 * count)
    parameters.set_param('dealflow.bench.deals', str(count))
    env.cr.commit()
    _vacuum(env)


def _vacuum(env):
    """Do what PostgreSQL does by itself some time after so many new rows; no transaction may be open for it."""
    with env.registry.cursor() as cr:
        cr.commit()
        cr._cnx.autocommit = True
        cr.execute("VACUUM ANALYZE")
        cr._cnx.autocommit = False


def run(env):
    """Measure, print, and exit with 1 when something is over its budget."""
    prepare(env)
    runs = int(os.environ.get('DEALFLOW_BENCH_RUNS', '5'))
    seller = env['res.users'].search([('login', '=', 'scale_0')])
    results = {}
    print(f"{'scenario':<40}{'ours, s':>10}{'anchor, s':>11}{'ratio':>8}{'budget':>8}", flush=True)
    for scenario, ours, anchor, budget in chain.from_iterable(
        subject.measure(env(user=seller), runs) for subject in (screens, reports, receipts_plan)
    ):
        results[scenario] = {'ours': ours, 'anchor': anchor, 'ratio': ours / anchor, 'budget': budget}
        verdict = '' if ours <= budget * anchor else '  over'
        print(f"{scenario:<40}{ours:>10.3f}{anchor:>11.3f}{ours / anchor:>8.2f}{budget:>8.2f}{verdict}", flush=True)
    path = os.environ.get('DEALFLOW_BENCH_JSON')
    if path:
        with open(path, 'w', encoding='utf-8') as file:
            json.dump(results, file, indent=2)
    if any(figures['ratio'] > figures['budget'] for figures in results.values()):
        raise SystemExit(1)
