"""Times two calls against each other, turn by turn, so that a busy machine slows both alike."""

import time
from statistics import median


def alternate(env, runs, ours, anchor):
    """Return the median seconds of ``ours`` and of ``anchor`` over ``runs`` alternating runs after one warm-up each.

    Each call starts with an empty record cache and is rolled back.
    """
    seconds = ([], [])
    for run in range(runs + 1):
        for call, times in zip((ours, anchor), seconds, strict=True):
            env.flush_all()
            env.invalidate_all()
            savepoint = env.cr.savepoint()
            start = time.perf_counter()
            call()
            env.flush_all()
            elapsed = time.perf_counter() - start
            savepoint.close(rollback=True)
            env.invalidate_all()
            if run:
                times.append(elapsed)
    return median(seconds[0]), median(seconds[1])
