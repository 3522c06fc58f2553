"""Whether two periods differ by more than chance, figure by figure, at one in twenty.

Every test says None where there are too few leads to tell. Nothing but the standard library: it
runs in a function of AWS.
"""

from collections.abc import Sequence
from math import sqrt
from statistics import mean, median, variance

CHANCE_Z = 1.96  # beyond it fewer than one difference in twenty is chance
EXPECTED_MIN = 5  # fewer expected cases than that say nothing (Cochran's rule)
LEADS_MIN = 10  # of each period, to compare means: of skewed figures fewer say nothing


def shares_differ(hits: int, of: int, others: int, of_others: int) -> bool | None:
    """Whether two shares differ: the test of two proportions with their common share.

    None where Cochran's rule is not kept (Some methods for strengthening the common chi-squared
    tests, Biometrics 1954).
    """
    if not of or not of_others:
        return None
    share = (hits + others) / (of + of_others)
    if min(share, 1 - share) * min(of, of_others) < EXPECTED_MIN:
        return None
    error = sqrt(share * (1 - share) * (1 / of + 1 / of_others))
    return abs(hits / of - others / of_others) / error > CHANCE_Z


def means_differ(ours: Sequence[float], theirs: Sequence[float]) -> bool | None:
    """Whether two means differ, whatever their variances (Welch, The generalization of Student's
    problem when several different population variances are involved, Biometrika 1947).
    """
    if min(len(ours), len(theirs)) < LEADS_MIN:
        return None
    apart = abs(mean(ours) - mean(theirs))
    first, second = variance(ours) / len(ours), variance(theirs) / len(theirs)
    if not first + second:  # each period says one thing all over
        return apart > 0
    freedom = (first + second) ** 2 / (first**2 / (len(ours) - 1) + second**2 / (len(theirs) - 1))
    return apart / sqrt(first + second) > critical_t(freedom)


def variances_differ(ours: Sequence[float], theirs: Sequence[float]) -> bool | None:
    """Whether two variances differ: the means of the distances from each one's median (Brown and
    Forsythe, Robust tests for the equality of variances, JASA 1974), compared as Welch does.
    """
    return means_differ(_from_median(ours), _from_median(theirs))


def medians_differ(ours: Sequence[float], theirs: Sequence[float]) -> bool | None:
    """Whether two medians differ: the shares above the common one (Mood, Introduction to the
    Theory of Statistics, 1950).
    """
    if not ours or not theirs:
        return None
    middle = median([*ours, *theirs])
    above, others = (sum(one > middle for one in period) for period in (ours, theirs))
    return shares_differ(above, len(ours), others, len(theirs))


def critical_t(freedom: float) -> float:
    """Give Student's t that one in twenty is beyond, for nine degrees of freedom or more, within
    0.01 (Abramowitz and Stegun, 26.7.5).
    """
    z = CHANCE_Z
    return (
        z
        + (z**3 + z) / (4 * freedom)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
    )


def _from_median(period: Sequence[float]) -> list[float]:
    middle = median(period) if period else 0
    return [abs(one - middle) for one in period]
