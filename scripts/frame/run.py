"""Entry of every command: ``run.py NAME ARGUMENTS`` runs the module that serves this command."""

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
    """A request to end is handled like Ctrl-C, so that what was started is ended too."""
    raise KeyboardInterrupt


def main(arguments):
    """Run one command and return its exit code; a foreseen failure is told in words, without a traceback."""
    name, *rest = arguments
    signal.signal(signal.SIGTERM, interrupt)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        # Ignored from the start means nohup: the command is meant to outlive its terminal.
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
