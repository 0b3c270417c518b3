"""scripts/test-guests: Dealflow next to Odoo apps and OCA addons, installed in either order."""

import argparse
import ast
import json
import re
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from frame import guest_table, guests, machine
from frame.console import indented, say, step
from frame.databases import Databases, complaint, dependencies
from frame.errors import FrameError
from frame.guest_table import Row
from frame.locks import only_one
from frame.outcomes import BROWSER_LEFT_OUT, TIME_LEFT_OUT, has_failed, module_of, take_second
from frame.paths import CHECKOUT, MODULE, addons_folder
from frame.processes import undisturbed
from frame.test_upstream import KNOWN, Comparison, Suite, causes
from frame.workbench import Workbench, last_words, result

INSTALLER = Path(__file__).with_name('guest_installer.py')
SCREENS = Path(__file__).with_name('guest_screens.py')
WEB_CLIENT = CHECKOUT / 'tests' / 'web_client.py'
ROLES = CHECKOUT / 'tests' / 'screens_common.py'
# Without Dealflow, its users get Odoo's groups for the same work.
SALES = 'sales_team.group_sale_salesman_all_leads'
LOADING = re.compile(r'odoo\.modules\.loading: Loading module (\w+) \(')
UNABLE = re.compile(r'[Uu]nable to install module "(\w+)"')

TITLES = {'odoo': "Apps of Odoo", 'oca': "Addons of OCA"}


def main(arguments):
    """Install the guests, open the screens, run their tests; return 1 when something fails only with the module."""
    options = parse(arguments)
    machine.need_browser()
    machine.need_pdf_printer(required=True)
    code = 0
    with Workbench.prepare() as bench, tempfile.TemporaryDirectory() as folder:
        for kind in options.kinds:
            with only_one(f'{MODULE}_guests_{kind}'):
                code |= meet(bench, Path(folder), kind, options)
    return code


def meet(bench, folder, kind, options):
    """Test the guests of a kind with the module and report; return 1 when something fails only with the module."""
    names = choose(kind, bench, options.only)
    if not names:
        return 0
    party = Party(bench, folder, kind, names, choose_tests(options), options.only_tests)
    try:
        party.meet()
    finally:
        if not options.keep:
            with undisturbed():
                party.leave()
    return report(party, options)


def parse(arguments):
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        prog='scripts/test-guests',
        description="Install apps of Odoo and addons of OCA in databases with Dealflow, before it and after it, open "
        "partners, opportunities, orders, invoices and events as people of every role, and run the guests' own tests. "
        "Fails on what only Dealflow breaks, and brings the tables of docs/guests.md up to date.",
    )
    parser.add_argument('--odoo', action='store_true', help="apps of Odoo's Community (both kinds when none is named)")
    parser.add_argument('--oca', action='store_true', help="the addons of OCA in scripts/requirements-guests.txt")
    parser.add_argument('--only', nargs='+', metavar='NAME', help="only these guests, and what they depend on")
    tests = parser.add_mutually_exclusive_group()
    tests.add_argument('--no-tests', action='store_true', help="leave out the guests' own tests, which take hours")
    tests.add_argument('--only-tests', action='store_true', help="run them and do nothing else")
    parser.add_argument('--no-browser', action='store_true', help="leave out those of them that drive a browser")
    parser.add_argument(
        '--minutes',
        type=float,
        help="begin no further test of a guest whose tests have taken so long; the table says so",
    )
    parser.add_argument('--keep', action='store_true', help="keep the databases to look into them")
    parser.add_argument('--json', type=Path, metavar='FOLDER', help="also write all outcomes into this folder")
    options = parser.parse_args(arguments)
    options.kinds = [kind for kind in TITLES if getattr(options, kind)] or list(TITLES)
    return options


def choose_tests(options):
    """Return which of the guests' own tests to run, in the format of the recorder; ``None`` for no tests."""
    if options.no_tests:
        return None
    return {'browser': not options.no_browser, 'seconds': options.minutes and options.minutes * 60}


def choose(kind, bench, only=None):
    """Return the names of the guests of a kind; OCA addons are downloaded and added to the addon path."""
    names = guests.APPS
    if kind == 'oca':
        folders = guests.get()
        names = sorted(folders)
        bench.module_folder = addons_folder(addons=list(folders.values()))
        # The folder of the addons also contains the Python packages that they require.
        bench.python_folders = (next(iter(folders.values())).parents[2],)
    there = find_folders(bench)
    return [name for name in names if name in there and (not only or name in only)]


