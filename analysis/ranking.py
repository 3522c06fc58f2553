"""How well scores rank leads that are won before the rest: four figures, with their sources.

They are computed from scores and outcomes alone, whoever made the scores.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

Floats: TypeAlias = "NDArray[np.float64]"
Bools: TypeAlias = "NDArray[np.bool_]"

TOP = 0.1  # of leads, the highest scores: what a team calls first
CALIBRATION_BINS = 10
Z_95 = 1.959964


@dataclass(frozen=True, slots=True)
class Ranking:
    """`auc` with its 95 % interval, the lift of the top tenth, and the calibration error (shares, 0
    to 1) of the chances given with the scores.
    """

    leads: int
    won: int
    auc: float
    low: float
    high: float
    top_lift: float
    calibration_error: float


def ranking_of(scores: Floats, chances: Floats, won: Bools) -> Ranking:
    """Measure scores, and chances of being won (0 to 1), against what became of leads."""
    area = auc(scores, won)
    low, high = auc_interval(area, int(won.sum()), int((~won).sum()))
    return Ranking(
        leads=len(won),
        won=int(won.sum()),
        auc=area,
        low=low,
        high=high,
        top_lift=top_lift(scores, won),
        calibration_error=calibration_error(chances, won),
    )


def auc(scores: Floats, won: Bools) -> float:
    """Chance that a won lead scores higher than another, ties as halves (Mann and Whitney 1947);
    0.5 where there is nothing to compare.
    """
    winners, losers = int(won.sum()), int((~won).sum())
    if not winners or not losers:
        return 0.5
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return float((ranks[won].sum() - winners * (winners + 1) / 2) / (winners * losers))


def auc_interval(area: float, winners: int, losers: int) -> tuple[float, float]:
    """95 % interval of an AUC (Hanley and McNeil, Radiology 143, 1982)."""
    if not winners or not losers:
        return 0.0, 1.0
    both_won, both_lost = area / (2 - area), 2 * area**2 / (1 + area)
    variance = (
        area * (1 - area)
        + (winners - 1) * (both_won - area**2)
        + (losers - 1) * (both_lost - area**2)
    ) / (winners * losers)
    spread = Z_95 * float(np.sqrt(max(0.0, variance)))
    return max(0.0, area - spread), min(1.0, area + spread)


def top_lift(scores: Floats, won: Bools, *, share: float = TOP) -> float:
    """Share won among the highest scores over the share won of all. Where the bound falls among
    equal scores, those count by their part.
    """
    wanted = share * len(won)
    if not won.any() or wanted <= 0:
        return 1.0
    above, captured = 0.0, 0.0
    for score in np.unique(scores)[::-1]:
        equal = scores == score
        part = min(1.0, (wanted - above) / float(equal.sum()))
        captured += part * float(won[equal].sum())
        above += part * float(equal.sum())
        if above >= wanted:
            break
    return (captured / wanted) / float(won.mean())


def calibration_error(chances: Floats, won: Bools, *, bins: int = CALIBRATION_BINS) -> float:
    """Mean distance between the chance given and the share won, over bins of equally many leads
    (expected calibration error, Naeini et al. 2015).
    """
    order = np.argsort(chances, kind="stable")
    parts = [part for part in np.array_split(order, bins) if part.size]
    apart = [
        abs(float(chances[part].mean()) - float(won[part].mean())) * part.size for part in parts
    ]
    return float(sum(apart) / len(won)) if len(won) else 0.0


def chances_from(scores: Floats, won: Bools, asked: Floats) -> Floats:
    """Chances of being won at the scores asked for, by a logistic curve through scores and outcomes
    of other leads (Platt 1999).
    """
    if won.all() or not won.any():
        return np.full(len(asked), float(won.mean()))
    curve = LogisticRegression(C=1e6, max_iter=1000).fit(scores.reshape(-1, 1), won)
    return np.asarray(curve.predict_proba(asked.reshape(-1, 1))[:, 1], dtype=np.float64)
