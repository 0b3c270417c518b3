"""Locks between commands that run at the same time: held by an open file, so that they end with the process."""

import fcntl
from contextlib import contextmanager

from frame.console import say
from frame.paths import cache_folder


def _open_lock(name):
    """Open the file that stands for a lock."""
    folder = cache_folder() / 'locks'
    folder.mkdir(exist_ok=True)
    return (folder / name).open('a')


@contextmanager
def only_one(name):
    """Let one command at a time do what the name stands for; others wait and say so."""
    with _open_lock(name) as handle:
        if not _try_lock(handle, fcntl.LOCK_EX):
            say(f"Another command is at work on «{name}»; waiting for it ...")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def take(name):
    """Take a lock for as long as the returned file stays open; ``None`` when somebody else has it."""
    handle = _open_lock(name)
    if _try_lock(handle, fcntl.LOCK_EX):
        return handle
    handle.close()
    return None


class Shared:
    """Something that several commands use at once and the last one switches off."""

    def __init__(self, name):
        self._handle = _open_lock(name)
        fcntl.flock(self._handle, fcntl.LOCK_SH)

    def is_last(self):
        """Whether nobody else uses it; from then on, newcomers wait until ``leave``."""
        return _try_lock(self._handle, fcntl.LOCK_EX)

    def leave(self):
        """Stop using it."""
        self._handle.close()


def _try_lock(handle, kind):
    """Lock without waiting and tell whether that worked."""
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
