"""Choosing a PostgreSQL server and running SQL on it."""

import os
from contextlib import closing

import psycopg2

from frame.errors import FrameError
from frame.paths import cache_id
from frame.private_cluster import PrivateCluster
from frame.processes import clean_environment

OLDEST = 13
# Socket of the private server of the command that started this one.
PRIVATE = 'DEALFLOW_PRIVATE_SERVER'


class Server:
    """A PostgreSQL server that accepts our connections."""

    def __init__(self, settings=None, cluster=None):
        self._cluster = cluster
        # Only set values are passed on: the driver has its own defaults for the rest (local socket, ~/.pgpass).
        self.settings = settings or {}

    @property
    def name(self):
        """Identifies the server in names of files outside the databases."""
        parts = [self.settings.get(key) or os.environ.get(key, '') for key in ('PGHOST', 'PGPORT', 'PGUSER')]
        return '|'.join(parts)

    @property
    def is_private(self):
        """Whether only we use the server: started by this command, or by the one that started this command."""
        return bool(self._cluster) or os.environ.get(PRIVATE, '') == os.environ.get('PGHOST')

    def own(self, name):
        """Return the name of one of our databases: on a shared server it says whose it is."""
        return name if self.is_private else f'{name}_{cache_id()}'

    def environment(self):
        """Return the environment for a process that uses this server."""
        marked = {PRIVATE: self.settings['PGHOST']} if self._cluster else {}
        return clean_environment() | self.settings | marked

    def connect(self, database='postgres'):
        """Return a connection on which each statement is a transaction, as CREATE DATABASE requires."""
        settings = {key.removeprefix('PG').lower(): value for key, value in self.settings.items()}
        connection = psycopg2.connect(dbname=database, connect_timeout=10, **settings)
        connection.autocommit = True
        return connection

    def query(self, statement, parameters=(), database='postgres'):
        """Run one SQL statement and return its rows."""
        try:
            with closing(self.connect(database)) as connection, connection.cursor() as cursor:
                cursor.execute(statement, parameters or None)
                return [list(row) for row in cursor.fetchall()] if cursor.description else []
        except psycopg2.Error as error:
            raise FrameError(f"PostgreSQL: {str(error).strip()}") from error

    def check(self):
        """Raise a readable error when the server is too old or the role may not create databases."""
        version, role, may_create = self.query(
            "SELECT current_setting('server_version_num')::int / 10000, rolname, rolcreatedb OR rolsuper"
            " FROM pg_roles WHERE rolname = current_user"
        )[0]
        if version < OLDEST:
            raise FrameError(f"PostgreSQL here is version {version}; Odoo 19 needs {OLDEST} or later.")
        if role == 'postgres':
            raise FrameError(
                "Odoo refuses to work as the PostgreSQL role «postgres».\nMake another one "
                "(CREATE ROLE odoo LOGIN CREATEDB) and name it in PGUSER."
            )
        if not may_create:
            raise FrameError(f"The PostgreSQL role «{role}» may not create databases: ALTER ROLE \"{role}\" CREATEDB.")

    def release(self):
        """Stop using the server; our own one is stopped when no other command uses it."""
        if self._cluster:
            self._cluster.release()


def choose():
    """Return the server to use: the one given in PG* variables, a local one that accepts us, or our own."""
    server = Server()
    try:
        server.check()
    except FrameError as error:
        if any(os.environ.get(key) for key in ('PGHOST', 'PGPORT', 'PGUSER', 'PGSERVICE')):
            raise FrameError(
                f"{error}\nThis is the server named by PGHOST, PGPORT or PGUSER; unset them to use a private one."
            ) from error
        cluster = PrivateCluster()
        return Server(cluster.start(), cluster)
    return server
