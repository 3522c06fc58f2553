"""What becomes of a score if nothing more happens: the steps of the awards, played forward.

It is no estimate. Scoring at each of its instants, and just before each of them, gives the same
numbers.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from functions.scoring.model import Band
from functions.scoring.rule_book import RuleBook
from functions.scoring.state import State
from functions.scoring.totals import Totals

_FOREVER = 1 << 62  # later than any instant a fact can have


class Step(NamedTuple):
    """From `at` (UTC ms) on the score is `score`, which is in `band`."""

    at: int
    score: int
    band: Band


def forecast(book: RuleBook, state: State, *, at: int) -> Iterator[Step]:
    """Each later instant at which the score changes, in order, until nothing changes."""
    score = book.totals(state, at=at).score
    for instant, totals in future(book, state, at=at):
        if totals.score != score:
            score = totals.score
            yield Step(instant, score, totals.band)


def next_changes(
    book: RuleBook,
    state: State,
    *,
    at: int,
    until: int | None = None,
    band: Band | None = None,
) -> tuple[int | None, int | None]:
    """The next change of any points, and the next change of band where that is before `until`.

    `band` is that of this instant, where it is known already.
    """
    band = band or book.totals(state, at=at).band
    change_at = None
    for instant, totals in future(book, state, at=at):
        if change_at is None:
            change_at = instant
        if until is not None and instant >= until:
            break
        if totals.band != band:
            return change_at, instant
    return change_at, None


def band_entered(book: RuleBook, state: State, *, since: int, at: int) -> int:
    """When the band of the instant `at` began (UTC ms), `since` at the earliest: no fact came later
    than that, so time alone moved the lead.
    """
    entered, band = since, book.totals(state, at=since).band
    for instant, totals in future(book, state, at=since):
        if instant > at:
            break
        if totals.band != band:
            entered, band = instant, totals.band
    return entered


def future(book: RuleBook, state: State, *, at: int) -> Iterator[tuple[int, Totals]]:
    """Each later instant at which any points change, with the totals from then on.

    Conditions are looked at anew where an answer stops counting; between two such instants only
    awards move.
    """
    start = at
    for stop in (*book.answers_end(state, after=at), _FOREVER):
        awards = book.awards(state, at=start)
        sums = book.adding.sums(awards, at=start)
        if start > at:
            yield start, book.adding.totals(sums)
        changes = sorted(
            change for award in awards for change in award.changes(after=start, until=stop)
        )
        for instant, changed in groupby(changes, key=lambda change: change[0]):
            for _, rule, points in changed:
                sums[book.adding.slots[rule]] += points
            yield instant, book.adding.totals(sums)
        start = stop
