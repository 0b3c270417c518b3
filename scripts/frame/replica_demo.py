"""scripts/replica-demo: a hot standby answers reports, the primary does the rest, according to PostgreSQL itself."""

import argparse
import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from frame.console import indented, say, step
from frame.databases import Databases, add_option
from frame.errors import FrameError
from frame.locks import only_one
from frame.odoo_server import OdooServer
from frame.paths import MODULE
from frame.postgresql import Server
from frame.private_cluster import PORT, ROLE, Cluster, cluster_folder, cluster_owner
from frame.processes import run_quietly, undisturbed
from frame.rpc import Session
from frame.workbench import Workbench, problems

DATABASE = f'{MODULE}_replica_demo'
# In addition to our usual settings: the primary sends its changes, for which the standby needs the same limits, and
# both count the statements that they run.
SETTINGS = {
    'wal_level': 'replica',
    'max_wal_senders': '4',
    'shared_preload_libraries': 'pg_stat_statements',
    'pg_stat_statements.track': 'all',
}
SECONDS_TO_FOLLOW = 60
STATEMENTS = """
    SELECT COALESCE(sum(calls), 0)::int
      FROM pg_stat_statements JOIN pg_database ON pg_database.oid = dbid
     WHERE datname = %s AND query LIKE '%%dealflow\\_%%' AND query NOT LIKE '%%pg\\_stat\\_statements%%'
"""


@dataclass
class Deed:
    """An action of a user in the web client, and the server that should run it."""

    words: str
    model: str
    method: str
    arguments: list
    keywords: dict
    reads_only: bool = True


def main(arguments):
    """Start both servers and Odoo, print which server ran each action, and return 1 when it was the wrong one."""
    parser = argparse.ArgumentParser(
        prog='scripts/replica-demo',
        description="Start a PostgreSQL primary, a hot standby beside it, and Odoo that knows of both; open reports "
        "and move a deal; show which server ran the statements. Everything is removed at the end.",
    )
    words = (
        "take a copy of this database, with the password «admin» for «admin» (by default one with demo data is made)"
    )
    add_option(parser, words, default=None)
    options = parser.parse_args(arguments)
    with Workbench.prepare() as bench, only_one('replica-demo'), replicated(bench, options.db) as (pair, cluster):
        primary, standby = pair.server, Server(cluster.connection)
        with OdooServer(
            pair,
            DATABASE,
            max_cron_threads=0,
            db_replica_host=standby.settings['PGHOST'],
            db_replica_port=standby.settings['PGPORT'],
        ) as odoo:
            session = Session(odoo.port, DATABASE, 'admin', 'admin')
            wait_until_followed(primary, standby)
            say(f"\n{'':<44}{'standby':>9}{'primary':>9}   statements on tables of Dealflow")
            good = [show(deed, session, primary, standby) for deed in deeds(session)]
            say(f"\nThe standby had the moves {wait_until_followed(primary, standby):.1f} s later.")
            complaints = problems(odoo.log)
            cluster.stop()
            good.append(show_without_standby(deeds(session)[0], session, primary))
    if complaints:
        say(f"Odoo complained:\n{indented(complaints[:20])}")
    say(
        "Reports were read from the standby, work went to the primary."
        if all(good)
        else "Not everything went where it ought to."
    )
    return 0 if all(good) and not complaints else 1


@contextmanager
def replicated(bench, source):
    """Yield a workbench on a primary with the database, and the standby that follows it; remove both at the end."""
    folder = cluster_folder(cluster_owner()) / 'replica-demo'
    primary = Cluster(folder / 'primary', **SETTINGS)
    standby = Cluster(folder / 'standby', **SETTINGS)
    pair = Workbench(bench.odoo, Server(primary.connection))
    try:
        remove(folder, standby, primary)
        with step("Making a primary with a copy of the database"):
            primary.create()
            primary.start()
            copy_database(bench, pair, primary, source)
        with step("Making a hot standby of it"):
            copy_cluster(primary, standby)
            standby.start()
        yield pair, standby
    finally:
        with undisturbed():
            remove(folder, standby, primary)
            shutil.rmtree(pair.data_folder, ignore_errors=True)


