"""scripts/axe: the browser, which findings count as ours, and the list of screens."""

import json
import re

import pytest

from frame import axe, screens
from frame.browser import Browser
from frame.errors import FrameError
from frame.paths import CHECKOUT

PAGE = """data:text/html,<body><div class='o_action_manager'>
    <span id='near' class='o_dealflow_part' role='button'>Open</span>
    <div class='o_field_tags'><a id='odoo' role='button'>Remove</a></div>
    <button id='reached' onclick='document.title = "clicked"'>Reached</button>
</div></body>"""


def finding(**values):
    return axe.Finding(
        **{
            'screen': "Deal",
            'rule': 'label',
            'impact': 'critical',
            'help': "Name it",
            'html': '<input>',
            'way': 'div > input',
            'is_of_odoo': False,
        }
        | values
    )


@pytest.fixture(scope='module')
def page():
    with Browser() as browser:
        browser.open(PAGE.replace('\n', ''))
        browser.wait_for("document.getElementById('reached')", "The page")
        yield browser


def test_key_reaches_the_page(page):
    page.evaluate("document.getElementById('reached').focus()")
    page.press('Enter')
    page.wait_for("document.title === 'clicked'", "The click")
    assert page.evaluate("document.activeElement.id") == 'reached'


def test_script_that_fails_is_told(page):
    with pytest.raises(FrameError, match='no such thing'):
        page.evaluate("Promise.reject(new Error('no such thing'))")


def test_what_tab_does_not_reach_is_found(page):
    page.evaluate("window.axe = {run: async () => ({violations: []})}; 0")
    found = json.loads(page.evaluate(f"({axe.SCRIPT.read_text().rstrip(chr(10) + ';')})('.o_field_tags')"))
    assert [(one['rule'], one['way'].split(' > ')[-1], one['is_of_odoo']) for one in found] == [
        ('keyboard', 'span.o_dealflow_part', False),
        ('keyboard', 'a', True),
    ]


def test_only_what_is_ours_and_grave_fails(capsys):
    assert axe.tell([finding()], set()) == 1
    assert 'label 1' in capsys.readouterr().err
    assert axe.tell([finding()], {finding(screen="Opportunity").kind}) == 0
    assert axe.tell([finding(is_of_odoo=True)], set()) == 0
    assert axe.tell([finding(impact='moderate')], set()) == 0


def test_contrast_is_known_by_its_colors():
    def contrast(way, foreground):
        why = f'(foreground color: {foreground}, background color: #ffffff)'
        return finding(rule='color-contrast', way=way, why=why)

    assert contrast('p', '#757a7f').kind == contrast('td', '#757a7f').kind
    assert contrast('p', '#757a7f').kind != contrast('p', '#b6b9bc').kind


def test_screens_are_of_the_module():
    """A renamed action or demo record fails here, instead of after minutes in a browser."""
    source = '\n'.join(path.read_text() for path in CHECKOUT.rglob('*.xml'))
    declared = set(re.findall(r'<record\s+id="(\w+)"', source))
    named = {name for screen in (*screens.OURS, *screens.ODOO) for name in (screen.action, screen.record)}
    assert not {name for name in named if name.startswith('dealflow.')} - {f'dealflow.{name}' for name in declared}


def test_unknown_screen_is_an_error():
    with pytest.raises(FrameError, match='Sales funnel'):
        axe.main(['--only', 'no such screen'])
