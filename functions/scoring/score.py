"""The score of one lead at one instant: the sum of what is alive, bounded, and where it stands.

`score_facts` is the definition: it depends on the model, the facts not later than the instant, and
nothing else (G1). `score_state` gives the same from a stored state, for instants not before the
lead's newest fact.
"""

from collections.abc import Iterable
from typing import NamedTuple

from functions.scoring.explanation import Line, explain
from functions.scoring.facts import Fact
from functions.scoring.forecast import Step, forecast
from functions.scoring.model import Band
from functions.scoring.rule_book import RuleBook
from functions.scoring.state import State


class Score(NamedTuple):
    """A score at an instant (UTC ms); why it is so and what becomes of it are told when asked."""

    at: int
    fit: int
    engagement: int
    total: int
    band: Band
    book: RuleBook
    source: State | tuple[Fact, ...]

    @property
    def state(self) -> State:
        """The state that was scored, made of facts where it was made from them."""
        if isinstance(self.source, State):
            return self.source
        return self.book.state(self.source, at=self.at)

    @property
    def lines(self) -> list[Line]:
        """Every award and every bound, summing exactly to the total (R7)."""
        return explain(self.book, self.state, at=self.at)

    @property
    def forecast(self) -> list[Step]:
        """What becomes of it if nothing more happens."""
        return list(forecast(self.book, self.state, at=self.at))


def score_facts(book: RuleBook, facts: Iterable[Fact], *, at: int) -> Score:
    """Score one lead from its facts at any instant (UTC ms)."""
    own = tuple(facts)
    return Score(at, *book.totals_of(own, at=at), book, own)


def score_state(book: RuleBook, state: State, *, at: int) -> Score:
    """Score one lead from its state, at an instant not before its newest fact."""
    return Score(at, *book.totals(state, at=at), book, state)
