"""Running other programs, with their output hidden unless they fail."""

import os
import signal
import subprocess
from contextlib import contextmanager

from frame.console import indented
from frame.errors import FrameError

# What would change how Odoo, its Python and its connection work. pytest-odoo has a use for the last four.
UNWANTED = set(
    'PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE PGDATABASE PGPATH PGAPPNAME PGDATABASE_TEMPLATE PGHOST_REPLICA '
    'PGPORT_REPLICA OPENERP_SERVER HOST PORT USER PASSWORD'.split()
)


def run_quietly(command, failure, **options):
    """Run a program and return its output; on failure raise the given message with the last lines of the output."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors='replace',
            check=False,
            **options,
        )
    except OSError as error:
        raise FrameError(f"{failure}\n    {error}") from error
    if done.returncode:
        raise FrameError(f"{failure}\n{indented(done.stdout.splitlines()[-15:])}")
    return done.stdout


def clean_environment():
    """Return the environment for child processes, without settings that would silently change how Odoo runs."""
    return {key: value for key, value in os.environ.items() if key not in UNWANTED and not key.startswith('ODOO_')}


@contextmanager
def undisturbed():
    """Run a cleanup to its end, whatever keys are pressed meanwhile."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
