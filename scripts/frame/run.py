"""Entry point of all commands: ``run.py NAME ARGUMENTS`` runs the module of that command in the Python environment."""

import importlib
import os
import signal
import sys
from pathlib import Path

if __name__ == '__main__':
    scripts = Path(__file__).resolve().parent.parent
    # Last the checkout, for its folder bench: its others are those of an Odoo module.
    sys.path[:] = [str(scripts), *sys.path[1:], str(scripts.parent)]

from frame import environment
from frame.console import complain
from frame.errors import FrameError

COMMANDS = {
    'serve': 'frame.serve',
    'test': 'frame.testing',
    'test-upstream': 'frame.test_upstream',
    'test-guests': 'frame.test_guests',
    'shell': 'frame.shell',
    'i18n': 'frame.translations',
    'lint': 'frame.lint',
    'load-sales': 'bench.loading:load_sales',
    'bench': 'bench.command',
    'load-legal-entities': 'bench.loading:load_legal_entities',
    'replica-demo': 'frame.replica_demo',
    'test-telephony': 'frame.test_telephony',
    'upgrade-check': 'frame.upgrade_check',
    'axe': 'frame.axe',
    'walk': 'frame.walk',
    'pictures': 'frame.pictures',
}


def interrupt(signal_number, stack_frame):
    """Handle a request to terminate like Ctrl-C, so that started processes are stopped too."""
    raise KeyboardInterrupt


def main(arguments):
    """Run one command and return its exit code; an expected failure is printed without a traceback."""
    name, *rest = arguments
    signal.signal(signal.SIGTERM, interrupt)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        # If the signal is ignored from the start, nohup was used: the command is meant to outlive its terminal.
        signal.signal(signal.SIGHUP, interrupt)
    try:
        if Path(sys.prefix).resolve() != environment.folder():
            python = str(environment.prepare())
            os.execv(python, [python, *sys.argv])
        module, _colon, function = COMMANDS[name].partition(':')
        return getattr(importlib.import_module(module), function or 'main')(rest) or 0
    except FrameError as error:
        complain(str(error))
        return 1
    except KeyboardInterrupt:
        complain("Interrupted.")
        return 130


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
