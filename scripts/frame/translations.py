"""scripts/i18n: exports the terms of the module and updates the translations."""

import argparse
import re

import polib

from frame.console import say, step
from frame.databases import Databases
from frame.errors import FrameError
from frame.locks import only_one
from frame.paths import CHECKOUT, MODULE, addons_folder, short_hash
from frame.workbench import Workbench

# Each checkout has its own database, as for the tests.
DATABASE = f'{MODULE}_i18n_{short_hash(CHECKOUT)}'
FOLDER = CHECKOUT / 'i18n'
TEMPLATE = FOLDER / f'{MODULE}.pot'
# Lines that depend on the day or the machine, so that they would differ in every export.
CHANGING = re.compile(r'^"(POT-Creation-Date|PO-Revision-Date|Project-Id-Version): .*\\n"\n', re.MULTILINE)


def main(arguments):
    """Export the terms and update the languages; with --check raise an error when something is out of date."""
    parser = argparse.ArgumentParser(
        prog='scripts/i18n',
        description=f"Write the texts of the module to i18n/{MODULE}.pot, the same for the same "
        "texts, and bring every language in i18n/ up to them: new texts are added "
        "without translation, texts that are gone are removed.",
    )
    parser.add_argument('languages', nargs='*', metavar='LANGUAGE', help="a language to begin, e.g. de or pt_BR")
    parser.add_argument(
        '--check',
        action='store_true',
        help="change nothing, fail when a file is out of date or a text is not translated",
    )
    options = parser.parse_args(arguments)
    languages = sorted({*FOLDER.glob('*.po'), *(FOLDER / f'{language}.po' for language in options.languages)})
    # Only one command at a time may use the files and the database.
    with Workbench.prepare() as bench, only_one(DATABASE):
        before = {path: _read(path) for path in (TEMPLATE, *languages)}
        _make_database(Databases(bench), bench.server.own(DATABASE))
        with step("Exporting the texts"):
            _export(bench, bench.server.own(DATABASE))
        lacking = {path.stem: update(path) for path in languages}
        changed = [path for path, content in before.items() if _read(path) != content]
        if options.check:
            _restore(before)
    for line in report(lacking):
        say(line)
    if options.check:
        refuse(changed, lacking)
    names = ', '.join(path.name for path in changed)
    say(f"Written to i18n/: {names}" if changed else "The files in i18n/ are up to date.")


def settle(text):
    """Return the exported text without the parts that differ between exports."""
    return CHANGING.sub('', text)


def report(lacking):
    """Return a line for each language with missing translations."""
    return [f"i18n/{language}.po: {count} texts to translate" for language, count in lacking.items() if count]


def refuse(changed, lacking):
    """Raise an error when files had to be changed, or when terms are not translated."""
    if changed:
        names = ', '.join(path.name for path in changed)
        raise FrameError(f"Out of date in i18n/: {names}. Run scripts/i18n without --check.")
    if any(lacking.values()):
        names = ', '.join(language for language, count in lacking.items() if count)
        raise FrameError(f"Not all texts are translated: {names}. Fill in what is empty or marked as fuzzy.")


def _make_database(databases, name):
    """Create the database from which the terms are exported.

    It is not upgraded, because an upgrade keeps the terms of records with ``noupdate``.
    """
    if databases.exists(name) and not databases.is_current(name):
        databases.drop(name)
    databases.ensure(name, demo=False)


def _export(bench, name):
    """Export the template with Odoo into the folder of the module."""
    log = bench.log_file(name)
    bench.run_odoo(
        name,
        '-d',
        name,
        MODULE,
        '-l',
        'pot',
        subcommand='i18n export',
        log=log,
        failure="Odoo could not export the texts:",
    )
    if not (addons_folder() / MODULE / 'i18n' / TEMPLATE.name).exists():
        raise FrameError(f"Odoo exported no texts. Its log: {log}")
    TEMPLATE.write_text(settle(TEMPLATE.read_text()))


def update(path):
    """Bring the file of a language up to the template, or begin it; return the number of untranslated terms."""
    template = polib.pofile(str(TEMPLATE))
    language = polib.pofile(str(path)) if path.exists() else start(template, path.stem)
    refresh(language, template)
    language.save(str(path))
    return len(unfinished(language))


def start(template, name):
    """Return the file of a new language, without terms."""
    language = polib.POFile()
    language.header = template.header
    language.metadata = template.metadata | {'Language': name}
    return language


def refresh(language, template):
    """Update a language with the terms of the template, in its order: translations are kept, new ones are empty."""
    language.merge(template)
    order = {entry.msgid: place for place, entry in enumerate(template)}
    language[:] = sorted((entry for entry in language if entry.msgid in order), key=lambda entry: order[entry.msgid])


def unfinished(language):
    """Return the terms for a translator: those without translation, and fuzzy ones."""
    return [entry for entry in language if not entry.msgstr or entry.fuzzy]


def _restore(before):
    """Restore the earlier content of files; those that did not exist are deleted."""
    for path, content in before.items():
        if content is None:
            path.unlink()
        else:
            path.write_text(content)


def _read(path):
    """Return the content of a file, ``None`` when it does not exist."""
    return path.read_text() if path.exists() else None
