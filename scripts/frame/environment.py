"""The Python environment for Odoo, the commands and the tests: made once for each set of requirements, in the cache."""

import shutil
import subprocess
import sys

from frame.console import step
from frame.locks import only_one
from frame.paths import CHECKOUT, cache_folder, short_hash
from frame.processes import run_quietly

REQUIREMENTS = [CHECKOUT / 'scripts' / name for name in ('requirements.txt', 'requirements-dev.txt')]


def folder():
    """Return the folder of the environment for this Python and these requirements."""
    key = short_hash(''.join(path.read_text() for path in REQUIREMENTS))
    return cache_folder() / 'python' / f'{sys.version_info[0]}.{sys.version_info[1]}-{key}'


def prepare():
    """Return the environment's Python, with Odoo's requirements and the tools for checks and tests installed."""
    place = folder()
    python, complete = place / 'bin' / 'python', place / 'complete'
    if not (complete.exists() and _runs(python)):
        with only_one(f'python-{place.name}'):
            if not (complete.exists() and _runs(python)):
                with step("Making a Python environment with Odoo's requirements and the tools"):
                    run_quietly(
                        [sys.executable, '-m', 'venv', *([] if _runs(python) else ['--clear']), place],
                        "Python could not make an environment (on Debian it needs python3-venv). Its last words:",
                    )
                    install(python, REQUIREMENTS)
                    complete.touch()
    return python


def install(python, requirements, *options):
    """Install lists of requirements."""
    names = ' and '.join(f'scripts/{path.name}' for path in requirements)
    lists = [word for path in requirements for word in ('-r', path)]
    run_quietly(
        [python, '-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', *options, *lists],
        f"Installing the Python packages of {names} failed. The last words of pip:",
    )


def get_packages(requirements):
    """Return a folder of the cache with the packages of a list, without those that they require in turn."""
    name = requirements.stem.partition('-')[2]
    place = cache_folder() / name / short_hash(requirements.read_text())
    complete = place / 'complete'
    with only_one(name):
        if not complete.exists():
            with step(f"Getting the packages of scripts/{requirements.name}"):
                shutil.rmtree(place, ignore_errors=True)
                install(sys.executable, [requirements], '--no-deps', '--no-compile', '--target', place)
                complete.touch()
    return place


def _runs(python):
    """Return whether the environment runs, which it does not once its base Python is removed."""
    try:
        return not subprocess.run([python, '-c', 'import pip'], capture_output=True, check=False).returncode
    except OSError:
        return False
