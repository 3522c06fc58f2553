"""Ranges of a number, as few as tell something: cut where leads really differ, in one direction.

A number has an order, and people expect points to rise or fall with it; so ranges that break the
order are pooled with their neighbours (the pool-adjacent-violators algorithm, Barlow et al. 1972),
and neighbours that do not differ are one range.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, log10
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = "NDArray[np.float64]"
Bools: TypeAlias = "NDArray[np.bool_]"

BINS = 10  # fine enough for a bend, coarse enough that each has leads
RANGES_MAX = 5  # a rule each
DIFFERS = 3.84  # chi square of one degree of freedom at 5 %: less is chance


@dataclass(frozen=True, slots=True)
class NumberRange:
    """A half-open range; None is no bound. `place` counts ranges upwards from 0."""

    low: float | None
    high: float | None
    place: int

    def holds(self, number: float) -> bool:
        """Whether a number lies inside: from `low`, below `high`."""
        return (self.low is None or number >= self.low) and (
            self.high is None or number < self.high
        )


@dataclass(slots=True)
class _Bin:
    low: float
    leads: float
    won: float

    @property
    def rate(self) -> float:
        return (self.won + 0.5) / (self.leads + 1)


def ranges_of(numbers: Floats, won: Bools, *, leads_min: int) -> list[NumberRange]:
    """Cut numbers into ranges whose share of won leads rises, or falls, from one to the next.

    Fewer than two ranges tell nothing: the list is empty then.
    """
    edges = _edges(numbers, leads_min)
    if not edges:
        return []
    places = np.digitize(numbers, edges)
    bins = [
        _Bin(low, float((places == place).sum()), float(won[places == place].sum()))
        for place, low in enumerate([-np.inf, *edges])
    ]
    bins = [one for one in bins if one.leads]
    pooled = _alike_merged(_monotone(bins, rises=_rises(numbers, won)), leads_min)
    if len(pooled) < 2:
        return []
    lows: list[float | None] = [None, *(one.low for one in pooled[1:])]
    highs: list[float | None] = [*lows[1:], None]
    return [
        NumberRange(low, high, place)
        for place, (low, high) in enumerate(zip(lows, highs, strict=True))
    ]


def _edges(numbers: Floats, leads_min: int) -> list[float]:
    """Round numbers near the tenths, each a bound that leaves enough leads on either side."""
    if numbers.size < 2 * leads_min:
        return []
    cuts = np.unique(np.quantile(numbers, np.linspace(0, 1, BINS + 1)[1:-1], method="higher"))
    rounded = sorted({_round(float(cut), numbers) for cut in cuts})
    return [
        edge for edge in rounded if leads_min <= (numbers < edge).sum() <= numbers.size - leads_min
    ]


def _round(cut: float, numbers: Floats) -> float:
    """Two leading digits, where that does not move the cut past other numbers by much."""
    if cut == 0:
        return 0.0
    scale = 10 ** (floor(log10(abs(cut))) - 1)
    near = round(cut / scale) * scale
    moved = abs(float((numbers < near).mean()) - float((numbers < cut).mean()))
    found = near if moved <= 0.02 else cut
    return float(f"{found:.10g}")


def _rises(numbers: Floats, won: Bools) -> bool:
    """Whether more of it goes with more wins: by the sign of the rank correlation."""
    _, ranks = np.unique(numbers, return_inverse=True)
    return float(np.cov(ranks, won.astype(np.float64))[0, 1]) >= 0


def _monotone(bins: Sequence[_Bin], *, rises: bool) -> list[_Bin]:
    pooled: list[_Bin] = []
    for one in bins:
        pooled.append(_Bin(one.low, one.leads, one.won))
        while len(pooled) > 1 and (pooled[-2].rate > pooled[-1].rate) == rises:
            if pooled[-2].rate == pooled[-1].rate:
                break
            _merge_last(pooled)
    return pooled


def _merge_last(pooled: list[_Bin]) -> None:
    last = pooled.pop()
    pooled[-1].leads += last.leads
    pooled[-1].won += last.won


def _alike_merged(bins: list[_Bin], leads_min: int) -> list[_Bin]:
    """Merge the two most alike neighbours until all differ and are few."""
    while len(bins) > 1:
        gaps = [_chi_square(left, right) for left, right in pairwise(bins)]
        small = [
            place for place, pair in enumerate(pairwise(bins))
            if min(one.leads for one in pair) < leads_min
        ]  # fmt: skip
        least = min(small or range(len(gaps)), key=gaps.__getitem__)
        if not small and gaps[least] >= DIFFERS and len(bins) <= RANGES_MAX:
            return bins
        bins[least].leads += bins[least + 1].leads
        bins[least].won += bins[least + 1].won
        del bins[least + 1]
    return bins


def _chi_square(left: _Bin, right: _Bin) -> float:
    """Pearson's, of the two by two table of leads and won."""
    leads, won = left.leads + right.leads, left.won + right.won
    lost = leads - won
    if not won or not lost:
        return 0.0
    cross = left.won * (right.leads - right.won) - right.won * (left.leads - left.won)
    return leads * cross**2 / (left.leads * right.leads * won * lost)
