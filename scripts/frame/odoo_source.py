"""Finding an Odoo 19: the one given, the one that Python can import, or Debian's."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from frame import debian_odoo
from frame.errors import FrameError
from frame.locks import only_one
from frame.paths import cache_folder, short_hash

SERIES = '19.0'


@dataclass(frozen=True)
class OdooSource:
    """An Odoo to run: the folder of its package ``odoo``, its addon folders, and what identifies its version."""

    package: Path
    addons: tuple
    version: str

    def import_folder(self):
        """Return a folder for the Python path that contains ``odoo`` and nothing else next to it."""
        folder = cache_folder() / 'imports' / short_hash(self.package)
        folder.mkdir(parents=True, exist_ok=True)
        link = folder / 'odoo'
        if not link.is_symlink():
            link.symlink_to(self.package)
        return folder


def find():
    """Return the Odoo to use: ``ODOO_HOME``, else what this Python can import, else Debian's package."""
    home = os.environ.get('ODOO_HOME')
    if home:
        return from_folder(Path(home).expanduser())
    package = importable_package()
    if package:
        return describe(package)
    with only_one('odoo'):
        prefix = debian_odoo.fetch(cache_folder() / 'odoo')
    return describe(debian_odoo.package_folder(prefix))


def from_folder(home):
    """Return the Odoo in a given folder: a source checkout, an unpacked package or the package itself."""
    for candidate in (home, home / 'odoo', home / 'usr/lib/python3/dist-packages/odoo', home / 'dist-packages/odoo'):
        if (candidate / 'release.py').is_file():
            series = read_series(candidate)
            if series != SERIES:
                raise FrameError(f"ODOO_HOME is {home}: that is Odoo {series}. Dealflow needs Odoo {SERIES}.")
            return describe(candidate)
    raise FrameError(
        f"ODOO_HOME is {home}, but there is no Odoo in it (no release.py of the package odoo).\n"
        "Name the folder of a source checkout or of an unpacked package, or unset ODOO_HOME."
    )


def importable_package():
    """Return the folder of the package ``odoo`` that the Python of this machine can import, or ``None``.

    That is the Python from which our environment was made, which does not see the packages beside it.
    """
    program = "import importlib.util; print(importlib.util.find_spec('odoo.release').origin)"
    done = subprocess.run([sys._base_executable, '-c', program], capture_output=True, text=True, check=False)
    package = Path(done.stdout.strip()).parent if not done.returncode else None
    return package if package and read_series(package) == SERIES else None


def read_series(package):
    """Return Odoo's series from its release file, without running it; ``None`` when it has none."""
    match = re.search(r'^version_info\s*=\s*\(\s*([^,]+),\s*(\d+)', (package / 'release.py').read_text(), re.MULTILINE)
    return '{}.{}'.format(match[1].strip('\'"'), match[2]) if match else None


def describe(package):
    """Describe the Odoo whose package is in the given folder."""
    package = package.resolve()
    # Debian's package has a second addon folder with code but no data, which is unusable.
    addons = tuple(
        folder
        for folder in (package.parent / 'addons', package / 'addons')
        if (folder / 'web' / 'static').is_dir() or (folder / 'base' / 'data').is_dir()
    )
    if not any((folder / 'crm').is_dir() for folder in addons):
        raise FrameError(f"The Odoo in {package} has no module «crm»: its addons are missing.")
    return OdooSource(package, addons, f'{package} {checked_out_commit(package.parent)}')


def checked_out_commit(folder):
    """Return the commit of a source checkout, so that a later commit counts as another Odoo; else an empty string."""
    if not (folder / '.git').exists() or not shutil.which('git'):
        return ''
    told = subprocess.run(['git', '-C', folder, 'rev-parse', 'HEAD'], capture_output=True, text=True, check=False)
    return told.stdout.strip()
