"""scripts/shell: Odoo's Python shell on a database with the module."""

import argparse

from frame.databases import Databases, add_option
from frame.workbench import Workbench


def main(arguments):
    """Run the shell and return its exit code."""
    parser = argparse.ArgumentParser(
        prog='scripts/shell',
        description="Open Odoo's Python shell, with «env» at hand; or run a program from standard input: "
        "scripts/shell < program.py. Changes are kept after env.cr.commit() only.",
    )
    add_option(parser, "database to work on (default: %(default)s, the one of scripts/serve)")
    options = parser.parse_args(arguments)
    with Workbench.prepare() as bench:
        Databases(bench).need(options.db)
        return bench.shell(options.db).returncode
