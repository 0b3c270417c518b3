"""scripts/walk: how screens are distributed, what counts as a fault, and how page and console are read."""

import csv
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest

from frame import walk, walker
from frame.browser import Browser

OPTIONS = SimpleNamespace(screen='', people=None)


def open_page(browser, body):
    browser.prepare(walker.SCRIPT.read_text())
    browser.open(f'data:text/html,{body}')
    browser.wait_for("window.walk && document.readyState === 'complete'", "The page")


def test_only_what_nobody_has_seen_alike_is_walked_again():
    stages = ['Stages', 2, 'dealflow.stage', {'list': ['c', {}]}]
    deals = ['Deals', 1, 'dealflow.deal', {'list': ['a', {}], 'form': ['b', {'win': 'w', 'move': 'm'}]}]
    deals_of_reps = ['Deals', 1, 'dealflow.deal', {'list': ['a', {}], 'form': ['B', {'win': 'w', 'move': 'M'}]}]
    screens = {'admin': [deals, stages], 'rep': [deals_of_reps, stages], 'head': [deals_of_reps]}
    findings = walker.Findings()
    jobs = walk.plan(screens, 'demo', 'template', OPTIONS, findings)
    of_admin = [job for job in jobs if job.person == 'admin']
    assert sorted(screen for job in of_admin for screen in job.screens) == [
        ('Deals', 1, ['list', 'form']),
        ('Stages', 2, ['list']),
    ]
    assert [job.known for job in of_admin] == [set()] * len(of_admin)
    [of_rep] = [job for job in jobs if job.person != 'admin']
    # The form differs, so it is opened; of its buttons only the one that is offered under other conditions is pressed.
    assert (of_rep.role, of_rep.screens) == ('rep (demo)', [('Deals', 1, ['form'])])
    assert of_rep.known == {('dealflow.deal', 'form', 'win')}
    assert list(findings.alike) == [('rep (demo)', 'Stages'), ('head (demo)', 'Deals')]


def test_refusals_in_words_are_no_faults(capsys):
    findings = walker.Findings(refusals=[('rep (demo)', 'Deals', 'action_open_win', "Validation Error: No entity.")])
    assert walk.tell(findings) == 0
    assert "No entity." in capsys.readouterr().out


def test_faults_are_told_and_what_was_left_is_written(tmp_path, capsys):
    findings = walker.Findings(
        faults=[('rep (demo)', 'Deals', 'New', "Oops!")],
        left={('rep (demo)', 'Deals', 'Cog'): "the time is over"},
        alike={('rep (demo)', 'Stages'): "as for admin"},
    )
    assert walk.tell(findings, tmp_path / 'left.csv') == 1
    assert "Oops!" in capsys.readouterr().err
    with (tmp_path / 'left.csv').open(newline='') as table:
        assert [(row['screen'], row['button'], row['reason']) for row in csv.DictReader(table, delimiter=';')] == [
            ('Deals', 'Cog', "the time is over"),
            ('Stages', 'all', "as for admin"),
        ]


def test_browser_hands_over_what_the_console_complains_about(tmp_path):
    with Browser(400, 300) as browser:
        browser.open('data:text/html,<button name="action_win">Win</button>')
        browser.evaluate("console.error('no such field')")
        assert browser.take_errors() == ["no such field"]
        assert browser.take_errors() == []
        browser.take_picture(tmp_path / 'page.png')
        assert (tmp_path / 'page.png').read_bytes().startswith(b'\x89PNG')


def test_first_of_several_errors_is_told():
    with Browser(400, 300) as browser:
        open_page(browser, '')
        browser.evaluate("void Promise.reject(new Error('in the end', {cause: new Error('record 3 is gone')}))")
        browser.evaluate("walk.sleep(50)")
        assert any(error.startswith("the cause: Error: record 3 is gone") for error in browser.take_errors())


def test_buttons_of_a_page_are_found_and_pressed():
    with Browser(400, 300) as browser:
        open_page(
            browser,
            '<div class="o_action_manager">'
            '<button name="action_win" onclick="this.remove()">Win</button>'
            '<button name="hidden" hidden>No</button>'
            '<div class="o_view_sample_data"><div class="o_renderer"><button name="invented">Row</button></div></div>'
            '</div>',
        )
        assert browser.evaluate("walk.buttons()") == [{'name': 'action_win', 'words': 'Win'}]
        assert browser.evaluate("walk.press('action_win')")
        assert browser.evaluate("walk.buttons()") == []


class SlowAnswers(BaseHTTPRequestHandler):
    """A page, and a script that takes longer than an idle page is watched for."""

    def do_GET(self):
        is_script = self.path.endswith('.js')
        time.sleep(0.6 if is_script else 0)
        self.send_response(200)
        self.send_header('Content-Type', 'text/javascript' if is_script else 'text/html')
        self.end_headers()
        self.wfile.write(b'window.answered += 1' if is_script else b'<body></body>')

    def log_message(self, *words):
        pass


@pytest.fixture
def slow_address():
    with ThreadingHTTPServer(('127.0.0.1', 0), SlowAnswers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f'http://127.0.0.1:{server.server_port}'
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    'begin',
    [
        "fetch(address).then((answer) => answer.text()).then(eval)",
        "(() => { const request = new XMLHttpRequest(); request.open('GET', address);"
        "request.addEventListener('load', () => eval(request.responseText)); request.send(); })()",
        "document.body.append(Object.assign(document.createElement('script'), {src: address}))",
    ],
    ids=['fetch', 'request', 'script'],
)
def test_rest_comes_when_what_was_begun_is_done(slow_address, begin):
    with Browser(400, 300) as browser:
        browser.prepare(walker.SCRIPT.read_text())
        browser.open(slow_address)
        browser.wait_for("window.walk && document.readyState === 'complete'", "The page")
        browser.evaluate(f"window.answered = 0; var address = '{slow_address}/slow.js'; void {begin}; 0")
        browser.evaluate("walk.rest()")
        assert browser.evaluate("window.answered") == 1


def test_what_is_demanded_and_empty_is_named():
    with Browser(400, 300) as browser:
        open_page(
            browser,
            '<div class="o_action_manager">'
            '<div class="o_field_widget o_field_invalid" name="funnel_id"><input></div>'
            '<div class="o_field_widget o_field_invalid" name="name"><input value="Bid"></div>'
            '<label class="o_field_invalid">Funnel</label></div>',
        )
        assert browser.evaluate("walk.unfilled()") == ['funnel_id']
