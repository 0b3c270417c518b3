"""A measurement: a call of ours and an anchor in turns, so that a busy machine slows both down alike."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

from odoo import api

# After this many runs of each call, a scenario stops when this time is used up.
ENOUGH_RUNS, ENOUGH_SECONDS = 3, 40


@dataclass
class Call:
    """A call to measure, in the environment of the records it works on; its changes are rolled back."""

    env: api.Environment
    function: Callable[[], object]
    seconds: list[float] = field(default_factory=list)
    queries: int = 0

    def run(self):
        """Run the call with an empty record cache, including the flush; return the seconds it took."""
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
    """Two calls, and the budget: the maximum ratio of our time to that of the anchor.

    ``repeat`` multiplies the number of runs for short calls and tight budgets, which need more of them.
    """

    name: str
    budget: float
    ours: Call
    anchor: Call
    repeat: int = 1

    def measure(self, runs):
        """Measure both in turns, after a warm-up; return the medians and the derived figures."""
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
