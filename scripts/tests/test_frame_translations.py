"""Language files are updated from the terms of the module and keep existing translations."""

import subprocess

import polib
import pytest

from frame import locks, paths, translations
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
    translations.refresh(language, catalogue('Claim', 'Deal'))
    assert [(entry.msgid, entry.msgstr) for entry in language] == [('Claim', ''), ('Deal', 'Сделка')]
    assert [entry.occurrences for entry in language] == [[('code:new', '0')]] * 2


def test_what_translators_noted_is_kept():
    language = catalogue(Deal='Сделка')
    language[0].flags.append('fuzzy')
    language[0].tcomment = "not «дело»"
    translations.refresh(language, catalogue('Deal'))
    assert (language[0].flags, language[0].tcomment) == (['fuzzy'], "not «дело»")


def test_empty_and_doubtful_texts_are_unfinished():
    language = catalogue('New', Deal='Сделка', Claim='Жалоба')
    language.find('Claim').flags.append('fuzzy')
    assert [entry.msgid for entry in translations.unfinished(language)] == ['New', 'Claim']


def test_files_are_refreshed_and_begun(tmp_path, monkeypatch):
    template, russian, german = (tmp_path / name for name in ('dealflow.pot', 'ru.po', 'de.po'))
    catalogue('Claim', 'Deal').save(str(template))
    catalogue(Deal='Сделка').save(str(russian))
    monkeypatch.setattr(translations, 'TEMPLATE', template)
    assert [translations.update(path) for path in (russian, german)] == [1, 2]
    assert polib.pofile(str(russian)).find('Deal').msgstr == 'Сделка'
    assert polib.pofile(str(german)).metadata['Language'] == 'de'
    before = russian.read_text(), german.read_text()
    assert [translations.update(path) for path in (russian, german)] == [1, 2]
    assert (russian.read_text(), german.read_text()) == before, "a second time changes nothing"


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
    lacking = {'ru': 0}
    translations.refuse([], lacking)
    assert translations.report(lacking) == []


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
