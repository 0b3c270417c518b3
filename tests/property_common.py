import unittest
from contextlib import closing

try:
    import hypothesis
except ImportError:
    hypothesis = None


def holds_for(examples, **strategies):
    """Check that a test holds for many values that Hypothesis makes up, the same ones in every run.

    Each example has a savepoint of its own; what fails is told with its values. Without Hypothesis, which only tests
    need, the test is skipped and says so.

    :param int examples: how many to try
    :param strategies: by the name of an argument, a function that takes ``hypothesis.strategies`` and returns the one
        to draw from
    """
    if hypothesis is None:
        return unittest.skip("Hypothesis is not installed (pip install hypothesis; scripts/test installs it).")

    def decorate(test):
        def run(self):
            # A test waits for PostgreSQL and for the machine: no example is wrong because it is slow, and hundreds of
            # attempts to shrink one that fails would take minutes.
            @hypothesis.settings(
                max_examples=examples,
                deadline=None,
                derandomize=True,
                database=None,
                phases=[hypothesis.Phase.generate],
                suppress_health_check=list(hypothesis.HealthCheck),
            )
            @hypothesis.given(**{name: draw(hypothesis.strategies) for name, draw in strategies.items()})
            def check(**values):
                with closing(self.env.cr.savepoint()):
                    test(self, **values)

            check()

        run.__name__, run.__doc__ = test.__name__, test.__doc__
        return run

    return decorate
