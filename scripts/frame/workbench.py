"""Everything a command needs to run Odoo with the module."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from frame import odoo_source, postgresql
from frame.console import indented
from frame.errors import FrameError
from frame.paths import addons_folder, cache_folder, short_hash
from frame.processes import undisturbed

LOG_LINE = re.compile(r'^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ (?P<level>[A-Z]+) ')
# With several workers the part for live notifications is started by the file that was run.
ODOO_PROGRAM = Path(__file__).resolve().parent / 'odoo_program.py'
PROBLEMS = {'WARNING', 'ERROR', 'CRITICAL'}


@dataclass
class Workbench:
    """An Odoo and a PostgreSQL server, used as a context manager that releases the server."""

    odoo: odoo_source.OdooSource
    server: postgresql.Server
    # Another folder with the module, for a version other than the checkout.
    module_folder: Path | None = None
    # Folders with Python packages that other addons require.
    python_folders: tuple = ()

    @classmethod
    def prepare(cls):
        """Download, install and start whatever is missing."""
        forget_old_files()
        return cls(odoo_source.find(), postgresql.choose())

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        with undisturbed():
            self.server.release()

    @property
    def data_folder(self):
        """The folder where Odoo keeps the files of the databases on this server."""
        folder = cache_folder() / 'data' / short_hash(self.server.name)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def log_file(self, name):
        """Return the file for a log of the given name."""
        folder = cache_folder() / 'logs'
        folder.mkdir(exist_ok=True)
        return folder / f'{name}.log'

    def environment(self):
        """Return the environment for Odoo's processes: byte code goes to the cache instead of the source folders."""
        return self.server.environment() | {
            'PYTHONPATH': os.pathsep.join(map(str, (self.odoo.import_folder(), *self.python_folders))),
            'PYTHONPYCACHEPREFIX': str(cache_folder() / 'bytecode'),
        }

    def configuration(self, database, **options):
        """Write Odoo's configuration for a database and return the file."""
        settings = {
            'addons_path': ','.join(map(str, (*self.odoo.addons, self.module_folder or addons_folder()))),
            'data_dir': self.data_folder,
            'dbfilter': f'^{re.escape(database)}$',
            'db_name': database,
            'http_interface': '127.0.0.1',
            'list_db': False,
            # The first page load builds all assets, and tours are slow, so there is no time limit.
            'limit_time_cpu': 3600,
            'limit_time_real': 3600,
        } | options
        folder = cache_folder() / 'configuration'
        folder.mkdir(exist_ok=True)
        path = folder / f'{database}-{short_hash(self.module_folder or addons_folder())}.conf'
        path.write_text('[options]\n' + ''.join(f'{key} = {value}\n' for key, value in settings.items()))
        return path

    def command(self, configuration, *arguments, subcommand='server', starts_itself=False):
        """Return the command line to run Odoo.

        :param starts_itself: Odoo is going to start a part of itself anew, which it cannot as a module of Python
        """
        program = [str(ODOO_PROGRAM)] if starts_itself else ['-m', 'odoo']
        return [sys.executable, *program, *subcommand.split(), '-c', str(configuration), *map(str, arguments)]

    def shell(self, database, source=None, variables=None, capture=False, **settings):
        """Run Odoo's shell on a database with ``env`` defined, and return the finished process.

        :param source: a program to run in place of what stands in standard input
        :param variables: environment variables for it
        :param capture: keep what it prints instead of showing it
        :param settings: Odoo's configuration
        """
        settings = {'logfile': self.log_file(f'{database}-shell'), 'http_enable': False} | settings
        return subprocess.run(
            self.command(self.configuration(database, **settings), subcommand='shell'),
            input=source,
            text=True,
            capture_output=capture,
            env=self.environment() | (variables or {}),
            check=False,
        )

    def run_program(self, database, source):
        """Run Python source in Odoo's shell on a database; return its output."""
        done = self.shell(database, source, capture=True)
        if done.returncode:
            raise FrameError(f"The program failed:\n{indented(done.stderr.splitlines()[-25:])}")
        return done.stdout

    def run(self, command):
        """Run a program in Odoo's environment until it ends; return the process, with its output and errors in one."""
        return subprocess.run(
            list(map(str, command)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors='replace',
            env=self.environment(),
            check=False,
        )

    def run_odoo(self, database, *arguments, log, failure, subcommand='server'):
        """Run Odoo on a database until it stops; return its warnings and errors, or raise its last log lines."""
        if subcommand == 'server':
            arguments += ('--stop-after-init', '--no-http')
        log.write_text('')
        done = self.run(self.command(self.configuration(database, logfile=log), *arguments, subcommand=subcommand))
        if done.returncode:
            raise FrameError(f"{failure}\n{indented(last_words(log, done.stdout))}\nThe whole log: {log}")
        return problems(log)


def result(output):
    """Return the result that a program in Odoo's shell has printed: JSON after the word RESULT."""
    line = next(line for line in output.splitlines() if 'RESULT ' in line)
    return json.loads(line.split('RESULT ', 1)[1])


def forget_old_files(days=30):
    """Delete old logs and configuration files."""
    for kind in ('logs', 'configuration'):
        for path in (cache_folder() / kind).glob('*'):
            if time.time() - path.stat().st_mtime < days * 86400:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def problems(log):
    """Return the warnings and errors of a log, each with its continuation lines."""
    found = []
    belongs = False
    for line in log.read_text(errors='replace').splitlines():
        match = LOG_LINE.match(line)
        if match:
            belongs = match['level'] in PROBLEMS
        if belongs:
            found.append(line)
    return found


def last_words(log, output=''):
    """Return the lines of a log that most likely tell why Odoo stopped."""
    lines = problems(log) or log.read_text(errors='replace').splitlines() or output.splitlines()
    return lines[-25:]
