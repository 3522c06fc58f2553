"""What activities give at one instant: from a ledger, or straight from facts.

To score once, facts are walked from the newest to the oldest: a rule that has its `at_most` is
full, and past the longest lifetime nothing gives points any more, so most of a long history is
never looked at. Where this short cut cannot tell facts apart (two of one instant) it says so, and
the ledger decides, which is the definition.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter

from functions.scoring.deciding import Counts, Decided
from functions.scoring.facts import Fact
from functions.scoring.ledger import QUIET, Ledger, Occurrence
from functions.scoring.matching import Matching
from functions.scoring.model import ActivityRule, AnyRule, QuietRule, UnansweredRule
from functions.scoring.totals import Sums

_instant = attrgetter("at")


class Counting:
    """Rules on activities and on their absence, under one model."""

    def __init__(
        self,
        rules: Sequence[AnyRule],
        slots: Sequence[int],
        matching: Matching,
        retention: int,
    ) -> None:
        """Find out what has to be looked at, and how far back."""
        self._matching, self._retention = matching, retention
        numbered = tuple(zip(range(len(rules)), slots, rules, strict=True))
        self._activities = {
            rule.name: (number, slot, rule.ages, rule.points)
            for number, slot, rule in numbered
            if isinstance(rule, ActivityRule)
        }
        self._unanswered = tuple(
            (number, slot, rule)
            for number, slot, rule in numbered
            if isinstance(rule, UnansweredRule)
        )
        self._aside = frozenset(rule.name for rule in rules if rule.needs_ledger)
        self._quiet = tuple(
            (number, slot, rule) for number, slot, rule in numbered if isinstance(rule, QuietRule)
        )
        self._reach = max((_reach(rule, retention) for rule in rules), default=0)
        self._kinds = {
            name: (kind, kind.met.name, {} if kind.needs_ledger else kind.met.kept)
            for name, kind in matching.kinds.items()
        }

    def of_ledger(self, ledger: Ledger, decided: Decided, *, at: int) -> Sums:
        """Points per slot at an instant not before the ledger's newest fact."""
        sums, counts, _ = decided
        self._add(sums, ledger.occurrences, counts, at)
        self._add_quiet(sums, ledger.newest.get(QUIET), counts, at)
        return sums

    def of_facts(
        self,
        facts: Sequence[Fact],
        decided: Decided,
        *,
        at: int,
        gather: Callable[[Sequence[Fact]], Ledger],
    ) -> Sums | None:
        """Points per slot at an instant; None where facts have to be told apart first.

        `gather` makes a ledger of the few facts that rules with buckets and rules on sends look at:
        those cannot be counted one by one.
        """
        walked = self._walk(reversed(facts), decided, at)  # mostly they are in order already
        if walked is None:
            walked = self._walk(_newest_first(facts), decided, at)
        if walked is None:
            return None
        sums, aside = walked
        counts = decided[1]
        if aside:
            occurrences = gather(aside).occurrences
            own = {name: occurrences[name] for name in occurrences if name in self._aside}
            self._add(sums, own, counts, at)
        if self._quiet:
            self._add_quiet(sums, self._newest_activity(facts, at), counts, at)
        return sums

    def _walk(  # noqa: C901  one pass: whatever it called would take longer than it does
        self, newest_first: Iterable[Fact], decided: Decided, at: int
    ) -> tuple[Sums, list[Fact]] | None:
        """Count one by one, as far back as anything counts; give beside the sums what only a ledger
        can count.

        None where the order is another, or where two facts that count are of one instant: they may
        be one fact that came twice.
        """
        answered, _, room = decided
        sums, left, aside = list(answered), list(room), []
        kinds, stop, before = self._kinds, at - self._reach, at + 1
        older = iter(newest_first)
        for fact in older:
            looked_at = kinds.get(fact.kind)
            if looked_at is None:
                continue
            instant = fact.at
            if instant >= before:
                if instant > at:
                    continue
                return None
            if instant <= stop:
                break
            before = instant
            kind, name, kept = looked_at
            met = kept.get(fact.properties.get(name))
            if met is None:
                met = kind.met(fact.properties)
                if kind.needs_ledger:
                    aside.append(fact)
            if met and not fact.machine:
                age = at - instant
                for number, slot, ages, points, _ in met:
                    if free := left[number]:
                        left[number] = free - 1
                        sums[slot] += points[bisect_right(ages, age)]
        in_order = max(map(_instant, older), default=stop) <= stop
        return (sums, aside) if in_order else None

    def _add(
        self,
        sums: Sums,
        occurrences: Mapping[str, Sequence[Occurrence]],
        counts: Counts,
        at: int,
    ) -> None:
        activities = self._activities
        for name, kept in occurrences.items():
            if name in activities:  # a rule that the model no longer has is passed over
                number, slot, ages, points = activities[name]
                if counts[number]:
                    lifetime, total = ages[-1], 0
                    for instant, _ in kept:
                        age = at - instant
                        if age >= lifetime:
                            break  # what follows is older
                        total += points[bisect_right(ages, age)]
                    sums[slot] += total
        for number, slot, rule in self._unanswered:
            if counts[number]:
                sums[slot] += _ignored(rule, occurrences.get(rule.name, ()), at, self._retention)

    def _add_quiet(self, sums: Sums, newest: int | None, counts: Counts, at: int) -> None:
        if newest is None:
            return
        for number, slot, rule in self._quiet:
            if counts[number] and rule.quiet_for <= at - newest < self._retention:
                sums[slot] += rule.points

    def _newest_activity(self, facts: Iterable[Fact], at: int) -> int | None:
        """Instant of the newest activity that any rule of an activity matches."""
        happened = (fact for fact in _newest_first(facts) if fact.at <= at)
        return next((fact.at for fact in happened if self._matching.met(fact)), None)


def _newest_first(facts: Iterable[Fact]) -> list[Fact]:
    return sorted(facts, key=_instant, reverse=True)


def _reach(rule: AnyRule, retention: int) -> int:
    """How old a fact can be at which a rule has to look, to know what it gives now."""
    if isinstance(rule, ActivityRule):
        lifetime = rule.steps[-1][0]
        return lifetime if rule.bucket is None else lifetime + rule.bucket[0]
    return min(rule.within, retention) if isinstance(rule, UnansweredRule) else 0


def _ignored(rule: UnansweredRule, sends: Iterable[Occurrence], at: int, retention: int) -> int:
    within = min(rule.within, retention)
    waiting = sum(rule.after <= at - instant < within for instant, _ in sends)
    return rule.points if waiting >= rule.at_least else 0
