"""scripts/serve: a running Odoo with Dealflow, ready for a browser."""

import argparse
import json
import socket
import urllib.request

from frame import machine
from frame.console import complain, indented, say, step
from frame.databases import Databases, complaint
from frame.errors import FrameError
from frame.locks import take
from frame.odoo_server import LIVE_PORT_OFFSET, launch, stop, wait_until_ready
from frame.processes import undisturbed
from frame.workbench import Workbench, last_words

DEFAULT_PORT = 8069


def main(arguments):
    """Serve until Ctrl-C."""
    options = parse(arguments)
    check_port(options.port)
    with Workbench.prepare() as bench:
        machine.need_pdf_printer()
        lock = take(f'serve-{options.db}')
        if not lock:
            raise FrameError(f"Another scripts/serve uses the database «{options.db}»: give --db another name.")
        with lock:
            prepare_database(bench, options)
            serve(bench, options)


def parse(arguments):
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        prog='scripts/serve', description="Serve Odoo 19 with Dealflow on this machine until Ctrl-C."
    )
    parser.add_argument('--port', type=int, default=DEFAULT_PORT, help="port of the web address (default: %(default)s)")
    parser.add_argument(
        '--db',
        default='dealflow',
        metavar='NAME',
        type=database_name,
        help="database to serve, made when missing (default: %(default)s)",
    )
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


def database_name(text):
    """Return the name if it needs no quoting anywhere, else raise an error."""
    if not text.isidentifier() or not text.isascii() or text != text.lower() or len(text) > 50:
        raise argparse.ArgumentTypeError(
            f"«{text}» is no name for a database: use small letters, digits and underscores, a letter first."
        )
    return text


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
    found = databases.ensure(options.db, demo=not options.no_demo)
    if found:
        complain(complaint("Odoo finished", found))
    if found is not None:
        databases.build_assets(options.db)
    if not options.no_demo and databases.note(options.db).get('demo') is False:
        say(f"Note: «{options.db}» was made without demo data; --reset makes it anew with it.")
    address = f'http://127.0.0.1:{options.port}'
    # Emails contain the first address; the PDF printer loads its styles from the second.
    bench.server.run(
        [
            (
                'INSERT INTO ir_config_parameter (key, value) VALUES (%s, %s)'
                ' ON CONFLICT (key) DO UPDATE SET value = excluded.value',
                [key, address],
            )
            for key in ('web.base.url', 'report.url')
        ],
        options.db,
    )


def serve(bench, options):
    """Start the server, print the address, and wait until it is stopped."""
    log = bench.log_file(options.db)
    log.write_text('')
    configuration = bench.configuration(
        options.db,
        http_port=options.port,
        workers=options.workers,
        gevent_port=options.port + LIVE_PORT_OFFSET,
        logfile=log,
    )
    process = launch(bench, configuration)
    try:
        with step(f"Starting Odoo (its log: {log})"):
            wait_until_ready(process, options.port, log)
        tell(bench, options)
        code = process.wait()
        raise FrameError(f"Odoo stopped by itself (code {code}):\n{indented(last_words(log))}\nThe whole log: {log}")
    except KeyboardInterrupt:
        say("\nStopping ...")
    finally:
        with undisturbed():
            stop(process)


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
    call = {'jsonrpc': '2.0', 'params': {'db': options.db, 'login': login, 'password': login}}
    request = urllib.request.Request(
        f'http://127.0.0.1:{options.port}/web/session/authenticate',
        json.dumps(call).encode(),
        {'Content-Type': 'application/json'},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return 'result' in json.load(answer)
    except OSError:
        return False
