"""scripts/bench --install: the cost of installing, compared with Odoo's crm, and on a database full of documents.

--guests does the same next to forty other Odoo apps, which have columns, rules and computed fields of their own.
"""

import json
import sys
import tempfile
from pathlib import Path

from bench.databases import make_plain_database, make_plain_database_of_apps
from frame import guests
from frame.console import indented, say
from frame.databases import Databases, dependencies
from frame.errors import FrameError
from frame.paths import CHECKOUT, MODULE

NAME = f'{MODULE}_bench_install'
# How many times more queries the installation may need on a full database than on an empty one.
BUDGET = 1.05
COLUMNS = f"{'installation':<52}{'s':>7}{'queries':>10}{'of that s':>11}{'MB':>6}{'start, s':>10}{'start, MB':>11}"


def measure(bench, scale, path=None, beside_apps=False):
    """Install crm and Dealflow on empty databases and on a full one, and print the cost of each.

    Return 1 when the full database exceeds the budget of queries: then something is computed row by row.

    :param beside_apps: install Dealflow only, into databases with other Odoo apps
    """
    databases = Databases(bench)
    results = {}
    choose = _with_apps if beside_apps else _alone
    installations = choose(bench, databases, scale)
    say(COLUMNS)
    for label, template, modules in installations:
        databases.drop(NAME)
        if template:
            databases.copy(template, NAME)
        try:
            figures = results[label] = _run(bench, '-i', ','.join(modules))
            start = figures['start'] = _run(bench)
        finally:
            databases.drop(NAME)
        say(
            f"{label:<52}{figures['seconds']:>7.0f}{figures['queries']:>10,}{figures['query_seconds']:>11.1f}"
            f"{figures['megabytes']:>6.0f}{start['seconds']:>10.1f}{start['megabytes']:>11.0f}"
        )
    *_others, on_empty, on_full = results.values()
    say("The longest statements on the full database:")
    say(indented(f"{seconds:6.2f} s  {words[:120]}" for seconds, words in on_full['longest']))
    if path:
        path.write_text(json.dumps(results, indent=2))
    ratio = on_full['queries'] / on_empty['queries']
    verdict = 'within' if ratio <= BUDGET else 'over'
    say(f"Queries on the full database / on the empty one: {ratio:.2f}, budget {BUDGET}, {verdict}")
    return int(verdict == 'over')


def _alone(bench, databases, scale):
    """Return what to install: labels, templates and modules; last Dealflow on an empty and on a full database."""
    return [
        ("crm, new database", None, ['crm']),
        ("all that Dealflow depends on, new database", None, dependencies()),
        ("Dealflow, beside these modules without data", databases.template(demo=False), [MODULE]),
        (_describe(scale), make_plain_database(bench, scale), [MODULE]),
    ]


def _with_apps(bench, databases, scale):
    """Return the same for Dealflow in databases with other Odoo apps."""
    apps = [name for name in guests.APPS if name not in guests.NEED_LIBRARY]
    empty, full = make_plain_database_of_apps(bench, scale, apps)
    return [
        (f"Dealflow, beside {len(apps)} apps without data", empty, [MODULE]),
        (_describe(scale), full, [MODULE]),
    ]


def _describe(scale):
    return f"Dealflow, {2 * scale:,} partners, {scale:,} orders and invoices"


def _run(bench, *arguments):
    """Run Odoo on the database until it stops, and return the cost."""
    log = bench.log_file(NAME)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / 'figures.json'
        configuration = bench.configuration(NAME, logfile=log, http_enable=False)
        program = [sys.executable, CHECKOUT / 'bench' / 'installation.py', path]
        done = bench.run([*program, '-d', NAME, *arguments, '-c', configuration, '--stop-after-init'])
        if done.returncode:
            raise FrameError(f"Odoo failed:\n{indented(done.stdout.splitlines()[-15:])}\nThe whole log: {log}")
        return json.loads(path.read_text())
