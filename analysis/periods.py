"""Months that leads began in, or weeks where a file is too short for months.

Calendar months and ISO weeks of UTC: people compare months, and a day at the border belongs to one
of two neighbours anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from functions.scoring.instants import DAY_MS, SECOND_MS

MONTHS_MIN = 4  # fewer points are no line
WEEK_MS = 7 * DAY_MS
MONTH_DAYS = 30


def period_names(instants: Sequence[float]) -> list[str]:
    """Name the period of each instant (UTC ms): `2026-05`, or `2026-W19`."""
    if not instants:
        return []
    weekly = max(instants) - min(instants) < (MONTHS_MIN - 1) * MONTH_DAYS * DAY_MS
    return [_week(at) if weekly else _month(at) for at in instants]


def weeks_between(first: float, last: float) -> float:
    """Weeks of a span, at least one."""
    return max(1.0, (last - first) / WEEK_MS)


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at / SECOND_MS, UTC)


def _month(at: float) -> str:
    return _moment(at).strftime("%Y-%m")


def _week(at: float) -> str:
    year, week, _ = _moment(at).isocalendar()
    return f"{year}-W{week:02}"
