"""Language files are updated from the terms of the module and keep existing translations."""

import json
import subprocess
import sys

import polib
import pytest

from frame import locks, paths, po_files, translations
from frame.errors import FrameError


def catalogue(*texts, **translated):
    """Return a catalogue with untranslated and translated terms."""
    found = polib.POFile()
    found.metadata = {'Content-Type': 'text/plain; charset=UTF-8'}
    found.extend(polib.POEntry(msgid=text, occurrences=[('code:new', '0')]) for text in texts)
    found.extend(
        polib.POEntry(msgid=text, msgstr=words, occurrences=[('code:old', '0')]) for text, words in translated.items()
    )
    return found


def test_new_texts_are_empty_and_gone_ones_are_removed():
    language = catalogue(Deal='Сделка', Gone='Было')
    language.append(polib.POEntry(msgid='Long gone', msgstr='Давно', obsolete=True))
    po_files.refresh(language, catalogue('Claim', 'Deal'))
    assert [(entry.msgid, entry.msgstr) for entry in language] == [('Claim', ''), ('Deal', 'Сделка')]
    assert [entry.occurrences for entry in language] == [[('code:new', '0')]] * 2


def test_what_translators_noted_is_kept():
    language = catalogue(Deal='Сделка')
    language[0].flags.append('fuzzy')
    language[0].tcomment = "not «дело»"
    po_files.refresh(language, catalogue('Deal'))
    assert (language[0].flags, language[0].tcomment) == (['fuzzy'], "not «дело»")


def test_empty_and_doubtful_texts_are_unfinished():
    language = catalogue('New', Deal='Сделка', Claim='Жалоба')
    language.find('Claim').flags.append('fuzzy')
    assert [entry.msgid for entry in po_files.unfinished(language)] == ['New', 'Claim']


def test_program_refreshes_and_begins_languages(tmp_path):
    template, russian, german = (tmp_path / name for name in ('dealflow.pot', 'ru.po', 'de.po'))
    catalogue('Claim', 'Deal').save(str(template))
    catalogue(Deal='Сделка').save(str(russian))
    done = subprocess.run(
        [sys.executable, po_files.__file__, template, russian, german], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == {'ru': 1, 'de': 2}
    assert polib.pofile(str(russian)).find('Deal').msgstr == 'Сделка'
    assert polib.pofile(str(german)).metadata['Language'] == 'de'


def test_a_second_refresh_changes_nothing(tmp_path):
    template, russian = tmp_path / 'dealflow.pot', tmp_path / 'ru.po'
    catalogue('Claim', 'Deal').save(str(template))
    catalogue(Deal='Сделка').save(str(russian))
    contents = []
    for _ in range(2):
        subprocess.run([sys.executable, po_files.__file__, template, russian], capture_output=True, check=True)
        contents.append(russian.read_text())
    assert contents[0] == contents[1]


def test_languages_with_missing_texts_are_told():
    assert translations.report({'ru': 3, 'uk': 0}) == ["i18n/ru.po: 3 texts to translate"]


@pytest.mark.parametrize(
    ('changed', 'lacking', 'complaint'),
    [
        (['dealflow.pot'], {'ru': 0}, 'Out of date in i18n/: dealflow.pot'),
        ([], {'ru': 3, 'uk': 0}, 'Not all texts are translated: ru'),
    ],
)
def test_check_refuses_what_is_not_finished(changed, lacking, complaint):
    with pytest.raises(FrameError, match=complaint):
        translations.refuse([translations.FOLDER / name for name in changed], lacking)


def test_check_is_content_with_finished_files():
    translations.refuse([], {'ru': 0})


def test_two_at_once_wait_for_each_other():
    """Two commands wait for each other, because they share a database and write the same files."""
    with locks.take(translations.DATABASE):
        command = [paths.CHECKOUT / 'scripts' / 'i18n', '--check']
        waiting = subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            said = next((line for line in waiting.stdout if translations.DATABASE in line), '')
        finally:
            waiting.terminate()
            waiting.wait()
            waiting.stdout.close()
    assert 'Another command is at work' in said
