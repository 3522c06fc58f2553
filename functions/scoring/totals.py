"""How points add up: per group, per half, to a total and its band.

Bounds apply to sums, never step by step, so the order of facts cannot matter (C35). Every bound
that bites is told, so that an explanation sums to the total.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from functions.scoring.award import Award
from functions.scoring.model import HALVES, AnyRule, Band, Bounds, CompiledModel, Half

Sums = list[int]  # points per slot: fit and engagement without a group, then the groups in order
_SLOTS_BEFORE_GROUPS = len(HALVES)


class Totals(NamedTuple):
    """Bounded sums at one instant: both halves, their total and its band."""

    fit: int
    engagement: int
    score: int
    band: Band


class Adding:
    """The slots rules add to, and the bounds on their sums."""

    def __init__(self, compiled: CompiledModel, rules: Sequence[AnyRule]) -> None:
        """Read bounds and thresholds; a rule's slot is its group, or its half without one."""
        groups = compiled["groups"]
        self._names: tuple[str, ...] = (*HALVES, *groups)
        self._halves = tuple(Bounds(**compiled["halves"][half]) for half in HALVES)
        self._groups = tuple(
            (slot, HALVES.index(group["half"]), Bounds(group["cap"], group["floor"]))
            for slot, group in enumerate(groups.values(), start=_SLOTS_BEFORE_GROUPS)
        )
        slots = {name: slot for slot, name in enumerate(groups, start=_SLOTS_BEFORE_GROUPS)}
        self.slots: tuple[int, ...] = tuple(
            slots[rule.group] if rule.group else HALVES.index(rule.half) for rule in rules
        )
        self._hot_above = compiled["bands"]["hot_above"]
        self._cold_below = compiled["bands"]["cold_below"]

    def nothing(self) -> Sums:
        """No points in any slot."""
        return [0] * len(self._names)

    def sums(self, awards: Iterable[Award], *, at: int) -> Sums:
        """Points per slot at an instant (UTC ms), before any bound."""
        sums = self.nothing()
        for award in awards:
            sums[self.slots[award.rule]] += award.points(at=at)
        return sums

    def totals(self, sums: Sums) -> Totals:
        """Bound sums per group, then per half, and add the halves up."""
        halves = [sums[0], sums[1]]
        for slot, half, bounds in self._groups:
            if points := sums[slot]:
                halves[half] += bounds.clamp(points)
        of_fit, of_engagement = self._halves
        fit, engagement = of_fit.clamp(halves[0]), of_engagement.clamp(halves[1])
        score = fit + engagement
        return Totals(fit, engagement, score, self.band(score))

    def band(self, score: float) -> Band:
        """Name the band of a number: above the hot threshold hot, below the cold one cold
        (R76-R78).
        """
        if score > self._hot_above:
            return "hot"
        return "cold" if score < self._cold_below else "warm"

    def bounded(self, sums: Sums) -> Iterator[tuple[Half, str, int]]:
        """Each bound that bites, as (half, "cap web", points it adds or takes), groups before
        halves.
        """
        for number, half in enumerate(HALVES):
            total = sums[number]
            for slot, of_half, bounds in self._groups:
                if of_half == number:
                    clamped = bounds.clamp(sums[slot])
                    total += clamped
                    yield from _bite(half, self._names[slot], sums[slot], clamped)
            yield from _bite(half, half, total, self._halves[number].clamp(total))


def _bite(half: Half, name: str, points: int, clamped: int) -> Iterator[tuple[Half, str, int]]:
    if clamped != points:
        bound = "cap" if clamped < points else "floor"
        yield half, f"{bound} {name}", clamped - points
