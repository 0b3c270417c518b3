"""scripts/test-upstream: Odoo's own tests, with Dealflow installed and without."""

import argparse
import json
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

from frame import machine
from frame.console import indented, say, step
from frame.databases import Databases, complaint
from frame.errors import FrameError
from frame.locks import only_one
from frame.outcomes import has_failed, module_of, take_second
from frame.paths import CHECKOUT, MODULE
from frame.processes import undisturbed
from frame.workbench import Workbench, last_words

WITHOUT, WITH = f'{MODULE}_upstream_without', f'{MODULE}_upstream_with'
RUNNER = Path(__file__).with_name('upstream_runner.py')
KNOWN = CHECKOUT / 'scripts' / 'upstream-failures.json'
# Modules whose tests also run although ours does not depend on them.
ALSO_INSTALLED = ['contacts']
# Odoo's test tags without the leading slash: a module, or a file or class of its tests.
DEFAULT = [
    'crm',
    'sale_crm',
    'sales_team',
    'calendar',
    'mass_mailing',
    'contacts',
    'base/tests/test_res_partner.py',
    'base/tests/test_res_partner_bank.py',
    'base/tests/test_res_partner_merge.py',
    'account/tests/test_account_partner.py',
    'account/tests/test_res_partner_merge.py',
    'account/tests/test_account_bank_statement.py',
    'account/tests/test_duplicate_res_partner_bank.py',
    'web:TestMenusAdminLight',
    'web:TestMenusDemoLight',
]
# In test_lint, the tests of modules; test_checkers tests the checkers themselves.
LINT = '/test_lint,-/test_lint/tests/test_checkers.py'
LINT_OF_FILES = '/test_lint/tests/test_pylint.py'
# Odoo's click-everywhere robot in our menus.
CLICK_EVERYWHERE = f'click_all/{MODULE}'


def main(arguments):
    """Run the tests in both databases and return 1 when one fails only because of the module."""
    options = parse(arguments)
    machine.need_browser()
    machine.need_pdf_printer(required=True)
    with only_one(WITH), Workbench.prepare() as bench, tempfile.TemporaryDirectory() as folder:
        databases = Databases(bench)
        try:
            make(databases, options.keep)
            suite = Suite(bench, Path(folder), options.modules or DEFAULT, whole=not options.modules)
            known = {side: causes(entries) for side, entries in json.loads(KNOWN.read_text()).items()}
            comparison = Comparison(
                suite.run(WITHOUT, listed=known['without']),
                suite.run(WITH, listed=known['without'] | known['with']),
                known,
            )
        finally:
            if not options.keep:
                with undisturbed():
                    databases.drop(WITHOUT)
                    databases.drop(WITH)
    if options.json:
        options.json.write_text(json.dumps(comparison.as_data(), indent=2))
    say(comparison.describe())
    return 1 if comparison.new_failures() else 0


def parse(arguments):
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        prog='scripts/test-upstream',
        description="Run Odoo's own tests in two databases, one with Odoo's modules only and one with Dealflow on top, "
        "and compare. Fails when a test passes without Dealflow and fails with it.",
    )
    parser.add_argument(
        '--modules',
        nargs='+',
        metavar='MODULE',
        help="run these modules' tests instead of the usual ones; also parts of them, as module:TestClass or "
        "module:TestClass.test_method",
    )
    parser.add_argument('--keep', action='store_true', help="keep both databases, and use those kept before")
    parser.add_argument('--json', type=Path, metavar='FILE', help="also write the outcome of every test into this file")
    return parser.parse_args(arguments)


def make(databases, keep):
    """Create both databases without demo data: tests of crm delete all opportunities, which our deals would prevent."""
    if not keep or not databases.exists(WITHOUT):
        with step("Making a database with Odoo's modules only"):
            databases.copy(databases.template(demo=False), WITHOUT)
            databases.install_addons(WITHOUT, ALSO_INSTALLED)
        databases.drop(WITH)
        databases.build_assets(WITHOUT)
    if not databases.exists(WITH):
        with step("Making a database with Dealflow on top"):
            databases.copy(WITHOUT, WITH)
            found = databases.install_module(WITH, demo=False)
        if found:
            raise FrameError(complaint("The module was installed", found))
    elif not databases.is_current(WITH):
        with step("Upgrading the database with Dealflow"):
            databases.upgrade(WITH)
    databases.build_assets(WITH)


