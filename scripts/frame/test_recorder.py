"""Keeps what became of each of Odoo's tests, which Odoo itself only counts. Used inside Odoo's processes."""

import time

from odoo.tests import loader
from odoo.tests.case import TestCase, _SubTest
from odoo.tests.result import OdooTestResult

# What became of each test, by its test tag; of a class that could not be set up, by Odoo's words for it.
outcomes = {}


def name_of(test):
    """What chooses a test on Odoo's command line; for a failure outside of tests, Odoo's words."""
    while isinstance(test, _SubTest):
        test = test.test_case
    return test.canonical_tag if isinstance(test, TestCase) else test.id()


class Recorder(OdooTestResult):
    """A result that writes into the outcomes."""

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


def record():
    """Let Odoo write what becomes of the tests that it runs from now on, and which it was about to run."""
    make_suite = loader.make_suite

    def make_known_suite(module_names, position='at_install'):
        suite = make_suite(module_names, position)
        for test in suite:
            outcomes.setdefault(name_of(test), {'outcome': 'not run', 'position': position})
        return suite

    loader.OdooTestResult = Recorder
    loader.make_suite = make_known_suite
