"""A table as texts: every cell is what a person would read there, an empty text where nothing is.

CSV and Parquet differ in what they know of types; here both are texts, so that a mapping means the
same for either. What was decided or passed over on the way stands in the table's notes.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from analysis.table_text import UnreadableTextError, example_of, text_of

CELLS_MAX = 50_000_000  # of one table: beyond it a machine of 4 GB has no room
_SEPARATORS = ",;\t|"
_STATED = re.compile(r"""(?i)"?sep=(.)\1*"?[ \t]*\n""")  # Excel's own first line
_QUOTED = re.compile(r'"[^"]*"')
_HEAD_LETTERS_MAX = 100_000  # of a file's beginning: longer is no line of names


class UnreadableTableError(ValueError):
    """A file is no table; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Table:
    """Columns in their order, rows of as many texts, and what a person should know of how they
    were read.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()

    def column(self, name: str) -> list[str]:
        """Give all cells of a column. Raises ValueError where there is none of this name."""
        place = self.columns.index(name)
        return [row[place] for row in self.rows]


def read_table(path: Path, encoding: str | None = None) -> Table:
    """Read a CSV file (comma, semicolon, tab or bar) or a Parquet file. `encoding` is asked where
    a CSV file is neither marked nor UTF-8.

    Raises UnreadableTableError, OSError.
    """
    if path.suffix.lower() in {".parquet", ".pq"}:
        return _parquet(path)
    try:
        read = text_of(path.read_bytes(), encoding)
    except UnreadableTextError as error:
        raise UnreadableTableError(f"{path.name} {error}") from error
    table = read_csv_text(read.text, path.name)
    if read.guessed is None:
        return table
    example = example_of(read.text, _separator(read.text))
    guess = (
        f"{path.name} is not UTF-8 and was read as {read.guessed}, such as `{example}`; if that is "
        "wrong, write its `encoding` in the mapping"
    )
    return Table(table.columns, table.rows, (guess, *table.notes))


def read_csv_text(text: str, name: str = "the table") -> Table:
    """Read the text of a CSV file, lines ending in LF. Raises UnreadableTableError."""
    stated = _STATED.match(text)
    separator = _separator(text)
    try:
        read = csv.reader(
            io.StringIO(text[stated.end() :] if stated else text), delimiter=separator
        )
        lines = [row for row in read if row]
    except csv.Error as error:
        raise UnreadableTableError(f"{name} cannot be read as CSV: {error}") from error
    if len(lines) < 2:
        raise UnreadableTableError(f"{name} has no rows; its first line names the columns")
    names = [column.strip() for column in lines[0]]
    rows = [_fitted(row, len(names), number, name) for number, row in enumerate(lines[1:])]
    short = sum(len(row) < len(names) for row in lines[1:])
    notes = [f"{name} has {short:,} rows with fewer cells than columns; the rest is empty"]
    return _named(names, rows, notes if short else [], name)


def _separator(text: str) -> str:
    stated = _STATED.match(text)
    if stated:
        return stated[1]
    names = _QUOTED.sub("", text[:_HEAD_LETTERS_MAX]).lstrip("\n").partition("\n")[0]
    return max(_SEPARATORS, key=names.count)


def _named(
    names: Sequence[str], rows: Sequence[Sequence[str]], notes: list[str], name: str
) -> Table:
    """Leave out columns without a name: separators at the end of lines, and a first one that only
    counts rows. Raises UnreadableTableError where another has content.
    """
    unnamed = [place for place, column in enumerate(names) if not column]
    for place in unnamed:
        cell = next((row[place].strip() for row in rows if row[place].strip()), "")
        if cell and (place or len(unnamed) > 1):
            raise UnreadableTableError(
                f"{name}: column {place + 1} has cells such as `{cell[:60]}` and no name; name it "
                "in the first line"
            )
        if cell:
            notes.append(f"{name}: the first column has no name and is passed over")
    kept = [place for place, column in enumerate(names) if column]
    columns = tuple(names[place] for place in kept)
    _check_columns(columns, name)
    whole = len(kept) == len(names)
    told = tuple(tuple(row) if whole else tuple(row[place] for place in kept) for row in rows)
    return _within(Table(columns, told, tuple(notes)), name)


def joined(table: Table, other: Table, *, on: str, there: str) -> Table:
    """Put the columns of another table beside the rows with the same key (the first row that has
    it); rows without one get empty cells. Columns of a name that is taken are left out. All that
    this passes over stands in the notes.
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
    columns = (*table.columns, *(other.columns[place] for place in places))
    told = _passed_over(table, other, by_key, on, there)
    return Table(columns, rows, (*table.notes, *other.notes, *told))


def _passed_over(
    table: Table, other: Table, by_key: Mapping[str, object], on: str, there: str
) -> Iterator[str]:
    keys = [key.strip() for key in table.column(on)]
    alone = [key for key in keys if key and key not in by_key]
    if alone:
        yield (
            f"joined on `{on}`: {len(alone):,} rows have a key that the other table does not, "
            f"such as `{alone[0][:60]}`"
        )
    unused = len(set(by_key) - set(keys))
    if unused:
        yield f"joined on `{on}`: {unused:,} keys of the other table have no row here"
    again = len(other.rows) - len(by_key)
    if again:
        yield f"joined on `{on}`: {again:,} rows repeat a key of the other table; its first counts"
    taken = [name for name in other.columns if name != there and name in table.columns]
    if taken:
        yield f"joined on `{on}`: left out, for the first table has them too: {', '.join(taken)}"


def _parquet(path: Path) -> Table:
    from pyarrow import ArrowException  # noqa: PLC0415  (half a second that CSV should not cost)
    from pyarrow.parquet import read_table as read_parquet  # noqa: PLC0415

    try:
        read = read_parquet(path)
    except ArrowException as error:
        raise UnreadableTableError(f"{path.name} cannot be read as Parquet: {error}") from error
    cells: Sequence[Sequence[object]] = [column.to_pylist() for column in read.columns]
    rows = [tuple(_as_text(cell) for cell in row) for row in zip(*cells, strict=True)]
    return _named([str(name) for name in read.column_names], rows, [], path.name)


def _as_text(cell: object) -> str:
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, datetime | date) else str(cell)


def _check_columns(columns: Sequence[str], name: str) -> None:
    twice = [column for column, count in Counter(columns).items() if count > 1]
    if twice:
        raise UnreadableTableError(f"{name} has the column `{twice[0]}` twice; rename one of them")


def _fitted(row: Sequence[str], width: int, number: int, name: str) -> tuple[str, ...]:
    if len(row) > width and any(cell.strip() for cell in row[width:]):
        raise UnreadableTableError(
            f"{name} row {number + 1} has {len(row)} cells, and there are {width} columns; "
            "put quotes around texts with separators"
        )
    return (*row[:width], *("",) * (width - len(row)))


def _within(table: Table, name: str) -> Table:
    if len(table.columns) * len(table.rows) > CELLS_MAX:
        raise UnreadableTableError(f"{name} has more than {CELLS_MAX:,} cells; split it")
    return table
