"""Locations of the checkout, of the cache, and of the files of the module."""

import contextlib
import hashlib
import os
import secrets
import tempfile
from pathlib import Path

MODULE = 'dealflow'
CHECKOUT = Path(__file__).resolve().parent.parent.parent

# Folders of the repository that Odoo never loads: changing them needs no upgrade.
NOT_LOADED = {'scripts', 'bench', 'docs', 'tests'}


def short_hash(text):
    """Return a hash of a text that is short enough for names of folders and databases."""
    return hashlib.sha256(str(text).encode()).hexdigest()[:10]


def cache_folder():
    """Return the folder that keeps Odoo, the Python environment and the databases between runs."""
    base = os.environ.get('XDG_CACHE_HOME') or Path.home() / '.cache'
    folder = Path(base) / MODULE
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


def cache_id():
    """Return an id that distinguishes this cache from others: the files of our databases are only in this one."""
    path = cache_folder() / 'id'
    if not path.exists():
        # Written to a temporary file and renamed, so that of two commands starting together one sets the id.
        with tempfile.NamedTemporaryFile('w', dir=cache_folder()) as draft:
            draft.write(secrets.token_hex(4))
            draft.flush()
            with contextlib.suppress(FileExistsError):
                os.link(draft.name, path)
    return path.read_text()


def addons_folder(checkout=CHECKOUT, addons=()):
    """Return a folder with the checkout under the module's name, which Odoo and pytest take from the path.

    :param addons: folders of addons to lie beside it
    """
    folder = cache_folder() / 'checkouts' / short_hash([checkout, *addons] if addons else checkout)
    folder.mkdir(parents=True, exist_ok=True)
    for name, path in [(MODULE, checkout), *((path.name, path) for path in addons)]:
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(path)
    return folder


def loaded_files(checkout=CHECKOUT):
    """Return the files whose change requires an upgrade of the module, in a fixed order."""
    found = []
    for folder, folders, names in os.walk(checkout):
        top = Path(folder) == Path(checkout)
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith('.')
            and name != '__pycache__'
            and not (top and name in NOT_LOADED)
            and not (name == 'tests' and Path(folder).name == 'static')
        )
        found += [Path(folder) / name for name in names if not name.startswith('.') and _is_loaded(name, top)]
    return sorted(found)


def _is_loaded(name, top):
    """Return whether Odoo loads the file: at the top only code, elsewhere all but byte code and the ``.pot`` file."""
    return name.endswith('.py') if top else not name.endswith(('.pyc', '.pot'))


def files_hash(checkout=CHECKOUT):
    """Return a hash of the names and contents of all files that Odoo loads from the module."""
    digest = hashlib.sha256()
    for path in loaded_files(checkout):
        content = path.read_bytes()
        digest.update(f'{path.relative_to(checkout).as_posix()}\0{len(content)}\0'.encode())
        digest.update(content)
    return digest.hexdigest()
