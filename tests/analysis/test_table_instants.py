"""Dates of a table: the begin of a day or its end, in the zone of the mapping."""

import pytest

from analysis.table_instants import InstantReader
from analysis.table_mapping import InstantColumn
from functions.scoring.instants import format_instant


def told(
    cells: list[str], zone: str = "UTC", form: str | None = None, *, ends: bool = True
) -> list[str | None]:
    reader = InstantReader(InstantColumn(column="Day", zone=zone, format=form), cells, ends=ends)
    read = [reader.read(cell) for cell in cells]
    return [None if at is None else format_instant(at) for at in read]


@pytest.mark.parametrize(
    ("zone", "day", "begin", "end"),
    [
        ("UTC", "2026-01-02", "2026-01-02T00:00:00.000Z", "2026-01-02T23:59:59.999Z"),
        ("Europe/Warsaw", "2026-01-02", "2026-01-01T23:00:00.000Z", "2026-01-02T22:59:59.999Z"),
        ("Europe/Warsaw", "2026-03-29", "2026-03-28T23:00:00.000Z", "2026-03-29T21:59:59.999Z"),
        ("Europe/Warsaw", "2026-10-25", "2026-10-24T22:00:00.000Z", "2026-10-25T22:59:59.999Z"),
        # there the clock goes from 0:00 to 1:00: the day before ends where the next begins
        ("America/Sao_Paulo", "2018-11-03", "2018-11-03T03:00:00.000Z", "2018-11-04T02:59:59.999Z"),
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00.000Z", "2018-11-05T01:59:59.999Z"),
    ],
)
def test_a_date_is_a_whole_day_of_its_zone(zone: str, day: str, begin: str, end: str) -> None:
    assert told([day], zone, ends=False) == [begin]
    assert told([day], zone) == [end]


def test_a_time_beside_the_date_stands() -> None:
    cells = ["2026-01-02T10:00:00+01:00", "2026-01-02 00:00", "2026-01-03"]
    assert told(cells) == [
        "2026-01-02T09:00:00.000Z", "2026-01-02T00:00:00.000Z", "2026-01-03T23:59:59.999Z",
    ]  # fmt: skip


def test_a_column_that_is_midnight_throughout_holds_dates() -> None:
    assert told(["2026-01-02 00:00:00", "2026-01-03 00:00:00", "soon"]) == [
        "2026-01-02T23:59:59.999Z", "2026-01-03T23:59:59.999Z", None,
    ]  # fmt: skip
    assert told(["2026-01-02 00:00:00"], ends=False) == ["2026-01-02T00:00:00.000Z"]


def test_a_format_says_whether_it_has_a_time() -> None:
    assert told(["02.01.2026"], form="%d.%m.%Y") == ["2026-01-02T23:59:59.999Z"]
    assert told(["02.01.2026 10:00", "x"], form="%d.%m.%Y %H:%M") == [
        "2026-01-02T10:00:00.000Z", None,
    ]  # fmt: skip


def test_the_last_day_of_the_calendar_is_no_instant() -> None:
    assert told(["9999-12-31"]) == [None]