def find_folders(bench):
    """Return the folders of all modules at hand, by name."""
    places = [*bench.odoo.addons, *([bench.module_folder] if bench.module_folder else [])]
    return {path.parent.name: path.parent for place in places for path in place.glob('*/__manifest__.py')}


def read_roles(with_module):
    """Return the groups of users by role, as in the tests of our screens.

    :param with_module: whether the module is installed; if not, its users get Odoo's groups instead
    """
    for node in ast.parse(ROLES.read_text()).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == 'ROLES':
            roles = ast.literal_eval(node.value)
    for role, groups in roles.items():
        groups = ['base.group_user', *groups.split(',')]
        if not with_module and any(group.startswith(f'{MODULE}.') for group in groups):
            groups = [*(group for group in groups if not group.startswith(f'{MODULE}.')), SALES]
        roles[role] = ','.join(groups)
    return roles


@dataclass
class Findings:
    """Results of a set of guests."""

    # Guests that could not be installed, with Odoo's message, by database.
    refused: dict = field(default_factory=dict)
    # Odoo's warnings and errors while the module was installed into a database of guests.
    complaints: list = field(default_factory=list)
    # Screens that users could not open, by database.
    screens: dict = field(default_factory=dict)
    # Results of the guests' tests, by database; without the module, only those that failed with it.
    outcomes: dict = field(default_factory=dict)
    versions: dict = field(default_factory=dict)


