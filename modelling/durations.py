"""Spans of time as people write them: `30 days`, `12 hours`, `a month`.

A week is 7 days, a month 30, a year 365, everywhere and always: a lifetime must not depend on
the calendar.
"""

from __future__ import annotations

import re

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
UNITS_MS = {
    "minute": 60_000,
    "hour": HOUR_MS,
    "day": DAY_MS,
    "week": 7 * DAY_MS,
    "month": 30 * DAY_MS,
    "year": 365 * DAY_MS,
}
PATTERN = r"^\s*(?:(\d{1,6})|an?)\s+(minute|hour|day|week|month|year)s?\s*$"
LONGEST_MS = 100 * UNITS_MS["year"]  # beyond every retention; keeps numbers small


def parse_duration(text: object) -> int:
    """Give the milliseconds of `30 days`, `a week`, `1 year`; ValueError where it is none."""
    found = re.match(PATTERN, text) if isinstance(text, str) else None
    if found is None:
        message = f"`{text}` is no length of time"
        raise ValueError(message)
    length = int(found[1] or 1) * UNITS_MS[found[2]]
    if length > LONGEST_MS:
        message = f"`{text}` is longer than a hundred years"
        raise ValueError(message)
    return length


def say_duration(length: int) -> str:
    """Say milliseconds as people write them: the largest of days, hours, minutes that is whole."""
    for unit in ("day", "hour", "minute"):
        count, rest = divmod(length, UNITS_MS[unit])
        if not rest:
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{length} ms"
