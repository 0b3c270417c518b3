"""scripts/walk: what counts as a fault, and what the page and its console say."""

import csv

from frame import walk
from frame.browser import Browser


def test_refusals_in_words_are_no_faults(capsys):
    findings = walk.Findings(refusals=[('rep (demo)', 'Deals', 'action_open_win', "Validation Error: No entity.")])
    assert walk.tell(findings) == 0
    assert "No entity." in capsys.readouterr().out


def test_faults_are_told_and_what_was_left_is_written(tmp_path, capsys):
    findings = walk.Findings(
        faults=[('rep (demo)', 'Deals', 'New', "Oops!")], left={('rep (demo)', 'Deals', 'Cog'): "the time is over"}
    )
    assert walk.tell(findings, tmp_path / 'left.csv') == 1
    assert "Oops!" in capsys.readouterr().err
    with (tmp_path / 'left.csv').open(newline='') as table:
        assert list(csv.DictReader(table, delimiter=';'))[0]['reason'] == "the time is over"


def test_browser_hands_over_what_the_console_complains_about(tmp_path):
    with Browser(400, 300) as browser:
        browser.open('data:text/html,<button name="action_win">Win</button>')
        browser.evaluate("console.error('no such field')")
        assert browser.take_errors() == ["no such field"]
        assert browser.take_errors() == []
        browser.take_picture(tmp_path / 'page.png')
        assert (tmp_path / 'page.png').read_bytes().startswith(b'\x89PNG')


def test_buttons_of_a_page_are_found_and_pressed():
    with Browser(400, 300) as browser:
        browser.open(
            'data:text/html,<div class="o_action_manager">'
            '<button name="action_win" onclick="this.remove()">Win</button>'
            '<button name="hidden" hidden>No</button></div>'
        )
        browser.evaluate(f"({walk.SCRIPT.read_text().rstrip().rstrip(';')})()")
        assert browser.evaluate("walk.buttons()") == [{'name': 'action_win', 'words': 'Win'}]
        assert browser.evaluate("walk.press('action_win')")
        assert browser.evaluate("walk.buttons()") == []
