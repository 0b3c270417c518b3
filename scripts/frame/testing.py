"""scripts/test: all checks of the module."""

import argparse
import os
import re
import subprocess
from pathlib import Path

from frame import guests, lint, machine
from frame.console import complain, say, step
from frame.databases import Databases, complaint
from frame.errors import FrameError
from frame.locks import only_one
from frame.odoo_server import free_port
from frame.paths import CHECKOUT, MODULE, addons_folder, folder_with_addons, short_hash
from frame.processes import undisturbed
from frame.workbench import Workbench

# Each checkout has its own database, so that two of them do not upgrade it in turns.
KEPT = f'{MODULE}_test_{short_hash(CHECKOUT)}'
WITH_VALUE = {'-k', '-m', '-p', '-c', '-o', '-W', '--tb', '--maxfail', '--deselect', '--durations', '--ignore'}
SELECTING = {'-k', '-m', '--lf', '--last-failed', '--ff', '--sw', '--stepwise', '--nf'}
CLOSING_LINE = re.compile(r'\b\d+ (passed|failed|errors?|skipped|deselected|xfailed|xpassed|warnings?)\b.* in [\d.]+s')
NO_TESTS_RAN = re.compile(r'\bno tests ran in [\d.]+s')
COLOURS = re.compile(r'\x1b\[[\d;]*m')


def main(arguments):
    """Run what was asked for, print one summary, and return 0 when everything passed."""
    options, pytest_arguments = parse(arguments)
    addons = find_addons(options.addons_path) if options.addons_path else []
    part = bool(addons) or selects(pytest_arguments)
    keep = options.keep or (part and not options.fresh and not addons)
    machine.need_browser()
    machine.need_pdf_printer(required=True)
    with Workbench.prepare(tools=True) as bench:
        verdicts = {} if part else lint.run(bench.python)
        databases = Databases(bench)
        if not part:
            databases.templates()
        if addons:
            beside = guests.get(bench.python).values() if options.guests else []
            bench.module_folder = folder_with_addons([*addons, *beside])
        if keep:
            kept = bench.server.own(KEPT)
            with only_one(kept):
                return finish(verdicts, *test(bench, databases, kept, pytest_arguments))
        name = bench.server.own(f'{MODULE}_fresh_{os.getpid()}')
        try:
            return finish(verdicts, *test(bench, databases, name, pytest_arguments, addons, not options.guests))
        finally:
            with undisturbed():
                databases.drop(name)


def parse(arguments):
    """Parse the command line: our options, and the rest for pytest."""
    parser = argparse.ArgumentParser(
        prog='scripts/test',
        usage='scripts/test [--fresh | --keep | --addons-path FOLDER [--guests]] [pytest arguments]',
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
    return parser.parse_known_args(arguments)


def find_addons(folder):
    """Return the folders of the addons in a folder."""
    addons = sorted(path.parent.resolve() for path in folder.glob('*/__manifest__.py'))
    if not addons:
        raise FrameError(f"There is no addon in {folder}: give the folder that holds the folders of the addons.")
    return addons


def selects(arguments):
    """Return whether the arguments for pytest select a part of the tests."""
    return any(
        argument.split('=')[0] in SELECTING or argument.startswith(('-k', '-m')) and argument[1] != '-'
        for argument in arguments
    ) or bool(split_paths(arguments)[0])


def split_paths(arguments):
    """Split the arguments into test paths, relative to the parent folder of the module, and the others."""
    paths, others = [], []
    value_follows = False
    for argument in arguments:
        path = None if value_follows or argument.startswith('-') else _inside_module(argument)
        value_follows = argument in WITH_VALUE
        if path:
            paths.append(path)
        else:
            others.append(argument)
    return paths, others


def _inside_module(argument):
    """Return a test path of the checkout with the module's name, ``None`` for anything else."""
    path, *test_name = argument.split('::')
    for base in (os.getcwd(), CHECKOUT):
        full = os.path.realpath(os.path.join(base, path))
        if os.path.exists(full) and (full + os.sep).startswith(str(CHECKOUT) + os.sep):
            return '::'.join([os.path.join(MODULE, os.path.relpath(full, CHECKOUT)), *test_name])
    return None


def test(bench, databases, name, arguments, addons=(), browser=True):
    """Prepare the database and run pytest on it; return the exit code, pytest's summary line and the verdicts."""
    verdicts = {}
    found = databases.ensure(name, demo=False)
    if addons:
        names = [path.name for path in addons]
        with step(f"Installing {', '.join(names)}"):
            found += databases.install_addons(name, names)
    if found is not None:
        verdicts['installation'] = not found
        if browser:
            databases.build_assets(name)
    if found:
        complain(complaint("Odoo finished", found))
    return (*run_pytest(bench, name, arguments, addons), verdicts)


def run_pytest(bench, name, arguments, addons=()):
    """Run pytest next to the module, print its output, and return its exit code and summary line."""
    paths, others = split_paths(arguments)
    if addons:
        paths = [f'{path.name}/tests' for path in addons]
    elif not paths:
        paths = [f'{MODULE}/{folder}' for folder in ('tests', 'scripts/tests') if (CHECKOUT / folder).is_dir()]
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
        bench.python,
        '-m',
        'pytest',
        f'--rootdir={MODULE}',
        '-c',
        f'{MODULE}/pyproject.toml',
        '-p',
        'frame.pytest_tags',
        '--odoo-http',
        f'--odoo-config={configuration}',
        '--odoo-log-level=info',
        f'--color={"yes" if os.isatty(1) else "no"}',
        *others,
        *paths,
    ]
    variables = bench.environment()
    variables['PYTHONPATH'] += f'{os.pathsep}{CHECKOUT / "scripts"}'
    say(f"Running the tests (Odoo's log: {log}) ...")
    process = subprocess.Popen(
        list(map(str, command)),
        cwd=bench.module_folder or addons_folder(),
        env=variables,
        text=True,
        errors='replace',
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        closing = follow(process.stdout)
        return process.wait(), closing
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


def follow(lines):
    """Print lines as they come and return the last one that looks like pytest's summary, without decoration."""
    closing = ''
    for line in lines:
        print(line, end='', flush=True)
        plain = COLOURS.sub('', line).strip(' =\n')
        if CLOSING_LINE.search(plain) or NO_TESTS_RAN.search(plain):
            closing = plain
    return closing


def finish(verdicts, code, closing, more_verdicts):
    """Print the summary, with pytest's summary line last, and return the exit code."""
    verdicts |= more_verdicts
    if not closing:
        raise FrameError(f"pytest ended without a result (code {code}).")
    say('')
    for title, good in verdicts.items():
        say(f"{title}: {'in order' if good else 'NOT IN ORDER, see above'}")
    say(f"tests: {'in order' if not code else 'NOT IN ORDER, see above'}")
    say(closing)
    return 0 if not code and all(verdicts.values()) else 1
