"""scripts/shell: Odoo's Python shell on a database with the module."""

import argparse
import subprocess

from frame.databases import Databases
from frame.errors import FrameError
from frame.serve import database_name
from frame.workbench import Workbench


def main(arguments):
    """Run the shell and return its exit code."""
    parser = argparse.ArgumentParser(
        prog='scripts/shell',
        description="Open Odoo's Python shell, with «env» at hand; or run a program from standard input: "
        "scripts/shell < program.py. Changes are kept after env.cr.commit() only.",
    )
    parser.add_argument(
        '--db',
        default='dealflow',
        metavar='NAME',
        type=database_name,
        help="database to work on (default: %(default)s, the one of scripts/serve)",
    )
    options = parser.parse_args(arguments)
    with Workbench.prepare() as bench:
        if not Databases(bench).exists(options.db):
            raise FrameError(f"There is no database «{options.db}» yet: scripts/serve --db {options.db} makes it.")
        configuration = bench.configuration(options.db, logfile=bench.log_file(f'{options.db}-shell'))
        return subprocess.run(
            bench.command(configuration, '--no-http', subcommand='shell'),
            env=bench.environment(),
            check=False,
        ).returncode
