"""scripts/serve: a running Odoo with Dealflow, ready for a browser."""

import argparse
import socket
from contextlib import contextmanager

from frame import machine
from frame.console import complain, indented, say
from frame.databases import Databases, add_option, complaint
from frame.errors import FrameError
from frame.locks import take
from frame.odoo_server import LIVE_PORT_OFFSET, OdooServer
from frame.rpc import Session
from frame.workbench import Workbench, last_words

DEFAULT_PORT = 8069


def main(arguments):
    """Serve until Ctrl-C."""
    options = parse(arguments)
    check_port(options.port)
    with Workbench.prepare() as bench:
        machine.need_pdf_printer()
        with alone(options.db):
            prepare_database(bench, options)
            serve(bench, options)


@contextmanager
def serve_demo(bench, name):
    """Serve a database with demo data, made or upgraded before; yield the server."""
    with alone(name):
        Databases(bench).ensure(name, demo=True, assets=True)
        # Scheduled actions would change the screens meanwhile.
        with OdooServer(bench, name, max_cron_threads=0) as server:
            yield server


def alone(name):
    """Return the lock of a served database; raise an error when another command serves it."""
    lock = take(f'serve-{name}')
    if not lock:
        raise FrameError(f"A scripts/serve uses the database «{name}»: stop it, or give --db another name.")
    return lock


def parse(arguments):
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        prog='scripts/serve', description="Serve Odoo 19 with Dealflow on this machine until Ctrl-C."
    )
    parser.add_argument('--port', type=int, default=DEFAULT_PORT, help="port of the web address (default: %(default)s)")
    add_option(parser, "database to serve, made when missing (default: %(default)s)")
    parser.add_argument('--no-demo', action='store_true', help="make the database without demo data")
    parser.add_argument('--reset', action='store_true', help="throw the database away and make it anew")
    parser.add_argument(
        '--workers',
        type=int,
        default=0,
        metavar='N',
        help="number of server processes; 0 (default) serves from one process with threads",
    )
    return parser.parse_args(arguments)


def check_port(port):
    """Raise an error early when a port is taken."""
    if not 1 <= port <= 65535 - LIVE_PORT_OFFSET:
        raise FrameError(f"There is no port {port} to serve on: give --port a number from 1024 to 65000.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(('127.0.0.1', port))
        except OSError as error:
            raise FrameError(f"Port {port} cannot be used ({error.strerror}): give --port another number.") from error


def prepare_database(bench, options):
    """Create the database, or install or upgrade the module."""
    databases = Databases(bench)
    if options.reset:
        databases.drop(options.db)
    found = databases.ensure(options.db, demo=not options.no_demo, assets=True)
    if found:
        complain(complaint("Odoo finished", found))
    if not options.no_demo and databases.note(options.db).get('demo') is False:
        say(f"Note: «{options.db}» was made without demo data; --reset makes it anew with it.")
    address = f'http://127.0.0.1:{options.port}'
    # Emails contain the first address; the PDF printer loads its styles from the second.
    bench.server.query(
        'INSERT INTO ir_config_parameter (key, value) VALUES (%s, %s), (%s, %s)'
        ' ON CONFLICT (key) DO UPDATE SET value = excluded.value',
        ['web.base.url', address, 'report.url', address],
        options.db,
    )


def serve(bench, options):
    """Start the server, print the address, and wait until it is stopped."""
    server = OdooServer(bench, options.db, options.port, workers=options.workers)
    say(f"Starting Odoo (its log: {server.log}) ...")
    with server:
        try:
            tell(bench, options)
            code = server.process.wait()
        except KeyboardInterrupt:
            say("\nStopping ...")
            return
        words = indented(last_words(server.log))
        raise FrameError(f"Odoo stopped by itself (code {code}):\n{words}\nThe whole log: {server.log}")


def tell(bench, options):
    """Print the address and the logins."""
    say(f"\nDealflow runs at  http://127.0.0.1:{options.port}/odoo")
    say("  log in as       admin, password admin")
    users = bench.server.query(
        "SELECT u.login, p.name FROM ir_model_data d JOIN res_users u ON u.id = d.res_id"
        " JOIN res_partner p ON p.id = u.partner_id"
        " WHERE d.module = 'dealflow' AND d.model = 'res.users' AND u.active ORDER BY u.id",
        database=options.db,
    )
    for login, name in users:
        if logs_in(options, login):
            say(f"  or as           {login}, password {login}  ({name})")
    if options.workers:
        say(f"  Live notifications need a proxy that sends /websocket to port {options.port + LIVE_PORT_OFFSET}.")
    say("Ctrl-C stops it.")


def logs_in(options, login):
    """Return whether the password of a demo user is still its login."""
    try:
        return bool(Session(options.port, options.db, login, login))
    except (FrameError, OSError):
        return False
