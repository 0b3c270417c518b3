"""Shows the queries of a scenario: how often, how long, and the plan of the heaviest ones."""

from collections import defaultdict

import psycopg2

from odoo.tools.profiler import Profiler

HEAVIEST = 5
WIDTH = 150


def show(scenario):
    """Print the queries of our call and of the anchor, with the plans of the heaviest ones."""
    for side, call in (("ours", scenario.ours), ("anchor", scenario.anchor)):
        call.run()
        with Profiler(db=None, collectors=['sql']) as profiler:
            seconds = call.run()
        entries = [entry for entry in profiler.collectors[0].entries if 'SAVEPOINT' not in entry['query']]
        spent = sum(entry['time'] for entry in entries)
        print(f"\n=== {scenario.name}, {side}: {seconds:.3f} s, of them {spent:.3f} s in {len(entries)} queries\n")
        _show_queries(call.env.cr, entries)


def _show_queries(cr, entries):
    alike = defaultdict(list)
    for entry in entries:
        alike[entry['query']].append(entry)
    groups = sorted(alike.values(), key=lambda group: -sum(entry['time'] for entry in group))
    print(f"{'times':>7}{'s':>9}  query")
    for group in groups:
        words = ' '.join(group[0]['query'].split())
        print(f"{len(group):>7}{sum(entry['time'] for entry in group):>9.4f}  {words[:WIDTH]}")
    for group in groups[:HEAVIEST]:
        query = max(group, key=lambda entry: entry['time'])['full_query']
        print(f"\n--- {' '.join(query.split())[: 10 * WIDTH]}\n{_explain(cr, query)}", flush=True)


def _explain(cr, query):
    """Run a query once more and return its plan; changes made by it are rolled back."""
    savepoint = cr.savepoint()
    try:
        cr.execute(f"EXPLAIN (ANALYZE, BUFFERS) {query.replace('%', '%%')}", ())
        return '\n'.join(row[0] for row in cr.fetchall())
    except psycopg2.Error as error:
        # Records created by the scenario are rolled back, and some statements have no plan.
        return f"no plan: {str(error).splitlines()[0]}"
    finally:
        savepoint.close(rollback=True)
