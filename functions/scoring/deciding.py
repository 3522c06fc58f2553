"""What answers decide: which rules count for a lead, and what the rules on answers give.

Rules that ask for the same fields are one question, and what it decides is remembered per question:
leads are alike in one field far more often than in all of them at once.
"""

from collections.abc import Iterable, Sequence
from functools import partial

from functions.scoring.conditions import Known
from functions.scoring.model import ActivityRule, AnswerRule, AnyRule
from functions.scoring.remembering import Remembering
from functions.scoring.totals import Sums

Given = tuple[tuple[int, int], ...]  # slots and points
Counts = Sequence[bool]


# What is decided for one lead: points of its answers per slot; per rule on activities or absence
# whether it counts, and how many of its occurrences can be counted one by one.
Decided = tuple[Sums, Counts, Sequence[int]]


class Deciding:
    """Every `when` of a model."""

    def __init__(self, rules: Sequence[AnyRule], slots: Sequence[int], nothing: Sums) -> None:
        """Put rules that ask for the same together; `nothing` is no points in any slot."""
        self._rules, self._slots, self._nothing = tuple(rules), tuple(slots), tuple(nothing)
        self._always = tuple(rule.when is None for rule in rules)
        self._room = tuple(map(_room, rules))
        self._room_always = tuple(
            room if always else 0 for room, always in zip(self._room, self._always, strict=True)
        )
        asked = [number for number, always in enumerate(self._always) if not always]
        on_answers = [number for number in asked if isinstance(rules[number], AnswerRule)]
        giving = [
            Remembering(names, partial(self._given, numbers))
            for names, numbers in self._together(on_answers)
        ]
        self._giving = tuple((one.name, one.names, one.kept, one) for one in giving)
        self._switching = tuple(
            Remembering(names, partial(self._met, numbers))
            for names, numbers in self._together(set(asked).difference(on_answers))
        )

    def decided(self, known: Known) -> Decided:
        """What is decided by what is known of a lead."""
        sums = list(self._nothing)
        for name, names, kept, ask in self._giving:
            given = kept.get(known.get(name) if name else tuple(map(known.get, names)))
            if given is None:
                given = ask(known)
            for slot, points in given:
                sums[slot] += points
        if not self._switching:
            return sums, self._always, self._room_always
        counts, room = list(self._always), list(self._room_always)
        for switched in self._switching:
            for number in switched(known):
                counts[number], room[number] = True, self._room[number]
        return sums, counts, room

    def _together(self, numbers: Iterable[int]) -> Iterable[tuple[tuple[str, ...], list[int]]]:
        together: dict[tuple[str, ...], list[int]] = {}
        for number in sorted(numbers):
            together.setdefault(tuple(sorted(self._rules[number].asks)), []).append(number)
        return together.items()

    def _given(self, numbers: Sequence[int], known: Known) -> Given:
        met = [(number, self._rules[number]) for number in self._met(numbers, known)]
        return tuple(
            (self._slots[number], rule.points)
            for number, rule in met
            if isinstance(rule, AnswerRule)
        )

    def _met(self, numbers: Sequence[int], known: Known) -> tuple[int, ...]:
        return tuple(number for number in numbers if self._rules[number].counts(known))


def _room(rule: AnyRule) -> int:
    return rule.at_most if isinstance(rule, ActivityRule) and not rule.needs_ledger else 0
