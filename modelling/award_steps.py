"""The points of one occurrence over its age, as whole-number steps.

However a rule says that points fade (after ages, by a half-life, or not at all), it comes down
to the same list of (age, points) that ends at zero, so that the code which scores knows of
nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from modelling.durations import DAY_MS

Steps = list[list[int]]


def decaying(points: int, ages: Mapping[int, int], lasts: int) -> Steps:
    """Give the steps of `points` that change at certain ages and end at `lasts`, all in ms."""
    return merged([[0, points], *([age, ages[age]] for age in sorted(ages)), [lasts, 0]])


def halving(points: int, half_life: int, holds: int, lasts: int) -> Steps:
    """Give the steps of `points` that hold, then halve every `half_life` (all ms), on whole days,
    until 0 or `lasts`.
    """
    steps: Steps = [[0, points]]
    for age in range(holds, lasts, DAY_MS):
        left = _half_away_from_zero(points * 2.0 ** (-(age - holds) / half_life))
        steps.append([age, left])
        if left == 0:
            break
    return merged([*steps, [lasts, 0]])


def merged(steps: Steps) -> Steps:
    """Drop each step that changes nothing, so that the last one is where the points end."""
    kept: Steps = []
    for age, points in steps:
        if kept and kept[-1][0] == age:
            kept.pop()
        if not kept or kept[-1][1] != points:
            kept.append([age, points])
    return kept


def _half_away_from_zero(number: float) -> int:
    return int(math.copysign(math.floor(abs(number) + 0.5), number))
