"""What facts make of a lead, as far as scoring needs it.

A state is a merge of facts: the same in whatever order and however often they come. Which rules a
fact meets is decided here and nowhere else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar

from functions.scoring.answers import Answers, merge_answers
from functions.scoring.deciding import Decided
from functions.scoring.facts import EMAIL_OPENED, Fact, distinct
from functions.scoring.ignoring import Ignoring
from functions.scoring.knowing import address
from functions.scoring.ledger import QUIET, Ledger, Occurrence, keep_newest, keep_sends
from functions.scoring.matching import Matching
from functions.scoring.model import (
    SENDS_MAX,
    ActivityRule,
    AnyRule,
    QuietRule,
    UnansweredRule,
)

R = TypeVar("R", bound=AnyRule)
Span = tuple[float, float, Decided]  # from when, until when, what is decided by answers
_NO_ANSWERS: Answers = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class State:
    """All that scoring needs to know of one lead: ledger, answers and canonical address.

    `remembered` is what rule books decided by answers and address: one move asks several times.
    """

    ledger: Ledger = field(default_factory=Ledger)
    answers: Answers = field(default_factory=lambda: _NO_ANSWERS)
    email: str = ""
    remembered: dict[object, Span] = field(default_factory=dict, compare=False, repr=False)

    @property
    def latest(self) -> int:
        """The newest instant (UTC ms) that anything in it comes from, 0 where there is nothing.

        From then on it is the state of every instant: a fact that came later left no trace.
        """
        occurred = (at for kept in self.ledger.occurrences.values() for at, _ in kept)
        given = (one.at for by_origin in self.answers.values() for one in by_origin.values())
        return max((*occurred, *self.ledger.newest.values(), *given), default=0)


class Merging:
    """Which rules facts meet, and how they merge into a state."""

    def __init__(
        self,
        rules: Sequence[AnyRule],
        matching: Matching,
        fields: Iterable[str],
        ignoring: Ignoring,
    ) -> None:
        """Build the dispatch tables by kind of fact. Only declared `fields` are kept."""
        self._ignoring = ignoring
        self._rules = {rule.name: rule for rule in rules}
        self._matching = matching
        self._fields = frozenset(fields)
        unanswered = [rule for rule in rules if isinstance(rule, UnansweredRule)]
        self._sends = _by_kind((rule.sent, rule) for rule in unanswered)
        self._reactions = _by_kind((kind, rule) for rule in unanswered for kind in sorted(rule.by))
        self._minds_quiet = any(isinstance(rule, QuietRule) for rule in rules)

    def state(self, facts: Iterable[Fact], *, at: int | None = None) -> State:
        """Build a lead's state from its facts not later than `at`, from all of them without it."""
        counted = (fact for fact in facts if at is None or fact.at <= at)
        return self.merge(State(), distinct(counted))

    def merge(self, state: State, facts: Sequence[Fact]) -> State:
        """Take facts of one lead into account; the same object comes back where nothing changed."""
        ledger = self.merge_ledger(state.ledger, facts)
        answers = merge_answers(state.answers, facts, self._fields)
        email = state.email or address(facts)
        if ledger is state.ledger and answers is state.answers and email == state.email:
            return state
        as_before = answers is state.answers and email == state.email
        return State(ledger, answers, email, state.remembered if as_before else {})

    def rules_met(self, fact: Fact) -> tuple[ActivityRule, ...]:
        """Rules of which this fact is an occurrence; none for opens, what a machine did (R62,
        C29, C30) and what a verdict passes over.
        """
        if self._ignoring.verdict(fact) is not None:
            return ()
        return tuple(met[-1] for met in self._matching.met(fact))

    def merge_ledger(self, ledger: Ledger, facts: Sequence[Fact]) -> Ledger:
        """Take facts into account; the same object comes back where they change nothing."""
        added, newest = self._found(ledger, facts)
        if not added and newest == ledger.newest:
            return ledger
        return self._merged(ledger, added, newest)

    def one_more(self, state: State, kind: str, rules: Iterable[ActivityRule], *, at: int) -> State:
        """Give the state after an activity of this kind that meets just these rules, at an
        instant; no rule counts e-mail opens.
        """
        if kind == EMAIL_OPENED:
            return state
        ledger, newest = state.ledger, dict(state.ledger.newest)
        along = (*rules, *self._sends.get(kind, ()))
        if self._minds_quiet:
            newest[QUIET] = max(newest.get(QUIET, at), at)
        for rule in self._reactions.get(kind, ()):
            newest[rule.name] = max(newest.get(rule.name, at), at)
        added: dict[str, list[Occurrence]] = {rule.name: [(at, "one more")] for rule in along}
        return State(self._merged(ledger, added, newest), state.answers, state.email)

    def _merged(
        self, ledger: Ledger, added: dict[str, list[Occurrence]], newest: dict[str, int]
    ) -> Ledger:
        merged = dict(ledger.occurrences)
        for name in self._touched(added, newest, ledger):
            kept = self._keep(name, merged.pop(name, ()), added.get(name, ()), newest.get(name))
            if kept:
                merged[name] = kept
        if newest == ledger.newest and merged == ledger.occurrences:
            return ledger
        return Ledger(merged, newest)

    def _found(
        self, ledger: Ledger, facts: Sequence[Fact]
    ) -> tuple[dict[str, list[Occurrence]], dict[str, int]]:
        """Occurrences of each rule among these facts, and the newest instants with them."""
        added: dict[str, list[Occurrence]] = {}
        newest = dict(ledger.newest)
        for fact in self._ignoring.heard(facts):
            if fact.machine or fact.kind == EMAIL_OPENED:
                continue
            met = self._matching.met(fact)
            sends = self._sends.get(fact.kind, ())
            if met or sends:
                occurrence = (fact.at, fact.occurrence)
                for rule in (*(one[-1] for one in met), *sends):
                    added.setdefault(rule.name, []).append(occurrence)
            if met and self._minds_quiet and fact.at > newest.get(QUIET, fact.at - 1):
                newest[QUIET] = fact.at
            for rule in self._reactions.get(fact.kind, ()):
                newest[rule.name] = max(newest.get(rule.name, fact.at), fact.at)
        return added, newest

    def _touched(
        self, added: Iterable[str], newest: dict[str, int], ledger: Ledger
    ) -> frozenset[str]:
        """Rules with new occurrences or a newer reaction; rules the model no longer has stay."""
        moved = (name for name, at in newest.items() if at != ledger.newest.get(name))
        return frozenset(name for name in (*added, *moved) if name in self._rules)

    def _keep(
        self,
        name: str,
        kept: tuple[Occurrence, ...],
        added: Sequence[Occurrence],
        reaction: int | None,
    ) -> tuple[Occurrence, ...]:
        rule = self._rules[name]
        if isinstance(rule, ActivityRule):
            return keep_newest(kept, added, at_most=rule.at_most, bucket=rule.bucket)
        return keep_sends(kept, added, after=reaction, at_most=SENDS_MAX)


def _by_kind(pairs: Iterable[tuple[str, R]]) -> dict[str, list[R]]:
    by_kind: dict[str, list[R]] = {}
    for kind, rule in pairs:
        by_kind.setdefault(kind, []).append(rule)
    return by_kind
