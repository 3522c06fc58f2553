"""The compiled model as code: what a lead has earned under each rule, and what that adds up to.

Nothing here knows the time: every question names its instant. What answers decide (which rules
count, what they give) is remembered per set of answers, for many leads answer alike.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from functions.scoring.answers import (
    EMAIL,
    Deriver,
    Given,
    email_kind,
    winning,
    word_table,
)
from functions.scoring.award import Award, Steps
from functions.scoring.facts import Answer, Fact
from functions.scoring.ledger import QUIET, Occurrence
from functions.scoring.model import (
    ActivityRule,
    AnswerRule,
    AnyRule,
    Band,
    CompiledModel,
    QuietRule,
    UnansweredRule,
    read_rule,
)
from functions.scoring.state import MATCHES_REMEMBERED, Merging, State
from functions.scoring.totals import Adding, Sums, Totals

ALWAYS = 0  # start of an award that rests on no answer: it has no instant of its own

Worth = Callable[[Sequence[Occurrence], int], int]


class _Decided(NamedTuple):
    """What answers decide: per rule whether it counts, and the sums of the rules on answers."""

    counts: tuple[bool, ...]
    sums: tuple[int, ...]


class RuleBook:
    """Rules built once from a compiled model, then asked for every lead."""

    def __init__(self, compiled: CompiledModel) -> None:
        """Build closures and dispatch tables. Raises KeyError where the compiled model has
        another layout.
        """
        self.model = compiled
        self.version: str = compiled["version"]
        self.matching: str = compiled["matching"]
        self.retention: int = compiled["retention"]
        self.rules: tuple[AnyRule, ...] = tuple(read_rule(rule) for rule in compiled["rules"])
        self.place = {rule.name: number for number, rule in enumerate(self.rules)}
        self.merging = Merging(self.rules, compiled["fields"])
        self.adding = Adding(compiled, self.rules)
        self._derived = _derivers(compiled)
        self._asked = tuple(sorted(frozenset().union(*(rule.asks for rule in self.rules))))
        self._decided = lru_cache(MATCHES_REMEMBERED)(self._decide)
        self._worth = {
            rule.name: (number, _worth(rule, self.retention))
            for number, rule in enumerate(self.rules)
            if isinstance(rule, ActivityRule | UnansweredRule)
        }
        self._quiet_rules = tuple(
            (number, rule) for number, rule in enumerate(self.rules) if isinstance(rule, QuietRule)
        )

    def state(self, facts: Iterable[Fact], *, at: int | None = None) -> State:
        """Build a lead's state from its facts not later than `at`, from all of them without it."""
        return self.merging.state(facts, at=at)

    def merge(self, state: State, facts: Sequence[Fact]) -> State:
        """Take facts of one lead into account; the same object comes back where nothing changed."""
        return self.merging.merge(state, facts)

    def rules_met(self, fact: Fact) -> tuple[ActivityRule, ...]:
        """Rules of which this fact is an occurrence."""
        return self.merging.rules_met(fact)

    def band(self, score: float) -> Band:
        """Name the band of a number (R76-R78)."""
        return self.adding.band(score)

    # What is known of a lead

    def won(self, state: State, *, at: int) -> dict[str, Given]:
        """Per field the answer that counts at an instant."""
        return winning(state.answers, at=at, retention=self.retention)

    def known(self, state: State, *, at: int) -> dict[str, Answer]:
        """All that conditions may ask at an instant: answers, the address, and what is derived
        from them.
        """
        known: dict[str, Answer] = {
            name: given.value for name, given in self.won(state, at=at).items()
        }
        known[EMAIL] = state.email or None
        for name, (source, derive) in self._derived.items():
            text = known.get(source)
            known[name] = derive(text) if isinstance(text, str) and text else None
        return known

    def answers_end(self, state: State, *, after: int) -> list[int]:
        """Instants after which an answer no longer counts, in order: conditions are looked at
        anew there.
        """
        ends = {
            given.at + self.retention
            for by_origin in state.answers.values()
            for given in by_origin.values()
        }
        return sorted(end for end in ends if end > after)

    # What a lead has earned

    def totals(self, state: State, *, at: int) -> Totals:
        """Bounded sums and the band at an instant."""
        return self.adding.totals(self.sums(state, at=at))

    def sums(self, state: State, *, at: int) -> Sums:
        """Points per slot at an instant, before any bound: what its awards add up to."""
        counts, answered = self._decided_for(state, at)
        sums = list(answered)
        slots = self.adding.slots
        for name, kept in state.ledger.occurrences.items():
            number, worth = self._worth.get(name, (None, None))
            if number is not None and worth is not None and counts[number]:
                sums[slots[number]] += worth(kept, at)
        newest = state.ledger.newest.get(QUIET)
        if newest is not None:
            for number, rule in self._quiet_rules:
                if counts[number] and rule.quiet_for <= at - newest < self.retention:
                    sums[slots[number]] += rule.points
        return sums

    def awards(self, state: State, *, at: int) -> list[Award]:
        """All awards of a lead whose facts are none later than `at`: past, alive and still to
        come.
        """
        counts = self._decided_for(state, at).counts
        awards: list[Award] = []
        for number, rule in enumerate(self.rules):
            if counts[number]:
                awards += self._awards_under(number, rule, state, at)
        return awards

    def _decided_for(self, state: State, at: int) -> _Decided:
        known = self.known(state, at=at)
        values = tuple(map(known.get, self._asked))
        return self._decided(values, tuple(map(type, values)))

    def _decide(self, values: tuple[Answer, ...], _types: tuple[type, ...]) -> _Decided:
        """Ask every rule's `when`. The types tell True from 1 where decisions are remembered."""
        known = dict(zip(self._asked, values, strict=True))
        counts = tuple(rule.when is None or rule.when(known) is True for rule in self.rules)
        sums = self.adding.nothing()
        for number, rule in enumerate(self.rules):
            if counts[number] and isinstance(rule, AnswerRule):
                sums[self.adding.slots[number]] += rule.points
        return _Decided(counts, tuple(sums))

    def _awards_under(self, number: int, rule: AnyRule, state: State, at: int) -> list[Award]:
        match rule:
            case ActivityRule():
                occurrences = state.ledger.occurrences.get(rule.name, ())
                return [Award(number, instant, rule.steps) for instant, _ in occurrences]
            case AnswerRule():
                return [Award(number, self._answered(rule, state, at), ((0, rule.points),))]
            case QuietRule():
                return self._quiet(number, rule, state)
            case UnansweredRule():
                return self._unanswered(number, rule, state)

    def _answered(self, rule: AnswerRule, state: State, at: int) -> int:
        won = self.won(state, at=at)
        asked = {self._derived[name][0] if name in self._derived else name for name in rule.asks}
        return max((won[name].at for name in asked if name in won), default=ALWAYS)

    def _quiet(self, number: int, rule: QuietRule, state: State) -> list[Award]:
        newest = state.ledger.newest.get(QUIET)
        if newest is None or rule.quiet_for >= self.retention:
            return []
        length = self.retention - rule.quiet_for
        return [Award(number, newest + rule.quiet_for, ((0, rule.points), (length, 0)))]

    def _unanswered(self, number: int, rule: UnansweredRule, state: State) -> list[Award]:
        sends = sorted(instant for instant, _ in state.ledger.occurrences.get(rule.name, ()))
        spans = unanswered_spans(
            sends,
            at_least=rule.at_least,
            after=rule.after,
            within=min(rule.within, self.retention),
        )
        return [Award(number, start, ((0, rule.points), (end - start, 0))) for start, end in spans]


