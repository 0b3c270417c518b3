"""Records the result of each Odoo test, which Odoo itself only counts. Used inside Odoo's processes."""

import time
from collections import Counter
from unittest import SkipTest

from odoo.tests import loader
from odoo.tests.case import TestCase, _SubTest
from odoo.tests.common import HttpCase
from odoo.tests.result import OdooTestResult
from odoo.tests.suite import OdooSuite

from frame.outcomes import BROWSER_LEFT_OUT, TIME_LEFT_OUT, module_of

# Result of each test, by test tag; for a class whose setup failed, by Odoo's description of it.
outcomes = {}


def name_of(test):
    """Return the test tag that selects the test; for a failure outside of tests, Odoo's description."""
    while isinstance(test, _SubTest):
        test = test.test_case
    return test.canonical_tag if isinstance(test, TestCase) else test.id()


class Recorder(OdooTestResult):
    """A test result that is written to the outcomes."""

    def startTest(self, test):
        super().startTest(test)
        outcomes.setdefault(name_of(test), {})['outcome'] = 'passed'

    def stopTest(self, test):
        super().stopTest(test)
        outcomes[name_of(test)]['seconds'] = round(time.time() - self.time_start, 2)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        outcomes.setdefault(name_of(test), {}).update(outcome='skipped', reason=reason)

    def logError(self, flavour, test, error):
        super().logError(flavour, test, error)
        part = test._subDescription() if isinstance(test, _SubTest) else ''
        outcomes.setdefault(name_of(test), {})['outcome'] = 'failed'
        failures = outcomes[name_of(test)].setdefault('failures', {})
        failures[part] = self._exc_info_to_string(error, test).strip()


class LimitedSuite(OdooSuite):
    """A suite that skips the remaining tests of a module once they have used up their time, and records each one."""

    limit = None
    spent = Counter()

    def __iter__(self):
        for test in super().__iter__():
            module = module_of(name_of(test))
            if self.limit and self.spent[module] > self.limit:
                outcomes[name_of(test)] = {'outcome': 'skipped', 'reason': TIME_LEFT_OUT}
                continue
            # Tests freeze the other clocks.
            start = time.clock_gettime(time.CLOCK_MONOTONIC)
            # Measured until the next test is requested, so that the setup of its class counts too.
            yield test
            self.spent[module] += time.clock_gettime(time.CLOCK_MONOTONIC) - start


def leave_out_browser(*_arguments, **_options):
    """Skip the test; replaces the method that drives a browser."""
    raise SkipTest(BROWSER_LEFT_OUT)


def record(browser=True, seconds=None):
    """Make Odoo record the results of the tests that it runs from now on, and the tests it intended to run.

    :param browser: whether to run browser tests; otherwise they are skipped when they start the browser
    :param seconds: time after which no further test of the same module is started
    """
    make_suite = loader.make_suite
    if not browser:
        HttpCase.browser_js = leave_out_browser
    LimitedSuite.limit = seconds
    loader.OdooSuite = LimitedSuite

    def make_known_suite(module_names, position='at_install'):
        suite = make_suite(module_names, position)
        for test in suite:
            outcomes.setdefault(name_of(test), {'outcome': 'not run', 'position': position})
        return suite

    loader.OdooTestResult = Recorder
    loader.make_suite = make_known_suite
