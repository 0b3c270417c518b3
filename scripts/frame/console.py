"""Console output of the commands."""

import sys
import time
from contextlib import contextmanager


def say(text):
    """Print one line of progress immediately, also into a pipe."""
    print(text, flush=True)


def complain(text):
    """Print a problem to the error stream."""
    sys.stdout.flush()
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(text):
    """Announce a step that takes a while, and print how long it took."""
    started = time.monotonic()
    say(f'{text} ...')
    yield
    seconds = time.monotonic() - started
    if seconds >= 1:
        say(f'  done in {seconds:.0f} s')


def indented(lines):
    """Return the lines as an indented block."""
    return '\n'.join(f'    {line.rstrip()}' for line in lines)
