from odoo.tests import HttpCase, tagged


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
