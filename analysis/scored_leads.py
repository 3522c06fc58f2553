"""Past leads with what a model gave them, by the product's own rule book.

Each is scored just before its outcome, and followed from fact to fact for when it turned hot. A
score that rose by time alone (points taken away that ended) is seen at the lead's next fact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from analysis.past_leads import PastLead
from functions.scoring.facts import Answer, Fact
from functions.scoring.model import Band
from functions.scoring.rule_book import RuleBook
from functions.scoring.state import State
from functions.scoring.touches import Naming

HOT: Band = "hot"


@dataclass(frozen=True, slots=True)
class ScoredLead:
    """`points` are those of each rule alive just before the outcome, rules without any left out;
    they add up to the total where no cap bites. `hot_at` are the instants it turned hot. `known` is
    what was known of it when it last answered: answers end as facts are kept no longer, and what a
    lead is must not hang on whether it was concluded in time.
    """

    past: PastLead
    total: int
    fit: int
    engagement: int
    band: Band
    points: Mapping[str, int]
    hot_at: tuple[int, ...]
    channel: str
    known: Mapping[str, Answer]

    @property
    def won(self) -> bool:
        """Whether it bought."""
        return self.past.won

    @property
    def uncapped(self) -> int:
        """What its rules add up to before any cap."""
        return sum(self.points.values())

    @property
    def was_hot(self) -> bool:
        """Whether it was hot at any time before its outcome."""
        return bool(self.hot_at)


def score_past(
    leads: Iterable[PastLead], book: RuleBook, *, advance: Callable[[int], None] | None = None
) -> tuple[ScoredLead, ...]:
    """Score past leads, in their order. `advance` is told of each lead."""
    naming = Naming(book.model)
    scored: list[ScoredLead] = []
    for past in leads:
        scored.append(_scored(past, book, naming))
        if advance is not None:
            advance(1)
    return tuple(scored)


def _scored(past: PastLead, book: RuleBook, naming: Naming) -> ScoredLead:
    state, hot_at = _followed(past, book)
    totals = book.totals(state, at=past.at)
    points: Counter[str] = Counter()
    for award in book.awards(state, at=past.at):
        points[book.rules[award.rule].name] += award.points(at=past.at)
    if totals.band == HOT and not hot_at:
        hot_at = (past.at,)
    return ScoredLead(
        past=past,
        total=totals.score,
        fit=totals.fit,
        engagement=totals.engagement,
        band=totals.band,
        points={name: worth for name, worth in points.items() if worth},
        hot_at=hot_at,
        channel=naming(past.touch).channel,
        known=book.known(state, at=_answered_at(past)),
    )


def _followed(past: PastLead, book: RuleBook) -> tuple[State, tuple[int, ...]]:
    """The state just before the outcome, and when it turned hot on the way."""
    state, hot = State(), False
    hot_at: list[int] = []
    for at, together in groupby(past.facts, key=_instant):
        before, state = state, book.merge(state, list(together))
        if state is before:
            continue
        after = book.totals(state, at=at).band == HOT
        was = hot and book.totals(before, at=at).band == HOT
        if after and not was:
            hot_at.append(at)
        hot = after
    return state, tuple(hot_at)


def _answered_at(past: PastLead) -> int:
    return max((fact.at for fact in past.facts if fact.answers), default=past.at)


def _instant(fact: Fact) -> int:
    return fact.at
