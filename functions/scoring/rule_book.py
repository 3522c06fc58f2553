"""The compiled model as code: which rules a fact meets, what a lead has earned under each, how
sums are bounded.

Nothing here knows the time: every question names its instant. A state is a merge of facts, so it is
the same in whatever order and however often they come.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import TypeVar

from functions.scoring.answers import (
    EMAIL,
    Answers,
    Deriver,
    Given,
    email_kind,
    merge_answers,
    winning,
    word_table,
)
from functions.scoring.award import Award
from functions.scoring.facts import EMAIL_OPENED, Answer, Fact, distinct
from functions.scoring.ledger import QUIET, Ledger, Occurrence, keep_newest, keep_sends
from functions.scoring.model import (
    HALVES,
    SENDS_MAX,
    ActivityRule,
    AnswerRule,
    AnyRule,
    Band,
    Bounds,
    CompiledModel,
    Half,
    QuietRule,
    UnansweredRule,
    read_rule,
)

ALWAYS = 0  # start of an award that rests on no answer: it has no instant of its own
MATCHES_REMEMBERED = (
    4096  # distinct (kind, properties) a warm function remembers; a site has fewer paths
)
R = TypeVar("R", bound=AnyRule)
_NO_ANSWERS: Answers = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class State:
    """All that scoring needs to know of one lead: its ledger, its answers, its canonical
    address.
    """

    ledger: Ledger = field(default_factory=Ledger)
    answers: Answers = field(default_factory=lambda: _NO_ANSWERS)
    email: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """Bounded sums at one instant: both halves, their total and its band."""

    fit: int
    engagement: int
    score: int
    band: Band


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
        self._fields = frozenset(compiled["fields"])
        self._derived = _derivers(compiled)
        self._hot_above = compiled["bands"]["hot_above"]
        self._cold_below = compiled["bands"]["cold_below"]
        self._halves = {half: Bounds(**compiled["halves"][half]) for half in HALVES}
        self._groups = {
            name: Bounds(group["cap"], group["floor"]) for name, group in compiled["groups"].items()
        }
        self._activity_rules = _by_kind(
            (rule.activity, rule) for rule in self.rules if isinstance(rule, ActivityRule)
        )
        unanswered = [rule for rule in self.rules if isinstance(rule, UnansweredRule)]
        self._sends = _by_kind((rule.sent, rule) for rule in unanswered)
        self._reactions = _by_kind((kind, rule) for rule in unanswered for kind in sorted(rule.by))
        self._minds_quiet = any(isinstance(rule, QuietRule) for rule in self.rules)
        self._looked_at = {
            kind: sorted(frozenset().union(*(rule.looks_at for rule in rules)))
            for kind, rules in self._activity_rules.items()
        }
        self._met = lru_cache(MATCHES_REMEMBERED)(self._rules_met)

    # What facts make of a lead

    def state(self, facts: Iterable[Fact], *, at: int | None = None) -> State:
        """Build a lead's state from its facts not later than `at`, from all of them without it."""
        counted = (fact for fact in facts if at is None or fact.at <= at)
        return self.merge(State(), distinct(counted))

    def merge(self, state: State, facts: Sequence[Fact]) -> State:
        """Take facts of one lead into account; the same object comes back where nothing changed."""
        ledger = self._merge_ledger(state.ledger, facts)
        answers = merge_answers(state.answers, facts, self._fields)
        email = state.email or next((fact.email or fact.lead for fact in facts), "")
        if ledger is state.ledger and answers is state.answers and email == state.email:
            return state
        return State(ledger, answers, email)

    def rules_met(self, fact: Fact) -> tuple[ActivityRule, ...]:
        """Rules of which this fact is an occurrence; none for opens and what a machine did (R62,
        C29, C30).
        """
        kind = fact.kind
        if fact.machine or kind == EMAIL_OPENED or kind not in self._activity_rules:
            return ()
        return self._met(
            kind, tuple(_hashable(fact.properties.get(name)) for name in self._looked_at[kind])
        )

    def _rules_met(
        self, kind: str, values: tuple[tuple[type, Answer], ...]
    ) -> tuple[ActivityRule, ...]:
        known = dict(zip(self._looked_at[kind], (value for _, value in values), strict=True))
        return tuple(
            rule
            for rule in self._activity_rules[kind]
            if rule.where is None or rule.where(known) is True
        )

    def _merge_ledger(self, ledger: Ledger, facts: Sequence[Fact]) -> Ledger:
        added: dict[str, list[Occurrence]] = {}
        newest = dict(ledger.newest)
        for fact in facts:
            if fact.machine or fact.kind == EMAIL_OPENED:
                continue
            met = self.rules_met(fact)
            for rule in (*met, *self._sends.get(fact.kind, ())):
                added.setdefault(rule.name, []).append((fact.at, fact.occurrence))
            moved = [rule.name for rule in self._reactions.get(fact.kind, ())]
            if met and self._minds_quiet:
                moved.append(QUIET)
            for name in moved:
                newest[name] = max(newest.get(name, fact.at), fact.at)
        touched = {
            *added,
            *(name for name in newest if newest[name] != ledger.newest.get(name)),
        } - {QUIET}
        merged = dict(ledger.occurrences)
        for name in touched:
            kept = self._keep(name, merged.pop(name, ()), added.get(name, ()), newest.get(name))
            if kept:
                merged[name] = kept
        if newest == ledger.newest and merged == ledger.occurrences:
            return ledger
        return Ledger(merged, newest)

    def _keep(
        self,
        name: str,
        kept: tuple[Occurrence, ...],
        added: Iterable[Occurrence],
        reaction: int | None,
    ) -> tuple[Occurrence, ...]:
        rule = self.rules[self.place[name]]
        if isinstance(rule, ActivityRule):
            return keep_newest(kept, added, at_most=rule.at_most, bucket=rule.bucket)
        return keep_sends(kept, added, after=reaction, at_most=SENDS_MAX)

    # What a lead has earned

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

    def awards(self, state: State, *, at: int) -> list[Award]:
        """All awards of a lead whose facts are none later than `at`: past, alive and still to
        come.
        """
        known = self.known(state, at=at)
        awards: list[Award] = []
        for number, rule in enumerate(self.rules):
            if rule.when is None or rule.when(known) is True:
                awards += self._awards_under(number, rule, state, at)
        return awards

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
                sends = sorted(
                    instant for instant, _ in state.ledger.occurrences.get(rule.name, ())
                )
                return [
                    Award(number, start, ((0, rule.points), (end - start, 0)))
                    for start, end in unanswered_spans(
                        sends,
                        at_least=rule.at_least,
                        after=rule.after,
                        within=min(rule.within, self.retention),
                    )
                ]

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

    # How points add up

    def sums(self, awards: Iterable[Award], *, at: int) -> dict[str, int]:
        """Points per slot (a group's name, or "fit" and "engagement" for rules without one),
        before any bound.
        """
        sums: dict[str, int] = {}
        for award in awards:
            points = award.points(at=at)
            if points:
                slot = self.slot(award.rule)
                sums[slot] = sums.get(slot, 0) + points
        return sums

    def slot(self, number: int) -> str:
        """Where a rule's points are summed: in its group, or in its half."""
        rule = self.rules[number]
        return _group_slot(rule.group) if rule.group else rule.half

    def totals(self, sums: Mapping[str, int]) -> Totals:
        """Bound sums per group, then per half, and add the halves up."""
        halves = {half: sums.get(half, 0) for half in HALVES}
        for name, bounds in self._groups.items():
            points = sums.get(_group_slot(name))
            if points:
                halves[self.half_of(name)] += bounds.clamp(points)
        fit, engagement = (self._halves[half].clamp(halves[half]) for half in HALVES)
        return Totals(fit, engagement, fit + engagement, self.band(fit + engagement))

    def band(self, score: float) -> Band:
        """Name the band of a number: above the hot threshold hot, below the cold one cold
        (R76-R78).
        """
        if score > self._hot_above:
            return "hot"
        return "cold" if score < self._cold_below else "warm"

    def half_of(self, group: str) -> Half:
        """The half a group lies in."""
        half: Half = self.model["groups"][group]["half"]
        return half

    def bounded(self, sums: Mapping[str, int]) -> Iterator[tuple[Half, str, int]]:
        """Each bound that bites, as (half, "cap web", points it adds or takes), groups before
        halves.
        """
        halves = {half: sums.get(half, 0) for half in HALVES}
        for half in HALVES:
            for name, bounds in self._groups.items():
                points = sums.get(_group_slot(name), 0)
                if self.half_of(name) != half:
                    continue
                clamped = bounds.clamp(points)
                halves[half] += clamped
                if clamped != points:
                    yield half, f"{_bound(points, clamped)} {name}", clamped - points
            clamped = self._halves[half].clamp(halves[half])
            if clamped != halves[half]:
                yield half, f"{_bound(halves[half], clamped)} {half}", clamped - halves[half]


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


def _derivers(compiled: CompiledModel) -> dict[str, tuple[str, Deriver]]:
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


def _by_kind(pairs: Iterable[tuple[str, R]]) -> dict[str, list[R]]:
    by_kind: dict[str, list[R]] = {}
    for kind, rule in pairs:
        by_kind.setdefault(kind, []).append(rule)
    return by_kind


def _hashable(value: Answer) -> tuple[type, Answer]:
    return (type(value), value)  # True == 1 in Python, and not here


def _group_slot(name: str) -> str:
    return f"group {name}"  # a group may be named like a half


def _bound(points: int, clamped: int) -> str:
    return "cap" if clamped < points else "floor"
