"""scripts/upgrade-check: a database created by an earlier commit keeps its data when it is upgraded to this one."""

import argparse
import dataclasses
import shutil
import subprocess
import tempfile
from pathlib import Path

from frame.console import indented, say, step
from frame.databases import Databases
from frame.errors import FrameError
from frame.locks import only_one
from frame.paths import CHECKOUT, MODULE
from frame.workbench import Workbench

DATABASE = f'{MODULE}_upgrade_check'
# Data that a company would miss: all our tables, and Odoo's tables that we extend.
OF_ODOO = [
    'account_move',
    'calendar_event',
    'crm_lead',
    'res_partner',
    'res_partner_bank',
    'sale_order',
    'utm_campaign',
]
COLUMNS = """
    SELECT table_name, array_agg(column_name::text ORDER BY ordinal_position)
      FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND column_name NOT IN ('write_date', 'write_uid')
       AND (table_name LIKE 'dealflow\\_%%' OR table_name = ANY(%s))
  GROUP BY table_name
  ORDER BY table_name
"""


def main(arguments):
    """Install the earlier commit with demo data, upgrade it to the checkout, and return 1 when data was lost."""
    parser = argparse.ArgumentParser(
        prog='scripts/upgrade-check',
        description="Install the module as it was at a commit, with demo data, upgrade the database to the files of "
        "the checkout, and compare every stored column before and after.",
    )
    parser.add_argument('commit', help="a commit, tag or branch of this repository")
    options = parser.parse_args(arguments)
    with Workbench.prepare() as bench, only_one(DATABASE), tempfile.TemporaryDirectory() as folder:
        export(options.commit, Path(folder) / MODULE)
        databases = Databases(bench)
        earlier = Databases(dataclasses.replace(bench, module_folder=Path(folder)))
        try:
            with step(f"Installing Dealflow as of {options.commit}"):
                earlier.install(DATABASE, demo=True)
            before = Contents.read(bench.server)
            with step("Upgrading to the checkout"):
                complaints = databases.upgrade(DATABASE)
            losses = before.compare(Contents.read(bench.server))
        finally:
            databases.drop(DATABASE)
    say(f"{sum(before.tables.values()):,} rows in {len(before.tables)} tables, {len(before.prints)} columns compared.")
    if complaints:
        say(f"Odoo complained while it upgraded:\n{indented(complaints[-30:])}")
    if losses:
        say(f"Not kept:\n{indented(losses)}")
    if not complaints and not losses:
        say("Everything was kept.")
    return 1 if complaints or losses else 0


def export(commit, folder):
    """Extract the files of a commit into a folder."""
    archive = folder.with_suffix('.tar')
    done = subprocess.run(
        ['git', 'archive', '-o', archive, commit], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise FrameError(f"There is no commit «{commit}»: {done.stderr.strip()}")
    shutil.unpack_archive(archive, folder)


class Contents:
    """The number of rows of each table of a database, and a hash of each column."""

    def __init__(self, tables, prints):
        self.tables = tables
        self.prints = prints

    @classmethod
    def read(cls, server):
        """Read the current contents of the database."""
        tables, prints_of_all = {}, {}
        for table, columns in server.query(COLUMNS, [OF_ODOO], DATABASE):
            prints = ', '.join(
                f"""md5(string_agg("{column}"::text, '|' ORDER BY "{column}"::text))""" for column in columns
            )
            [[tables[table], *values]] = server.query(f'SELECT count(*), {prints} FROM "{table}"', None, DATABASE)
            prints_of_all |= {(table, column): value for column, value in zip(columns, values, strict=True)}
        return cls(tables, prints_of_all)

    def compare(self, later):
        """Return messages on data that is missing or changed in the later database."""
        told = []
        for table, rows in self.tables.items():
            if table not in later.tables:
                told.append(f"table {table}: gone")
            elif later.tables[table] < rows:
                told.append(f"table {table}: {rows} rows before, {later.tables[table]} now")
        for (table, column), fingerprint in self.prints.items():
            # When the module has added rows, the earlier ones cannot be told apart.
            if later.tables.get(table) != self.tables[table] or later.prints.get((table, column)) == fingerprint:
                continue
            if (table, column) in later.prints or not self._find_new_name(table, fingerprint, later):
                told.append(f"column {table}.{column}: changed or gone")
        return told

    def _find_new_name(self, table, fingerprint, later):
        """Return a new column of the table with the same values as the missing one, which means that it was renamed."""
        return next(
            (
                column
                for (there, column), print_of_new in later.prints.items()
                if there == table and (there, column) not in self.prints and print_of_new == fingerprint
            ),
            None,
        )
