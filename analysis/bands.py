"""Where hot begins and cold ends, as a team wishes it: by the share of leads, or by their wins.

No lead may be hot on one half alone (R51), so hot begins where a half ends, at its cap, or higher.
Learned points are differences between leads and say nothing of where leads begin; so that as many
come that far as the team wishes, rules on what was not answered are turned round: to take 18 points
from who did not answer is to give 18 to who did, and everybody stands 18 higher. Where that is not
enough, everybody begins with some points. A model whose rules are all in one half cannot keep R51;
there the threshold itself is chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = "NDArray[np.float64]"
Bools: TypeAlias = "NDArray[np.bool_]"

HOT_SHARE = 0.2  # a fifth: what a team that calls all of them can still choose from
HOT_LEADS_MIN = 20  # fewer hot leads have no share of wins worth a threshold
COLD_WINS = 0.5  # cold leads are won at most half as often as all,
COLD_SHARE_MAX = 0.6  # and are not most of the leads a team has


@dataclass(frozen=True, slots=True)
class BandWish:
    """The share of leads to be hot, or the share of hot leads to be won (0 to 1)."""

    hot_share: float = HOT_SHARE
    hot_precision: float | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where hot begins and cold ends, how far each half goes; how many rules are turned round, the
    points that gives, and those everybody begins with.
    """

    hot_above: int
    cold_below: int
    cap: int
    turned: int = 0
    turned_points: int = 0
    start: int = 0

    def scores(self, fit: Floats, engagement: Floats) -> Floats:
        """Give the scores of sums of points that no cap has bound yet."""
        bound_fit = np.clip(fit + self.turned_points + self.start, -self.cap, self.cap)
        return np.asarray(bound_fit + np.clip(engagement, -self.cap, self.cap), dtype=np.float64)


def bounds_for(
    fit: Floats,
    engagement: Floats,
    won: Bools,
    *,
    cap: int,
    wish: BandWish,
    turnable: Sequence[int] = (),
) -> Bounds:
    """Choose bounds for sums of points that no cap has bound yet. `turnable` are the points that
    turning rules round would give, in the order in which they are turned.
    """
    one_half = not fit.any() or not engagement.any()
    tried = _thresholds(cap) if one_half else _starts(cap, turnable)
    bounds = _nearest(tried, fit, engagement, won, wish)
    scores = bounds.scores(fit, engagement)
    # somebody is hot, or nobody ever could be
    hot = min(bounds.hot_above, int(scores.max()) - 1)
    return replace(bounds, hot_above=hot, cold_below=_cold(scores, won, hot))


def _starts(cap: int, turnable: Sequence[int]) -> Iterator[Bounds]:
    """From few hot leads to many: higher thresholds, more rules turned, then more to begin with."""
    for turned in range(len(turnable) + 1):
        points = sum(turnable[:turned])
        yield from (Bounds(hot, 0, cap, turned, points) for hot in range(2 * cap - 1, cap - 1, -1))
    points = sum(turnable)
    yield from (Bounds(cap, 0, cap, len(turnable), points, start) for start in range(1, cap))


def _thresholds(cap: int) -> Iterator[Bounds]:
    yield from (Bounds(hot, 0, cap) for hot in range(cap - 1, -cap, -1))


def _nearest(
    tried: Iterable[Bounds], fit: Floats, engagement: Floats, won: Bools, wish: BandWish
) -> Bounds:
    """The bounds that come nearest to the wish; of a wished precision those with most hot leads."""
    best, best_miss = None, float("inf")
    for bounds in tried:
        hot = bounds.scores(fit, engagement) > bounds.hot_above
        miss = _miss(hot, won, wish)
        if best is None or miss < best_miss:
            best, best_miss = bounds, miss
    assert best is not None, "a cap is at least one point"
    return best


def _miss(hot: Bools, won: Bools, wish: BandWish) -> float:
    """How far from the wish, the smaller the better."""
    if wish.hot_precision is None:
        return abs(float(hot.mean()) - wish.hot_share)
    if hot.sum() < min(HOT_LEADS_MIN, max(1, len(won) // 20)):
        return 2.0
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
