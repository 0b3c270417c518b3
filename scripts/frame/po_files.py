"""The translations of each language, brought up to the exported texts.

A program of its own, because it needs polib: the commands run on a bare Python, this on Odoo's.
"""

import json
import sys
from pathlib import Path

import polib


def main(template, *files):
    """Bring files up to the template and print how many texts of each are still to translate."""
    texts = polib.pofile(template)
    lacking = {}
    for path in map(Path, files):
        translations = polib.pofile(str(path)) if path.exists() else start(texts, path.stem)
        refresh(translations, texts)
        translations.save(str(path))
        lacking[path.stem] = len(unfinished(translations))
    print(json.dumps(lacking))


def start(texts, language):
    """The file of a new language, without texts."""
    translations = polib.POFile()
    translations.header = texts.header
    translations.metadata = texts.metadata | {'Language': language}
    return translations


def refresh(translations, texts):
    """Give a language the texts of the template, in its order: what is translated stays, new ones are empty."""
    known = {entry.msgid: entry for entry in translations if not entry.obsolete}
    translations[:] = [_renew(entry, known.get(entry.msgid)) for entry in texts]


def unfinished(translations):
    """The texts that a person has to look at: without translation, or with one that is marked as doubtful."""
    return [entry for entry in translations if not entry.obsolete and (not entry.msgstr or entry.fuzzy)]


def _renew(entry, known):
    """The text of the template with what the language knows of it."""
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
