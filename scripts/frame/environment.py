"""The Python environment for Odoo and the tests: created once for each set of requirements, kept in the cache."""

import shutil
import subprocess
import sys

from frame.console import step
from frame.locks import only_one
from frame.paths import CHECKOUT, cache_folder, short_hash
from frame.processes import run_quietly

RUNTIME = CHECKOUT / 'scripts' / 'requirements.txt'
TOOLS = CHECKOUT / 'scripts' / 'requirements-dev.txt'


def folder():
    """Return the folder of the environment for this Python and these requirements."""
    key = short_hash(RUNTIME.read_text() + TOOLS.read_text())
    return cache_folder() / 'python' / f'{sys.version_info[0]}.{sys.version_info[1]}-{key}'


def prepare(tools=False):
    """Return the environment's Python, with Odoo's requirements and, if asked for, the test tools installed."""
    place = folder()
    python = place / 'bin' / 'python'
    with only_one('python'):
        if not (place / 'runtime-complete').exists() or not _works(python):
            with step("Making a Python environment with Odoo's requirements"):
                _create(place)
                _install(python, RUNTIME)
                (place / 'runtime-complete').touch()
        if tools and not (place / 'tools-complete').exists():
            with step("Adding the tools for checks and tests"):
                _install(python, TOOLS)
                (place / 'tools-complete').touch()
    return python


def _works(python):
    """Return whether the environment still runs, which it does not once its base Python is removed."""
    try:
        return not subprocess.run([python, '-c', 'import psycopg2, lxml'], capture_output=True, check=False).returncode
    except OSError:
        return False


def _create(place):
    """Create an empty environment, replacing an unfinished one."""
    shutil.rmtree(place, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    run_quietly(
        [sys.executable, '-m', 'venv', place],
        "Python could not make an environment (on Debian it needs python3-venv). Its last words:",
    )


def _install(python, requirements):
    """Install a list of requirements."""
    run_quietly(
        [python, '-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '-r', requirements],
        f"Installing the Python packages of scripts/{requirements.name} failed. The last words of pip:",
    )
