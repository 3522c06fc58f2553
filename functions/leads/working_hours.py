"""When sales is at work: an alert outside these hours waits for the next opening.

Hours are those of a wall clock in a named zone, so a clock change moves the opening by an hour of
UTC and leaves it where people see it. A span includes its start and excludes its end.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from functions.scoring.instants import SECOND_MS

DAYS_AHEAD = 8  # a week has one opening at least
Span = tuple[int, int]  # minutes of a day, from and until


class WorkingHours:
    """Spans by weekday, Monday first; a day without one is closed."""

    def __init__(self, spans: Sequence[Span | None], zone: tzinfo) -> None:
        """Take seven spans. No day at all would hold every alert for ever: that is a mistake."""
        if len(spans) != 7 or not any(spans):
            raise ValueError("seven days, one of them open")
        self._spans, self._zone = spans, zone

    def opening(self, at: int) -> int:
        """Give the instant itself (UTC ms) where it is open, else that of the next opening."""
        today = datetime.fromtimestamp(at / SECOND_MS, self._zone).replace(
            hour=0, minute=0, second=0, microsecond=0, fold=0
        )
        for ahead in range(DAYS_AHEAD + 1):
            day = today + timedelta(days=ahead)
            span = self._spans[day.weekday()]
            if span is not None and at < self._instant(day, span[1]):
                return max(at, self._instant(day, span[0]))
        return at

    def _instant(self, day: datetime, minutes: int) -> int:
        """The instant of a wall clock: an hour that comes twice is meant the first time."""
        wall = day + timedelta(minutes=minutes)
        return int(wall.astimezone(UTC).timestamp()) * SECOND_MS


def working_hours(alerts: Mapping[str, Any]) -> WorkingHours | None:
    """Read the hours of a compiled model's alerts, None where they go out at any time."""
    hours = alerts.get("hours")
    if not hours:
        return None
    spans = [None if day is None else (day[0], day[1]) for day in hours]
    return WorkingHours(spans, ZoneInfo(alerts["time_zone"]))
