import re
from pathlib import Path
from tempfile import TemporaryDirectory

from lxml import etree

from odoo.tests import BaseCase, HttpCase, tagged

# What scripts have, and expressions of OWL templates do not: there it is undefined, and fails when it is called.
GLOBALS = re.compile(
    r'\b(Number|String|Boolean|BigInt|JSON|Intl|parseInt|parseFloat|isNaN|document|luxon|browser)\b[.(]'
)
STATIC = Path(__file__).parents[1] / 'static'


def get_untested_folders(static):
    """Return the folders of ``static/src`` without a test file of the same name in ``static/tests``."""
    folders = {path.name for path in (static / 'src').iterdir() if path.is_dir()}
    return folders - {path.name.removesuffix('.test.js') for path in (static / 'tests').glob('*.test.js')}


class JsCommon(HttpCase):
    """Run the unit tests of our JavaScript (``static/tests/*.test.js``)."""

    def run_suite(self, preset):
        self.browser_js(
            f'/web/tests?headless&loglevel=2&preset={preset}&timeout=15000&id={self._get_suite_id("@dealflow")}',
            '',
            '',
            login='admin',
            timeout=600,
            success_signal='[HOOT] Test suite succeeded',
            error_checker=lambda message: '[HOOT]' not in message,
        )

    @staticmethod
    def _get_suite_id(name):
        """Return the id of a suite in the browser's test runner: a 32-bit hash of its name."""
        value = 0
        for char in name:
            value = (value * 31 + ord(char)) & 0xFFFFFFFF
        return f'{value:08x}'


@tagged('post_install', '-at_install')
class TestJsDesktop(JsCommon):
    def test_desktop(self):
        self.run_suite('desktop')


@tagged('post_install', '-at_install')
class TestJsMobile(JsCommon):
    browser_size = '375x667'
    touch_enabled = True

    def test_mobile(self):
        self.run_suite('mobile&tag=-headless')


@tagged('post_install', '-at_install')
class TestJsFiles(BaseCase):
    """Each component has its unit tests."""

    def test_templates_use_what_they_have(self):
        found = [
            f"{path.relative_to(STATIC)}: {name}={value}"
            for path in sorted(STATIC.rglob('*.xml'))
            for node in etree.parse(path).iter(etree.Element)
            for name, value in node.attrib.items()
            if name.startswith('t-') and GLOBALS.search(value)
        ]
        self.assertEqual(found, [], "call a method of the component")
        self.assertTrue(GLOBALS.search("(ev) => this.state.id = Number(ev.target.value)"))

    def test_every_folder_has_its_tests(self):
        self.assertEqual(get_untested_folders(STATIC), set())

    def test_folder_of_tomorrow_is_noticed(self):
        with TemporaryDirectory() as folder:
            static = Path(folder)
            for name in ('src/tested', 'src/forgotten', 'tests'):
                (static / name).mkdir(parents=True)
            (static / 'tests' / 'tested.test.js').touch()
            self.assertEqual(get_untested_folders(static), {'forgotten'})