def unanswered_spans(
    sends: Sequence[int], *, at_least: int, after: int, within: int
) -> list[tuple[int, int]]:
    """When at least so many of these sends (ascending) are `after` old and not yet `within` old:
    [start, end).
    """
    spans: list[tuple[int, int]] = []
    for first, last in zip(sends, sends[at_least - 1 :], strict=False):
        start, end = last + after, first + within
        if start >= end:
            continue
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return spans


def _worth(rule: ActivityRule | UnansweredRule, retention: int) -> Worth:
    """Give the function from kept occurrences (newest first) and an instant to points."""
    if isinstance(rule, ActivityRule):
        return _worth_of_steps(rule.steps)
    after, within = rule.after, min(rule.within, retention)
    at_least, points = rule.at_least, rule.points

    def ignored(kept: Sequence[Occurrence], at: int) -> int:
        waiting = sum(after <= at - instant < within for instant, _ in kept)
        return points if waiting >= at_least else 0

    return ignored


def _worth_of_steps(steps: Steps) -> Worth:
    ages = [age for age, _ in steps]
    points = [0, *(points for _, points in steps)]  # nothing before the start
    lifetime = ages[-1]

    def worth(kept: Sequence[Occurrence], at: int) -> int:
        total = 0
        for instant, _ in kept:
            age = at - instant
            if age >= lifetime:
                break  # what follows is older
            total += points[bisect_right(ages, age)]
        return total

    return worth


def _derivers(compiled: CompiledModel) -> Mapping[str, tuple[str, Deriver]]:
    derivers: dict[str, tuple[str, Deriver]] = {}
    for name, derived in compiled["derived"].items():
        derive: Deriver
        if "words" in derived:
            derive = word_table(derived["words"])
        else:
            domains = compiled["mail_domains"]
            derive = email_kind(frozenset(domains["free"]), frozenset(domains["disposable"]))
        derivers[name] = (derived["read_from"], lru_cache(MATCHES_REMEMBERED)(derive))
    return derivers
