"""Runs tests of Odoo inside Odoo's shell and writes down what became of each.

While a module is installed, Odoo runs its tests before later modules are there: only from the shell do those tests
meet the complete registry. ``DEALFLOW_UPSTREAM`` holds the settings as JSON: the ``modules`` and ``tags`` that choose
the tests, ``linted``, the only module whose files test_lint shall read, if any, and ``outcomes``, the file to write.
"""

import json
import os
import time

from odoo.modules import Manifest
from odoo.tests import loader, shell
from odoo.tests.case import TestCase, _SubTest
from odoo.tests.result import OdooTestResult
from odoo.tools import config

settings = json.loads(os.environ['DEALFLOW_UPSTREAM'])
outcomes = {}


def name_of(test):
    """What chooses a test on Odoo's command line; for a failure outside of tests, Odoo's words."""
    while isinstance(test, _SubTest):
        test = test.test_case
    return test.canonical_tag if isinstance(test, TestCase) else test.id()


class Recorder(OdooTestResult):
    """A result that keeps what became of each test, which Odoo's own only counts."""

    def startTest(self, test):
        super().startTest(test)
        outcomes[name_of(test)] = {'outcome': 'passed'}

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


def lint_only(name):
    """Let test_lint, which reads the files of all modules, read those of one module, or none."""
    manifests = [manifest for manifest in Manifest.all_addon_manifests() if manifest.name == name]
    Manifest.all_addon_manifests = staticmethod(lambda: manifests)
    for manifest in manifests:
        config.root_path = manifest.path


loader.OdooTestResult = Recorder
config['test_tags'] = settings['tags']
for position in ('at_install', 'post_install'):
    for test in loader.make_suite(settings['modules'], position):
        outcomes[name_of(test)] = {'outcome': 'not run'}
if 'linted' in settings:
    lint_only(settings['linted'])
shell.run_tests(env, settings['tags'], modules=settings['modules'])  # noqa: F821 (the shell provides env)
with open(settings['outcomes'], 'w') as file:
    json.dump(outcomes, file)
