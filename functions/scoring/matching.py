"""Which rules an activity meets.

Rules are found by the kind of the activity, and what they look at in it decides: activities that
are alike there meet the same rules, so the answer is remembered. A website has few paths.
"""

from collections.abc import Sequence

from functions.scoring.conditions import Known
from functions.scoring.facts import EMAIL_OPENED, Fact
from functions.scoring.model import ActivityRule, AnyRule
from functions.scoring.remembering import Remembering

# A rule that an activity met, as counting needs it: its number among the rules, the slot where its
# points add up, the ages at which they change, the points, and the rule. A plain tuple: unpacking a
# named one takes three times as long.
Met = tuple[int, int, tuple[int, ...], tuple[int, ...], ActivityRule]


class Kind:
    """The rules on one kind of activity. `needs_ledger`: some of them cannot count one by one."""

    __slots__ = ("_rules", "met", "needs_ledger")

    def __init__(self, rules: Sequence[Met], *, needs_ledger: bool) -> None:
        """Find out what these rules look at; `met` tells which of them properties meet."""
        self._rules = tuple(rules)
        self.needs_ledger = needs_ledger
        names = frozenset().union(*(rule.looks_at for *_, rule in rules))
        self.met = Remembering(tuple(sorted(names)), self._met)

    def _met(self, known: Known) -> tuple[Met, ...]:
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
