"""Points over time: what one occurrence, answer or absence earned under one rule.

An award is steps with a start and an end. A step's interval includes its first instant and excludes
its last, so at the very instant a lifetime ends the points are gone.
"""

from collections.abc import Iterator
from typing import NamedTuple

Steps = tuple[
    tuple[int, int], ...
]  # (age in ms, points from then on); the first age is 0, the last points are 0


class Award(NamedTuple):
    """Points of rule number `rule` (its place in the rule book) from `start` on, UTC milliseconds.

    `steps` are ages and the points from that age; an award without an end has one step only.
    """

    rule: int
    start: int
    steps: Steps

    def points(self, *, at: int) -> int:
        """Points at an instant: 0 before the start and from the end on."""
        age = at - self.start
        points = 0
        for since, worth in self.steps:
            if age < since:
                break
            points = worth
        return points

    @property
    def until(self) -> int | None:
        """The instant from which it gives nothing any more, None where that never comes."""
        last_age, last_points = self.steps[-1]
        return None if last_points else self.start + last_age

    def changes(self, *, after: int, until: int) -> Iterator[tuple[int, int, int]]:
        """Each (instant, rule, points gained or lost) with `after` < instant < `until`."""
        before = 0
        for age, points in self.steps:
            instant = self.start + age
            if after < instant < until and points != before:
                yield instant, self.rule, points - before
            before = points