class Party:
    """Guests of a kind in three databases: without the module, installed after it and before it.

    :param folder: a folder for files
    :param tests: which of the guests' own tests to run, see ``choose_tests``
    :param only_tests: run the tests and check nothing else
    """

    def __init__(self, bench, folder, kind, names, tests, only_tests=False):
        self.bench = bench
        self.databases = Databases(bench)
        self.folder = folder
        self.kind = kind
        self.names = names
        self.tests = tests
        self.only_tests = only_tests
        self.found = Findings()
        self.folders = find_folders(bench)
        self.without, self.first, self.last, self.ours, self.again = (
            bench.server.own(f'{MODULE}_guests_{kind}_{order}')
            for order in ('without', 'first', 'last', 'ours', 'again')
        )
        self.known = {side: causes(entries) for side, entries in json.loads(KNOWN.read_text()).items()}

    def leave(self):
        """Drop the databases."""
        for name in (self.without, self.first, self.last, self.ours, self.again):
            self.databases.drop(name)

    def meet(self):
        """Create the databases one after the other and collect all results."""
        template = self.databases.template(demo=False)
        present = self.names if self.only_tests else self._come_together(template)
        self.databases.copy(template, self.ours)
        with step("Installing Dealflow before them"):
            self.databases.install_module(self.ours, demo=False)
        present = self._install(self.first, self.ours, present, tested=self.tests is not None)
        self.found.versions = dict(
            self.databases.server.query(
                'SELECT name, latest_version FROM ir_module_module WHERE name = ANY(%s)',
                [self.names],
                self.first if self.only_tests else self.without,
            )
        )
        if self.tests is not None:
            self._compare(template, present)
            self._test_residents(template, present)
        for name in () if self.only_tests else (self.without, self.first, self.last):
            with step(f"Opening screens in {name}"):
                self.found.screens[name] = self._open_screens(name)

    def _come_together(self, template):
        """Install the guests without the module, then the module; return those that can be installed."""
        present = self._install(self.without, template, self.names, tested=False)
        with step("Installing Dealflow after them"):
            self.databases.copy(self.without, self.last)
            self.found.complaints = self.databases.install_module(self.last, demo=False)
        return present

    def _install(self, name, template, names, tested):
        """Install guests into a copy of a template, optionally with their tests; return those that can be installed."""
        refused = self.found.refused[name] = {}
        names = list(names)
        while True:
            self.databases.copy(template, name)
            with step(f"Installing {len(names)} guests in {name}{' and running their tests' if tested else ''}"):
                log, outcomes = self._run_installer(name, names, [f'/{guest}' for guest in names] if tested else [])
            states = dict(
                self.databases.server.query(
                    'SELECT name, state FROM ir_module_module WHERE name = ANY(%s)', [names], name
                )
            )
            if all(states.get(guest) == 'installed' for guest in names):
                break
            # Odoo stops at the first that fails, so try the others again without it.
            culprit = find_culprit(log, names)
            refused[culprit] = last_words(log)[-1] if last_words(log) else ''
            say(f"  {culprit} cannot be installed")
            for guest in [guest for guest in names if self._needs(guest, culprit)]:
                names.remove(guest)
                refused.setdefault(guest, f"depends on {culprit}")
        self.found.outcomes[name] = outcomes
        return names

    def _compare(self, template, names):
        """Run tests that failed with the module without it, and those that passed without it once more with it.

        Tests that depend on time fail on a busy machine. All run during the installation of the guests, as the first
        time, because installation tests cannot run later.
        """
        outcomes = self.found.outcomes[self.first]
        failed = [tag for tag, outcome in outcomes.items() if has_failed(outcome)]
        self.found.outcomes[self.without] = self._run_again(template, names, failed)
        failed = self.comparison().new_failures()
        take_second(outcomes, failed, self._run_again(self.ours, names, failed))

    def _run_again(self, template, names, tests):
        """Install guests into a copy of a template with only these tests; return their results."""
        tags = [tag for tag in tests if tag.startswith('/')]
        if not tags:
            return {}
        self.databases.copy(template, self.again)
        with step(f"Running {len(tags)} tests in a copy of {template}"):
            return self._run_installer(self.again, names, tags)[1]

    def _test_residents(self, template, names):
        """Run the tests of guests installed with the module, as its dependencies or automatically.

        They were already installed when the other guests were, so Odoo did not run their tests then.
        """
        residents = self.databases.server.query(
            "SELECT name FROM ir_module_module WHERE name = ANY(%s) AND state = 'installed' ORDER BY name",
            [names],
            self.ours,
        )
        if not residents:
            return
        outcomes = self._run_in_shell(self.first, [name for (name,) in residents])
        self.found.outcomes[self.first] |= outcomes
        failed = [tag[1:] for tag, outcome in outcomes.items() if has_failed(outcome) and tag.startswith('/')]
        if failed:
            self.databases.copy(template, self.again)
            self.found.outcomes[self.without] |= self._run_in_shell(self.again, failed)

    def _run_in_shell(self, name, tests):
        """Run tests of installed modules; return their results."""
        return Suite(self.bench, self.folder, tests, whole=False, left_out=self.tests).run(name, listed=())

    def _needs(self, guest, other):
        """Return whether a guest depends on another, or is the same."""
        found, waiting = set(), [guest]
        while waiting:
            name = waiting.pop()
            if name in self.folders and name not in found:
                found.add(name)
                waiting += dependencies(self.folders[name])
        return other in found

    def _run_installer(self, name, names, tags):
        """Run Odoo with these tests while it installs guests; return its log and the test results."""
        log = self.bench.log_file(f'{name}-guests')
        log.write_text('')
        outcomes = self.folder / 'outcomes.json'
        outcomes.unlink(missing_ok=True)
        configuration = self.bench.configuration(
            name, logfile=log, http_port=0, limit_memory_hard=0, max_cron_threads=0, screenshots=log.with_suffix('')
        )
        settings = json.dumps(self.tests or {})
        command = [sys.executable, INSTALLER, outcomes, settings, '-c', configuration, '-i', ','.join(names)]
        if tags:
            command += ['--test-tags', ','.join(tags)]
        done = self.bench.run([*command, '--stop-after-init'])
        if not outcomes.exists():
            raise FrameError(f"Odoo did not start:\n{indented(done.stdout.splitlines()[-15:])}")
        return log, json.loads(outcomes.read_text())

    def _open_screens(self, name):
        """Open the everyday screens as users of every role; return those that could not be opened."""
        settings = {
            'web_client': str(WEB_CLIENT),
            'roles': read_roles(with_module=name != self.without),
            'guests': self.names,
        }
        told = result(self.bench.run_program(name, f'SETTINGS = {settings!r}\n{SCREENS.read_text()}'))
        say(f"  {told['opened']:,} views opened, {len(told['failures'])} refused or broken")
        return told['failures']

    def broken_screens(self):
        """Return the screens that cannot be opened only with the module."""
        theirs = {key_of(failure) for failure in self.found.screens.get(self.without, ())}
        return [
            {'database': name, **failure}
            for name in (self.first, self.last)
            for failure in self.found.screens.get(name, ())
            if key_of(failure) not in theirs
        ]

    def comparison(self):
        """Return the comparison of the guests' tests without the module and with it."""
        return Comparison(self.found.outcomes[self.without], self.found.outcomes[self.first], self.known)

    def refused_because_of_module(self):
        """Return the guests that can be installed, but not after the module."""
        return self.found.refused.get(self.first, {})

    def rows(self):
        """Return a row of the table for each guest."""
        comparison = self.comparison()
        new_failures = comparison.new_failures()
        broken = self.broken_screens()
        if self.only_tests:
            return [
                Row(name, version, tests=describe_tests(name, comparison, new_failures))
                for name, version in sorted(self.found.versions.items())
                if name not in self.found.refused[self.first]
            ]
        return [self._row(name, comparison, new_failures, broken) for name in self.names]

    def _row(self, name, comparison, new_failures, broken):
        """Return the row of a guest."""
        if name in self.found.refused[self.without]:
            reason = self.found.refused[self.without][name]
            return Row(name, '', "not without Dealflow either", '–', '–', ' '.join(reason.split())[:120])
        here = [failure for failure in broken if name in failure['guests']]
        return Row(
            name,
            self.found.versions.get(name) or '',
            "only before Dealflow" if name in self.refused_because_of_module() else "before and after",
            "no" if here else "yes",
            describe_tests(name, comparison, new_failures) if self.tests is not None else '',
            '; '.join(sorted({f"{failure['model']}: {failure['error'][:80]}" for failure in here})),
        )

    def problems(self):
        """Return messages on what fails only because of the module; empty when nothing does."""
        refused = {} if self.only_tests else self.refused_because_of_module()
        lines = [f"{name} cannot be installed: {why}" for name, why in refused.items()]
        if self.found.complaints:
            lines.append(complaint("Dealflow came into a database of guests", self.found.complaints))
        lines += [
            f"{failure['role']} cannot open {failure['model']} ({failure['what']}) in {failure['database']}: "
            f"{failure['error']} [{', '.join(failure['guests'])}]"
            for failure in self.broken_screens()
        ]
        return lines


