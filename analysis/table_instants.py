"""Instants of a table's cells: how a column writes them, and what a date without a time means.

A day began with its first moment and ended with its last: who came on a day was there from its
begin, and what was closed on a day was open until its end. So a lead that was won on the day it
came was not won before it. Where all cells of a column stand at midnight, they are dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from analysis.table_mapping import InstantColumn
from functions.scoring.instants import parse_instant

_TIMES = re.compile(r"%[-#]?[HIMSfpcXsTRr]")  # strptime's words of a format that has a time
_DAYS = (
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%d.%m.%y",
    "%m/%d/%y",
)
_CLOCKS = ("", " %H:%M", " %H:%M:%S", ", %H:%M", ", %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
_TRIED_MAX = 2_000  # cells that a format has to read before it is proposed


class InstantReader:
    """Reads the cells of one column; `ends` says that a date alone is the end of its day."""

    def __init__(
        self, column: InstantColumn, cells: Iterable[str], *, zone: str = "UTC", ends: bool = False
    ) -> None:
        """Look at all cells: only together they tell that midnight is no time. `zone` is for a
        column that names none.
        """
        self._column = column
        self._zone = ZoneInfo(column.zone or zone)
        self._ends = ends
        self._midnights = ends and self._are_midnights(cells)

    def read(self, cell: str) -> int | None:
        """Read a cell as UTC ms, None where it is no instant as the mapping says it."""
        try:
            read, has_time = self._parsed(cell)
            if self._ends and (self._midnights or not has_time):
                day = datetime.combine(read.date() + timedelta(days=1), time())
                return self._at(day.replace(tzinfo=read.tzinfo)) - 1
            return self._at(read)
        except (ValueError, OverflowError):
            return None

    def _at(self, read: datetime) -> int:
        if read.tzinfo is None:
            read = read.replace(tzinfo=self._zone)
        return parse_instant(read.isoformat())

    def _parsed(self, cell: str) -> tuple[datetime, bool]:
        form = self._column.format
        if form:
            read = datetime.strptime(cell, form)  # noqa: DTZ007  (its zone comes below)
            return read, _TIMES.search(form) is not None
        try:
            return datetime.combine(date.fromisoformat(cell), time()), False
        except ValueError:
            return datetime.fromisoformat(cell), True

    def _are_midnights(self, cells: Iterable[str]) -> bool:
        for cell in cells:
            try:
                if self._parsed(cell)[0].time() != time():
                    return False
            except ValueError:
                continue
        return True


def formats_that_read(cells: Sequence[str]) -> list[str]:
    """Propose formats that read all of these cells, the likeliest first."""
    tried = cells[:_TRIED_MAX]
    return [
        f"{day}{clock}"
        for day in _DAYS for clock in _CLOCKS
        if tried and all(_reads(f"{day}{clock}", cell) for cell in tried)
    ]  # fmt: skip


def _reads(form: str, cell: str) -> bool:
    try:
        datetime.strptime(cell, form)  # noqa: DTZ007  (only whether it can)
    except ValueError:
        return False
    return True
