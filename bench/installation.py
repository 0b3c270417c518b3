"""Runs an Odoo server until it stops, with the arguments of its command, and writes the cost to a file.

python installation.py FILE -d DATABASE -i MODULE --stop-after-init …
"""

import json
import resource
import sys
import threading
import time

from odoo import sql_db
from odoo.cli import main

LONGEST = 5


class Statements:
    """Records the queries of a thread, as Odoo's profiler does, and keeps the longest."""

    def __init__(self):
        self.seconds = 0.0
        self.longest = []

    def listen(self, cr, query, params, start, seconds):
        self.seconds += seconds
        if len(self.longest) < LONGEST or seconds > self.longest[-1][0]:
            words = ' '.join(str(query).split())
            self.longest = sorted([*self.longest, (seconds, words)], reverse=True)[:LONGEST]


def run(path):
    """Run Odoo and write seconds, queries, peak memory in megabytes, and the longest statements."""
    statements = Statements()
    threading.current_thread().query_hooks = [statements.listen]
    start = time.monotonic()
    code = 0
    try:
        main()
    except SystemExit as end:
        code = end.code
    with open(path, 'w', encoding='utf-8') as file:
        json.dump(
            {
                'seconds': time.monotonic() - start,
                'queries': sql_db.sql_counter,
                'query_seconds': statements.seconds,
                'megabytes': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                'longest': statements.longest,
            },
            file,
        )
    raise SystemExit(code)


if __name__ == '__main__':
    run(sys.argv.pop(1))
