"""A table as texts: every cell is what a person would read there, an empty text where nothing is.

CSV and Parquet differ in what they know of types; here both are texts, so that a mapping means the
same for either.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

CELLS_MAX = 50_000_000  # of one table: beyond it a machine of 4 GB has no room
_SEPARATORS = ",;\t|"


class UnreadableTableError(ValueError):
    """A file is no table; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Table:
    """Columns in their order, and rows of as many texts."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def column(self, name: str) -> list[str]:
        """Give all cells of a column. Raises ValueError where there is none of this name."""
        place = self.columns.index(name)
        return [row[place] for row in self.rows]


def read_table(path: Path) -> Table:
    """Read a CSV file (UTF-8; comma, semicolon, tab or bar) or a Parquet file.

    Raises UnreadableTableError, OSError.
    """
    if path.suffix.lower() in {".parquet", ".pq"}:
        return _parquet(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableTableError(f"{path.name} is not UTF-8; save it as UTF-8") from error
    return read_csv_text(text, path.name)


def read_csv_text(text: str, name: str = "the table") -> Table:
    """Read the text of a CSV file. Raises UnreadableTableError."""
    first = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=first.count)
    try:
        lines = [row for row in csv.reader(io.StringIO(text), delimiter=separator) if row]
    except csv.Error as error:
        raise UnreadableTableError(f"{name} cannot be read as CSV: {error}") from error
    if len(lines) < 2:
        raise UnreadableTableError(f"{name} has no rows; its first line names the columns")
    columns = tuple(column.strip() for column in lines[0])
    _check_columns(columns, name)
    rows = tuple(_fitted(row, len(columns), number, name) for number, row in enumerate(lines[1:]))
    return _within(Table(columns, rows), name)


def joined(table: Table, other: Table, *, on: str, there: str) -> Table:
    """Put the columns of another table beside the rows with the same key (the first row that has
    it); rows without one get empty cells. Columns of a name that is taken are left out.
    """
    by_key: dict[str, tuple[str, ...]] = {}
    for key, row in zip(other.column(there), other.rows, strict=True):
        by_key.setdefault(key.strip(), row)
    places = [
        place for place, name in enumerate(other.columns)
        if name != there and name not in table.columns
    ]  # fmt: skip
    nothing = ("",) * len(other.columns)
    keys = table.column(on)
    rows = tuple(
        (*row, *(found[place] for place in places))
        for row, found in (
            (row, by_key.get(key.strip(), nothing) if key.strip() else nothing)
            for row, key in zip(table.rows, keys, strict=True)
        )
    )
    return Table((*table.columns, *(other.columns[place] for place in places)), rows)


def _parquet(path: Path) -> Table:
    from pyarrow import ArrowException  # noqa: PLC0415  (half a second that CSV should not cost)
    from pyarrow.parquet import read_table as read_parquet  # noqa: PLC0415

    try:
        read = read_parquet(path)
    except ArrowException as error:
        raise UnreadableTableError(f"{path.name} cannot be read as Parquet: {error}") from error
    columns = tuple(str(name) for name in read.column_names)
    _check_columns(columns, path.name)
    cells: Sequence[Sequence[object]] = [column.to_pylist() for column in read.columns]
    rows = tuple(tuple(_as_text(cell) for cell in row) for row in zip(*cells, strict=True))
    return _within(Table(columns, rows), path.name)


def _as_text(cell: object) -> str:
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, datetime | date) else str(cell)


def _check_columns(columns: Sequence[str], name: str) -> None:
    seen: Mapping[str, int] = {column: columns.count(column) for column in columns}
    twice = [column for column, count in seen.items() if count > 1]
    if twice:
        raise UnreadableTableError(f"{name} has the column `{twice[0]}` twice; rename one of them")


def _fitted(row: Sequence[str], width: int, number: int, name: str) -> tuple[str, ...]:
    if len(row) > width:
        raise UnreadableTableError(
            f"{name} row {number + 1} has {len(row)} cells, and there are {width} columns; "
            "put quotes around texts with separators"
        )
    return (*row, *("",) * (width - len(row)))


def _within(table: Table, name: str) -> Table:
    if len(table.columns) * len(table.rows) > CELLS_MAX:
        raise UnreadableTableError(f"{name} has more than {CELLS_MAX:,} cells; split it")
    return table
