"""Which rules an activity meets.

Rules are found by the kind of the activity, and what they look at in it decides: activities that
are alike there meet the same rules, so the answer is remembered. A website has few paths.
"""

from collections.abc import Mapping, Sequence

from functions.scoring.conditions import Known
from functions.scoring.facts import EMAIL_OPENED, Answer, Fact, Scalar
from functions.scoring.model import ActivityRule, AnyRule

REMEMBERED = 2048  # per kind; a stranger can send other paths for ever, so then it begins anew

Key = Answer | tuple[tuple[Answer, ...], tuple[type, ...]]


# A rule that an activity met, as counting needs it: its number among the rules, the slot where its
# points add up, the ages at which they change, the points, and the rule. A plain tuple: unpacking a
# named one takes three times as long.
Met = tuple[int, int, tuple[int, ...], tuple[int, ...], ActivityRule]


class Kind:
    """The rules on one kind of activity.

    Where they look at one property alone its name is `name`, and `remembered` holds what a text in
    it meets. `needs_ledger`: some rule cannot count its activities one by one.
    """

    __slots__ = ("_names", "_rules", "name", "needs_ledger", "remembered")

    def __init__(self, rules: Sequence[Met], *, needs_ledger: bool) -> None:
        """Find out what these rules look at."""
        self._rules = tuple(rules)
        self._names = tuple(sorted(frozenset().union(*(rule.looks_at for *_, rule in rules))))
        self.name = self._names[0] if len(self._names) == 1 else ""
        self.remembered: dict[Key, tuple[Met, ...]] = {}
        self.needs_ledger = needs_ledger

    def met(self, properties: Mapping[str, Scalar]) -> tuple[Met, ...]:
        """Rules that an activity with these properties meets, in the model's order."""
        values = tuple(map(properties.get, self._names))
        key = _key(values)
        met = self.remembered.get(key)
        if met is None:
            if len(self.remembered) >= REMEMBERED:
                self.remembered.clear()
            met = self.remembered[key] = self._ask(values)
        return met

    def _ask(self, values: Sequence[Answer]) -> tuple[Met, ...]:
        known = dict(zip(self._names, values, strict=True))
        return tuple(met for met in self._rules if _holds(met[-1], known))


class Matching:
    """The rules on activities, by the kind of the activity."""

    def __init__(self, rules: Sequence[AnyRule], slots: Sequence[int]) -> None:
        """Build the dispatch table; `slots` tells where each rule's points add up.

        No rule counts e-mail opens, whatever it says of them (R62, C30).
        """
        by_kind: dict[str, list[Met]] = {}
        for number, rule in enumerate(rules):
            for kind in rule.kinds - {EMAIL_OPENED}:
                of_kind = by_kind.setdefault(kind, [])
                if isinstance(rule, ActivityRule):
                    of_kind.append((number, slots[number], rule.ages, rule.points, rule))
        needed = frozenset().union(*(rule.kinds for rule in rules if rule.needs_ledger))
        self.kinds = {
            kind: Kind(of_kind, needs_ledger=kind in needed) for kind, of_kind in by_kind.items()
        }

    def met(self, fact: Fact) -> tuple[Met, ...]:
        """Rules of which this fact is an occurrence; none of what a machine did (C29)."""
        kind = self.kinds.get(fact.kind)
        return () if kind is None or fact.machine else kind.met(fact.properties)


def _holds(rule: ActivityRule, known: Known) -> bool:
    return rule.where is None or rule.where(known) is True


def _key(values: tuple[Answer, ...]) -> Key:
    """A lone text stands for itself; else types tell True from 1."""
    if not values:
        return None
    if len(values) == 1 and (values[0] is None or isinstance(values[0], str)):
        return values[0]
    return (values, tuple(map(type, values)))
