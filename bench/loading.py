"""scripts/load-sales and scripts/load-legal-entities: load a folder of CSV files into a database."""

import argparse
import os
from pathlib import Path

from frame.databases import Databases, add_option
from frame.errors import FrameError
from frame.paths import CHECKOUT
from frame.workbench import Workbench


def load_sales(arguments):
    """Load the CRM sales opportunities data set."""
    return load(
        arguments,
        name='load-sales',
        data_set='crm_sales_opportunities',
        program_module='sales_opportunities',
        variable='DEALFLOW_SALES_FOLDER',
        description="Load sellers, accounts, products, 8,800 deals and their receipts from CSV files through Odoo's "
        "import. A second run finds everything there and changes nothing.",
    )


def load_legal_entities(arguments):
    """Load the legal entities of the LEI data set."""
    return load(
        arguments,
        name='load-legal-entities',
        data_set='legal_entities_lei',
        program_module='legal_entities',
        variable='DEALFLOW_ENTITIES_FOLDER',
        description="Load 4,971 real legal entities from a CSV file through Odoo's import, with a report of what was "
        "not clean. A second run finds everything there and changes nothing.",
    )


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
    add_option(parser, "database to fill (default: %(default)s, the one of scripts/serve)")
    options = parser.parse_args(arguments)
    if not options.folder.is_dir():
        raise FrameError(f"There is no folder {options.folder}. Name the folder with the CSV files.")
    with Workbench.prepare() as bench:
        Databases(bench).need(options.db)
        program = f"from odoo.addons.dealflow.bench.{program_module} import run\nrun(env)\n"
        return bench.shell(options.db, program, {variable: str(options.folder.resolve())}).returncode
