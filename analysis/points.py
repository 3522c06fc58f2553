"""Whole points for rules, learned from examples by a logistic regression that keeps few of them.

The penalty on the sum of sizes (lasso, Tibshirani 1996) drops what tells nothing beside the rest
and draws what few leads have towards nothing, so small samples earn small points. How strong it is,
is chosen on leads that were not learned from, later ones as the model will be used among them.
Ranges of one number keep their order. The coefficients are log odds; points are the same numbers on
a fixed scale, which is smaller only where most leads would not stay under the caps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn import config_context
from sklearn.linear_model import LogisticRegression

from analysis.candidates import LEADS_MIN, Candidate, Trait, bounds, say_range
from analysis.number_ranges import NumberRange

Floats: TypeAlias = "NDArray[np.float64]"
Bools: TypeAlias = "NDArray[np.bool_]"

PENALTIES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)  # the inverse strengths tried
FOLDS = ((0.6, 0.8), (0.8, 1.0))  # learn until the one share of leads, look until the other
BETWEEN = 3  # and each third lead, learned from the others
PAIRS_OF = 24  # traits tried in pairs: 276 pairs
PAIRS_MAX = 6  # rules of two conditions; more are hard to read
PAIR_STANDS_OUT = 4.0  # standard errors: of 276 pairs none reaches it by chance (1 in 60)
LOG_ODDS_OF_A_CAP = (
    2.5  # at a cap of 50, 14 points double the odds, and all 50 stand for twelvefold
)
SCALE_SHARE = 0.98  # of leads lie under the caps: what is capped is no longer ordered
KEEPS = 0.97  # of the gain: the last hundredths cost a dozen rules, and are gone a year later
GAIN_MIN = 6.0  # of log likelihood over the folds; outcomes dealt out by chance gave 5.9 at most
ITERATIONS_MAX = 2_000


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate with its log odds."""

    candidate: Candidate
    weight: float


@dataclass(frozen=True, slots=True)
class Pointed:
    """A trait with its points, and how often each example has it."""

    trait: Trait
    points: int
    counts: Floats


def points_of(
    candidates: Sequence[Candidate], won: Bools, *, cap: int, rules_max: int
) -> list[Pointed]:
    """Learn points of candidates whose counts stand in the order of time; at most `rules_max`, the
    weightiest first. Empty where nothing tells won leads from others.
    """
    if not candidates or won.all() or not won.any():
        return []
    strength = _chosen(_matrix(candidates), won)
    if strength is None:
        return []
    weighed = _fitted(candidates, won, strength)
    pairs = _pairs(weighed, won)
    if pairs:
        weighed = _fitted([*candidates, *pairs], won, strength)
    ordered = _in_order(weighed)
    kept = sorted(ordered, key=_matters, reverse=True)[:rules_max]
    return _rounded(kept, cap=cap)


def _matrix(candidates: Sequence[Candidate]) -> Floats:
    return np.column_stack([one.counts for one in candidates])


def _chosen(counts: Floats, won: Bools) -> float | None:
    """The strength with the fewest rules that predicts other leads nearly as well as any, by the
    logarithmic loss; None where none does better than no rule at all.
    """
    losses = dict.fromkeys(PENALTIES, 0.0)
    without = 0.0
    for early, late in _folds(len(won)):
        if _is_one_sided(won[early]) or _is_one_sided(won[late]):
            continue
        without += _loss(np.zeros(int(late.sum())), won[late])
        for strength in PENALTIES:
            weights = _regression(counts[early], won[early], strength).coef_[0]
            losses[strength] += _loss(counts[late] @ weights, won[late])
    gains = {strength: without - loss for strength, loss in losses.items()}
    best = max(gains.values())
    if best < GAIN_MIN:
        return None
    return next(strength for strength in PENALTIES if gains[strength] >= KEEPS * best)


def _folds(leads: int) -> Iterator[tuple[Bools, Bools]]:
    """Who is learned from and who is looked at: later leads, as a model is used, and leads between
    those learned from, so that few leads decide together.
    """
    places = np.arange(leads)
    for until, end in FOLDS:
        first, last = round(until * leads), round(end * leads)
        yield places < first, (places >= first) & (places < last)
    for fold in range(BETWEEN):
        late = places % BETWEEN == fold
        yield ~late, late


def _is_one_sided(won: Bools) -> bool:
    return bool(won.all() or not won.any())


def _loss(total: Floats, won: Bools) -> float:
    """The logarithmic loss at the level of these leads: how many buy changes from year to year, and
    says nothing against points.
    """
    chance = 1 / (1 + np.exp(-(total + _level(total, won))))
    told = np.clip(np.where(won, chance, 1 - chance), 1e-9, 1)
    return -float(np.log(told).sum())


def _regression(counts: Floats, won: Bools, strength: float) -> LogisticRegression:
    with config_context(assume_finite=True, skip_parameter_validation=True):  # half of its time
        return LogisticRegression(
            C=strength, l1_ratio=1, solver="liblinear", max_iter=ITERATIONS_MAX, random_state=0
        ).fit(counts, won)


def _fitted(candidates: Sequence[Candidate], won: Bools, strength: float) -> list[Weighed]:
    weights = _regression(_matrix(candidates), won, strength).coef_[0]
    return [Weighed(one, float(weight)) for one, weight in zip(candidates, weights, strict=True)]


