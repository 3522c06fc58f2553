"""Two models on the same past leads: who changes band, and whether the new one ranks them better.

The verdict rests on two paired tests over leads whose end is known: how many wins the same number
of calls reaches, and the area under the curve. Both are on the same leads, so what the models agree
on cancels out. They are corrected for being two (Holm); better or worse is said at 5 %.

The number of calls is that of the model with more hot leads, so that none is judged by three that
the other calls hot; at least a tenth of leads, at most half, for who calls more does not choose.

Why a lead changes band is told by what tells it from those that keep the band it had: a rule that
gives everybody points moves nobody past another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np

from analysis.past_leads import ALL_COUNTED, Uncounted
from analysis.periods import weeks_between
from analysis.ranking import auc, auc_interval
from analysis.scored_leads import HOT, ScoredLead
from analysis.statistics import (
    Z_95,
    Bools,
    Floats,
    Share,
    areas_compared,
    chance_of_z,
    changed_sides,
    holm,
)
from analysis.verification import BANDS, Captured, captured
from functions.scoring.model import Band
from functions.scoring.rule_book import RuleBook

VERDICT_CHANCE = 0.05
CALLED_LEAST, CALLED_MOST = 0.1, 0.5  # of leads
CALLED_SHOWN = (0.05, 0.1, 0.2, 0.3, 0.5)  # of leads, beside the number that decides
THRESHOLDS, CAPS = "the bands' thresholds", "caps and floors"
Verdict = Literal["better", "worse", "no_difference"]


@dataclass(frozen=True, slots=True)
class Moved:
    """One lead whose band changed: the score under either, and what moved it most."""

    lead: str
    outcome: str | None
    old_score: int
    new_score: int
    old_band: Band
    new_band: Band
    because: str
    by: int

    @property
    def reason(self) -> str:
        """What moved it, in words."""
        return f"{self.because} {self.by:+d}" if self.by else self.because


@dataclass(frozen=True, slots=True)
class Change:
    """Leads that go from one band to another: how many, how many of those that ended were won, and
    what moved most of them.
    """

    old_band: Band
    new_band: Band
    leads: int
    won: Share
    because: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One of both models: what of its hot was won, its area under the curve, alerts a week, and
    wins reached at the calls compared.
    """

    version: str
    bands: tuple[tuple[str, Share], ...]
    area: float | None
    area_interval: tuple[float, float] | None
    alerts_a_week: float | None
    wins_reached: float
    curve: tuple[Captured, ...]


