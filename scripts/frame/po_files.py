"""Updates the translations of each language from the exported terms.

A separate program, because it needs polib: commands run on a plain Python, this one on Odoo's environment.
"""

import json
import sys
from pathlib import Path

import polib


def main(template, *files):
    """Update files from the template and print how many terms of each are not translated yet."""
    texts = polib.pofile(template)
    lacking = {}
    for path in map(Path, files):
        translations = polib.pofile(str(path)) if path.exists() else start(texts, path.stem)
        refresh(translations, texts)
        translations.save(str(path))
        lacking[path.stem] = len(unfinished(translations))
    print(json.dumps(lacking))


def start(texts, language):
    """Return the file of a new language, without terms."""
    translations = polib.POFile()
    translations.header = texts.header
    translations.metadata = texts.metadata | {'Language': language}
    return translations


def refresh(translations, texts):
    """Update a language with the terms of the template, in its order: translations are kept, new ones are empty."""
    known = {entry.msgid: entry for entry in translations if not entry.obsolete}
    translations[:] = [_renew(entry, known.get(entry.msgid)) for entry in texts]


def unfinished(translations):
    """Return the terms for a translator: those without translation, and fuzzy ones."""
    return [entry for entry in translations if not entry.obsolete and (not entry.msgstr or entry.fuzzy)]


def _renew(entry, known):
    """Return the entry of the template with the translation of the language."""
    renewed = polib.POEntry(
        msgid=entry.msgid, comment=entry.comment, occurrences=entry.occurrences, flags=list(entry.flags)
    )
    if known:
        renewed.msgstr = known.msgstr
        renewed.tcomment = known.tcomment
        renewed.flags += [flag for flag in known.flags if flag not in renewed.flags]
    return renewed


if __name__ == '__main__':
    main(*sys.argv[1:])
