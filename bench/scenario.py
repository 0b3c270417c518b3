"""What is measured: a call of ours beside an anchor, turn by turn, so that a busy machine slows both alike."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

from odoo import api

# Once each call was timed so often, a scenario goes on no longer than that.
ENOUGH_RUNS, ENOUGH_SECONDS = 3, 40


@dataclass
class Call:
    """A call to be timed, in the environment whose records it works on; what it does is rolled back."""

    env: api.Environment
    function: Callable[[], object]
    seconds: list[float] = field(default_factory=list)
    queries: int = 0

    def run(self):
        """Make the call with an empty record cache, until all is in the database; return the seconds it took."""
        cr = self.env.cr
        self.env.flush_all()
        self.env.invalidate_all()
        savepoint = cr.savepoint()
        before, start = cr.sql_log_count, time.perf_counter()
        self.function()
        self.env.flush_all()
        elapsed = time.perf_counter() - start
        self.queries = cr.sql_log_count - before
        savepoint.close(rollback=True)
        self.env.invalidate_all()
        return elapsed


@dataclass
class Scenario:
    """Two calls and how many times the anchor's time ours may take.

    ``repeat`` multiplies the runs of calls so short, or budgets so tight, that more are needed to tell.
    """

    name: str
    budget: float
    ours: Call
    anchor: Call
    repeat: int = 1

    def measure(self, runs):
        """Time both in turn, after a warm-up; return the medians and what follows from them."""
        for number in range(runs * self.repeat + 1):
            for call in (self.ours, self.anchor):
                elapsed = call.run()
                if number:
                    call.seconds.append(elapsed)
            if number >= ENOUGH_RUNS and sum(self.ours.seconds + self.anchor.seconds) > ENOUGH_SECONDS:
                break
        ours, anchor = median(self.ours.seconds), median(self.anchor.seconds)
        ratio = ours / anchor
        return {
            'ours': ours,
            'anchor': anchor,
            'ratio': ratio,
            'budget': self.budget,
            'verdict': 'within' if ratio <= self.budget else 'over',
            'queries': self.ours.queries,
            'anchor_queries': self.anchor.queries,
        }