def find_culprit(log, names):
    """Return the guest that made the installation of many guests fail."""
    text = log.read_text(errors='replace')
    for found in (UNABLE.findall(text), LOADING.findall(text)):
        if found and found[-1] in names:
            return found[-1]
    raise FrameError(
        f"The guests could not be installed, and the log does not say because of which:\n{indented(last_words(log))}\n"
        f"The whole log: {log}"
    )


def key_of(failure):
    """Return a key that is equal for the same failure of a screen, whichever user had it."""
    return failure['model'], failure['what'], failure['error'].partition(':')[0]


def describe_tests(name, comparison, new_failures):
    """Return a summary of the test results of a guest."""
    theirs = {tag: outcome for tag, outcome in comparison.with_module.items() if module_of(tag) == name}
    if not theirs:
        return "none"
    passed = sum(outcome['outcome'] == 'passed' for outcome in theirs.values())
    reasons = Counter(outcome.get('reason') for outcome in theirs.values() if outcome['outcome'] == 'skipped')
    skipped = reasons.total()
    browser, late = reasons.pop(BROWSER_LEFT_OUT, 0), reasons.pop(TIME_LEFT_OUT, 0)
    new = sum(tag in theirs for tag in new_failures)
    other = len(theirs) - passed - skipped - new
    words = [f"{passed} pass"]
    words += [f"{reasons.total()} skipped"] if reasons else []
    words += [f"{browser} in a browser left out"] if browser else []
    words += [f"{late} left out for time"] if late else []
    words += [f"{other} fail without Dealflow too"] if other else []
    words += [f"{new} fail only with Dealflow"] if new else []
    return ', '.join(words)


def report(party, options):
    """Print the results, save them, and return 1 when something fails only with the module."""
    rows = party.rows()
    if options.json:
        options.json.mkdir(parents=True, exist_ok=True)
        told = {'screens': party.found.screens, 'refused': party.found.refused, **party.comparison().as_data()}
        (options.json / f'{party.kind}.json').write_text(json.dumps(told, indent=2))
    guest_table.PAGE.write_text(guest_table.update(guest_table.PAGE.read_text(), TITLES[party.kind], rows))
    say('\n'.join([guest_table.HEADER, guest_table.RULE, *map(str, rows)]))
    if party.tests is not None:
        say(party.comparison().describe())
    problems = party.problems()
    for line in problems:
        say(line)
    if not problems:
        say("Nothing is refused or broken because of Dealflow.")
    return int(bool(problems or party.comparison().new_failures()))
