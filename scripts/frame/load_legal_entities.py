"""scripts/load-legal-entities: fills a database with the legal entities of the LEI data set."""

import argparse
import subprocess
from pathlib import Path

from frame.databases import Databases
from frame.errors import FrameError
from frame.paths import CHECKOUT
from frame.serve import database_name
from frame.workbench import Workbench

PROGRAM = "from odoo.addons.dealflow.bench.legal_entities import run\nrun(env)\n"


def main(arguments):
    """Load the folder and return the exit code of Odoo's shell."""
    parser = argparse.ArgumentParser(
        prog='scripts/load-legal-entities',
        description="Load 4,971 real legal entities from a CSV file through Odoo's import, with a report of what was "
                    "not clean. A second run finds everything there and changes nothing.")
    parser.add_argument('folder', nargs='?', type=Path, metavar='FOLDER',
                        default=CHECKOUT.parent / 'shared' / 'data' / 'legal_entities_lei',
                        help="folder with the CSV file (default: %(default)s)")
    parser.add_argument('--db', default='dealflow', metavar='NAME', type=database_name,
                        help="database to fill (default: %(default)s, the one of scripts/serve)")
    options = parser.parse_args(arguments)
    if not options.folder.is_dir():
        raise FrameError(f"There is no folder {options.folder}. Name the folder with the CSV file.")
    with Workbench.prepare() as bench:
        if not Databases(bench).exists(options.db):
            raise FrameError(f"There is no database «{options.db}» yet: scripts/serve --db {options.db} makes it.")
        log_file = bench.log_file(f'{options.db}-load-legal-entities')
        configuration = bench.configuration(options.db, logfile=log_file)
        environment = bench.environment() | {'DEALFLOW_ENTITIES_FOLDER': str(options.folder.resolve())}
        return subprocess.run(
            bench.command(configuration, '--no-http', subcommand='shell'),
            input=PROGRAM, text=True, env=environment, check=False,
        ).returncode
