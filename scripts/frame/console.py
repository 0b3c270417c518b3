"""What the commands say while they work."""

import sys
import time
from contextlib import contextmanager


def say(text):
    """Print one line of progress at once, also into a pipe."""
    print(text, flush=True)


def complain(text):
    """Print a problem on the error stream."""
    sys.stdout.flush()
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(text):
    """Announce a piece of work that takes a while and say how long it took."""
    started = time.monotonic()
    say(f'{text} ...')
    yield
    seconds = time.monotonic() - started
    if seconds >= 1:
        say(f'  done in {seconds:.0f} s')


def indented(lines):
    """The lines as a block that stands apart from the words around it."""
    return '\n'.join(f'    {line.rstrip()}' for line in lines)
