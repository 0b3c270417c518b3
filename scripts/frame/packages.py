"""Missing Debian packages: installed with root access, otherwise named to the user."""

import os
import shutil
import subprocess

from frame.console import step
from frame.errors import FrameError
from frame.processes import run_quietly


def root_prefix():
    """Return the command prefix to run as root; ``None`` when that needs a password."""
    if os.geteuid() == 0:
        return []
    prefix = ['sudo', '-n']
    if not shutil.which('sudo'):
        return None
    asked = subprocess.run([*prefix, 'true'], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return None if asked.returncode else prefix


def install(packages, purpose):
    """Install Debian packages, or tell the user which ones to install."""
    names = ' '.join(packages)
    if not shutil.which('apt-get'):
        raise FrameError(
            f"{purpose} is missing on this machine, and it has no apt-get to install it with.\n"
            f"Install what your system offers for: {names}; then run the command again."
        )
    prefix = root_prefix()
    if prefix is None:
        raise FrameError(
            f"{purpose} is missing, and only root may install it. Run\n"
            f"    sudo apt-get install {names}\nand then the command again."
        )
    options = 'env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends'.split()
    install_command = [*prefix, *options, *packages]
    failure = f"apt-get could not install {names} ({purpose}). Its last words:"
    with step(f"Installing {purpose} (Debian packages: {names})"):
        try:
            run_quietly(install_command, failure)
        except FrameError:
            # Missing or outdated package lists are the usual reason.
            run_quietly([*prefix, 'apt-get', 'update'], "apt-get update failed. Its last words:")
            run_quietly(install_command, failure)
