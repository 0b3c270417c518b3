"""Confidence intervals of shares: how far a share counted in few cases may be from the true one."""

import math

# Quantile of the normal distribution for 95 per cent.
Z = 1.959963984540054
# Below so many cases, nothing is said about chance.
CASES_TO_JUDGE = 10
# The highest probability of chance at which a difference is still called one.
CERTAIN = 0.05


def wilson_interval(successes, cases):
    """Return the 95 % confidence interval of a share (Wilson), which holds for few cases and near 0 and 1 too.

    :return: lower and upper bound between 0 and 1; ``(0.0, 1.0)``, which says nothing, without cases
    """
    if not cases:
        return 0.0, 1.0
    share = successes / cases
    scale = 1 + Z**2 / cases
    centre = (share + Z**2 / (2 * cases)) / scale
    reach = Z * math.sqrt(share * (1 - share) / cases + Z**2 / (4 * cases**2)) / scale
    return max(0.0, centre - reach), min(1.0, centre + reach)


def newcombe_interval(successes, cases, other_successes, other_cases):
    """Return the 95 % confidence interval of the difference of two independent shares, first minus other.

    Newcombe's method 10, which combines the Wilson intervals of both shares. Without cases it is ``(-1.0, 1.0)``.
    """
    if not cases or not other_cases:
        return -1.0, 1.0
    share, other = successes / cases, other_successes / other_cases
    low, high = wilson_interval(successes, cases)
    other_low, other_high = wilson_interval(other_successes, other_cases)
    difference = share - other
    return (
        difference - math.hypot(share - low, other_high - other),
        difference + math.hypot(high - share, other - other_low),
    )
