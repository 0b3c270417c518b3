"""scripts/lint: checks of the code that need no database, and the formatters."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from frame import node, xml_files
from frame.console import say, step
from frame.paths import CHECKOUT, MODULE, NOT_LOADED, addons_folder
from frame.processes import clean_environment

PYTHON = (sys.executable, '-m')


def main(arguments):
    """Run the checks and return 1 if one of them reports a problem."""
    parser = argparse.ArgumentParser(
        prog='scripts/lint', description="Check and format the code, as scripts/test and pre-commit do."
    )
    parser.add_argument('--fix', action='store_true', help="format all files, and repair what the tools can repair")
    parser.add_argument('parts', nargs='*', metavar='PART', help=f"only these: {', '.join(PARTS)}")
    options = parser.parse_args(arguments)
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    return 0 if all(run(options.fix, options.parts).values()) else 1


def run(fix=False, parts=()):
    """Run the checks; return by name whether each of them passed."""
    verdicts = {}
    for name, check in PARTS.items():
        if name in parts or not parts:
            with step(f"Checking the code with {name}"):
                verdicts[name] = check(fix)
            if not verdicts[name]:
                say(f"{name} found something to repair.")
    return verdicts


def ruff(fix):
    """Check style, mistakes and complexity of the Python code."""
    return _is_content([*PYTHON, 'ruff', 'check', '--quiet', *(['--fix'] if fix else []), '.'])


def ruff_format(fix):
    """Check the format of the Python code."""
    mode = ['--quiet'] if fix else ['--check', '--output-format=concise']
    return _is_content([*PYTHON, 'ruff', 'format', *mode, '.'])


def pylint(fix):
    """Check the conventions of Odoo modules. Runs next to the checkout, because a module is named after its folder."""
    rules = f'--rcfile={CHECKOUT / "pyproject.toml"}'
    jobs = f'--jobs={os.cpu_count() or 1}'
    return _is_content([*PYTHON, 'pylint', rules, jobs, '--score=n', MODULE], addons_folder())


def oca_module(fix):
    """Run OCA's checks of manifest, XML and CSV files.

    They run on a copy, because they take the module name from the folder and ignore a module that is the root of its
    repository.
    """
    with _copy_of_module() as copy:
        program = [*PYTHON, 'oca_pre_commit_hooks.cli', f'--config={CHECKOUT / ".oca_hooks.cfg"}']
        verdict = _is_content([*program, *(['--fix'] if fix else []), MODULE], copy.parent)
        if fix:
            _take_back(copy)
    return verdict


def oca_po(fix):
    """Run OCA's checks of translations."""
    program = [*PYTHON, 'oca_pre_commit_hooks.cli_po', f'--config={CHECKOUT / ".oca_hooks.cfg"}']
    return _is_content([*program, *sorted((CHECKOUT / 'i18n').glob('*.po'))])


def prettier(fix):
    """Check the format of XML, JavaScript and SCSS; changes that would alter rendered text are undone and reported."""
    before = {path: path.read_text() for path in _xml_files()}
    command, variables = node.command(
        'prettier', '--log-level=warn', '--no-color', '--write' if fix else '--check', '.'
    )
    verdict = _is_content(command, variables=variables)
    refused = {}
    for path, text in before.items():
        after = path.read_text()
        if after != text and (changes := xml_files.changes(text, after)):
            path.write_text(text)
            refused[path] = changes
    return not _tell(refused) and verdict


def eslint(fix):
    """Check JavaScript with Odoo's own rules."""
    command, variables = node.command('eslint', '--no-color', '--max-warnings=0', *(['--fix'] if fix else []), 'static')
    return _is_content(command, variables=variables)


def xml(fix):
    """Check XML rules that no other tool covers."""
    return not _tell({path: xml_files.problems(path.read_text()) for path in _xml_files()})


# --fix runs them in this order: those that move code before those that format it.
PARTS = {
    'ruff': ruff,
    'ruff-format': ruff_format,
    'pylint-odoo': pylint,
    'oca-checks-odoo-module': oca_module,
    'oca-checks-po': oca_po,
    'eslint': eslint,
    'prettier': prettier,
    'xml': xml,
}


def _is_content(command, folder=CHECKOUT, variables=None):
    """Run one tool with its output on the screen; return whether it passed."""
    done = subprocess.run(
        list(map(str, command)), cwd=folder, stdin=subprocess.DEVNULL, env=variables or clean_environment(), check=False
    )
    return not done.returncode


def _tell(problems):
    """Print lines and messages by file; return whether there are any."""
    for path, found in problems.items():
        for line, words in found:
            say(f'{path.relative_to(CHECKOUT)}:{line}: {words}')
    return any(problems.values())


def _xml_files():
    """Return the XML files of the module."""
    return sorted(
        path
        for folder in CHECKOUT.iterdir()
        if folder.is_dir() and folder.name not in NOT_LOADED and not folder.name.startswith('.')
        for path in folder.rglob('*.xml')
        if 'node_modules' not in path.parts
    )


@contextmanager
def _copy_of_module():
    """Copy what Odoo loads to a folder with the module's name inside a minimal repository."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / '.git').mkdir()
        unwanted = shutil.ignore_patterns('.*', '__pycache__', 'node_modules', *NOT_LOADED)
        yield Path(shutil.copytree(CHECKOUT, Path(folder) / MODULE, ignore=unwanted))


def _take_back(copy):
    """Copy fixed files back from the copy."""
    for path in copy.rglob('*'):
        original = CHECKOUT / path.relative_to(copy)
        if path.is_file() and path.read_bytes() != original.read_bytes():
            shutil.copyfile(path, original)
