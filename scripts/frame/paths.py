"""Where things are: the checkout, the cache, and what belongs to the module."""

import contextlib
import hashlib
import os
import secrets
import tempfile
from pathlib import Path

MODULE = 'dealflow'
CHECKOUT = Path(__file__).resolve().parent.parent.parent

# Folders of the repository that Odoo never loads into a database: a change there needs no upgrade.
NOT_LOADED = {'scripts', 'bench', 'docs', 'tests'}


def short_hash(text):
    """A name for a text that is short enough for folders and databases."""
    return hashlib.sha256(str(text).encode()).hexdigest()[:10]


def cache_folder():
    """The folder that keeps Odoo, the Python environment and the databases between runs."""
    base = os.environ.get('XDG_CACHE_HOME') or Path.home() / '.cache'
    folder = Path(base) / MODULE
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


def cache_id():
    """A word that tells this cache from those of others: the files of our databases lie in it, and nowhere else."""
    path = cache_folder() / 'id'
    if not path.exists():
        # Written first and named then: of two commands that begin at once, one gives the name.
        with tempfile.NamedTemporaryFile('w', dir=cache_folder()) as draft:
            draft.write(secrets.token_hex(4))
            draft.flush()
            with contextlib.suppress(FileExistsError):
                os.link(draft.name, path)
    return path.read_text()


def addons_folder(checkout=CHECKOUT):
    """A folder that holds the checkout under the module's name: Odoo and pytest take the name from the path."""
    folder = cache_folder() / 'checkouts' / short_hash(checkout)
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / MODULE
    if not link.is_symlink():
        link.symlink_to(checkout)
    return folder


def folder_with_addons(addons):
    """A folder that holds the checkout under the module's name, and addons of others beside it.

    :param list addons: folders of the addons
    """
    folder = cache_folder() / 'checkouts' / short_hash([CHECKOUT, *addons])
    folder.mkdir(parents=True, exist_ok=True)
    for path in (CHECKOUT, *addons):
        link = folder / (MODULE if path == CHECKOUT else path.name)
        if not link.is_symlink():
            link.symlink_to(path)
    return folder


def loaded_files(checkout=CHECKOUT):
    """The files whose change means that a database with the module has to be upgraded, in a fixed order."""
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
    """Of the files at the top only code belongs to the module; elsewhere all but byte code and texts to translate."""
    return name.endswith('.py') if top else not name.endswith(('.pyc', '.pot'))


def files_hash(checkout=CHECKOUT):
    """A fingerprint of names and contents of everything Odoo loads from the module."""
    digest = hashlib.sha256()
    for path in loaded_files(checkout):
        content = path.read_bytes()
        digest.update(f'{path.relative_to(checkout).as_posix()}\0{len(content)}\0'.encode())
        digest.update(content)
    return digest.hexdigest()
