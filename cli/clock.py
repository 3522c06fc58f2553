"""The command's clock, and instants as people type them."""

import re
import time

from cli.problem import ProblemError
from functions.scoring.instants import DAY_MS, HOUR_MS, MINUTE_MS, parse_instant

_EARLIEST, _LATEST = parse_instant("1970-01-01T00:00:00Z"), parse_instant("9000-01-01T00:00:00Z")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def now() -> int:
    """Now, in UTC milliseconds."""
    return time.time_ns() // 1_000_000


def duration_words(milliseconds: int) -> str:
    """Say a duration as people do: `3 days`, `12 minutes`, `moments`."""
    for unit, length in (("day", DAY_MS), ("hour", HOUR_MS), ("minute", MINUTE_MS)):
        number = milliseconds // length
        if number > 0:
            return f"{number} {unit}" + ("s" if number > 1 else "")
    return "moments"


def read_instant(text: str | None, option: str) -> int:
    """Read an option's instant or UTC day; now where it is not given. Raises ProblemError."""
    if text is None:
        return now()
    try:
        at = parse_instant(f"{text}T00:00:00Z" if _DAY.fullmatch(text) else text)
    except ValueError as error:
        raise ProblemError(
            f"{option} {text}: this is no instant with its time zone; "
            "write 2026-11-23T10:00:00Z, or a day as 2026-11-23"
        ) from error
    if not _EARLIEST <= at < _LATEST:  # so that every instant of a forecast can still be written
        raise ProblemError(f"{option} {text}: write an instant after 1970 and before the year 9000")
    return at
