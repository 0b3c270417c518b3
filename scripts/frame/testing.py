"""scripts/test: all checks of the module."""

import argparse
import json
import os
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

from frame import guests, lint, machine
from frame.console import complain, say, step
from frame.databases import Databases, complaint
from frame.errors import FrameError
from frame.locks import only_one
from frame.odoo_server import free_port
from frame.paths import CHECKOUT, MODULE, addons_folder, short_hash
from frame.processes import undisturbed
from frame.workbench import Workbench

# Each checkout has its own database, so that two of them do not upgrade it in turns.
KEPT = f'{MODULE}_test_{short_hash(CHECKOUT)}'
# Beyond these, the longest file of tests is what a run waits for.
MOST_WORKERS = 4
# Options of pytest with a value, which may look like the path of a test; and those that select a part of the tests.
WITH_VALUE = ('-k', '-m', '-p', '-c', '-o', '-W', '--tb', '--maxfail', '--deselect', '--durations', '--ignore')
SELECTING = {'-k', '-m', '--lf', '--last-failed', '--ff', '--sw', '--stepwise', '--nf'}


def main(arguments):
    """Run what was asked for, and return 0 when everything passed."""
    options, paths, others = parse(arguments)
    addons = find_addons(options.addons_path) if options.addons_path else []
    part = bool(addons) or selects(paths, others)
    keep = options.keep or (part and not options.fresh and not addons)
    workers = count_workers(options, part)
    machine.need_browser()
    machine.need_pdf_printer(required=True)
    with Workbench.prepare() as bench:
        verdicts = {} if part else lint.run()
        databases = Databases(bench)
        if not part:
            databases.templates()
        if addons:
            beside = guests.get().values() if options.guests else []
            bench.module_folder = addons_folder(addons=[*addons, *beside])
        name = bench.server.own(KEPT if keep else f'{MODULE}_fresh_{os.getpid()}')
        try:
            with only_one(name) if keep else nullcontext():
                verdicts |= prepare(databases, name, addons, browser=not options.guests)
                code = run_pytest(bench, name, verdicts, paths, [*others, *spread(workers)], addons)
        finally:
            with undisturbed():
                for number in range(workers if workers > 1 else 0):
                    databases.drop(f'{name}-gw{number}')
            if not keep:
                with undisturbed():
                    databases.drop(name)
    return exit_code(code, verdicts)


