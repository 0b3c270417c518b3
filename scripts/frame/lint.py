"""scripts/lint: the checks of the code that need no database."""

import argparse
import os
import subprocess

from frame import environment
from frame.console import say, step
from frame.paths import CHECKOUT, MODULE, addons_folder
from frame.processes import clean_environment


def main(arguments):
    """Run the checks and return 1 when one of them found something."""
    parser = argparse.ArgumentParser(
        prog='scripts/lint', description="Check the code with ruff and pylint-odoo, as scripts/test does.")
    parser.add_argument('--fix', action='store_true', help="let ruff repair what it can")
    options = parser.parse_args(arguments)
    return 0 if all(run(environment.prepare(tools=True), options.fix).values()) else 1


def run(python, fix=False):
    """Run all checks and tell for each by name whether it found nothing."""
    return {'ruff': ruff(python, fix), 'pylint-odoo': pylint(python)}


def ruff(python, fix=False):
    """Style, mistakes and complexity of the Python code."""
    return _check(python, "ruff", ['ruff', 'check', *(['--fix'] if fix else []), CHECKOUT], CHECKOUT)


def pylint(python):
    """The conventions of Odoo modules. Run beside the checkout, because the module is named after its folder."""
    return _check(
        python, "pylint-odoo",
        ['pylint', f'--rcfile={CHECKOUT / "pyproject.toml"}', f'--jobs={os.cpu_count() or 1}', '--score=n', MODULE],
        addons_folder())


def _check(python, title, command, folder):
    """Run one tool with its own words on the screen; true when it is content."""
    with step(f"Checking the code with {title}"):
        done = subprocess.run([str(python), '-m', *map(str, command)], cwd=folder, stdin=subprocess.DEVNULL,
                              env=clean_environment(), check=False)
    if done.returncode:
        say(f"{title} found something to repair.")
    return not done.returncode
