"""scripts/i18n: the texts of the module for translators."""

import argparse
import re

from frame.console import say, step
from frame.databases import Databases
from frame.errors import FrameError
from frame.paths import CHECKOUT, MODULE, addons_folder
from frame.workbench import Workbench

DATABASE = 'dealflow_i18n'
# What changes with the day or the machine of the export would make every export differ.
CHANGING = re.compile(r'^"(POT-Creation-Date|PO-Revision-Date|Project-Id-Version): .*\\n"\n', re.MULTILINE)


def main(arguments):
    """Export the texts; with --check return 1 when the exported file is not up to date."""
    parser = argparse.ArgumentParser(
        prog='scripts/i18n', description=f"Write the texts of the module to i18n/{MODULE}.pot, the same for the same "
                                         "texts; and, for each language named, what is translated to i18n/LANGUAGE.po.")
    parser.add_argument('languages', nargs='*', metavar='LANGUAGE', help="e.g. ru, de, pt_BR")
    parser.add_argument('--check', action='store_true', help="change nothing, fail when a file is out of date")
    options = parser.parse_args(arguments)
    names = [f'{MODULE}.pot', *(f'{language}.po' for language in options.languages)]
    folder = CHECKOUT / 'i18n'
    before = {name: _read(folder / name) for name in names}
    with Workbench.prepare() as bench:
        Databases(bench).ensure(DATABASE, demo=False)
        with step("Exporting the texts"):
            _export(bench, options.languages)
    for name in names:
        (folder / name).write_text(settle((folder / name).read_text()))
    changed = [name for name in names if _read(folder / name) != before[name]]
    if options.check:
        for name in changed:
            if before[name] is None:
                (folder / name).unlink()
            else:
                (folder / name).write_text(before[name])
        if changed:
            raise FrameError(f"Out of date in i18n/: {', '.join(changed)}. Run scripts/i18n without --check.")
    say(f"Written to i18n/: {', '.join(changed)}" if changed else "The files in i18n/ are up to date.")


def settle(text):
    """The exported text without what differs from one export to the next."""
    return CHANGING.sub('', text)


def _export(bench, languages):
    """Let Odoo write the files into the module's folder."""
    log = bench.log_file(DATABASE)
    if languages:
        bench.run_odoo(DATABASE, '-l', *languages, subcommand='i18n loadlang', log=log,
                       failure="Odoo could not load the languages:")
    bench.run_odoo(DATABASE, '-d', DATABASE, MODULE, '-l', 'pot', *languages, subcommand='i18n export', log=log,
                   failure="Odoo could not export the texts:")
    if not (addons_folder() / MODULE / 'i18n' / f'{MODULE}.pot').exists():
        raise FrameError(f"Odoo exported no texts. Its log: {log}")


def _read(path):
    """The content of a file, ``None`` when there is none."""
    return path.read_text() if path.exists() else None
