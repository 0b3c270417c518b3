"""scripts/bench: measures the module against Odoo's own screens and against lean SQL, as ratios in one run."""

import argparse
import subprocess
from pathlib import Path

from frame.console import say
from frame.databases import Databases
from frame.workbench import Workbench

PROGRAM = "from odoo.addons.dealflow.bench.run import run\nrun(env)\n"


def main(arguments):
    """Make or reuse the database, measure, and return 1 when something is over its budget."""
    parser = argparse.ArgumentParser(
        prog='scripts/bench',
        description="Measure deals against Odoo's own opportunities at the same volume, and reports against the "
                    "leanest SQL. Ratios are what counts: both sides run in turn. Exits with 1 when a ratio is over "
                    "its budget.")
    parser.add_argument('--scale', type=int, default=100_000, metavar='DEALS',
                        help="number of deals, with about five rows of history each (default: %(default)s)")
    parser.add_argument('--runs', type=int, default=5, help="runs of each scenario (default: %(default)s)")
    parser.add_argument('--json', type=Path, metavar='FILE', help="also write the figures into this file")
    parser.add_argument('--fresh', action='store_true', help="make the database anew")
    options = parser.parse_args(arguments)
    name = f'dealflow_bench_{options.scale}'
    with Workbench.prepare() as bench:
        databases = Databases(bench)
        if options.fresh:
            databases.drop(name)
        databases.ensure(name, demo=False)
        say(f"Measuring in the database {name} ...")
        configuration = bench.configuration(name, logfile=bench.log_file(name))
        variables = bench.environment() | {
            'DEALFLOW_BENCH_DEALS': str(options.scale), 'DEALFLOW_BENCH_RUNS': str(options.runs),
            'DEALFLOW_BENCH_JSON': str(options.json.resolve()) if options.json else '',
        }
        return subprocess.run(
            bench.command(configuration, '--no-http', subcommand='shell'),
            input=PROGRAM, text=True, env=variables, check=False,
        ).returncode
