"""Addons of others that live beside ours: the pinned ones of OCA, got from PyPI and kept in the cache."""

import shutil

from frame.console import step
from frame.locks import only_one
from frame.paths import CHECKOUT, cache_folder, short_hash
from frame.processes import run_quietly

REQUIREMENTS = CHECKOUT / 'scripts' / 'requirements-guests.txt'


def get(python):
    """Get the addons of the list and return their folders, by name.

    They are installed without what they require, which is Odoo itself and each other.
    """
    place = cache_folder() / 'guests' / short_hash(REQUIREMENTS.read_text())
    complete = place / 'complete'
    with only_one('guests'):
        if not complete.exists():
            with step("Getting the addons of scripts/requirements-guests.txt"):
                shutil.rmtree(place, ignore_errors=True)
                run_quietly(
                    [
                        python,
                        *('-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--no-deps'),
                        *('--no-compile', '--target', place, '-r', REQUIREMENTS),
                    ],
                    f"Getting the addons of scripts/{REQUIREMENTS.name} failed. The last words of pip:",
                )
                complete.touch()
    return {path.parent.name: path.parent for path in sorted(place.glob('odoo/addons/*/__manifest__.py'))}
