"""Two models on the same past leads: who changes band, and whether the new one ranks them better.

The verdict rests on two paired tests over leads whose end is known: how many wins the same number
of calls reaches, and the area under the curve. Both are on the same leads, so what the models agree
on cancels out. They are corrected for being two (Holm); better or worse is said at 5 %.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
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
CALLED_SHARE = 0.1  # of leads, where neither model has a hot one
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
class Comparison:
    """Everything `compare` tells. `wins_apart` and `area_apart` are new less old, each with its
    95 % interval and its corrected chance.
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
    file; without it as many as leads hot under the old model.
    """
    pairs = list(zip(old, new, strict=True))
    ended = [(one, other) for one, other in pairs if one.past.outcome is not None]
    won = np.array([one.won for one, _ in ended], dtype=bool)
    before = np.array([one.total for one, _ in ended], dtype=np.float64)
    after = np.array([other.total for _, other in ended], dtype=np.float64)
    calls = min(calls or _calls(ended), len(ended))
    called_before, called_after = _called(before, calls), _called(after, calls)
    apart = (called_after - called_before)[won]
    _, wins_chance = changed_sides(list(apart))
    area_apart, error = areas_compared(before, after, won)
    area_chance = chance_of_z(area_apart / error) if error else 1.0
    wins_chance, area_chance = holm([wins_chance, area_chance])
    spread = Z_95 * sqrt(float((apart * apart).sum()))
    moved = _moved(pairs, books)
    return Comparison(
        leads=len(pairs),
        ended=len(ended),
        won=int(won.sum()),
        calls=calls,
        old=_side(old, before, won, called_before, books[0], know_times=know_times),
        new=_side(new, after, won, called_after, books[1], know_times=know_times),
        wins_apart=float(apart.sum()),
        wins_interval=(float(apart.sum()) - spread, float(apart.sum()) + spread),
        wins_chance=wins_chance,
        area_apart=area_apart,
        area_interval=(area_apart - Z_95 * error, area_apart + Z_95 * error),
        area_chance=area_chance,
        verdict=_verdict((float(apart.sum()), wins_chance), (area_apart, area_chance)),
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
    """As many calls as the old model has hot leads; the new one's where it has none."""
    hot_before = sum(one.band == HOT for one, _ in ended)
    hot_after = sum(other.band == HOT for _, other in ended)
    return hot_before or hot_after or max(1, round(CALLED_SHARE * len(ended)))


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
    called: Floats,
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
        wins_reached=float(called[won].sum()),
        curve=tuple(captured(scores, won)) if both else (),
    )


def _won_of(ended: Sequence[ScoredLead], band: str) -> Share:
    own = [lead for lead in ended if lead.band == band]
    return Share(sum(lead.won for lead in own), len(own))


def _moved(
    pairs: Sequence[tuple[ScoredLead, ScoredLead]], books: tuple[RuleBook, RuleBook]
) -> tuple[Moved, ...]:
    found = []
    for one, other in pairs:
        if one.band != other.band:
            because, by = _because(one, other, books)
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


def _because(
    one: ScoredLead, other: ScoredLead, books: tuple[RuleBook, RuleBook]
) -> tuple[str, int]:
    """The rule whose points changed most in the direction the band went; thresholds where the old
    score is of the new band under the new thresholds already.
    """
    if books[1].band(one.total) == other.band and books[0].band(other.total) == one.band:
        return THRESHOLDS, 0
    up = BANDS.index(other.band) < BANDS.index(one.band)
    names = sorted({*one.points, *other.points})
    deltas = {name: other.points.get(name, 0) - one.points.get(name, 0) for name in names}
    deltas[CAPS] = (other.total - other.uncapped) - (one.total - one.uncapped)
    name = max(deltas, key=lambda rule: deltas[rule] if up else -deltas[rule])
    by = deltas[name]
    return (name, by) if (by > 0) == up and by else (THRESHOLDS, 0)


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
