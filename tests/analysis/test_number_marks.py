"""Decimals and thousands: decided once for a column, told where a cell might be read otherwise."""

import pytest

from analysis.number_marks import marks_of


def read(cells: list[str], stated: str | None = None) -> list[float | None]:
    marks = marks_of("Value", cells, stated)
    return [marks.read(cell) for cell in cells]


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["1.200", "1.234,56"], [1200, 1234.56]),
        (["1,200", "1,234.56"], [1200, 1234.56]),
        (["1.200", "1,5"], [1200, 1.5]),
        (["1.200", "0.125"], [1.2, 0.125]),
        (["1.200", "12 345,678"], [1200, 12345.678]),
        (["1.200", "1.234.567"], [1200, 1234567]),
        (["1.200 - 5.000", "2,5"], [3100, 2.5]),
        (["1 200,50 z\u0142", "1.000"], [1200.5, 1000]),
        (["1,234 tys.", "2,5"], [1234, 2.5]),
        (["1.200", "12,000"], [1.2, 12000]),
        (["-2.5", "1e-05", "1.5e3"], [-2.5, 0.00001, 1500]),
        (["11-50", "1 200", ""], [30.5, 1200, None]),
        (["nan", "inf", "many", "10, 20", "01.02.2026", "1.23.456"], [None] * 6),
    ],
)
def test_all_cells_of_a_column_are_read_in_one_way(
    cells: list[str], numbers: list[float | None]
) -> None:
    assert read(cells) == numbers


def test_what_the_mapping_says_outranks_the_cells() -> None:
    assert read(["1.200", "1,5", "2.5"], ",") == [1200, 1.5, None]
    assert read(["1.200", "1,5", "2.5"], ".") == [1.2, None, 2.5]
    assert marks_of("Value", ["1.200"], ",").note == ""


def test_what_was_decided_of_a_cell_that_may_be_either_is_told() -> None:
    told = marks_of("Value", ["1,5", "1.200"], None).note
    assert told == (
        "Value: `1.200` is read as 1200, as `1,5` has a comma for decimals; if that is wrong, "
        "write `decimal: point` in the mapping"
    )
    alone = marks_of("Value", ["1.200"], None).note
    assert alone == (
        "Value: `1.200` is read as 1.2; if that is wrong, write `decimal: comma` in the mapping"
    )
    assert marks_of("Value", ["1,5", "12", "x 1.200 y z q w"], None).note == ""


def test_a_column_that_contradicts_itself_leaves_out_what_may_be_either_and_says_so() -> None:
    cells = ["1,5", "2.5", "1.200", "3"]
    assert read(cells) == [1.5, 2.5, None, 3]
    told = marks_of("Value", cells, None).note
    assert "a comma in `1,5` and a point in `2.5`" in told
    assert "1 cells that may be either (`1.200`) are left out" in told
    assert "left out" not in marks_of("Value", cells[:2], None).note
