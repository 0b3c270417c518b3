"""Databases of scripts/bench: one with the module and one without, with the same data, kept between runs."""

from frame.console import step
from frame.databases import Databases
from frame.errors import FrameError
from frame.paths import MODULE

# Increase it when ``bench/`` creates other data, so that older databases are created again.
DATA = 3


def database_name(scale):
    """Return the name of the database that is kept for a scale."""
    return f'dealflow_bench_{scale}'


def make_databases(bench, scale, fresh=False):
    """Create or update a filled database with the module of the checkout and one without; return their names.

    The one with the module is a copy of the other, in which the module was then installed, so both have the same data.
    """
    databases = Databases(bench)
    name = database_name(scale)
    plain = make_plain_database(bench, scale, fresh)
    if fresh or databases.note(name).get('data') != DATA:
        databases.copy(plain, name)
        databases.ensure(name, demo=False)
        with step(f"Filling {name} with {scale:,} deals, their history, receipts and opportunities"):
            fill(bench, databases, name, 'fill', scale)
    databases.ensure(name, demo=False)
    return name, plain


def make_plain_database(bench, scale, fresh=False):
    """Create a filled database without the module if needed; return its name."""
    databases = Databases(bench)
    plain = f'{database_name(scale)}_plain'
    if fresh or databases.note(plain).get('data') != DATA:
        databases.copy(databases.template(demo=False), plain)
        with step(f"Filling {plain} with {2 * scale:,} partners and events, {scale:,} orders and invoices"):
            fill(bench, databases, plain, 'fill_plain', scale)
    return plain


def make_plain_database_of_apps(bench, scale, apps):
    """Create a database with Odoo apps, and a filled copy of it, if needed; return their names."""
    databases = Databases(bench)
    empty, full = f'{MODULE}_bench_apps', f'{database_name(scale)}_apps'
    made_of = {'data': DATA, 'apps': apps}
    if databases.note(empty).get('apps') != apps:
        databases.copy(databases.template(demo=False), empty)
        with step(f"Installing {len(apps)} apps of Odoo in {empty}"):
            databases.install_addons(empty, apps)
        databases.write_note(empty, apps=apps)
    if databases.note(full) != made_of:
        databases.copy(empty, full)
        with step(f"Filling {full} with {2 * scale:,} partners and events, {scale:,} orders and invoices"):
            fill(bench, databases, full, 'fill_plain', scale)
        databases.write_note(full, **made_of)
    return empty, full


def make_catalogue_database(bench, fresh=False):
    """Create or update a database with Odoo's Inventory, the module and many products; return its name."""
    databases = Databases(bench)
    name = f'{MODULE}_bench_catalogue'
    if fresh or databases.note(name).get('data') != DATA:
        databases.copy(databases.template(demo=False), name)
        with step(f"Installing Odoo's Inventory in {name}"):
            databases.install_addons(name, ['sale_stock'])
        databases.ensure(name, demo=False)
        with step(f"Filling {name} with products, stock and orders"):
            fill(bench, databases, name, 'fill_catalogue', 0)
    databases.ensure(name, demo=False)
    return name


def make_workplace_database(bench, fresh=False):
    """Create or update a database with the module, many partners and events; return its name."""
    databases = Databases(bench)
    name = f'{MODULE}_bench_workplace'
    if fresh or databases.note(name).get('data') != DATA:
        databases.copy(databases.template(demo=False), name)
        databases.ensure(name, demo=False)
        with step(f"Filling {name} with partners, events, deals and opportunities"):
            fill(bench, databases, name, 'fill_workplace', 0)
    databases.ensure(name, demo=False)
    return name


def fill(bench, databases, name, function, scale):
    """Fill a database, and only then mark it as one to keep."""
    if call(bench, name, function, scale):
        raise FrameError(f"The database {name} could not be filled, see above.")
    databases.write_note(name, data=DATA)


def call(bench, name, function, scale, variables=None):
    """Call a function of ``bench/run.py`` in Odoo's shell; return the exit code of the shell."""
    program = f"from odoo.addons.dealflow.bench.run import {function}\n{function}(env)\n"
    variables = {'DEALS': scale} | (variables or {})
    variables = {f'DEALFLOW_BENCH_{key}': str(value) for key, value in variables.items()}
    return bench.shell(name, program, variables).returncode
