"""Turns the rows of a table into facts, and counts what of each column could not be used.

Nothing is guessed in silence: a cell that cannot be read as its field says, or lies outside its
range, is left out and counted with what it holds, and so is a row that says neither whose it is nor
when. What was decided about a whole column stands in the notes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from analysis.column_table import Table
from analysis.fact_ids import FactIds, Teller
from analysis.leak_check import Ended, Suspicion, suspicions
from analysis.made_up_instants import instant_of_place
from analysis.outcome_cells import LOST, NOT_INTERESTED, WON, OutcomeCells
from analysis.table_cells import Cells, ColumnCount, Row, replacement
from analysis.table_leads import LeadCells
from analysis.table_mapping import TableMapping, ValueColumn
from functions.intake.answer_reading import field_names, name_key, read_answers
from functions.scoring.conditions import fold
from functions.scoring.facts import FORM_SUBMITTED, SALES_CONCLUDED, Answer
from functions.scoring.instants import format_instant
from modelling.compile import compile_document

AFTER_MS = 1_000  # an outcome of an ordered row comes a second after what the row says
Line = dict[str, Any]


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
    notes: list[str] = field(default_factory=list)

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
    for row in reading.cells.rows:
        reading.read_row(row)
        advance(1)
    imported = reading.imported
    imported.lines.sort(key=lambda line: (line["at"], line["lead"], line["id"]))
    imported.notes = [*table.notes, *reading.notes()]
    own = {mapping.lead, mapping.id or "", mapping.order or ""}
    if mapping.outcome is not None:
        entry = mapping.outcome
        own |= {entry.column, entry.amount or "", entry.at.column if entry.at else ""}
    checked = {
        name: [row[name] for row in reading.cells.rows] for name in table.columns if name not in own
    }
    imported.leaking = suspicions(checked, reading.ended())
    return imported


@dataclass(slots=True)
class _Reading:
    table: Table
    mapping: TableMapping
    model: Mapping[str, Any]
    imported: Imported = field(default_factory=Imported)
    cells: Cells = field(init=False)
    leads: LeadCells = field(default_factory=LeadCells)
    places: dict[float, int] = field(init=False)
    ids: FactIds = field(init=False)
    outcome_cells: OutcomeCells | None = field(init=False)
    outcomes: list[str] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)
    begins: list[float] = field(default_factory=list)
    newest: int = field(init=False)
    answers: dict[str, ValueColumn] = field(default_factory=dict)  # by the field's own name
    told: dict[tuple[str, str], Any] = field(default_factory=dict)  # answers by lead and instant
    at_odds: set[str] = field(default_factory=set)  # leads with two answers of one instant

    def __post_init__(self) -> None:
        empty = {fold(cell) for cell in self.mapping.empty}
        rows = [
            {
                name: "" if fold(cell) in empty else cell.strip()
                for name, cell in zip(self.table.columns, row, strict=True)
            }
            for row in self.table.rows
        ]
        self.imported.rows = len(rows)
        for name in self.table.columns:
            filled = sum(bool(row[name]) for row in rows)
            self.imported.columns[name] = ColumnCount(filled, len(rows) - filled)
        zone = (self.mapping.at and self.mapping.at.zone) or "UTC"
        self.cells = Cells(rows, self.imported.columns, self.mapping.decimal, zone)
        self.ids = FactIds(self.mapping.id, ordered=self.mapping.order is not None)
        self.outcome_cells = OutcomeCells(self.mapping.outcome) if self.mapping.outcome else None
        self.places = self._places()
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

    def read_row(self, row: Row) -> None:
        """Add the facts of one row."""
        at = self._begin(row)
        self.begins.append(float("nan") if at is None else at)
        ended, end = self._outcome(row, at)
        self.outcomes.append(ended)
        self.ends.append(float("nan") if end is None else end)
        lead = self._lead(row)
        if not lead or at is None:
            if lead:
                place = "number of their order" if self.mapping.order else "instant"
                self.imported.left_out[f"rows without a readable {place}"] += 1
            return
        number = self._number_in_order(row) if self.mapping.order else None
        teller = self.ids.teller(row, number)
        self._tell_happened(row, lead, at, end if ended else None, teller)
        if not ended:
            return
        if end is None or end < at:
            what = (
                "without a readable instant" if end is None else "before the lead's first contact"
            )
            self.imported.left_out[f"outcomes {what}"] += 1
            return
        self.imported.ended[ended] += 1
        concluded = {"kind": SALES_CONCLUDED, "result": ended, **self._amount(row)}
        line = {"lead": lead, "at": format_instant(end), **concluded}
        self._write(line, teller, began=format_instant(at))

    def notes(self) -> Iterator[str]:
        """Say what was decided of columns, and what of them was passed over."""
        yield from self.leads.notes(self.mapping.lead)
        if self.outcome_cells:
            yield from self.outcome_cells.notes()
        yield from self.cells.notes()
        yield from self.ids.notes()
        if self.at_odds:
            yield (
                f"{len(self.at_odds):,} leads have several rows of one instant with different "
                "answers, and nothing says which are newer; where a column does, write `changed: "
                "<column>` in the mapping"
            )

    def _tell_happened(self, row: Row, lead: str, at: int, end: int | None, teller: Teller) -> None:
        """Add what a row tells of before its outcome."""
        base = {"lead": lead, "at": format_instant(at)}
        answers = self._answers(row)
        if answers or self.mapping.event is None:
            for told_at, told in self._forms(row, answers, at, end):
                form = {"kind": FORM_SUBMITTED, "form": self.mapping.form, "answers": told}
                self._write({"lead": lead, "at": format_instant(told_at), **form}, teller)
        for entry in self.mapping.activities:
            properties = self.cells.properties(row, entry.properties)
            if entry.at is None:
                if properties:
                    self._write({**base, "kind": entry.kind, **properties}, teller)
                continue
            own = self.cells.instant(row, entry.at)
            if own is not None:
                activity = {"lead": lead, "at": format_instant(own), "kind": entry.kind}
                self._write({**activity, **properties}, Teller())
            elif properties or row[entry.at.column]:
                self.imported.left_out[f"{entry.kind} without a readable instant"] += 1
        event = self.mapping.event
        if event is not None and row[event.column]:
            self.imported.columns[event.column].used = True
            kind = replacement(event.kinds, row[event.column])
            if kind is None:
                self.imported.columns[event.column].cannot_read(row[event.column])
            else:
                properties = self.cells.properties(row, event.properties)
                self._write({**base, "kind": kind, **properties}, teller, is_row=True)

    def _forms(
        self, row: Row, answers: dict[str, Answer], at: int, end: int | None
    ) -> Iterator[tuple[int, dict[str, Answer]]]:
        """Give what was answered when: at the row's instant, or later where it was changed since,
        but before the outcome, which a CRM takes for a change too.
        """
        changed = self.cells.instant(row, self.mapping.changed) if self.mapping.changed else None
        if changed is not None and end is not None:
            changed = min(changed, end - 1)
        if changed is None or changed <= at or not answers:
            yield at, answers
            return
        if self.mapping.event is None:
            yield at, {}
        yield changed, answers

    def _write(self, line: Line, teller: Teller, *, is_row: bool = False, began: str = "") -> None:
        if line["kind"] == FORM_SUBMITTED and line["answers"]:
            said = line["answers"]
            if self.told.setdefault((line["lead"], line["at"]), said) != said:
                self.at_odds.add(line["lead"])
        id_ = self.ids.of(line, teller, is_row=is_row, began=began)
        if id_ is None:
            self.imported.left_out["facts that another row tells too"] += 1
        else:
            head = {"lead": line["lead"], "at": line["at"], "id": id_}
            self.imported.lines.append(head | line)

    def _answers(self, row: Row) -> dict[str, Answer]:
        raw: dict[str, object] = {}
        for name, value in self.answers.items():
            cell = self.cells.text(row, value)
            if cell and self.model["fields"][name]["type"] == "number":
                number = self.cells.number(row, value)
                if number is None:
                    self.imported.columns[value.column].cannot_read(cell)
                raw[name] = number
            elif cell:
                raw[name] = cell
        read = read_answers(raw, self.model)
        for mistake in (*read.mistakes, *read.unread):
            column = self.answers[mistake.field].column
            self.imported.columns[column].cannot_read(row[column])
        return {
            name: answer
            for name, answer in read.answers.items()
            if self.cells.in_range(self.answers[name], answer)
        }

    def _lead(self, row: Row) -> str:
        cell = row[self.mapping.lead]
        count = self.imported.columns[self.mapping.lead]
        count.used = True
        lead = self.leads.read(cell)
        if lead is None:
            count.cannot_read(cell)
            self.imported.left_out["rows whose lead is no address"] += 1
        elif not lead:
            self.imported.left_out["rows without a lead"] += 1
        return lead or ""

    def _begin(self, row: Row) -> int | None:
        if self.mapping.at is not None:
            return self.cells.instant(row, self.mapping.at)
        number = self._number_in_order(row)
        return None if number is None else instant_of_place(self.places[number])

    def _number_in_order(self, row: Row) -> float | None:
        return self.cells.plain_number(row, self.mapping.order or "")

    def _places(self) -> dict[float, int]:
        if self.mapping.order is None:
            return {}
        numbers: set[float] = set()
        for row in self.cells.rows:
            number = self._number_in_order(row)
            if number is not None:
                numbers.add(number)
            elif row[self.mapping.order]:
                self.imported.columns[self.mapping.order].cannot_read(row[self.mapping.order])
        return {number: place for place, number in enumerate(sorted(numbers))}

    def _outcome(self, row: Row, at: int | None) -> tuple[str, int | None]:
        entry = self.mapping.outcome
        if entry is None or self.outcome_cells is None:
            return "", None
        self.imported.columns[entry.column].used = True
        ended = self.outcome_cells.read(row[entry.column])
        if not ended or at is None:
            return ended, None
        if self.mapping.order is not None:
            return ended, at + AFTER_MS
        stated = self.cells.instant(row, entry.at, ends=True) if entry.at else None
        if stated is None and ended != WON and entry.lost_after:
            stated = at + entry.lost_after
            if stated > self.newest:
                self.imported.left_out["outcomes that `lost_after` leaves open"] += 1
                return "", None  # it may still be won
        return ended, stated

    def _amount(self, row: Row) -> dict[str, float]:
        entry = self.mapping.outcome
        if entry is None or not entry.amount or not row[entry.amount]:
            return {}
        number = self.cells.plain_number(row, entry.amount)
        if number is None or number < 0:
            self.imported.columns[entry.amount].cannot_read(row[entry.amount])
            return {}
        return {"amount": int(number) if number.is_integer() else number}

    def _newest(self) -> int:
        """The table's newest instant: what is not lost by then may still be won."""
        entry = self.mapping.outcome
        if entry is None or not entry.lost_after:
            return 0  # nobody asks
        named = ((self.mapping.at, False), (entry.at, True))
        read = (
            self.cells.reader(column, ends=ends).read(row[column.column])
            for column, ends in named if column
            for row in self.cells.rows if row[column.column]
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
        asked = {name: fields[name] for name in self.answers}  # each row is read by these alone
        self.model = {"countries": countries, **self.model, "fields": asked}
