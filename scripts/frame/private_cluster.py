"""Our own PostgreSQL on a Unix socket, for machines without a server that accepts us.

Its data can be created again, so it is configured for speed instead of durability.
"""

import os
import pwd
import re
import shutil
import subprocess
from pathlib import Path

from frame import packages
from frame.console import indented, step
from frame.errors import FrameError
from frame.locks import Shared, only_one
from frame.paths import MODULE, cache_folder, short_hash
from frame.processes import run_quietly

# Where Debian installs the server programs, one folder for each version.
INSTALLED = Path('/usr/lib/postgresql')
ROLE = 'odoo'
# The port is only a part of the socket's name: the server does not listen on the network.
PORT = '5432'
# Unix limits the path of a socket to about 100 characters.
LONGEST_SOCKET_FOLDER = 80
SETTINGS = {
    'listen_addresses': '',
    'unix_socket_permissions': '0700',
    'fsync': 'off',
    'synchronous_commit': 'off',
    'full_page_writes': 'off',
    'wal_level': 'minimal',
    'max_wal_senders': '0',
    'max_wal_size': '2GB',
    'shared_buffers': '256MB',
    'max_connections': '200',
    'log_min_messages': 'warning',
}
# Case-insensitive comparison beyond ASCII needs a UTF-8 locale; which ones exist depends on the system.
LOCALES = ['C.UTF-8', 'en_US.UTF-8', 'C']


def find_binaries():
    """Return the folder of the newest PostgreSQL server programs on this machine, or ``None``."""
    folders = [path.parent for path in INSTALLED.glob('*/bin/initdb')]
    if folders:
        return max(folders, key=lambda folder: [int(part) for part in re.findall(r'\d+', folder.parent.name)])
    found = shutil.which('initdb')
    return Path(found).resolve().parent if found else None


class Cluster:
    """A database cluster in its own folder, listening on its own socket."""

    def __init__(self, data, **settings):
        self.binaries = need_binaries()
        self.owner = cluster_owner()
        self.data = data
        self.socket = data / 'socket'
        if len(str(self.socket)) > LONGEST_SOCKET_FOLDER:
            self.socket = Path('/tmp') / f'{MODULE}-{short_hash(data)}'
        self._settings = SETTINGS | settings

    @property
    def connection(self):
        """The connection parameters, as PostgreSQL's variables."""
        return {'PGHOST': str(self.socket), 'PGPORT': PORT, 'PGUSER': ROLE}

    def create(self):
        """Create an empty cluster, replacing an unfinished one."""
        shutil.rmtree(self.data, ignore_errors=True)
        self.make_folder(self.data)
        for locale in LOCALES:
            try:
                options = f'-U {ROLE} --encoding=UTF8 --locale={locale} --auth-local=trust --auth-host=reject --no-sync'
                command = [self.binaries / 'initdb', '-D', self.data, *options.split()]
                run_quietly(command, "PostgreSQL could not make a cluster. Its last words:", **self.as_owner())
                break
            except FrameError:
                if locale == LOCALES[-1]:
                    raise

    def start(self):
        """Start the server and wait until it answers."""
        self.make_folder(self.socket)
        settings = self._settings | {'port': PORT, 'unix_socket_directories': self.socket}
        options = ' '.join(f"-c {key}='{value}'" for key, value in settings.items())
        self._control('start', '-w', '-l', self.data / 'server.log', '-o', options)

    def stop(self):
        """Stop the server, if it is running."""
        if self.runs():
            self._control('stop', '-m', 'fast', '-w')

    def runs(self):
        """Return whether the server is running."""
        done = subprocess.run(
            [self.binaries / 'pg_ctl', 'status', '-D', self.data],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            check=False,
            **self.as_owner(),
        )
        return not done.returncode

    def as_owner(self):
        """Return options that run a child process as the owner of the cluster, in a folder that the owner may enter."""
        options = {'cwd': '/'}
        if self.owner:
            options |= {'user': self.owner.pw_uid, 'group': self.owner.pw_gid, 'extra_groups': []}
        return options

    def make_folder(self, folder):
        """Create a folder that only the owner of the cluster can use."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if folder.stat().st_uid not in (os.geteuid(), self.owner.pw_uid if self.owner else os.geteuid()):
            raise FrameError(f"The folder {folder} belongs to somebody else. Remove it, or set XDG_CACHE_HOME.")
        if self.owner:
            os.chown(folder, self.owner.pw_uid, self.owner.pw_gid)

    def _control(self, action, *arguments):
        """Start or stop the server. It keeps its standard streams open, so it must not inherit ours."""
        done = subprocess.run(
            [self.binaries / 'pg_ctl', action, '-D', self.data, '-s', *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            **self.as_owner(),
        )
        if done.returncode:
            log = self.data / 'server.log'
            words = log.read_text(errors='replace').splitlines()[-10:] if log.exists() else []
            raise FrameError(f"The private PostgreSQL did not {action}:\n{indented(words)}\nThe whole log: {log}")


class PrivateCluster(Cluster):
    """Our own database cluster: created on first use, started on demand, stopped by the last command that used it."""

    def __init__(self):
        super().__init__(cluster_folder(cluster_owner()) / f'postgresql-{major_version(need_binaries())}')
        self._users = None

    def start(self):
        """Create and start the cluster if needed; return the connection parameters."""
        with only_one('postgresql-start'):
            # Waits while the previous last user is stopping the server.
            self._users = Shared('postgresql-users')
            if not (self.data / 'complete').exists():
                with step("Making a private PostgreSQL cluster"):
                    self.create()
                    (self.data / 'complete').touch()
            if not self.runs():
                super().start()
        return self.connection

    def release(self):
        """Stop using the cluster, and stop it when no other command uses it."""
        if self._users.is_last():
            self.stop()
        self._users.leave()


def need_binaries():
    """Return the folder of the server programs, installing them if needed."""
    binaries = find_binaries()
    if not binaries:
        packages.install(['postgresql'], "PostgreSQL")
        binaries = find_binaries()
    if not binaries:
        raise FrameError("PostgreSQL is installed but was not found. Name a server in PGHOST, PGPORT, PGUSER.")
    return binaries


def major_version(binaries):
    """Return the major version of the server programs."""
    told = run_quietly([binaries / 'initdb', '--version'], "PostgreSQL's initdb does not run:")
    return re.search(r'(\d+)', told)[1]


def cluster_owner():
    """Return the user to run the server, ``None`` for the current one; PostgreSQL does not run as root."""
    if os.geteuid():
        return None
    for name in ('postgres', 'nobody'):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise FrameError("PostgreSQL refuses to run as root, and there is neither a user «postgres» nor «nobody».")


def cluster_folder(owner):
    """Return a folder for the cluster that its owner can reach: the cache, unless root's home is closed to others."""
    cache = cache_folder()
    if not owner or all(folder.stat().st_mode & 0o001 for folder in (cache, *cache.parents)):
        return cache
    folder = Path('/var/lib') / MODULE
    folder.mkdir(mode=0o755, exist_ok=True)
    _forget_lost_clusters(folder)
    place = folder / short_hash(cache)
    place.mkdir(mode=0o755, exist_ok=True)
    (place / 'cache').write_text(str(cache))
    return place


def _forget_lost_clusters(folder):
    """Remove clusters whose cache folder is gone, unless they are running."""
    for note in folder.glob('*/cache'):
        runs = any(note.parent.glob('postgresql-*/postmaster.pid'))
        if not Path(note.read_text()).exists() and not runs:
            shutil.rmtree(note.parent)