def remove(folder, *clusters):
    """Stop the servers and remove all their files."""
    for cluster in clusters:
        if cluster.data.exists():
            cluster.stop()
        shutil.rmtree(cluster.socket, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def copy_database(bench, pair, primary, source):
    """Copy a database, including its files, from the usual server to the primary."""
    databases, server = Databases(bench), pair.server
    if source and not databases.exists(source):
        raise FrameError(f"There is no database «{source}». Leave --db out to use one with demo data.")
    if not source:
        databases.install(DATABASE, demo=True)
    try:
        archive = primary.data.parent / 'archive'
        run_quietly(
            [primary.binaries / 'pg_dump', '--format=custom', f'--file={archive}', source or DATABASE],
            "The database could not be copied:",
            env=bench.server.environment(),
        )
        server.query(f'CREATE DATABASE "{DATABASE}"')
        run_quietly(
            [primary.binaries / 'pg_restore', '--no-owner', f'--dbname={DATABASE}', archive],
            "The database could not be copied:",
            env=server.environment(),
        )
        archive.unlink()
        server.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements', database=DATABASE)
        server.query('ANALYZE', database=DATABASE)
        databases.copy_files(source or DATABASE, Databases(pair), DATABASE)
    finally:
        if not source:
            databases.drop(DATABASE)


def copy_cluster(primary, standby):
    """Create the standby as an administrator would: a base backup that also writes the replication settings."""
    standby.make_folder(standby.data)
    options = f'-R -X stream --checkpoint=fast -p {PORT} -U {ROLE}'.split()
    command = [standby.binaries / 'pg_basebackup', '-D', standby.data, '-h', primary.socket, *options]
    run_quietly(command, "PostgreSQL could not make a standby:", **standby.as_owner())
    # The backup contains the socket of the primary.
    shutil.rmtree(standby.socket, ignore_errors=True)


def wait_until_followed(primary, standby):
    """Wait until the standby has everything that the primary has written so far; return the seconds this took."""
    started = time.monotonic()
    [[position]] = primary.query('SELECT pg_current_wal_lsn()')
    while not standby.query('SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn', [position])[0][0]:
        if time.monotonic() - started > SECONDS_TO_FOLLOW:
            raise FrameError("The standby does not follow the primary.")
        time.sleep(0.1)
    return time.monotonic() - started


def deeds(session):
    """Return reports, screens and changes, with the calls of the web client."""
    today = date.today()
    year = {'date_from': str(today - timedelta(days=365)), 'date_to': str(today)}
    [deal] = session.call('dealflow.deal', 'search_read', [('state', '=', 'open')], ['funnel_id', 'stage_id'], limit=1)
    stages = session.call(
        'dealflow.stage',
        'search',
        [('funnel_id', '=', deal['funnel_id'][0]), ('is_won', '=', False), ('id', '!=', deal['stage_id'][0])],
    )
    reports = [
        Deed("sales funnel", 'dealflow.sales.funnel', 'get_data', [year], {}),
        Deed("sales funnel by moves", 'dealflow.sales.funnel', 'get_data', [year | {'basis': 'moved'}], {}),
        Deed("dynamics of deals", 'dealflow.deal.dynamics', 'get_data', [year], {}),
        Deed("dynamics: the moves behind it", 'dealflow.deal.dynamics', 'get_moves_action', [year], {}),
        Deed(
            "receipts plan, five sections",
            'dealflow.receipt',
            'web_read_group',
            [[('state', '!=', 'cancelled')], ['bucket'], ['amount_company:sum', 'gap:sum']],
            {'auto_unfold': True, 'unfold_read_specification': {'name': {}, 'amount': {}, 'bucket': {}}},
        ),
        Deed(
            "receipts plan, tree of filters",
            'dealflow.receipt',
            'search_panel_select_range',
            ['state'],
            {'enable_counters': True},
        ),
        Deed("receipts at a glance", 'dealflow.receipt', 'get_plan_summary', [], {}),
        Deed("start page", 'dealflow.deal', 'get_summary', [], {}),
        Deed("my day", 'calendar.event', 'dealflow_get_my_day', [], {}),
        Deed("timeline of marketing", 'dealflow.marketing.event', 'get_timeline', [today.year], {}),
    ]
    tables = [
        Deed(f"report {model}", model, 'formatted_read_group', [[], [], ['__count']], {})
        for model in sorted(
            row['model']
            for row in session.call('ir.model', 'search_read', [('model', '=like', 'dealflow.%.report')], ['model'])
        )
    ]
    screens = [
        Deed(
            "columns of deals",
            'dealflow.deal',
            'web_read_group',
            [[], ['stage_id'], ['amount_company:sum']],
            {'auto_unfold': True, 'unfold_read_specification': {'name': {}}},
        ),
        Deed(
            "card of a deal",
            'dealflow.deal',
            'web_read',
            [[deal['id']]],
            {'specification': {'name': {}, 'log_ids': {'fields': {'comment': {}}}}},
        ),
    ]
    work = [
        Deed(
            "move of a deal",
            'dealflow.deal',
            'action_move_stage',
            [[deal['id']], stages[0], "Moved for show", "Shown"],
            {},
            reads_only=False,
        ),
    ]
    return [*reports, *tables, *screens, *work]


def show(deed, session, primary, standby):
    """Run the action, print which server ran its statements, and return whether it was the right one."""
    on_standby, on_primary = count_statements(deed, session, standby, primary)
    good = (on_standby and not on_primary) if deed.reads_only else (on_primary and not on_standby)
    say(f"{deed.words:<44}{on_standby:>9}{on_primary:>9}   {'' if good else 'NOT AS IT OUGHT TO BE'}")
    return bool(good)


def show_without_standby(deed, session, primary):
    """Run the action while the standby is down, and return whether the primary answered instead."""
    [count] = count_statements(deed, session, primary)
    say(f"{deed.words + ', the standby is down':<44}{'':>9}{count:>9}   {'' if count else 'NOT AS IT OUGHT TO BE'}")
    return bool(count)


def count_statements(deed, session, *servers):
    """Run the action, and return how many statements on our tables each server ran for it."""
    for server in servers:
        server.query('SELECT pg_stat_statements_reset()', database=DATABASE)
    session.call(deed.model, deed.method, *deed.arguments, **deed.keywords)
    return [server.query(STATEMENTS, [DATABASE], DATABASE)[0][0] for server in servers]