def parse(arguments):
    """Parse the command line: our options, paths of tests with the module's name, and other arguments of pytest."""
    parser = argparse.ArgumentParser(
        prog='scripts/test',
        usage='scripts/test [--fresh | --keep | --addons-path FOLDER [--guests]] [--workers N] [pytest arguments]',
        allow_abbrev=False,
        description="Check the code as scripts/lint does, install the module in a fresh database and run all tests, "
        "those in a browser included. With a selection (-k, -m, --lf, a path) only these tests run, on a "
        f"database that is kept («{KEPT}»). All other arguments go to pytest: scripts/test -k receipt -x",
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument('--fresh', action='store_true', help="use a fresh database (what a full run does)")
    which.add_argument('--keep', action='store_true', help="use the kept database (what a selection does)")
    which.add_argument(
        '--addons-path',
        type=Path,
        metavar='FOLDER',
        help="a folder with addons that build on ours: they are installed beside it in a fresh database, and their "
        "tests are run instead of ours",
    )
    parser.add_argument(
        '--guests',
        action='store_true',
        help="with --addons-path: the addons of OCA in scripts/requirements-guests.txt are at hand, so that the others "
        "may depend on them; these have no tests in a browser",
    )
    parser.add_argument(
        '--workers',
        type=int,
        metavar='N',
        help="run the tests in N processes, each with a copy of the database; by default a full run has one for each "
        f"processor, at most {MOST_WORKERS}, and a selection one",
    )
    for option in WITH_VALUE:
        parser.add_argument(option, dest='passed', action=Passed, default=[], help=argparse.SUPPRESS)
    options, rest = parser.parse_known_args(arguments)
    paths = {argument: _inside_module(argument) for argument in rest if not argument.startswith('-')}
    others = [*options.passed, *(argument for argument in rest if not paths.get(argument))]
    return options, [path for path in paths.values() if path], others


class Passed(argparse.Action):
    """An option that is passed on to pytest with its value."""

    def __call__(self, parser, options, value, option_string=None):
        options.passed = [*options.passed, option_string, value]


def selects(paths, others):
    """Return whether the arguments for pytest select a part of the tests."""
    return bool(paths or SELECTING.intersection(others))


def count_workers(options, part):
    """Return how many processes run the tests; copying the database for several is not worth it for a few tests."""
    return options.workers or (1 if part else min(MOST_WORKERS, os.cpu_count() or 1))


def spread(workers):
    """Return the options that let pytest-xdist spread the files of tests over several processes.

    The files keep their order, so that the long ones of ``scripts/tests`` come first and no process ends by waiting.
    """
    return ['-n', str(workers), '--dist=loadfile', '--no-loadscope-reorder'] if workers > 1 else []


def exit_code(code, verdicts):
    """Return 0 when pytest ended well and every check before it, else 1."""
    return 0 if not code and all(verdicts.values()) else 1


def find_addons(folder):
    """Return the folders of the addons in a folder."""
    addons = sorted(path.parent.resolve() for path in folder.glob('*/__manifest__.py'))
    if not addons:
        raise FrameError(f"There is no addon in {folder}: give the folder that holds the folders of the addons.")
    return addons


def _inside_module(argument):
    """Return a test path of the checkout with the module's name, ``None`` for anything else."""
    path, *test_name = argument.split('::')
    for base in (os.getcwd(), CHECKOUT):
        full = os.path.realpath(os.path.join(base, path))
        if os.path.exists(full) and (full + os.sep).startswith(str(CHECKOUT) + os.sep):
            return '::'.join([os.path.join(MODULE, os.path.relpath(full, CHECKOUT)), *test_name])
    return None


def prepare(databases, name, addons=(), browser=True):
    """Prepare the database; return whether the installation was in order, if there was one."""
    found = databases.ensure(name, demo=False, assets=browser and not addons)
    if addons:
        names = [path.name for path in addons]
        with step(f"Installing {', '.join(names)}"):
            found += databases.install_addons(name, names)
        if browser:
            databases.build_assets(name)
    if found:
        complain(complaint("Odoo finished", found))
    return {} if found is None else {'installation': not found}


def run_pytest(bench, name, verdicts, paths, others, addons=()):
    """Run pytest next to the module and return its exit code."""
    if addons:
        paths = [f'{path.name}/tests' for path in addons]
    elif not paths:
        paths = [f'{MODULE}/{folder}' for folder in ('scripts/tests', 'tests') if (CHECKOUT / folder).is_dir()]
    log = bench.log_file(name)
    configuration = bench.configuration(
        name,
        logfile=log,
        http_port=free_port(),
        limit_memory_hard=0,
        max_cron_threads=0,
        screenshots=log.with_suffix(''),
    )
    command = [
        *(sys.executable, '-m', 'pytest', f'--rootdir={MODULE}', '-c', f'{MODULE}/pyproject.toml'),
        *('-p', 'frame.pytest_plugin', f'--verdicts={json.dumps(verdicts)}'),
        *('--odoo-http', f'--odoo-config={configuration}', '--odoo-log-level=info', *others, *paths),
    ]
    variables = bench.environment()
    variables['PYTHONPATH'] += f'{os.pathsep}{CHECKOUT / "scripts"}'
    say(f"Running the tests (Odoo's log: {log}) ...")
    process = subprocess.Popen(
        command, cwd=bench.module_folder or addons_folder(), env=variables, stdin=subprocess.DEVNULL
    )
    try:
        return process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
