"""One measured figure of the table in `docs/performance.md`, with the goal it is held against."""

from typing import NamedTuple


class Figure(NamedTuple):
    """What was measured for one row; `met` is None for a figure that has no goal of its own.

    `goal` is as a person reads it (">= 10x"), empty without one; `value` is in `unit`.
    """

    row: str
    what: str
    value: float
    unit: str
    goal: str = ""
    met: bool | None = None
