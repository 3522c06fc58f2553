"""Where hot begins and cold ends, as a team wishes it: by the share of leads, or by their wins.

No lead may be hot on one half alone (R51), and nobody of whom nothing is known. So hot begins no
lower than what a lead can have at best in one half, beside what a stranger has in the other.
Learned points are differences between leads and say nothing of where leads begin; so that as many
come that far as the team wishes, rules on what was not answered are turned round: to take 18 points
from who did not answer is to give 18 to who did, and who answered stands 18 higher. Where that is
not enough, those begin with some points of whom is known what was known of all leads; and where
nothing is, the halves stop earlier. Rules that give in one half only cannot keep R51; there hot
begins above what a stranger has after one activity.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = "NDArray[np.float64]"
Bools: TypeAlias = "NDArray[np.bool_]"

HOT_SHARE = 0.2  # a fifth: what a team that calls all of them can still choose from
HOT_LEADS_MIN = 20  # fewer hot leads have no share of wins worth a threshold
NEAR_ENOUGH = 0.02  # of all leads: for less nobody begins higher, and no half stops earlier
CAPS_KEEP = 3  # a cap is not lowered below a third: above it leads are no longer ranked
COLD_WINS = 0.5  # cold leads are won at most half as often as all,
COLD_SHARE_MAX = 0.6  # and are not most of the leads a team has
_CAPS = 2  # the step at which they are lowered
_NO_HOT = 2.0  # farther from any wish than a share can be


@dataclass(frozen=True, slots=True)
class BandWish:
    """The share of leads to be hot, or the share of hot leads to be won (0 to 1)."""

    hot_share: float = HOT_SHARE
    hot_precision: float | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """The most points that rules give in each half before any cap, and what a stranger has: with
    nothing done, and after one activity. `is_one_half` where only one of them can give any.
    """

    fit: int
    engagement: int
    stranger: int = 0
    stranger_active: int = 0
    is_one_half: bool = False


@dataclass(frozen=True, slots=True)
class Sums:
    """Each lead's points in both halves that no cap has bound yet, and whether that is known of it
    which was known of all (1 or 0).
    """

    fit: Floats
    engagement: Floats
    known: Floats

    def __getitem__(self, rows: Bools) -> Sums:
        """Give the same of some leads."""
        return Sums(self.fit[rows], self.engagement[rows], self.known[rows])


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where hot begins and cold ends, how far each half goes up (`cap`) and down (`floor`); how
    many rules are turned round, the points that gives, and those that known leads begin with.
    """

    hot_above: int
    cold_below: int
    cap: int
    floor: int
    turned: int = 0
    turned_points: int = 0
    start: int = 0

    def scores(self, sums: Sums) -> Floats:
        """Give the scores of sums."""
        fit = sums.fit + self.turned_points + self.start * sums.known
        fit, engagement = (np.clip(half, self.floor, self.cap) for half in (fit, sums.engagement))
        return np.asarray(fit + engagement, dtype=np.float64)

    def lowest_hot(self, reach: Reach) -> int:
        """The lowest `hot_above` under which neither half alone nor a stranger is hot."""
        stranger = reach.stranger + self.turned_points
        if reach.is_one_half:
            return max(0, stranger, reach.stranger_active + self.turned_points)
        fit = min(self.cap, reach.fit + self.turned_points + self.start)
        return max(fit, min(self.cap, reach.engagement) + max(0, stranger))

    def highest_hot(self, reach: Reach) -> int:
        """The highest `hot_above` under which somebody can be hot."""
        fit = min(self.cap, reach.fit + self.turned_points + self.start)
        return fit + min(self.cap, reach.engagement) - 1


