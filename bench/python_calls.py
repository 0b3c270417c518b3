"""Counts calls of Python functions, which unlike seconds do not depend on the load of the machine."""

import sys
from collections import Counter

COLUMNS = f"{'scenario':<43}{'calls':>10}{'anchor':>10}{'ratio':>8}{'budget':>8}{'queries':>12}  verdict"
# Number of functions to print that are called more often with the module.
SHOWN = 40


def measure(scenarios, budget, in_detail):
    """Print the calls and queries of both sides of each scenario, and return them by its name.

    :param scenarios: each compares one call in a database with the module and in one without
    :param float budget: the maximum ratio of calls with the module to calls without
    :param bool in_detail: also print the functions that are called more often
    """
    results = {}
    print(COLUMNS, flush=True)
    for scenario in scenarios:
        ours, anchor = (_count(call) for call in (scenario.ours, scenario.anchor))
        ratio = ours.total() / anchor.total()
        more = scenario.ours.queries - scenario.anchor.queries
        verdict = 'within' if ratio <= budget and more <= 0 else 'over'
        results[scenario.name] = {
            'calls': ours.total(),
            'anchor_calls': anchor.total(),
            'ratio': ratio,
            'budget': budget,
            'queries': scenario.ours.queries,
            'anchor_queries': scenario.anchor.queries,
            'verdict': verdict,
        }
        queries = f"{scenario.ours.queries} / {scenario.anchor.queries}"
        print(
            f"{scenario.name:<43}{ours.total():>10,}{anchor.total():>10,}{ratio:>8.3f}{budget:>8.2f}{queries:>12}"
            f"  {verdict}",
            flush=True,
        )
        if in_detail:
            _show(ours, anchor)
    return results


def _count(call):
    """Count the calls by function, after two runs that fill the caches."""
    codes = Counter()

    def note(frame, event, _argument):
        if event == 'call':
            codes[frame.f_code] += 1

    call.run()
    call.run()
    sys.setprofile(note)
    try:
        call.run()
    finally:
        sys.setprofile(None)
    calls = Counter()
    for code, count in codes.items():
        calls[_name(code)] += count
    return calls


def _name(code):
    path = code.co_filename.split('/addons/')[-1].split('/odoo/')[-1]
    return f"{path}:{code.co_firstlineno} {code.co_qualname}"


def _show(ours, anchor):
    more = Counter(ours)
    more.subtract(anchor)
    for name, count in more.most_common(SHOWN):
        print(f"{count:>+10,}{anchor[name]:>10,}  {name}", flush=True)
