"""scripts/load-sales: fills a database with the CRM sales opportunities data set."""

import argparse
import subprocess
from pathlib import Path

from frame.databases import Databases
from frame.errors import FrameError
from frame.paths import CHECKOUT
from frame.serve import database_name
from frame.workbench import Workbench

PROGRAM = "from odoo.addons.dealflow.bench.sales_opportunities import run\nrun(env)\n"


def main(arguments):
    """Load the folder and return the exit code of Odoo's shell."""
    parser = argparse.ArgumentParser(
        prog='scripts/load-sales',
        description="Load sellers, accounts, products, 8,800 deals and their receipts from CSV files through Odoo's "
                    "import. A second run finds everything there and changes nothing.")
    parser.add_argument('folder', nargs='?', type=Path, metavar='FOLDER',
                        default=CHECKOUT.parent / 'shared' / 'data' / 'crm_sales_opportunities',
                        help="folder with the CSV files (default: %(default)s)")
    parser.add_argument('--db', default='dealflow', metavar='NAME', type=database_name,
                        help="database to fill (default: %(default)s, the one of scripts/serve)")
    options = parser.parse_args(arguments)
    if not options.folder.is_dir():
        raise FrameError(f"There is no folder {options.folder}. Name the folder with the CSV files.")
    with Workbench.prepare() as bench:
        if not Databases(bench).exists(options.db):
            raise FrameError(f"There is no database «{options.db}» yet: scripts/serve --db {options.db} makes it.")
        log_file = bench.log_file(f'{options.db}-load-sales')
        configuration = bench.configuration(options.db, logfile=log_file)
        environment = bench.environment() | {'DEALFLOW_SALES_FOLDER': str(options.folder.resolve())}
        return subprocess.run(
            bench.command(configuration, '--no-http', subcommand='shell'),
            input=PROGRAM, text=True, env=environment, check=False,
        ).returncode
