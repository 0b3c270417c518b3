"""scripts/bench: measures the module against Odoo's own screens and against lean SQL, as ratios in one run."""

import argparse
import subprocess
from pathlib import Path

from frame import load
from frame.console import say, step
from frame.databases import Databases
from frame.errors import FrameError
from frame.locks import only_one
from frame.workbench import Workbench

# Counted up whenever ``bench/`` makes other data, so that databases of before are made anew.
DATA = 2


def main(arguments):
    """Make or reuse the databases, measure, and return 1 when something is over its budget."""
    options = parse(arguments)
    with Workbench.prepare() as bench, only_one(database_name(options.scale)):
        name, plain = make_databases(bench, options.scale, options.fresh)
        if options.load:
            return load.run(bench, name, options)
        say(f"Measuring in the database {name}, and in {plain} without the module ...")
        return run(bench, name, 'run', options.scale, {
            'PLAIN': plain, 'RUNS': options.runs, 'JSON': options.json.resolve() if options.json else '',
            'PROFILE': options.profile or '', 'ONLY': options.only or '',
        })


def parse(arguments):
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog='scripts/bench',
        description="Measure deals against Odoo's own opportunities at the same volume, reports against the leanest "
                    "SQL, and Odoo's own actions with and without the module. Ratios are what counts: both sides run "
                    "in turn. Exits with 1 when a ratio is over its budget.")
    parser.add_argument('--scale', type=int, default=100_000, metavar='DEALS',
                        help="number of deals, with about five rows of history, three receipts, an opportunity, two "
                             "partners, two events, an order and an invoice for each (default: %(default)s)")
    parser.add_argument('--runs', type=int, default=5, help="runs of each scenario (default: %(default)s)")
    parser.add_argument('--only', metavar='WORDS', help="measure only the scenarios with these words in their name")
    parser.add_argument('--profile', metavar='SCENARIO',
                        help="show the queries of the scenarios with these words in their name, the heaviest with "
                             "their plans, in place of measuring")
    parser.add_argument('--json', type=Path, metavar='FILE', help="also write the figures into this file")
    parser.add_argument('--fresh', action='store_true', help="make the databases anew")
    load.add_options(parser)
    return parser.parse_args(arguments)


def database_name(scale):
    """The name of the database that is kept for a scale."""
    return f'dealflow_bench_{scale}'


def make_databases(bench, scale, fresh=False):
    """Make sure of a filled database with the module as it is in the checkout, and of one without; return their names.

    The one with the module is a copy of the other, into which the module was installed, so that both hold the same.
    """
    databases = Databases(bench)
    name = database_name(scale)
    plain = f'{name}_plain'
    for database in (name, plain):
        if fresh or databases.note(database).get('data') != DATA:
            databases.drop(database)
    if not databases.exists(plain):
        databases.copy(databases.template(demo=False), plain)
        with step(f"Filling {plain} with {2 * scale:,} partners and events, {scale:,} orders and invoices"):
            fill(bench, databases, plain, 'fill_plain', scale)
    if not databases.exists(name):
        databases.copy(plain, name)
        databases.ensure(name, demo=False)
        with step(f"Filling {name} with {scale:,} deals, their history, receipts and opportunities"):
            fill(bench, databases, name, 'fill', scale)
    databases.ensure(name, demo=False)
    return name, plain


def fill(bench, databases, name, function, scale):
    """Fill a database, and only then mark it as one to be kept."""
    if run(bench, name, function, scale):
        raise FrameError(f"The database {name} could not be filled, see above.")
    databases.write_note(name, data=DATA)


def run(bench, name, function, scale, variables=None):
    """Call a function of ``bench/run.py`` in Odoo's shell; return the shell's exit code."""
    variables = {'DEALS': scale} | (variables or {})
    return subprocess.run(
        bench.command(bench.configuration(name, logfile=bench.log_file(name)), '--no-http', subcommand='shell'),
        input=f"from odoo.addons.dealflow.bench.run import {function}\n{function}(env)\n", text=True, check=False,
        env=bench.environment() | {f'DEALFLOW_BENCH_{key}': str(value) for key, value in variables.items()},
    ).returncode
