"""How long points of an activity count: from the time between it and the win, else by experience.

A lifetime that holds nine in ten of what won leads did before they bought keeps what still tells
something and lets the rest go. Where too few won leads did it, or a table knows no times, the
lifetime is the one experience gives (R71: a click a week, a webinar a month, an event a year).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.example_leads import Example
from functions.scoring.instants import DAY_MS

TIMES_MAX = 5  # of one lead, the newest: no more count at once
WON_MIN = 20  # won leads who did it: the ninth tenth of fewer is one or two leads
FITS = 0.9
STEPS_DAYS = (7, 14, 30, 60, 90, 180, 365)
USUAL_DAYS = 30
BY_EXPERIENCE_DAYS = {
    "click": 7,
    "opened": 7,
    "page": 30,
    "webinar": 30,
    "form": 60,
    "demo": 60,
    "download": 60,
    "trial": 60,
    "unsubscrib": 365,
    "complain": 365,
    "bounce": 365,
    "event": 365,
    "fair": 365,
}


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How many days, and what that rests on in words."""

    days: int
    because: str

    @property
    def milliseconds(self) -> int:
        """The same as the rule book counts."""
        return self.days * DAY_MS


def lifetimes_of(
    examples: Sequence[Example], *, retention: int, know_times: bool
) -> Mapping[str, Lifetime]:
    """Give a lifetime for each kind of activity, none longer than facts are kept."""
    gaps: dict[str, list[list[int]]] = {}
    for example in examples:
        by_kind: dict[str, list[int]] = {}
        for fact in example.done:
            by_kind.setdefault(fact.kind, []).append(example.at - fact.at)
        for kind, ages in by_kind.items():
            gaps.setdefault(kind, [])
            if example.won:
                gaps[kind].append(sorted(ages)[:TIMES_MAX])
    most = retention // DAY_MS
    return {kind: _lifetime(kind, own, most, know_times) for kind, own in sorted(gaps.items())}


def _lifetime(kind: str, gaps: Sequence[list[int]], most: int, know_times: bool) -> Lifetime:
    """The lifetime of one kind, from how long before the win each won lead did it."""
    if know_times and len(gaps) >= WON_MIN:
        needed = float(np.quantile(np.array([gap for own in gaps for gap in own]), FITS)) / DAY_MS
        days = next((days for days in STEPS_DAYS if days >= needed), STEPS_DAYS[-1])
        return Lifetime(
            min(days, most), f"so long before the win {len(gaps)} won leads did nine in ten"
        )
    days = next((days for part, days in BY_EXPERIENCE_DAYS.items() if part in kind), USUAL_DAYS)
    why = f"only {len(gaps)} won leads did it" if know_times else "the facts know no times"
    return Lifetime(min(days, most), f"by experience (R71): {why}")
