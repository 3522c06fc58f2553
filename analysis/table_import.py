"""Turns the rows of a table into facts, and counts what of each column could not be used.

Nothing is guessed: a cell that cannot be read as its field says, or lies outside its range, is left
out and counted, and so is a row that says neither whose it is nor when.
"""

from __future__ import annotations

import hashlib
import math
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from analysis.column_table import Table
from analysis.leak_check import Ended, Suspicion, suspicions
from analysis.made_up_instants import ORDERED, instant_of_place
from analysis.table_mapping import (
    EMPTY,
    FILLED,
    OTHERS,
    InstantColumn,
    OutcomeEntry,
    TableMapping,
    ValueColumn,
)
from functions.intake.answer_reading import (
    AnswerError,
    field_names,
    name_key,
    read_answers,
    read_property,
    read_yes_no,
)
from functions.intake.email_address import AddressError, read_address
from functions.intake.number_reading import NoNumberError, number_meant
from functions.scoring.conditions import fold
from functions.scoring.facts import FORM_SUBMITTED, SALES_CONCLUDED, Answer, Scalar
from functions.scoring.instants import format_instant, parse_instant
from modelling.compile import compile_document

WON, LOST, NOT_INTERESTED = "won", "lost", "not_interested"
AFTER_MS = 1_000  # an outcome of an ordered row comes a second after what the row says
Line = dict[str, Any]
Row = Mapping[str, str]


@dataclass(slots=True)
class ColumnCount:
    """What became of the cells of one column."""

    filled: int = 0
    empty: int = 0
    unknown: int = 0
    out_of_range: int = 0
    used: bool = False


@dataclass(slots=True)
class Imported:
    """Facts in the order of time, and what the report tells of rows and columns."""

    lines: list[Line] = field(default_factory=list)
    columns: dict[str, ColumnCount] = field(default_factory=dict)
    rows: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    undeclared: dict[str, str] = field(default_factory=dict)
    leaking: list[Suspicion] = field(default_factory=list)

    @property
    def used_though_leaking(self) -> list[str]:
        """Columns that the mapping uses and the leak check suspects."""
        return [one.column for one in self.leaking if self.columns[one.column].used]


def import_table(
    table: Table,
    mapping: TableMapping,
    model: Mapping[str, Any],
    *,
    advance: Callable[[int], None] = lambda _: None,
) -> Imported:
    """Turn every row into facts, and `advance` with each. `model` is compiled; fields and kinds it
    does not declare are taken as the mapping types them, and named in `undeclared`.
    """
    reading = _Reading(table, mapping, model)
    for number, row in enumerate(reading.rows):
        reading.read_row(number, row)
        advance(1)
    imported = reading.imported
    imported.lines.sort(key=lambda line: (line["at"], line["lead"], line["id"]))
    own = {mapping.lead, mapping.order or ""}
    if mapping.outcome is not None:
        entry = mapping.outcome
        own |= {entry.column, entry.amount or "", entry.at.column if entry.at else ""}
    checked = {
        name: [row[name] for row in reading.rows] for name in table.columns if name not in own
    }
    imported.leaking = suspicions(checked, reading.ended())
    return imported


