"""Reads the cells of a table column by column: what they say, and how many say nothing that they
should.

How a column writes numbers and instants is decided by all of its cells; what was decided, and which
cells could not be read, stands in the notes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from analysis.number_marks import MARKS, POINT, Marks, marks_of
from analysis.outcome_cells import told_cells
from analysis.table_instants import InstantReader, formats_that_read
from analysis.table_mapping import InstantColumn, ValueColumn
from functions.intake.answer_reading import (
    PROPERTY_BYTES_MAX,
    AnswerError,
    read_property,
    read_yes_no,
)
from functions.scoring.conditions import fold
from functions.scoring.facts import Answer, Scalar

Row = Mapping[str, str]
CELL_LETTERS_MAX = 60  # of a cell in the report


@dataclass(slots=True)
class ColumnCount:
    """What became of the cells of one column; `unread` are those that are `unknown`, by number."""

    filled: int = 0
    empty: int = 0
    unknown: int = 0
    out_of_range: int = 0
    used: bool = False
    unread: Counter[str] = field(default_factory=Counter)

    def cannot_read(self, cell: str) -> None:
        """Count a cell that says nothing that it should."""
        self.unknown += 1
        self.unread[cell[:CELL_LETTERS_MAX]] += 1


@dataclass(slots=True)
class Cells:
    """All rows of a table by column, blanks and what means empty as empty texts; `decimal` is what
    the mapping says of all columns, `zone` that of instants that name none. `columns` counts what
    became of each.
    """

    rows: Sequence[Row]
    columns: dict[str, ColumnCount]
    decimal: str | None = None
    zone: str = "UTC"
    _marks: dict[tuple[str, str | None], Marks] = field(default_factory=dict)
    _readers: dict[tuple[str, str | None, str | None, bool], InstantReader] = field(
        default_factory=dict
    )
    _cut: Counter[str] = field(default_factory=Counter)

    def text(self, row: Row, value: ValueColumn) -> str:
        """Give a cell, replaced where `values` say so."""
        self.columns[value.column].used = True
        cell = row[value.column]
        replaced = replacement(value.values, cell) if cell else None
        return cell if replaced is None else replaced

    def number(self, row: Row, value: ValueColumn) -> float | None:
        """Read a cell as a number; None where it is none."""
        cell = row[value.column]
        replaced = replacement(value.values, cell)
        if replaced is not None:
            return Marks(POINT).read(replaced)  # as YAML writes it, however the table does
        return self.plain_number(row, value.column, value.decimal)

    def plain_number(self, row: Row, column: str, decimal: str | None = None) -> float | None:
        """Read a cell of a column as a number; None where it is none."""
        self.columns[column].used = True
        return self._marks_of(column, decimal or self.decimal).read(row[column])

    def instant(self, row: Row, column: InstantColumn, *, ends: bool = False) -> int | None:
        """Read a cell as UTC ms, None where it is empty or no instant; `ends` where a date alone is
        the end of its day.
        """
        cell = row[column.column]
        self.columns[column.column].used = True
        if not cell:
            return None
        at = self.reader(column, ends=ends).read(cell)
        if at is None:
            self.columns[column.column].cannot_read(cell)
        return at

    def reader(self, column: InstantColumn, *, ends: bool = False) -> InstantReader:
        """Give what reads a column of instants."""
        key = (column.column, column.format, column.zone, ends)
        found = self._readers.get(key)
        if found is None:
            cells = [row[column.column] for row in self.rows if row[column.column]]
            found = self._readers[key] = InstantReader(column, cells, zone=self.zone, ends=ends)
        return found

    def properties(self, row: Row, entries: Mapping[str, ValueColumn]) -> dict[str, Scalar]:
        """Read the properties of an activity; what cannot be read is left out and counted."""
        read: dict[str, Scalar] = {}
        for name, value in entries.items():
            cell = self.text(row, value)
            if not cell:
                continue
            try:
                answer = self._typed(row, cell, value)
            except AnswerError:
                self.columns[value.column].cannot_read(cell)
                continue
            if self.in_range(value, answer):
                read[name] = answer
        return read

    def in_range(self, value: ValueColumn, answer: Answer) -> bool:
        """Tell whether an answer lies where its column says, and count it where not."""
        if value.from_ is None and value.below is None:
            return True
        number = isinstance(answer, int | float) and not isinstance(answer, bool)
        fits = number and _within(float(answer or 0), value.from_, value.below)
        if not fits:
            self.columns[value.column].out_of_range += 1
        return fits

    def notes(self) -> Iterator[str]:
        """Say what was decided of columns, and which cells could not be used."""
        yield from (marks.note for marks in self._marks.values() if marks.note)
        instants = {name: form for name, form, *_ in self._readers}
        for name, count in self.columns.items():
            if not count.unread:
                continue
            told = ", ".join(told_cells(count.unread))
            yield f"{name}: {count.unknown:,} cells could not be used: {told}"
            if name in instants:
                yield f"{name}: {_format_advice(instants[name], list(count.unread))}"
        for name, cells in self._cut.items():
            yield f"{name}: {cells:,} cells were cut at {PROPERTY_BYTES_MAX:,} bytes"

    def _typed(self, row: Row, cell: str, value: ValueColumn) -> Scalar:
        """Read a property. Raises AnswerError."""
        if value.type == "number":
            number = self.number(row, value)
            if number is None:
                raise AnswerError("invalid_number")
            return int(number) if number.is_integer() else number
        if value.type == "yes_no":
            return read_yes_no(cell)
        if len(cell.encode("utf-8", "surrogatepass")) > PROPERTY_BYTES_MAX:
            self._cut[value.column] += 1
        return read_property(cell)

    def _marks_of(self, column: str, stated: str | None) -> Marks:
        found = self._marks.get((column, stated))
        if found is None:
            cells = [row[column] for row in self.rows if row[column]]
            found = marks_of(column, cells, MARKS[stated] if stated else None)
            self._marks[column, stated] = found
        return found


def replacement(values: Mapping[str, str], cell: str) -> str | None:
    """Give what a mapping puts in a cell's place, in any case and accents; None where nothing."""
    found = values.get(cell)
    if found is not None or not values:
        return found
    return next((new for old, new in values.items() if fold(old) == fold(cell)), None)


def _format_advice(stated: str | None, unread: Sequence[str]) -> str:
    reads = f"the format `{stated}`" if stated else "ISO 8601, such as 2026-01-31"
    fitting = formats_that_read(unread)
    if not fitting:
        return f"instants are read by {reads}; a `format` says how else they are written"
    wishes = " or ".join(f'`format: "{form}"`' for form in fitting)
    return f"instants are read by {reads}; those above by {wishes} in the mapping"


def _within(number: float, low: float | None, high: float | None) -> bool:
    return (low is None or number >= low) and (high is None or number < high)
