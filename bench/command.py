"""scripts/bench: measures the module against Odoo's own screens and against lean SQL, as ratios within one run."""

import argparse
from pathlib import Path

from bench import install, load, workplace
from bench.databases import (
    call,
    database_name,
    make_catalogue_database,
    make_databases,
    make_workplace_database,
)
from frame.console import say
from frame.locks import only_one
from frame.workbench import Workbench


def main(arguments):
    """Create or reuse the databases, measure, and return 1 when a budget is exceeded."""
    options = parse(arguments)
    with Workbench.prepare() as bench, only_one(database_name(options.scale)):
        if options.install:
            return install.measure(bench, options.scale, options.json, options.guests)
        if options.catalogue:
            name = make_catalogue_database(bench, options.fresh)
            return call(bench, name, 'run_catalogue', options.scale, get_variables(options))
        if options.workplace:
            return workplace.run(bench, make_workplace_database(bench, options.fresh), options)
        name, plain = make_databases(bench, options.scale, options.fresh)
        if options.load:
            return load.run(bench, name, options)
        say(f"Measuring in the database {name}, and in {plain} without the module ...")
        return call(bench, name, 'run', options.scale, {'PLAIN': plain, **get_variables(options)})


def get_variables(options):
    """Return the options for ``bench/run.py``, which reads them from the environment."""
    return {
        'RUNS': options.runs,
        'JSON': options.json.resolve() if options.json else '',
        'PROFILE': options.profile or '',
        'ONLY': options.only or '',
        'HOST': '1' if options.host else '',
        'DETAIL': '1' if options.detail else '',
    }


def parse(arguments):
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        prog='scripts/bench',
        description="Measure deals against Odoo's own opportunities at the same volume, reports against the leanest "
        "SQL, and Odoo's own actions with and without the module. Ratios are what counts: both sides run "
        "in turn. Exits with 1 when a ratio is over its budget.",
    )
    parser.add_argument(
        '--scale',
        type=int,
        default=100_000,
        metavar='DEALS',
        help="number of deals, with about five rows of history, three receipts, an opportunity, two "
        "partners, two events, an order and an invoice for each (default: %(default)s)",
    )
    parser.add_argument('--runs', type=int, default=5, help="runs of each scenario (default: %(default)s)")
    parser.add_argument('--only', metavar='WORDS', help="measure only the scenarios with these words in their name")
    parser.add_argument(
        '--profile',
        metavar='SCENARIO',
        help="show the queries of the scenarios with these words in their name, the heaviest with "
        "their plans, in place of measuring",
    )
    parser.add_argument(
        '--host',
        action='store_true',
        help="count the Python calls and queries of Odoo's own actions with and without the module, not seconds",
    )
    parser.add_argument(
        '--detail', action='store_true', help="with --host, show which functions are called more often with the module"
    )
    parser.add_argument(
        '--catalogue',
        action='store_true',
        help="measure the price form next to Odoo's product catalogue, in a database with Odoo's Inventory",
    )
    parser.add_argument(
        '--workplace',
        action='store_true',
        help="measure the workplace over HTTP next to Odoo's pipeline and its form of a contact, with 200,000 partners "
        "and 500,000 events",
    )
    parser.add_argument(
        '--install',
        action='store_true',
        help="measure in place of the screens what the installation takes, beside Odoo's crm, and on a "
        "database full of documents",
    )
    parser.add_argument(
        '--guests', action='store_true', help="with --install: in databases that have forty other apps of Odoo"
    )
    parser.add_argument('--json', type=Path, metavar='FILE', help="also write the figures into this file")
    parser.add_argument('--fresh', action='store_true', help="make the databases anew")
    load.add_options(parser)
    return parser.parse_args(arguments)