@dataclass(slots=True)
class _Reading:
    table: Table
    mapping: TableMapping
    model: Mapping[str, Any]
    imported: Imported = field(default_factory=Imported)
    rows: list[Row] = field(init=False)
    places: dict[float, int] = field(init=False)
    outcomes: list[str] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)
    begins: list[float] = field(default_factory=list)
    newest: int = field(init=False)
    answers: dict[str, ValueColumn] = field(default_factory=dict)  # by the field's own name

    def __post_init__(self) -> None:
        empty = {fold(cell) for cell in self.mapping.empty}
        self.rows = [
            {
                name: "" if fold(cell) in empty else cell.strip()
                for name, cell in zip(self.table.columns, row, strict=True)
            }
            for row in self.table.rows
        ]
        self.imported.rows = len(self.rows)
        for name in self.table.columns:
            filled = sum(bool(row[name]) for row in self.rows)
            self.imported.columns[name] = ColumnCount(filled, len(self.rows) - filled)
        self.places = _places(self.rows, self.mapping.order)
        self._declare()
        self.newest = self._newest()

    def ended(self) -> Ended:
        """How each row ended, for the leak check."""
        outcomes = np.array(self.outcomes)
        order = np.array(self.begins, dtype=np.float64)
        return Ended(
            won=outcomes == WON,
            lost=(outcomes == LOST) | (outcomes == NOT_INTERESTED),
            order=order if np.isfinite(order).all() else None,
            at=np.array(self.ends, dtype=np.float64) if self.mapping.order is None else None,
        )

    def read_row(self, number: int, row: Row) -> None:
        """Add the facts of one row."""
        at = self._begin(row)
        self.begins.append(float("nan") if at is None else at)
        ended, end = self._outcome(row, at)
        self.outcomes.append(ended)
        self.ends.append(float("nan") if end is None else end)
        lead = _lead(row[self.mapping.lead])
        if not lead or at is None:
            self.imported.left_out["without a lead" if not lead else "without an instant"] += 1
            return
        prefix = f"{ORDERED}{number + 1}" if self.mapping.order else f"row-{number + 1}"
        base = {"lead": lead, "at": format_instant(at)}
        for place, line in enumerate(self._happened(row, at)):
            self.imported.lines.append({**base, "id": f"{prefix}-{place}", **line})
        if not ended:
            return
        if end is None or end < at:
            what = "without an instant" if end is None else "before the lead's first contact"
            self.imported.left_out[f"outcome {what}"] += 1
            return
        self.imported.ended[ended] += 1
        self.imported.lines.append(
            {
                "lead": lead, "at": format_instant(end), "id": f"{prefix}-end",
                "kind": SALES_CONCLUDED, "result": ended, **self._amount(row),
            }
        )  # fmt: skip

    def _happened(self, row: Row, at: int) -> Iterator[Line]:
        answers = self._answers(row)
        if answers or self.mapping.event is None:
            yield {"kind": FORM_SUBMITTED, "form": self.mapping.form, "answers": answers}
        for entry in self.mapping.activities:
            own = self._instant(row, entry.at) if entry.at else None
            properties = self._properties(row, entry.properties)
            if own is not None or (properties and entry.at is None):
                yield {**properties, "kind": entry.kind, "at": format_instant(own or at)}
        event = self.mapping.event
        if event is not None and row[event.column]:
            self.imported.columns[event.column].used = True
            kind = _replacement(event.kinds, row[event.column])
            if kind is None:
                self.imported.columns[event.column].unknown += 1
            else:
                yield {**self._properties(row, event.properties), "kind": kind}

    def _answers(self, row: Row) -> dict[str, Answer]:
        raw: dict[str, object] = {}
        for name, value in self.answers.items():
            cell = self._cell(row, value)
            if cell:
                is_number = self.model["fields"][name]["type"] == "number"
                plain = _plain_number(cell) if is_number else None
                raw[name] = cell if plain is None else plain
        read = read_answers(raw, self.model)
        for mistake in (*read.mistakes, *read.unread):
            self._count(self.answers[mistake.field]).unknown += 1
        return {
            name: answer
            for name, answer in read.answers.items()
            if self._in_range(self.answers[name], answer)
        }

    def _properties(self, row: Row, entries: Mapping[str, ValueColumn]) -> dict[str, Scalar]:
        read: dict[str, Scalar] = {}
        for name, value in entries.items():
            cell = self._cell(row, value)
            if not cell:
                continue
            try:
                answer = _typed(cell, value.type)
            except AnswerError:
                self._count(value).unknown += 1
                continue
            if self._in_range(value, answer):
                read[name] = answer
        return read

    def _cell(self, row: Row, value: ValueColumn) -> str:
        self._count(value).used = True
        cell = row[value.column]
        if not cell or not value.values:
            return cell
        replaced = _replacement(value.values, cell)
        return cell if replaced is None else replaced

    def _in_range(self, value: ValueColumn, answer: Answer) -> bool:
        if value.from_ is None and value.below is None:
            return True
        number = isinstance(answer, int | float) and not isinstance(answer, bool)
        fits = number and _within(float(answer or 0), value.from_, value.below)
        if not fits:
            self._count(value).out_of_range += 1
        return fits

    def _count(self, value: ValueColumn) -> ColumnCount:
        return self.imported.columns[value.column]

    def _begin(self, row: Row) -> int | None:
        if self.mapping.at is not None:
            return self._instant(row, self.mapping.at)
        number = _number(row[self.mapping.order or ""])
        return None if number is None else instant_of_place(self.places[number])

    def _outcome(self, row: Row, at: int | None) -> tuple[str, int | None]:
        entry = self.mapping.outcome
        if entry is None:
            return "", None
        ended = _ended(entry, row[entry.column])
        if not ended or at is None:
            return ended, None
        if self.mapping.order is not None:
            return ended, at + AFTER_MS
        stated = self._instant(row, entry.at) if entry.at else None
        if stated is None and ended != WON and entry.lost_after:
            stated = at + entry.lost_after
            if stated > self.newest:
                return "", None  # it may still be won
        return ended, stated

    def _amount(self, row: Row) -> dict[str, float]:
        entry = self.mapping.outcome
        if entry is None or not entry.amount or not row[entry.amount]:
            return {}
        count = self.imported.columns[entry.amount]
        count.used = True
        number = _number(row[entry.amount])
        if number is None or number < 0:
            count.unknown += 1
            return {}
        return {"amount": int(number) if number.is_integer() else number}

    def _instant(self, row: Row, column: InstantColumn) -> int | None:
        cell = row[column.column]
        self.imported.columns[column.column].used = True
        if not cell:
            return None
        at = read_instant(cell, column)
        if at is None:
            self.imported.columns[column.column].unknown += 1
        return at

    def _newest(self) -> int:
        """The table's newest instant: what is not lost by then may still be won."""
        entry = self.mapping.outcome
        named = [column for column in (self.mapping.at, entry.at if entry else None) if column]
        read = (
            read_instant(row[column.column], column) for column in named for row in self.rows
            if row[column.column]
        )  # fmt: skip
        return max((at for at in read if at is not None), default=0)

    def _declare(self) -> None:
        """Take fields and kinds that the model does not know as the mapping says they are."""
        fields, kinds = dict(self.model["fields"]), set(self.model["kinds"])
        known = field_names(self.model)
        for written, value in self.mapping.answers.items():
            name = known.get(name_key(written), written)
            self.answers[name] = value
            if name not in fields:
                fields[name] = {"type": value.type or "text"}
                self.imported.undeclared[name] = f"field of type {value.type or 'text'}"
        event = self.mapping.event
        named = [entry.kind for entry in self.mapping.activities]
        for kind in (*named, *(event.kinds.values() if event else ())):
            if kind not in kinds:
                self.imported.undeclared.setdefault(kind, "activity")
        countries = compile_document({"fields": {"country": {"type": "country"}}})["countries"]
        self.model = {"countries": countries, **self.model, "fields": fields}


