"""A span of whole months, by which leads are reported: those first seen in it, in UTC."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MONTHS_MAX = 24  # two years say more than enough at once
_MONTH = re.compile(r"(?a:([2-9]\d{3})-(0[1-9]|1[0-2]))")  # no lead is older than this century


class PeriodError(ValueError):
    """No month since 2000, an end before the beginning, or more than two years."""


@dataclass(frozen=True, slots=True)
class Period:
    """Months by number since the year 0; both ends are in it."""

    start: int
    end: int

    @property
    def first(self) -> str:
        """The first month, as 2026-11."""
        return _name(self.start)

    @property
    def last(self) -> str:
        """The last month."""
        return _name(self.end)

    def __iter__(self) -> Iterator[str]:
        """Give each month in order."""
        return map(_name, range(self.start, self.end + 1))

    def before(self) -> "Period":
        """Give the span of as many months just before."""
        months = self.end - self.start + 1
        return Period(self.start - months, self.start - 1)

    def a_month_earlier(self) -> "Period":
        """Give the span a month before: each of its months is the one before one of these."""
        return Period(self.start - 1, self.end - 1)

    def with_month_before(self) -> "Period":
        """Give the span with one month more at its beginning."""
        return Period(self.start - 1, self.end)


def read_period(first: str, last: str) -> Period:
    """Read two months. Raises PeriodError."""
    period = Period(_number(first), _number(last))
    if not 0 <= period.end - period.start < MONTHS_MAX:
        raise PeriodError
    return period


def is_month(text: str) -> bool:
    """Whether this is a month that leads may be of."""
    return _MONTH.fullmatch(text) is not None


def _number(text: str) -> int:
    found = _MONTH.fullmatch(text)
    if found is None:
        raise PeriodError
    return int(found[1]) * 12 + int(found[2]) - 1


def _name(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