class Suite:
    """A selection of Odoo's tests.

    :param folder: a folder for files
    :param chosen: modules or parts of them
    :param whole: also run Odoo's test_lint on the files of our module, and Odoo's robot on its menus
    :param left_out: which tests to leave out, in the format of test_recorder
    """

    def __init__(self, bench, folder, chosen, whole, left_out=None):
        self.bench = bench
        self.folder = folder
        self.chosen = chosen
        self.whole = whole
        self.left_out = left_out or {}

    def run(self, database, listed):
        """Run all tests in a database and return the result of each, by test tag.

        :param listed: tests known to fail
        """
        with step(f"Running Odoo's tests in {database} (log: {self._log(database)})"):
            outcomes = self._run(database, [f'/{chosen}' for chosen in self.chosen])
            self.try_again(database, outcomes, listed)
            if self.whole and database == WITH:
                outcomes |= self._run(database, [CLICK_EVERYWHERE])
                outcomes |= self._run(database, [LINT], linted=MODULE)
            elif self.whole:
                outcomes |= self._run(database, [f'{LINT},-{LINT_OF_FILES}'], linted=None)
        return outcomes

    def try_again(self, database, outcomes, listed):
        """Run unlisted failures once more: browser tests may fail on a busy machine."""
        failed = [tag for tag, outcome in outcomes.items() if has_failed(outcome) and tag not in listed]
        tests = [tag for tag in failed if tag.startswith('/')]
        if not tests:
            return
        take_second(outcomes, failed, self._run(database, tests))

    def _log(self, database):
        """Return the file for Odoo's log."""
        return self.bench.log_file(f'{database}-tests')

    def _run(self, database, tags, **settings):
        """Run the matching tests; return the result of each."""
        outcomes = self.folder / 'outcomes.json'
        outcomes.unlink(missing_ok=True)
        log = self._log(database)
        settings |= {
            'tags': ','.join(tags),
            'modules': sorted({module_of(tag) for tag in tags}),
            'outcomes': str(outcomes),
            'left out': self.left_out,
        }
        variables = self.bench.environment()
        variables = {
            'DEALFLOW_UPSTREAM': json.dumps(settings),
            'PYTHONPATH': f'{variables["PYTHONPATH"]}{os.pathsep}{CHECKOUT / "scripts"}',
            # test_lint runs the program pylint.
            'PATH': f'{Path(sys.executable).parent}:{variables["PATH"]}',
        }
        # Port 0 is any free port.
        odoo = {'logfile': log, 'http_enable': True, 'http_port': 0, 'limit_memory_hard': 0}
        odoo['screenshots'] = log.with_suffix('')
        done = self.bench.shell(database, RUNNER.read_text(), variables, capture=True, **odoo)
        if not outcomes.exists():
            raise FrameError(
                f"Odoo's tests did not come to their end (code {done.returncode}):\n"
                f"{indented(done.stderr.splitlines()[-15:] or last_words(log))}\nThe whole log: {log}"
            )
        return json.loads(outcomes.read_text())


class Comparison:
    """Test results without the module and with it.

    :param known: the causes of known failures by test, under ``without`` and ``with``
    """

    def __init__(self, without, with_module, known):
        self.without = without
        self.with_module = with_module
        self.known_without = known['without']
        self.known_with = known['with']

    def failures_without(self):
        """Return the tests that fail without the module."""
        return [tag for tag, outcome in self.without.items() if has_failed(outcome)]

    def failures_because_of_module(self):
        """Return the tests that fail with the module and pass without it, or fail in other parts without it."""
        return [
            tag
            for tag, outcome in self.with_module.items()
            if has_failed(outcome) and not _parts(outcome) <= _parts(self.without.get(tag, {}))
        ]

    def new_failures(self):
        """Return those of them without a listed reason."""
        return [tag for tag in self.failures_because_of_module() if tag not in self.known_with]

    def outdated(self):
        """Return listed failures that have passed."""
        return [
            tag
            for known, outcomes in ((self.known_without, self.without), (self.known_with, self.with_module))
            for tag in known
            if tag in outcomes and not has_failed(outcomes[tag])
        ]

    def as_data(self):
        """Return everything as data for another program."""
        return {
            'counts': {'without': count(self.without), 'with': count(self.with_module)},
            'new_failures': self.new_failures(),
            'without': self.without,
            'with': self.with_module,
        }

    def describe(self):
        """Return the summary as text."""
        lines = [f"{'':12}{'without':>10}{'with':>10}"]
        counts = count(self.without), count(self.with_module)
        lines += [f'{outcome:12}{counts[0][outcome]:>10,}{counts[1][outcome]:>10,}' for outcome in counts[0]]
        listed = [tag for tag in self.failures_without() if tag in self.known_without]
        lines.append(f"Failures without Dealflow whose cause is listed: {len(listed)}")
        lines += self._chapter(
            "Failures without Dealflow that are not listed",
            [tag for tag in self.failures_without() if tag not in self.known_without],
            self.without,
        )
        lines += self._chapter("Listed failures that came out well", self.outdated())
        lines += self._chapter(
            "Passed with Dealflow when run once more",
            [tag for tag, outcome in self.with_module.items() if 'first attempt' in outcome],
        )
        reasons = [
            f'{tag}\n    {self.known_with[tag]}' for tag in self.failures_because_of_module() if tag in self.known_with
        ]
        lines += self._chapter("Failures with Dealflow for which a reason is listed", reasons)
        lines += self._chapter("New failures with Dealflow", self.new_failures(), self.with_module)
        if not self.new_failures():
            lines.append("No new failure.")
        return '\n'.join(lines)

    def _chapter(self, title, tags, outcomes=None):
        """Return a heading with the number of tests, and the tests below it with the last line of their failures."""
        if not tags:
            return []
        lines = [f'{title}: {len(tags)}']
        for tag in tags:
            lines.append(indented(tag.splitlines()))
            errors = (outcomes or {}).get(tag, {}).get('failures', {})
            lines += [f'        {part} {error.splitlines()[-1]}' for part, error in list(errors.items())[:5]]
        return lines


def causes(entries):
    """Return the causes by test, from a list of causes with their tests."""
    return {test: entry['cause'] for entry in entries for test in entry['tests']}


def _parts(outcome):
    """Return the failed parts of a test; a test without parts counts as one."""
    if not outcome or not has_failed(outcome):
        return set()
    return set(outcome.get('failures', ['']))


def count(outcomes):
    """Return the number of tests by result."""
    counter = Counter(outcome['outcome'] for outcome in outcomes.values())
    return {outcome: counter[outcome] for outcome in ('passed', 'failed', 'skipped', 'not run')}
