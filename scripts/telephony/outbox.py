"""What the bridge must not lose, on disk: calls that Odoo has not got yet, and calls that are going on."""

import json
import sqlite3


class Outbox:
    """A small database of SQLite. Everything is written before it counts, so the bridge may be killed at any time."""

    def __init__(self, path):
        self._base = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._base.execute("PRAGMA journal_mode = WAL")
        self._base.execute("PRAGMA synchronous = NORMAL")
        # One bridge a file: a second one would tell everything too.
        for table in ('waiting', 'open', 'refused'):
            self._base.execute(
                f"CREATE TABLE IF NOT EXISTS {table} (number INTEGER PRIMARY KEY, uniqueid TEXT UNIQUE, content TEXT)"
            )
        self._base.execute("CREATE TABLE IF NOT EXISTS command (id TEXT PRIMARY KEY, moment REAL)")

    def close(self):
        self._base.close()

    # Calls that are going on

    def keep_open(self, uniqueid, content):
        self._base.execute(
            "INSERT INTO open (uniqueid, content) VALUES (?, ?)"
            " ON CONFLICT (uniqueid) DO UPDATE SET content = excluded.content",
            (uniqueid, json.dumps(content)),
        )

    def forget_open(self, uniqueid):
        self._base.execute("DELETE FROM open WHERE uniqueid = ?", (uniqueid,))

    def get_open(self):
        return [json.loads(content) for (content,) in self._base.execute("SELECT content FROM open ORDER BY number")]

    # Calls that have ended

    def put(self, uniqueid, content):
        """Queue an ended call, once, and forget that it was open."""
        self._base.execute("BEGIN IMMEDIATE")
        self._base.execute(
            "INSERT OR IGNORE INTO waiting (uniqueid, content) VALUES (?, ?)", (uniqueid, json.dumps(content))
        )
        self._base.execute("DELETE FROM open WHERE uniqueid = ?", (uniqueid,))
        self._base.execute("COMMIT")

    def get_first(self, count):
        """Return the oldest calls that wait, as pairs of number and content."""
        rows = self._base.execute("SELECT number, content FROM waiting ORDER BY number LIMIT ?", (count,))
        return [(number, json.loads(content)) for number, content in rows]

    def remove(self, numbers):
        self._base.executemany("DELETE FROM waiting WHERE number = ?", [(number,) for number in numbers])

    def set_aside(self, number):
        """Keep a call that Odoo does not understand for the administrator, so that the next ones go on."""
        self._base.execute("BEGIN IMMEDIATE")
        self._base.execute(
            "INSERT OR IGNORE INTO refused (uniqueid, content) SELECT uniqueid, content FROM waiting WHERE number = ?",
            (number,),
        )
        self._base.execute("DELETE FROM waiting WHERE number = ?", (number,))
        self._base.execute("COMMIT")

    def count(self, table):
        return self._base.execute(f"SELECT count(*) FROM {table}").fetchone()[0]

    # Commands of Odoo

    def note_command(self, number, moment, forget_before):
        """Return whether a command is new; it is known from then on, also after a restart."""
        self._base.execute("DELETE FROM command WHERE moment < ?", (forget_before,))
        done = self._base.execute("INSERT OR IGNORE INTO command VALUES (?, ?)", (number, moment))
        return bool(done.rowcount)
