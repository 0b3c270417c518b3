"""Shared code of the commands that load a folder of CSV files into a database."""

import argparse
import os
import subprocess
from pathlib import Path

from frame.databases import Databases
from frame.errors import FrameError
from frame.paths import CHECKOUT
from frame.serve import database_name
from frame.workbench import Workbench


def load(arguments, *, name, description, data_set, program_module, variable):
    """Run a loader of ``bench`` in Odoo's shell on a database of scripts/serve, and return the exit code of the shell.

    :param name: name of the command
    :param data_set: name of the default folder among the data sets
    :param program_module: module of ``bench`` whose ``run(env)`` loads the folder
    :param variable: environment variable that passes the folder to it
    """
    parser = argparse.ArgumentParser(prog=f'scripts/{name}', description=description)
    data_sets = Path(os.environ.get('DEALFLOW_DATA') or CHECKOUT.parent / 'shared' / 'data')
    parser.add_argument(
        'folder',
        nargs='?',
        type=Path,
        metavar='FOLDER',
        default=data_sets / data_set,
        help="folder with the CSV files (default: %(default)s; DEALFLOW_DATA names the folder above)",
    )
    parser.add_argument(
        '--db',
        default='dealflow',
        metavar='NAME',
        type=database_name,
        help="database to fill (default: %(default)s, the one of scripts/serve)",
    )
    options = parser.parse_args(arguments)
    if not options.folder.is_dir():
        raise FrameError(f"There is no folder {options.folder}. Name the folder with the CSV files.")
    with Workbench.prepare() as bench:
        if not Databases(bench).exists(options.db):
            raise FrameError(f"There is no database «{options.db}» yet: scripts/serve --db {options.db} makes it.")
        configuration = bench.configuration(options.db, logfile=bench.log_file(f'{options.db}-{name}'))
        return subprocess.run(
            bench.command(configuration, '--no-http', subcommand='shell'),
            input=f"from odoo.addons.dealflow.bench.{program_module} import run\nrun(env)\n",
            text=True,
            env=bench.environment() | {variable: str(options.folder.resolve())},
            check=False,
        ).returncode