def bounds_for(
    sums: Sums,
    won: Bools,
    reach: Reach,
    *,
    cap: int,
    wish: BandWish,
    turnable: Sequence[int] = (),
) -> Bounds | None:
    """Choose bounds; None where none keeps strangers and one half alone from being hot and has hot
    leads. `turnable` are the points that turning rules round would give, in the order in which they
    are turned.
    """
    bounds, miss = _nearest(_steps(reach, cap, turnable, sums), sums, won, wish)
    if bounds is None or (miss >= _NO_HOT and wish.hot_precision is None):
        return None
    if miss >= _NO_HOT:  # too few leads would be hot at any precision: as many as teams wish
        return bounds_for(sums, won, reach, cap=cap, wish=BandWish(), turnable=turnable)
    scores = bounds.scores(sums)
    return replace(bounds, cold_below=_cold(scores, won, bounds.hot_above))


def _steps(
    reach: Reach, cap: int, turnable: Sequence[int], sums: Sums
) -> Iterator[Iterable[Bounds]]:
    """What is tried, the least change first: higher thresholds and more rules turned, then points
    to begin with, then lower caps.
    """
    begun = [
        Bounds(0, 0, cap, -cap, turned, sum(turnable[:turned]))
        for turned in range(len(turnable) + 1)
    ]
    last = begun[-1]
    starts = range(1, cap + 1) if sums.known.any() else ()
    caps = () if reach.is_one_half else range(cap - 1, cap // CAPS_KEEP, -1)
    yield chain.from_iterable(_thresholds(one, reach) for one in begun)
    yield chain.from_iterable(_lowest(replace(last, start=start), reach) for start in starts)
    yield chain.from_iterable(_lowest(replace(last, cap=lower), reach) for lower in caps)


def _thresholds(bounds: Bounds, reach: Reach) -> Iterator[Bounds]:
    """From few hot leads to many."""
    low, high = bounds.lowest_hot(reach), bounds.highest_hot(reach)
    yield from (replace(bounds, hot_above=hot) for hot in range(high, low - 1, -1))


def _lowest(bounds: Bounds, reach: Reach) -> Iterator[Bounds]:
    low = bounds.lowest_hot(reach)
    if low <= bounds.highest_hot(reach):
        yield replace(bounds, hot_above=low)


def _nearest(
    steps: Iterable[Iterable[Bounds]], sums: Sums, won: Bools, wish: BandWish
) -> tuple[Bounds | None, float]:
    """The bounds that come nearest to the wish, and how near; of a wished precision those with most
    hot leads. A further step is taken only where those before came not near enough; for a precision
    caps are not lowered unless nothing else reaches it.
    """
    best, best_miss = None, float("inf")
    for number, tried in enumerate(steps):
        if best_miss <= (NEAR_ENOUGH if wish.hot_precision is None else 0) and (
            wish.hot_precision is None or number == _CAPS
        ):
            break
        for bounds in tried:
            hot = bounds.scores(sums) > bounds.hot_above
            miss = _miss(hot, won, wish)
            if best is None or miss < best_miss:
                best, best_miss = bounds, miss
    return best, best_miss


def _miss(hot: Bools, won: Bools, wish: BandWish) -> float:
    """How far from the wish, the smaller the better."""
    if not hot.any():
        return _NO_HOT
    if wish.hot_precision is None:
        return abs(float(hot.mean()) - wish.hot_share)
    if hot.sum() < min(HOT_LEADS_MIN, max(1, len(won) // 20)):
        return _NO_HOT
    lacking = wish.hot_precision - float(won[hot].mean())
    return lacking if lacking > 0 else -float(hot.mean())


def _cold(scores: Floats, won: Bools, hot: int) -> int:
    """The highest score below which leads are won at most half as often as all, no more than most
    of the leads.
    """
    rate = float(won.mean())
    low, high = int(scores.min()), min(hot, int(np.quantile(scores, COLD_SHARE_MAX)))
    for cold in range(high, low, -1):
        below = scores < cold
        if below.any() and float(won[below].mean()) <= COLD_WINS * rate:
            return cold
    return min(hot, low)
