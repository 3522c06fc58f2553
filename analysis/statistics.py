"""Intervals and tests on counts: how much of a difference can be chance.

Plain arithmetic on numbers a person can check by hand; each says whose formula it is. A lift and
its interval stand in `lift`, the area under the curve in `ranking`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, exp, lgamma, log, sqrt
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = "NDArray[np.float64]"
Bools: TypeAlias = "NDArray[np.bool_]"

Z_95 = 1.959964  # two-sided
CALIBRATION_BINS = 10
_SERIES_MAX = 1_000  # steps; it ends much sooner, when a step adds nothing


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`; its interval is Wilson's, which stays between 0 and 1."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """The share, 0 to 1; None of nothing."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float]:
        """Its 95 % interval."""
        return wilson(self.part, self.whole)


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Leads of about one chance: how many, the chance given on average, and how many were won."""

    leads: int
    chance: float
    won: int


def wilson(part: float, whole: float, *, z: float = Z_95) -> tuple[float, float]:
    """Interval of a share (Wilson, JASA 22, 1927):
    (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n); 0 to 1 where there is nothing to share.
    """
    if not whole:
        return 0.0, 1.0
    share, square = part / whole, z * z
    middle = share + square / (2 * whole)
    spread = z * sqrt(share * (1 - share) / whole + square / (4 * whole * whole))
    scale = 1 + square / whole
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def chance_of_z(z: float) -> float:
    """How often chance alone gives so large a normal deviate, of either sign (p-value)."""
    return erfc(abs(z) / sqrt(2))


def chance_of_square(value: float, freedom: int) -> float:
    """How often chance alone gives so large a chi-squared: the regularised upper incomplete gamma
    function Q(k/2, x/2), as its lower series (Abramowitz and Stegun 6.5.29).
    """
    if value <= 0 or freedom < 1:
        return 1.0
    shape, point = freedom / 2, value / 2
    term = total = 1 / shape
    for step in range(1, _SERIES_MAX):
        term *= point / (shape + step)
        total += term
        if term < total * 1e-15:
            break
    return min(1.0, max(0.0, 1 - total * exp(shape * log(point) - point - lgamma(shape))))


def holm(chances: Sequence[float]) -> list[float]:
    """Chances (p-values) corrected for having looked at all of them (Holm, Scand. J. Stat. 6,
    1979): who names what is left below 0.01 errs in at most one file of a hundred.
    """
    corrected = [1.0] * len(chances)
    least = 0.0
    order = sorted(range(len(chances)), key=lambda number: chances[number])
    for rank, number in enumerate(order):
        least = max(least, min(1.0, chances[number] * (len(chances) - rank)))
        corrected[number] = least
    return corrected


def trend(won: Sequence[int], leads: Sequence[int]) -> tuple[float, float]:
    """Whether a share rises or falls over periods in order: z (positive where it rises) and its
    chance (Cochran 1954, Armitage 1955): Σ t(w - n p) / √(p(1-p) (Σ n t² - (Σ n t)² / N)).
    """
    total, wins = sum(leads), sum(won)
    if not total or wins in (0, total):
        return 0.0, 1.0
    share = wins / total
    apart = sum(t * (w - n * share) for t, (w, n) in enumerate(zip(won, leads, strict=True)))
    square = sum(n * t * t for t, n in enumerate(leads))
    line = sum(n * t for t, n in enumerate(leads))
    variance = share * (1 - share) * (square - line * line / total)
    z = apart / sqrt(variance) if variance > 0 else 0.0
    return z, chance_of_z(z)


def homogeneity(won: Sequence[int], leads: Sequence[int]) -> tuple[float, float]:
    """Whether groups have one share: chi-squared and its chance (Pearson 1900):
    Σ (w - n p)² / (n p (1-p)), with one degree of freedom less than groups.
    """
    groups = [(w, n) for w, n in zip(won, leads, strict=True) if n]
    total = sum(n for _, n in groups)
    share = sum(w for w, _ in groups) / total if total else 0.0
    if not 0 < share < 1:
        return 0.0, 1.0
    value = sum((w - n * share) ** 2 / (n * share * (1 - share)) for w, n in groups)
    return value, chance_of_square(value, len(groups) - 1)


def changed_sides(apart: Sequence[float]) -> tuple[float, float]:
    """Whether pairs changed to one side more than to the other: z and its chance. With -1, 0 and 1
    this is McNemar's test (Psychometrika 12, 1947), (b - c) / √(b + c); parts of 1 are ties.
    """
    square = sum(one * one for one in apart)
    z = sum(apart) / sqrt(square) if square else 0.0
    return z, chance_of_z(z)


def calibration_bins(
    chances: Floats, won: Bools, *, bins: int = CALIBRATION_BINS
) -> list[CalibrationBin]:
    """Bins of equally many leads, from the least chance to the greatest; equal chances are never
    parted, so there may be fewer.
    """
    order = np.argsort(chances, kind="stable")
    found: list[CalibrationBin] = []
    begin = 0
    for number in range(1, bins + 1):
        end = round(number * len(order) / bins)
        while begin < end < len(order) and chances[order[end]] == chances[order[end - 1]]:
            end += 1
        if end > begin:
            part = order[begin:end]
            found.append(
                CalibrationBin(len(part), float(chances[part].mean()), int(won[part].sum()))
            )
            begin = end
    return found


def calibration_error(bins: Sequence[CalibrationBin]) -> float:
    """Mean distance between the chance given and the share won (expected calibration error, Naeini
    et al., AAAI 2015), weighed by leads; 0 is perfect.
    """
    leads = sum(one.leads for one in bins)
    apart = sum(abs(one.chance * one.leads - one.won) for one in bins)
    return apart / leads if leads else 0.0


def areas_compared(one: Floats, other: Floats, won: Bools) -> tuple[float, float]:
    """How much more area under the curve `other` has than `one` on the same leads, and the standard
    error of that (DeLong et al., Biometrics 44, 1988).

    Needs two won leads and two others; else the error is 0.
    """
    if won.sum() < 2 or (~won).sum() < 2:
        return 0.0, 0.0
    of_one, of_other = _placements(one, won), _placements(other, won)
    winners, losers = of_other[0] - of_one[0], of_other[1] - of_one[1]
    error = winners.var(ddof=1) / len(winners) + losers.var(ddof=1) / len(losers)
    return float(winners.mean()), float(np.sqrt(error))


def _placements(scores: Floats, won: Bools) -> tuple[Floats, Floats]:
    """Per won lead the share of others below it, per other lead the share of won above it; equal
    scores count as halves.
    """
    winners, losers = np.sort(scores[won]), np.sort(scores[~won])
    below = np.searchsorted(losers, scores[won], "left") + np.searchsorted(
        losers, scores[won], "right"
    )
    under = np.searchsorted(winners, scores[~won], "left") + np.searchsorted(
        winners, scores[~won], "right"
    )
    return below / (2 * len(losers)), 1 - under / (2 * len(winners))
