"""How instants are read and written (C12, C13)."""

import pytest

from functions.scoring.instants import DAY_MS, format_instant, parse_instant


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"),
        ("2026-11-23T10:00:00.1234567Z", "2026-11-23T10:00:00.123Z"),
        ("2026-11-23T10:00:00+01:00", "2026-11-23T09:00:00.000Z"),
        ("2026-11-23 10:00-0530", "2026-11-23T15:30:00.000Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.999Z"),
        ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
        ("2026-11-23T10:00:00.5z", "2026-11-23T10:00:00.500Z"),
        ("9999-12-31T23:59:60Z", "9999-12-31T23:59:59.999Z"),
    ],
)
def test_a_time_with_its_zone_is_an_instant(text: str, written: str) -> None:
    assert format_instant(parse_instant(text)) == written


@pytest.mark.parametrize(
    "text",
    [
        "2026-W47-1T08:59:58Z", "20261123T085959.123Z", "2026-11-23_10:00:00Z",
        "", "now", "2026-11-23", "2026-11-23T10:00:00", "2026-02-30T10:00:00Z",
        "2026-11-23T25:00:00Z", "1763892000", "2026-11-23T10:00:61Z", "2026-13-01T00:00:00Z",
        "٢٠٢٦-11-23T10:00:00Z", "2026-11-23T10:00:00+99:00", "10000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
    ],
)  # fmt: skip
def test_anything_else_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_instant(text)


def test_a_day_is_counted_in_milliseconds() -> None:
    difference = parse_instant("2026-11-24T00:00:00Z") - parse_instant("2026-11-23T00:00:00Z")
    assert difference == DAY_MS
