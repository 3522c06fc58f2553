"""The compiled model as code: what a lead has earned under each rule, and what that adds up to.

Nothing here knows the time: every question names its instant.
"""

from collections.abc import Iterable, Sequence

from functions.scoring.answers import Given
from functions.scoring.award import Award
from functions.scoring.conditions import Known
from functions.scoring.counting import Counting
from functions.scoring.deciding import Decided, Deciding
from functions.scoring.facts import Answer, Fact
from functions.scoring.ideals import Ideals
from functions.scoring.ignoring import Ignoring
from functions.scoring.knowing import Knowing
from functions.scoring.ledger import QUIET, Ledger
from functions.scoring.matching import Matching
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
from functions.scoring.state import Merging, State
from functions.scoring.totals import Adding, Sums, Totals

ALWAYS = 0  # start of an award that rests on no answer: it has no instant of its own


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
        self.adding = Adding(compiled, self.rules)
        matching = Matching(self.rules, self.adding.slots)
        self.ignoring = Ignoring(compiled.get("ignore", ()))
        self._merging = Merging(self.rules, matching, compiled["fields"], self.ignoring)
        self._counting = Counting(self.rules, self.adding.slots, matching, self.retention)
        self._knowing = Knowing(compiled, frozenset().union(*(rule.asks for rule in self.rules)))
        self.ideals = Ideals(compiled)
        self._deciding = Deciding(self.rules, self.adding.slots, self.adding.nothing())

    def state(self, facts: Iterable[Fact], *, at: int | None = None) -> State:
        """Build a lead's state from its facts not later than `at`, from all of them without it."""
        return self._merging.state(facts, at=at)

    def merge(self, state: State, facts: Sequence[Fact]) -> State:
        """Take facts of one lead into account; the same object comes back where nothing changed."""
        return self._merging.merge(state, facts)

    def rules_met(self, fact: Fact) -> tuple[ActivityRule, ...]:
        """Rules of which this fact is an occurrence."""
        return self._merging.rules_met(fact)

    def one_more(self, state: State, rule: ActivityRule, *, at: int) -> State:
        """Give the state after one more activity that meets this rule, at an instant.

        With it come the rules that ask nothing of such an activity, or the same; which others it
        would meet nobody can say.
        """
        asked = self.model["rules"][self.place[rule.name]].get("where")
        along = [
            other
            for other, compiled in zip(self.rules, self.model["rules"], strict=True)
            if isinstance(other, ActivityRule)
            and other.activity == rule.activity
            and compiled.get("where") in (None, asked)
        ]
        return self._merging.one_more(state, rule.activity, along, at=at)

    def fields_of(self, kind: str) -> list[str]:
        """Name the declared fields of a type, in the model's order."""
        return [name for name, field in self.model["fields"].items() if field["type"] == kind]

    def band(self, score: float) -> Band:
        """Name the band of a number (R76-R78)."""
        return self.adding.band(score)

    # What is known of a lead

    def won(self, state: State, *, at: int) -> dict[str, Given]:
        """Per field the answer that counts at an instant."""
        return self._knowing.won(state.answers, at=at)

    def known(self, state: State, *, at: int) -> dict[str, Answer]:
        """All that conditions may ask at an instant: answers, the address, and what is derived
        from them.
        """
        return self._knowing.known(state.answers, state.email, at=at)

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

    def totals_of(self, facts: Sequence[Fact], *, at: int) -> Totals:
        """Bounded sums and the band at an instant, of one lead's facts: what `totals` gives of
        their state, sooner.
        """
        sums = self._sums_of(facts, at)
        return self.adding.totals(sums or self.sums(self.state(facts, at=at), at=at))

    def sums(self, state: State, *, at: int) -> Sums:
        """Points per slot at an instant, before any bound: what its awards add up to."""
        return self._counting.of_ledger(state.ledger, self._decided(state, at), at=at)

    def awards(self, state: State, *, at: int) -> list[Award]:
        """All awards of a lead whose facts are none later than `at`: past, alive and still to
        come.
        """
        known = self._asked(state, at)
        awards: list[Award] = []
        for number, rule in enumerate(self.rules):
            if rule.counts(known):
                awards += self._awards_under(number, rule, state, at)
        return awards

    def _sums_of(self, facts: Sequence[Fact], at: int) -> Sums | None:
        """Points per slot, straight from facts; None where they have to be told apart first."""
        known = self._knowing.asked_of_facts(facts, at=at)
        if known is None:
            return None
        decided = self._deciding.decided(known)
        heard = self.ignoring.heard(facts)
        return self._counting.of_facts(heard, decided, at=at, gather=self._gather)

    def _gather(self, facts: Sequence[Fact]) -> Ledger:
        return self._merging.merge_ledger(Ledger(), facts)

    def _decided(self, state: State, at: int) -> Decided:
        """What a lead's answers decide, remembered with the state until one of them begins or ends
        to count.
        """
        span = state.remembered.get(self)
        if span is None or not span[0] <= at < span[1]:
            decided = self._deciding.decided(self._asked(state, at))
            span = (*self._knowing.span(state.answers, at=at), decided)
            state.remembered[self] = span
        sums, counts, room = span[2]
        return list(sums), counts, room

    def _asked(self, state: State, at: int) -> Known:
        return self._knowing.asked_of_answers(state.answers, state.email, at=at)

    def _awards_under(self, number: int, rule: AnyRule, state: State, at: int) -> list[Award]:
        match rule:
            case ActivityRule():
                occurrences = state.ledger.occurrences.get(rule.name, ())
                return [Award(number, instant, rule.steps) for instant, _ in occurrences]
            case AnswerRule():
                return [Award(number, self._answered(rule, state, at), ((0, rule.points),))]
            case QuietRule():
                return self._quiet(number, rule, state)
            case _:
                return self._unanswered(number, rule, state, at)

    def _answered(self, rule: AnswerRule, state: State, at: int) -> int:
        won = self.won(state, at=at)
        asked = {self._knowing.source(name) for name in rule.asks}
        return max((won[name].at for name in asked if name in won), default=ALWAYS)

    def _quiet(self, number: int, rule: QuietRule, state: State) -> list[Award]:
        newest = state.ledger.newest.get(QUIET)
        if newest is None or rule.quiet_for >= self.retention:
            return []
        length = self.retention - rule.quiet_for
        return [Award(number, newest + rule.quiet_for, ((0, rule.points), (length, 0)))]

    def _unanswered(self, number: int, rule: UnansweredRule, state: State, at: int) -> list[Award]:
        kept = state.ledger.occurrences.get(rule.name, ())
        sends = sorted(instant for instant, _ in kept if at - instant < self.retention)
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