def read_instant(cell: str, column: InstantColumn) -> int | None:
    """Read an instant (UTC ms) as its column says; a date alone is its first moment. None where it
    is none.
    """
    try:
        if column.format:
            read = datetime.strptime(cell, column.format)  # noqa: DTZ007  (its zone comes below)
        else:
            read = datetime.fromisoformat(cell)
        if read.tzinfo is None:
            read = read.replace(tzinfo=ZoneInfo(column.zone))
        return parse_instant(read.isoformat())
    except (ValueError, OverflowError):
        return None


def _lead(cell: str) -> str:
    """The lead of a cell: an address as it is, anything else as a lead id made from it."""
    text = cell.strip()
    if not text:
        return ""
    if "@" in text:
        try:
            return read_address(text).canonical
        except AddressError:
            return ""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return urlsafe_b64encode(digest[:16]).decode("ascii").rstrip("=")


def _ended(entry: OutcomeEntry, cell: str) -> str:
    for named, result in (
        (entry.won, WON), (entry.lost, LOST), (entry.not_interested, NOT_INTERESTED),
    ):  # fmt: skip
        folded = [fold(one) for one in named]
        if fold(cell) in folded and cell:
            return result
    for named, result in ((entry.won, WON), (entry.lost, LOST)):
        if (cell and FILLED in named) or (not cell and EMPTY in named) or OTHERS in named:
            return result
    return ""


def _places(rows: Sequence[Row], order: str | None) -> dict[float, int]:
    numbers = {_number(row[order]) for row in rows} if order else set()
    return {
        number: place for place, number in enumerate(sorted(n for n in numbers if n is not None))
    }


def _replacement(values: Mapping[str, str], cell: str) -> str | None:
    found = values.get(cell)
    if found is not None:
        return found
    return next((new for old, new in values.items() if fold(old) == fold(cell)), None)


def _typed(cell: str, type_: str | None) -> Scalar:
    if type_ == "number":
        number = _number(cell)
        if number is None:
            raise AnswerError("invalid_number")
        return int(number) if number.is_integer() else number
    if type_ == "yes_no":
        return read_yes_no(cell)
    return read_property(cell)


def _number(cell: str) -> float | None:
    plain = _plain_number(cell)
    if plain is not None:
        return plain
    try:
        return float(number_meant(fold(cell))) if cell else None
    except NoNumberError:
        return None


def _plain_number(cell: str) -> float | None:
    """Read what a machine wrote: 2.125 is two and an eighth there, as it is not in a form."""
    try:
        number = float(cell)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _within(number: float, low: float | None, high: float | None) -> bool:
    return (low is None or number >= low) and (high is None or number < high)
