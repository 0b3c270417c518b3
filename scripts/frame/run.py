"""Entry point of all commands: ``run.py NAME ARGUMENTS`` runs the module of that command."""

import importlib
import signal
import sys
from pathlib import Path

if __name__ == '__main__':
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

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
    'load-sales': 'frame.load_sales',
    'bench': 'frame.bench',
    'load-legal-entities': 'frame.load_legal_entities',
    'replica-demo': 'frame.replica_demo',
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
        return importlib.import_module(COMMANDS[name]).main(rest) or 0
    except FrameError as error:
        complain(str(error))
        return 1
    except KeyboardInterrupt:
        complain("Interrupted.")
        return 130


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