def _pairs(weighed: Sequence[Weighed], won: Bools) -> list[Candidate]:
    """Two traits together, where leads who have both are won more or less often than the two say:
    the score test of an added term (Rao 1948).
    """
    total = sum((one.weight * one.candidate.counts for one in weighed), np.zeros(len(won)))
    chance = 1 / (1 + np.exp(-(total + _level(total, won))))
    residual, spread = won - chance, chance * (1 - chance)
    singles = sorted(weighed, key=_matters, reverse=True)[:PAIRS_OF]
    found = []
    for first, second in combinations([one.candidate for one in singles if one.weight], 2):
        trait = _together(first.trait, second.trait)
        if trait is None:
            continue
        both = (first.has & second.has).astype(np.float64)
        if both.sum() < 2 * LEADS_MIN:
            continue
        stands_out = abs(float(residual @ both)) / float(np.sqrt(spread @ both))
        if stands_out >= PAIR_STANDS_OUT:
            found.append((stands_out, Candidate(trait, both)))
    found.sort(key=lambda one: -one[0])
    return [candidate for _, candidate in found[:PAIRS_MAX]]


def _level(total: Floats, won: Bools) -> float:
    """The constant under which as many are expected to be won as were (a few Newton steps)."""
    level = float(np.log(won.mean() / (1 - won.mean())) - total.mean())
    for _ in range(12):
        chance = 1 / (1 + np.exp(-(total + level)))
        level += float((won - chance).sum() / max(1e-9, (chance * (1 - chance)).sum()))
    return level


def _together(first: Trait, second: Trait) -> Trait | None:
    """The rule of two traits; None where none can ask both: two activities, or one field twice."""
    if first.activity and second.activity:
        return None
    doing, being = (first, second) if first.activity else (second, first)
    if first.subject == second.subject or being.when is None:
        return None
    value = f"{doing.value}, and {being.subject}: {being.value}"
    if doing.activity:
        return replace(doing, value=value, when=being.when, at_most=1, place=None)
    return replace(doing, value=value, when={**(doing.when or {}), **being.when}, place=None)


def _matters(one: Weighed) -> float:
    """How far a rule moves scores apart: its weight times the spread of who has it."""
    return abs(one.weight) * float(one.candidate.counts.std())


def _in_order(weighed: Sequence[Weighed]) -> list[Weighed]:
    """Let weights rise or fall along the ranges of one number, neighbours alike becoming one."""
    kept = [one for one in weighed if one.candidate.trait.place is None and one.weight]
    subjects = dict.fromkeys(
        one.candidate.trait.subject for one in weighed if one.candidate.trait.place is not None
    )
    for subject in subjects:
        ranges = [
            one for one in weighed
            if one.candidate.trait.subject == subject and one.candidate.trait.place is not None
        ]  # fmt: skip
        ranges.sort(key=lambda one: one.candidate.trait.place or 0)
        kept += [one for one in _monotone(ranges) if one.weight]
    return kept


def _monotone(ranges: Sequence[Weighed]) -> list[Weighed]:
    """Pool neighbours against the direction (Barlow et al. 1972), and merge those that came out
    equal.
    """
    leads = [max(1.0, float(one.candidate.has.sum())) for one in ranges]
    slope = float(np.polyfit(range(len(ranges)), [one.weight for one in ranges], 1, w=leads)[0]) \
        if len(ranges) > 1 else 0.0  # fmt: skip
    direction = 1.0 if slope >= 0 else -1.0
    pools: list[list[float]] = []  # weight in the direction, leads, number of ranges
    for one, many in zip(ranges, leads, strict=True):
        pools.append([direction * one.weight, many, 1])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            last = pools.pop()
            before = pools[-1]
            both = before[1] + last[1]
            pools[-1] = [
                (before[0] * before[1] + last[0] * last[1]) / both,
                both,
                before[2] + last[2],
            ]
    merged: list[Weighed] = []
    place = 0
    for weight, _, size in pools:
        own = ranges[place : place + int(size)]
        merged.append(Weighed(united([one.candidate for one in own]), direction * weight))
        place += int(size)
    return merged


def united(candidates: Sequence[Candidate]) -> Candidate:
    """Give neighbouring ranges of one number as one range."""
    first, last = candidates[0], candidates[-1]
    if first is last:
        return first
    low, high = _bounds_of(first.trait), _bounds_of(last.trait)
    one = NumberRange(low[0], high[1], first.trait.place or 0)
    name = next(iter(_asked(first.trait)))
    asked = {name: bounds(one)}
    said = replace(first.trait, value=say_range(one))
    trait = replace(said, where=asked) if said.activity else replace(said, when=asked)
    counts = np.max([candidate.counts for candidate in candidates], axis=0)
    return Candidate(trait, counts)


def _asked(trait: Trait) -> Mapping[str, Any]:
    """What a range asks: of an activity's property, or of an answer."""
    return (trait.where if trait.activity else trait.when) or {}


def _bounds_of(trait: Trait) -> tuple[float | None, float | None]:
    written = next(iter(_asked(trait).values()))
    return written.get("from"), written.get("below")


def _rounded(weighed: Iterable[Weighed], *, cap: int) -> list[Pointed]:
    """Whole points; those of less than half a point are none."""
    listed = list(weighed)
    scale = _scale(listed, cap)
    pointed = [
        Pointed(one.candidate.trait, round(scale * one.weight), one.candidate.counts)
        for one in listed
    ]
    return [one for one in pointed if one.points]


def _scale(weighed: Sequence[Weighed], cap: int) -> float:
    """Points for one log odd: the same in every model of this cap, so that what was drawn towards
    nothing stays small; less only where leads would else stand above the caps.
    """
    heights = []
    for half in {one.candidate.trait.half for one in weighed}:
        own = [one for one in weighed if one.candidate.trait.half == half]
        sums = sum((one.weight * one.candidate.counts for one in own), np.zeros(1))
        heights.append(float(np.quantile(np.abs(sums), SCALE_SHARE)))
    return cap / max([*heights, LOG_ODDS_OF_A_CAP])
