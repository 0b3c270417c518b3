"""Locks between commands that run at the same time: each is an open file, so it is released with the process."""

import fcntl
from contextlib import contextmanager

from frame.console import say
from frame.paths import cache_folder


def _open_lock(name):
    """Open the file of a lock."""
    folder = cache_folder() / 'locks'
    folder.mkdir(exist_ok=True)
    return (folder / name).open('a')


@contextmanager
def only_one(name):
    """Run the block in one command at a time; other commands print a message and wait."""
    with _open_lock(name) as handle:
        if not _try_lock(handle, fcntl.LOCK_EX):
            say(f"Another command is at work on «{name}»; waiting for it ...")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def take(name):
    """Take a lock that is held while the returned file is open; return ``None`` when it is taken."""
    handle = _open_lock(name)
    if _try_lock(handle, fcntl.LOCK_EX):
        return handle
    handle.close()
    return None


class Shared:
    """A resource shared by several commands, which the last one to use it stops."""

    def __init__(self, name):
        self._handle = _open_lock(name)
        fcntl.flock(self._handle, fcntl.LOCK_SH)

    def is_last(self):
        """Return whether no other command uses it; if so, new users wait until ``leave``."""
        return _try_lock(self._handle, fcntl.LOCK_EX)

    def leave(self):
        """Stop using it."""
        self._handle.close()


def _try_lock(handle, kind):
    """Try to lock without waiting, and return whether it worked."""
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
