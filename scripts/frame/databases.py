"""Databases with the module: copies of a template that contains only the modules ours depends on.

The comment of a database says what it was created from, so this information is deleted with it; a copy has none yet.
"""

import argparse
import ast
import contextlib
import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor

from frame.console import indented, step
from frame.errors import FrameError
from frame.locks import only_one
from frame.paths import CHECKOUT, MODULE, files_hash, short_hash


def dependencies(folder=CHECKOUT):
    """Return the modules on which the module in a folder depends directly."""
    try:
        manifest = ast.literal_eval((folder / '__manifest__.py').read_text())
        return manifest.get('depends', [])
    except (OSError, SyntaxError, ValueError) as error:
        raise FrameError(f"{folder}/__manifest__.py cannot be read: {error}") from error


def add_option(parser, help_text, **options):
    """Add the option that names a database, by default the one of scripts/serve."""
    options = {'default': MODULE} | options
    parser.add_argument('--db', metavar='NAME', type=database_name, help=help_text, **options)


def database_name(text):
    """Return the name if it needs no quoting anywhere, else raise an error."""
    if not text.isidentifier() or not text.isascii() or text != text.lower() or len(text) > 50:
        raise argparse.ArgumentTypeError(
            f"«{text}» is no name for a database: use small letters, digits and underscores, a letter first."
        )
    return text


def link_files(files, copy):
    """Give the copy of a database the files of the original, if it has any.

    Files are never changed in place, only added and removed, so a hard link is enough.
    """
    if files.exists():
        shutil.copytree(files, copy, copy_function=os.link)


class Databases:
    """The databases on the server of a workbench."""

    def __init__(self, bench):
        self.bench = bench
        self.server = bench.server

    def exists(self, name):
        """Return whether a database of that name exists."""
        return bool(self.server.query('SELECT 1 FROM pg_database WHERE datname = %s', [name]))

    def need(self, name):
        """Raise an error when there is no database of that name."""
        if not self.exists(name):
            raise FrameError(f"There is no database «{name}» yet: scripts/serve --db {name} makes it.")

    def drop(self, name):
        """Drop a database and its files, if they exist."""
        self.server.query(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        shutil.rmtree(self._files(name), ignore_errors=True)

    def note(self, name):
        """Return the dictionary stored in the comment of a database, empty when there is none."""
        rows = self.server.query(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
        )
        try:
            return json.loads(rows[0][0])
        except (IndexError, TypeError, ValueError):
            return {}

    def write_note(self, name, **values):
        """Write the dictionary into the comment of a database."""
        self.server.query(f'COMMENT ON DATABASE "{name}" IS %s', [json.dumps(self.note(name) | values)])

    def is_installed(self, name):
        """Return whether the module is installed in a database."""
        if not self.server.query("SELECT to_regclass('ir_module_module')", database=name)[0][0]:
            return False
        rows = self.server.query('SELECT state FROM ir_module_module WHERE name = %s', [MODULE], name)
        return rows == [['installed']]

    def template(self, demo):
        """Return the name of the template with the modules ours depends on, creating it if needed."""
        modules = dependencies()
        flavour = 'demo' if demo else 'plain'
        key = short_hash(f'{self.bench.odoo.version} {sorted(modules)}')
        name = self.server.own(f'{MODULE}_base_{flavour}_{key}')
        with only_one(name):
            if not self.exists(name):
                described = 'with' if demo else 'without'
                with step(f"Making a template database {described} Odoo's demo data (once, takes some minutes)"):
                    self._make_template(name, modules, demo)
        return name

    def templates(self):
        """Create both templates, in parallel when both are missing."""
        with ThreadPoolExecutor() as pool:
            return list(pool.map(self.template, (False, True)))

    def _make_template(self, name, modules, demo):
        """Install the modules under a temporary name first, so that a failed attempt is never used as a template."""
        unfinished = f'{name}_new'
        self.drop(unfinished)
        self.bench.run_odoo(
            unfinished,
            '-i',
            ','.join(modules),
            *(['--with-demo'] if demo else []),
            log=self.bench.log_file(name),
            failure="Odoo could not install its own modules:",
        )
        self.server.query(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(self._files(name), ignore_errors=True)
            self._files(unfinished).rename(self._files(name))

    def copy(self, template, name):
        """Create a database as a copy of a template, including its files."""
        self.drop(name)
        self.server.query(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        self.copy_files(template, self, name)

    def copy_files(self, name, others, copy_name):
        """Copy the files of a database to its copy, on this server or another one."""
        link_files(self._files(name), others._files(copy_name))

    def install(self, name, demo):
        """Create a database with the module; return Odoo's warnings and errors."""
        self.copy(self.template(demo), name)
        return self.install_module(name, demo)

    def install_module(self, name, demo):
        """Install the module into a database with its dependencies."""
        found = self.bench.run_odoo(
            name,
            '-i',
            MODULE,
            *(['--with-demo'] if demo else []),
            log=self.bench.log_file(f'{name}-install'),
            failure="The module could not be installed:",
        )
        if not self.is_installed(name):
            raise FrameError(complaint("Odoo did not install the module, and ended", found))
        self.write_note(name, files=files_hash(), demo=demo)
        return found

    def install_addons(self, name, addons):
        """Install other addons into a database; return Odoo's warnings and errors."""
        log = self.bench.log_file(f'{name}-addons')
        return self.bench.run_odoo(name, '-i', ','.join(addons), log=log, failure="They could not be installed:")

    def build_assets(self, name):
        """Build the asset bundles, which would otherwise delay the first page.

        Tests do not survive that delay: while assets are built, all other requests of the page time out.
        """
        with step("Building the scripts and styles of the web client"):
            self.bench.run_program(name, "env['ir.qweb']._pregenerate_assets_bundles()\nenv.cr.commit()\n")

    def uninstall(self, name):
        """Uninstall the module from a database; return Odoo's warnings and errors."""
        log, failure = self.bench.log_file(f'{name}-uninstall'), "The module could not be uninstalled:"
        return self.bench.run_odoo(name, '-d', name, MODULE, subcommand='module uninstall', log=log, failure=failure)

    def is_current(self, name):
        """Return whether a database has the module of the checkout."""
        return self.note(name).get('files') == files_hash()

    def upgrade(self, name):
        """Upgrade the module in a database to the checkout; return Odoo's warnings and errors."""
        found = self.bench.run_odoo(
            name, '-u', MODULE, log=self.bench.log_file(f'{name}-upgrade'), failure="The module could not be upgraded:"
        )
        self.write_note(name, files=files_hash())
        return found

    def ensure(self, name, demo, assets=False):
        """Make sure that a database exists with the module of the checkout.

        Return Odoo's warnings and errors during the installation or upgrade, ``None`` when nothing had to be done.

        :param assets: also build the asset bundles, if something had to be done
        """
        if not self.exists(name):
            template = self.template(demo)
            with step(f"Making the database «{name}»"):
                self.copy(template, name)
        if not self.is_installed(name):
            with step(f"Installing Dealflow in «{name}»{' with demo data' if demo else ''}"):
                found = self.install_module(name, demo)
        elif not self.is_current(name):
            with step(f"The module has changed: upgrading «{name}»"):
                found = self.upgrade(name)
        else:
            return None
        if assets:
            self.build_assets(name)
        return found

    def _files(self, name):
        """Return the folder with the files of a database."""
        return self.bench.data_folder / 'filestore' / name


def complaint(what, found):
    """Return a message about what Odoo logged during an installation."""
    return f"{what} with complaints:\n{indented(found[-30:])}"