@dataclass(frozen=True, slots=True)
class AtCalls:
    """Wins that so many calls reach under either model, with the 95 % interval of new less old."""

    calls: int
    old: float
    new: float
    interval: tuple[float, float]

    @property
    def apart(self) -> float:
        """How many more the new model reaches."""
        return self.new - self.old


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything `compare` tells. `wins_apart` and `area_apart` are new less old, each with its
    95 % interval and its corrected chance; `at_calls` are wins at other numbers of calls, too.
    """

    leads: int
    ended: int
    won: int
    calls: int
    old: Side
    new: Side
    wins_apart: float
    wins_interval: tuple[float, float]
    wins_chance: float
    area_apart: float
    area_interval: tuple[float, float]
    area_chance: float
    verdict: Verdict
    at_calls: tuple[AtCalls, ...]
    changes: tuple[Change, ...]
    moved: tuple[Moved, ...]
    uncounted: Uncounted = ALL_COUNTED


def compare(
    old: Sequence[ScoredLead],
    new: Sequence[ScoredLead],
    books: tuple[RuleBook, RuleBook],
    *,
    calls: int | None = None,
    know_times: bool = True,
    uncounted: Uncounted = ALL_COUNTED,
) -> Comparison:
    """Compare two models on the same leads, in the same order. `calls` are those of the whole
    file; without it as many as the model with more hot leads has.
    """
    pairs = list(zip(old, new, strict=True))
    ended = [(one, other) for one, other in pairs if one.past.outcome is not None]
    won = np.array([one.won for one, _ in ended], dtype=bool)
    before = np.array([one.total for one, _ in ended], dtype=np.float64)
    after = np.array([other.total for _, other in ended], dtype=np.float64)
    calls = min(calls or _calls(ended), len(ended))
    judged = _at_calls(before, after, won, calls)
    _, wins_chance = changed_sides(list(_apart(before, after, won, calls)))
    area_apart, error = areas_compared(before, after, won)
    area_chance = chance_of_z(area_apart / error) if error else 1.0
    wins_chance, area_chance = holm([wins_chance, area_chance])
    moved = _moved(pairs, books)
    return Comparison(
        leads=len(pairs),
        ended=len(ended),
        won=int(won.sum()),
        calls=calls,
        old=_side(old, before, won, judged.old, books[0], know_times=know_times),
        new=_side(new, after, won, judged.new, books[1], know_times=know_times),
        wins_apart=judged.apart,
        wins_interval=judged.interval,
        wins_chance=wins_chance,
        area_apart=area_apart,
        area_interval=(area_apart - Z_95 * error, area_apart + Z_95 * error),
        area_chance=area_chance,
        verdict=_verdict((judged.apart, wins_chance), (area_apart, area_chance)),
        at_calls=tuple(
            _at_calls(before, after, won, number) for number in _numbers(len(ended), calls)
        ),
        changes=_changes(moved),
        moved=moved,
        uncounted=uncounted,
    )


def alerts_of(leads: Sequence[ScoredLead], *, cooldown: int) -> int:
    """Count the alerts these leads would have been: each turning hot that is not within the
    cooldown (ms) of the alert before.
    """
    alerts = 0
    for lead in leads:
        last: int | None = None
        for at in lead.hot_at:
            if last is None or at - last >= cooldown:
                alerts, last = alerts + 1, at
    return alerts


def _verdict(wins: tuple[float, float], area: tuple[float, float]) -> Verdict:
    """What is sure decides; where both are and disagree, the calls do: they are what is done."""
    for apart, chance in (wins, area):
        if chance < VERDICT_CHANCE:
            return "better" if apart > 0 else "worse"
    return "no_difference"


def _calls(ended: Sequence[tuple[ScoredLead, ScoredLead]]) -> int:
    """As many calls as the model with more hot leads has, within what a team can choose from."""
    hot = max(sum(pair[number].band == HOT for pair in ended) for number in (0, 1))
    least, most = (max(1, round(share * len(ended))) for share in (CALLED_LEAST, CALLED_MOST))
    return min(max(hot, least), most)


def _numbers(ended: int, calls: int) -> list[int]:
    """Numbers of calls to show: parts of all leads, and the one that decides."""
    return sorted(
        {calls, *(max(1, round(share * ended)) for share in CALLED_SHOWN)} if ended else ()
    )


def _at_calls(before: Floats, after: Floats, won: Bools, calls: int) -> AtCalls:
    apart = _apart(before, after, won, calls)
    middle, spread = float(apart.sum()), Z_95 * sqrt(float((apart * apart).sum()))
    return AtCalls(
        calls,
        float(_called(before, calls)[won].sum()),
        float(_called(after, calls)[won].sum()),
        (middle - spread, middle + spread),
    )


def _apart(before: Floats, after: Floats, won: Bools, calls: int) -> Floats:
    """How much more likely each won lead is called under the new model."""
    return np.asarray((_called(after, calls) - _called(before, calls))[won], dtype=np.float64)


def _called(scores: Floats, calls: int) -> Floats:
    """How likely each lead is called when so many are, from the highest score down; equal scores
    share what is left.
    """
    if not len(scores):
        return scores
    last = np.sort(scores)[::-1][calls - 1]
    above, equal = scores > last, scores == last
    return np.asarray(above + equal * ((calls - above.sum()) / equal.sum()), dtype=np.float64)


def _side(
    leads: Sequence[ScoredLead],
    scores: Floats,
    won: Bools,
    wins_reached: float,
    book: RuleBook,
    *,
    know_times: bool,
) -> Side:
    ended = [lead for lead in leads if lead.past.outcome is not None]
    both = bool(won.any() and not won.all())
    area = auc(scores, won) if both else None
    weeks = weeks_between(
        min((lead.past.begun for lead in leads), default=0),
        max((lead.past.at for lead in leads), default=0),
    )
    return Side(
        version=book.version,
        bands=tuple((band, _won_of(ended, band)) for band in BANDS),
        area=area,
        area_interval=None
        if area is None
        else auc_interval(area, int(won.sum()), int((~won).sum())),
        alerts_a_week=alerts_of(leads, cooldown=book.model["alerts"]["cooldown"]) / weeks
        if know_times
        else None,
        wins_reached=wins_reached,
        curve=tuple(captured(scores, won)) if both else (),
    )


def _won_of(ended: Sequence[ScoredLead], band: str) -> Share:
    own = [lead for lead in ended if lead.band == band]
    return Share(sum(lead.won for lead in own), len(own))


def _moved(
    pairs: Sequence[tuple[ScoredLead, ScoredLead]], books: tuple[RuleBook, RuleBook]
) -> tuple[Moved, ...]:
    usual = _Usual(pairs)
    found = []
    for one, other in pairs:
        if one.band != other.band:
            because, by = _because(one, other, books, usual.of(one.band))
            found.append(
                Moved(
                    lead=one.past.lead,
                    outcome=one.past.outcome,
                    old_score=one.total,
                    new_score=other.total,
                    old_band=one.band,
                    new_band=other.band,
                    because=because,
                    by=by,
                )
            )
    return tuple(
        sorted(found, key=lambda moved: (-abs(moved.new_score - moved.old_score), moved.lead))
    )


class _Usual:
    """What each rule adds on average, new less old, to leads that keep their band: those of one
    band, or where it keeps none those of all bands.
    """

    def __init__(self, pairs: Sequence[tuple[ScoredLead, ScoredLead]]) -> None:
        self._sums: dict[str, Counter[str]] = {band: Counter() for band in (*BANDS, "")}
        self._leads: Counter[str] = Counter()
        for one, other in pairs:
            if one.band == other.band:
                for of in (one.band, ""):
                    self._sums[of].update(_deltas(one, other))
                    self._leads[of] += 1

    def of(self, band: str) -> Mapping[str, float]:
        """Give the average of each rule in points."""
        leads = self._leads[band]
        if not leads:
            band, leads = "", max(1, self._leads[""])
        return {name: points / leads for name, points in self._sums[band].items()}


def _because(
    one: ScoredLead, other: ScoredLead, books: tuple[RuleBook, RuleBook], usual: Mapping[str, float]
) -> tuple[str, int]:
    """The rule that tells this lead most from those that keep its band, in the direction it went.
    Where what they all get moves it as far: what gives most of that, or the thresholds.
    """
    sign = 1 if BANDS.index(other.band) < BANDS.index(one.band) else -1
    deltas = _deltas(one, other)
    along = [name for name in sorted(deltas) if sign * deltas[name] > 0]
    shift = round(sum(usual.values()))
    if books[1].band(one.total + shift) == other.band and (
        books[0].band(other.total - shift) == one.band
    ):
        if sign * shift <= 0 or not along:
            return THRESHOLDS, 0
        name = max(along, key=lambda rule: sign * usual.get(rule, 0.0))
        return name, deltas[name]
    if not along:
        return THRESHOLDS, 0
    name = max(
        along, key=lambda rule: (sign * (deltas[rule] - usual.get(rule, 0.0)), sign * deltas[rule])
    )
    return name, deltas[name]


def _deltas(one: ScoredLead, other: ScoredLead) -> dict[str, int]:
    """What each rule gives, new less old, and what caps and floors do."""
    names = sorted({*one.points, *other.points})
    deltas = {name: other.points.get(name, 0) - one.points.get(name, 0) for name in names}
    deltas[CAPS] = (other.total - other.uncapped) - (one.total - one.uncapped)
    return deltas


def _changes(moved: Sequence[Moved]) -> tuple[Change, ...]:
    by_bands: dict[tuple[Band, Band], list[Moved]] = {}
    for one in moved:
        by_bands.setdefault((one.old_band, one.new_band), []).append(one)
    changes = [
        Change(
            old_band,
            new_band,
            len(own),
            Share(
                sum(one.outcome == "won" for one in own),
                sum(one.outcome is not None for one in own),
            ),
            tuple(Counter(one.because for one in own).most_common()),
        )
        for (old_band, new_band), own in by_bands.items()
    ]
    return tuple(sorted(changes, key=lambda change: (-change.leads, change.old_band)))
