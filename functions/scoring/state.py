"""What facts make of a lead, as far as scoring needs it.

A state is a merge of facts: the same in whatever order and however often they come. Which rules a
fact meets is decided here and nowhere else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import TypeVar

from functions.scoring.answers import Answers, merge_answers
from functions.scoring.facts import EMAIL_OPENED, Answer, Fact, distinct
from functions.scoring.ledger import QUIET, Ledger, Occurrence, keep_newest, keep_sends
from functions.scoring.model import (
    SENDS_MAX,
    ActivityRule,
    AnyRule,
    QuietRule,
    UnansweredRule,
)

MATCHES_REMEMBERED = 4096  # distinct (kind, properties) of a warm function; a site has fewer paths
R = TypeVar("R", bound=AnyRule)
_NO_ANSWERS: Answers = MappingProxyType({})
_NO_RULES: tuple[ActivityRule, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """All that scoring needs to know of one lead: ledger, answers and canonical address."""

    ledger: Ledger = field(default_factory=Ledger)
    answers: Answers = field(default_factory=lambda: _NO_ANSWERS)
    email: str = ""


class Merging:
    """Which rules facts meet, and how they merge into a state."""

    def __init__(self, rules: Sequence[AnyRule], fields: Iterable[str]) -> None:
        """Build the dispatch tables by kind of fact. Only declared `fields` are kept."""
        self._rules = {rule.name: rule for rule in rules}
        self._fields = frozenset(fields)
        self._activity_rules = _by_kind(
            (rule.activity, rule) for rule in rules if isinstance(rule, ActivityRule)
        )
        unanswered = [rule for rule in rules if isinstance(rule, UnansweredRule)]
        self._sends = _by_kind((rule.sent, rule) for rule in unanswered)
        self._reactions = _by_kind((kind, rule) for rule in unanswered for kind in sorted(rule.by))
        self._minds_quiet = any(isinstance(rule, QuietRule) for rule in rules)
        self._looked_at = {
            kind: tuple(sorted(frozenset().union(*(rule.looks_at for rule in of_kind))))
            for kind, of_kind in self._activity_rules.items()
        }
        self._met = lru_cache(MATCHES_REMEMBERED)(self._rules_met)

    def state(self, facts: Iterable[Fact], *, at: int | None = None) -> State:
        """Build a lead's state from its facts not later than `at`, from all of them without it."""
        counted = (fact for fact in facts if at is None or fact.at <= at)
        return self.merge(State(), distinct(counted))

    def glance(self, facts: Sequence[Fact], *, at: int) -> State:
        """Build the state that scores as `state` does, quickly: to score once, not to keep.

        Occurrences carry plain ids instead of hashes, which only repeats need: where any two facts
        look alike it falls back to `state`.
        """
        counted = [fact for fact in facts if fact.at <= at]
        forms = [fact for fact in counted if fact.is_form]
        alike = len({(fact.at, fact.id) for fact in counted}) < len(counted)
        if alike or len({form.id for form in forms}) < len(forms):
            return self.state(counted)
        ledger = self._merge_ledger(Ledger(), counted, hashed=False)
        answering = [fact for fact in counted if fact.answers]
        answers = merge_answers(_NO_ANSWERS, answering, self._fields)
        return State(ledger, answers, _address(counted))

    def merge(self, state: State, facts: Sequence[Fact]) -> State:
        """Take facts of one lead into account; the same object comes back where nothing changed."""
        ledger = self._merge_ledger(state.ledger, facts)
        answers = merge_answers(state.answers, facts, self._fields)
        email = state.email or _address(facts)
        if ledger is state.ledger and answers is state.answers and email == state.email:
            return state
        return State(ledger, answers, email)

    def rules_met(self, fact: Fact) -> tuple[ActivityRule, ...]:
        """Rules of which this fact is an occurrence; none for opens and what a machine did (R62,
        C29, C30).
        """
        kind = fact.kind
        names = self._looked_at.get(kind)
        if names is None or fact.machine or kind == EMAIL_OPENED:
            return _NO_RULES
        values = tuple(map(fact.properties.get, names))
        return self._met(kind, values, tuple(map(type, values)))

    def _rules_met(
        self, kind: str, values: tuple[Answer, ...], _types: tuple[type, ...]
    ) -> tuple[ActivityRule, ...]:
        """Ask each rule of a kind. The types tell True from 1 where matches are remembered."""
        known = dict(zip(self._looked_at[kind], values, strict=True))
        return tuple(
            rule
            for rule in self._activity_rules[kind]
            if rule.where is None or rule.where(known) is True
        )

    def _merge_ledger(
        self, ledger: Ledger, facts: Sequence[Fact], *, hashed: bool = True
    ) -> Ledger:
        added: dict[str, list[Occurrence]] = {}
        newest = dict(ledger.newest)
        for fact in facts:
            if fact.machine or fact.kind == EMAIL_OPENED:
                continue
            met = self.rules_met(fact)
            sends = self._sends.get(fact.kind, ())
            if met or sends:
                occurrence = (fact.at, fact.occurrence if hashed else fact.id)
                for rule in (*met, *sends):
                    added.setdefault(rule.name, []).append(occurrence)
            if met and self._minds_quiet and fact.at > newest.get(QUIET, fact.at - 1):
                newest[QUIET] = fact.at
            for rule in self._reactions.get(fact.kind, ()):
                newest[rule.name] = max(newest.get(rule.name, fact.at), fact.at)
        merged = dict(ledger.occurrences)
        for name in self._touched(added, newest, ledger):
            kept = self._keep(name, merged.pop(name, ()), added.get(name, ()), newest.get(name))
            if kept:
                merged[name] = kept
        if newest == ledger.newest and merged == ledger.occurrences:
            return ledger
        return Ledger(merged, newest)

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
        added: Iterable[Occurrence],
        reaction: int | None,
    ) -> tuple[Occurrence, ...]:
        rule = self._rules[name]
        if isinstance(rule, ActivityRule):
            return keep_newest(kept, added, at_most=rule.at_most, bucket=rule.bucket)
        return keep_sends(kept, added, after=reaction, at_most=SENDS_MAX)


def _address(facts: Iterable[Fact]) -> str:
    return next((fact.email or fact.lead for fact in facts), "")


def _by_kind(pairs: Iterable[tuple[str, R]]) -> dict[str, list[R]]:
    by_kind: dict[str, list[R]] = {}
    for kind, rule in pairs:
        by_kind.setdefault(kind, []).append(rule)
    return by_kind
