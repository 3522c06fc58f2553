"""Instants as the scoring code counts them: whole milliseconds since 1970, UTC.

Text enters and leaves with its zone; inside there are only integers, so that comparing, sorting and
storing an instant can never depend on a time zone.
"""

import re
from datetime import UTC, datetime, timedelta, timezone

SECOND_MS = 1000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
MONDAY_5_JANUARY_1970_MS = 4 * DAY_MS  # buckets of N days are counted from here

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = (datetime(1, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)
_END = (datetime(9999, 12, 31, tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1) + DAY_MS
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(Z|z|[+-]\d\d:?\d\d)",
    re.ASCII,
)
_LEAP_SECOND = 60
_MILLISECOND = timedelta(milliseconds=1)
_PLAIN_LENGTHS = (20, 24)


def parse_instant(text: str) -> int:
    """Read ISO 8601 text with a zone as UTC milliseconds (C12, C13).

    Digits below a millisecond are cut off; a leap second `:60` is read as `:59.999`.
    Raises ValueError for anything else: a time without a zone, or one that its zone puts outside
    of the years 1 to 9999, which could not be written again.
    """
    at = _read_plain(text)
    if at is not None:
        return at
    found = _ISO.fullmatch(text.strip())
    if found is None:
        msg = "an instant is written as 2026-11-23T10:00:00Z, with its zone"
        raise ValueError(msg)
    year, month, day, hour, minute = (int(part) for part in found.groups()[:5])
    second = int(found[6] or 0)
    millisecond = int((found[7] or "0").ljust(3, "0")[:3])
    if second == _LEAP_SECOND:
        second, millisecond = 59, 999
    local = datetime(
        year, month, day, hour, minute, second, millisecond * 1000, tzinfo=_zone(found[8])
    )
    at = (local - _EPOCH) // _MILLISECOND
    if not _FIRST <= at < _END:
        msg = "an instant lies in the years 1 to 9999, UTC"
        raise ValueError(msg)
    return at


def format_instant(at: int) -> str:
    """Write UTC milliseconds as `2026-11-23T10:00:00.000Z`."""
    moment = _EPOCH + timedelta(milliseconds=at)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at % SECOND_MS:03d}Z"


def _read_plain(text: str) -> int | None:
    """Read `2026-11-23T10:00:00Z`, with milliseconds or without, five times as fast; None where it
    is not just so, or a leap second: the library knows more other forms than we take.
    """
    if (
        len(text) not in _PLAIN_LENGTHS
        or text[4] != "-"
        or text[7] != "-"
        or text[10] != "T"
        or text[13] != ":"
        or text[16] != ":"
        or text[19] not in ".Z"
        or text[-1] != "Z"
    ):
        return None
    try:
        return (datetime.fromisoformat(text) - _EPOCH) // _MILLISECOND
    except ValueError:
        return None


def _zone(text: str) -> timezone:
    if text in {"Z", "z"}:
        return UTC
    digits = text[1:].replace(":", "")
    shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-shift if text[0] == "-" else shift)
