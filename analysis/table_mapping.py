"""The mapping of a table as a document: which columns of a CRM's export say what.

A mapping is a short YAML file that a person writes. All that is wrong with it is told at once, each
mistake with its line, and a column that the table does not have is one of them.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from functions.intake.fact_line import NO_PROPERTIES
from modelling.document import Delay, FieldType, Name, Slug, Text
from modelling.mistakes import Margin, Mistake, ModelInvalid, Path, did_you_mean
from modelling.reading import read_model_text

FILLED, EMPTY, OTHERS = "filled", "empty", "others"  # outcomes that are no value of a cell


def _zone(value: object) -> object:
    try:
        ZoneInfo(str(value))
    except (KeyError, ValueError, OSError):
        raise PydanticCustomError("zone", "`{value}` is no time zone", {"value": value}) from None
    return value


def _encoding(value: object) -> object:
    try:
        known = codecs.lookup(str(value))
    except LookupError:
        known = None
    if known is None or not known._is_text_encoding:  # noqa: SLF001  (how Python asks it itself)
        raise PydanticCustomError("encoding", "`{value}` is no encoding", {"value": value})
    return value


def _cell(value: object) -> object:
    """A value of a cell as the table has it: people leave the quotes away."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _cells(value: object) -> object:
    return [_cell(one) for one in (value if isinstance(value, list) else [value])]


def _column(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


def _replaced(value: object) -> object:
    if not isinstance(value, dict):
        return value
    return {str(_cell(key)): _cell(one) for key, one in value.items()}


Cells = Annotated[list[str], BeforeValidator(_cells)]
Replaced = Annotated[dict[str, str], BeforeValidator(_replaced)]
Zone = Annotated[str, BeforeValidator(_zone)]
Encoding = Annotated[str, BeforeValidator(_encoding)]
Decimal = Literal["comma", "point"]


class Part(BaseModel):
    """A part of a mapping: no keys but its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class InstantColumn(Part):
    """A column of instants: ISO 8601, or as `format` (strptime) says, in `zone` where they name
    none; a column without a zone is in that of the mapping's `at`, else in UTC. A date alone is the
    begin of its day, and the end of it where an outcome came.
    """

    column: Text
    format: Text | None = None
    zone: Zone | None = None


Instant = Annotated[InstantColumn, BeforeValidator(_column)]


class ValueColumn(Part):
    """A column of answers or of an activity's property, read as `type`; `values` replaces cells,
    what lies outside `from` and `below` is left out and counted. `decimal` is the mark its numbers
    have, where that is not for its cells to tell.
    """

    column: Text
    type: FieldType | None = None
    values: Replaced = Field(default_factory=dict)
    from_: float | None = Field(None, alias="from")
    below: float | None = None
    decimal: Decimal | None = None


Value = Annotated[ValueColumn, BeforeValidator(_column)]


class ActivityEntry(Part):
    """An activity that a row tells of, where one of its properties or its instant is filled."""

    kind: Name
    at: Instant | None = None
    properties: dict[Name, Value] = Field(default_factory=dict)


class EventEntry(Part):
    """For tables with one row an event: the column that says what happened, as kinds of activity.
    Rows of other values are passed over and counted.
    """

    column: Text
    kinds: dict[str, Name]
    properties: dict[Name, Value] = Field(default_factory=dict)


class OutcomeEntry(Part):
    """How a lead ended. `won` and `lost` are cells, or one of the words filled, empty, others."""

    column: Text
    won: Cells
    lost: Cells = Field(default_factory=list)
    not_interested: Cells = Field(default_factory=list)
    at: Instant | None = None
    amount: Text | None = None
    lost_after: Delay = 0


class JoinEntry(Part):
    """A second table whose columns stand beside the row with the same key."""

    table: Text
    on: Text
    there: Text | None = None
    encoding: Encoding | None = None


class TableMapping(Part):
    """What the columns of a table mean: whose a row is, when it was, and what it says. `id` is a
    row's own name, `changed` when its answers were last written.
    """

    lead: Text
    id: Text | None = None
    at: Instant | None = None
    changed: Instant | None = None
    order: Text | None = None
    encoding: Encoding | None = None
    decimal: Decimal | None = None
    empty: Cells = Field(default_factory=list)
    join: list[JoinEntry] = Field(default_factory=list)
    answers: dict[Name, Value] = Field(default_factory=dict)
    activities: list[ActivityEntry] = Field(default_factory=list)
    event: EventEntry | None = None
    outcome: OutcomeEntry | None = None
    form: Slug = "import"


@dataclass(frozen=True, slots=True)
class ReadMapping:
    """A mapping and where its parts stand (line from 1), for what only the table can tell."""

    mapping: TableMapping
    lines: Mapping[Path, int]


def read_mapping(text: str, source: str = "the mapping") -> ReadMapping:
    """Read a mapping's text. Raises ModelInvalid with every mistake and its line."""
    reading = read_model_text(text)
    margin = reading.margin
    mapping = None
    if reading.content is None and not margin.notes:
        margin.note((), "The file is empty", "Begin with `lead: <column>`")
    elif reading.content is not None:
        try:
            mapping = TableMapping.model_validate(reading.content)
        except ValidationError as error:
            _note_errors(error, margin)
        else:
            _note_time(mapping, margin)
            _note_properties(mapping, margin)
    if margin.notes or mapping is None:
        raise ModelInvalid(margin.mistakes({}, reading.lines), source)
    return ReadMapping(mapping, reading.lines)


def check_columns(read: ReadMapping, columns: Sequence[str], source: str = "the mapping") -> None:
    """Raise ModelInvalid that names every column of the mapping that the table does not have."""
    margin = Margin()
    for path, column in columns_named(read.mapping):
        if column not in columns:
            margin.note(path, f"The table has no column `{column}`", did_you_mean(column, columns))
    if margin.notes:
        mistakes: list[Mistake] = margin.mistakes({}, read.lines)
        raise ModelInvalid(mistakes, source)


def check_join(
    read: ReadMapping,
    place: int,
    columns: Sequence[str],
    others: Sequence[str],
    source: str = "the mapping",
) -> None:
    """Raise ModelInvalid where the tables of a join do not have the column they are joined on."""
    entry, margin = read.mapping.join[place], Margin()
    for key, column, known in (("on", entry.on, columns), ("there", entry.there, others)):
        named = column or entry.on
        if named not in known:
            reason = f"The {'table' if key == 'on' else 'joined table'} has no column `{named}`"
            margin.note(("join", place, key), reason, did_you_mean(named, known))
    if margin.notes:
        raise ModelInvalid(margin.mistakes({}, read.lines), source)


def columns_named(mapping: TableMapping) -> Iterator[tuple[Path, str]]:
    """Give every column that a mapping names, with its place in the document."""
    yield ("lead",), mapping.lead
    if mapping.id:
        yield ("id",), mapping.id
    if mapping.order:
        yield ("order",), mapping.order
    yield from _instant_named(("at",), mapping.at)
    yield from _instant_named(("changed",), mapping.changed)
    yield from _values_named(("answers",), mapping.answers)
    for index, activity in enumerate(mapping.activities):
        yield from _instant_named(("activities", index, "at"), activity.at)
        yield from _values_named(("activities", index, "properties"), activity.properties)
    if mapping.event:
        yield ("event", "column"), mapping.event.column
        yield from _values_named(("event", "properties"), mapping.event.properties)
    if mapping.outcome:
        yield ("outcome", "column"), mapping.outcome.column
        yield from _instant_named(("outcome", "at"), mapping.outcome.at)
        if mapping.outcome.amount:
            yield ("outcome", "amount"), mapping.outcome.amount


def _instant_named(path: Path, instant: InstantColumn | None) -> Iterator[tuple[Path, str]]:
    if instant:
        yield path, instant.column


def _values_named(path: Path, values: Mapping[str, ValueColumn]) -> Iterator[tuple[Path, str]]:
    for name, value in values.items():
        yield (*path, name), value.column


def _note_time(mapping: TableMapping, margin: Margin) -> None:
    if (mapping.at is None) == (mapping.order is None):
        margin.note(
            ("at",) if mapping.at else (),
            "A row needs its instant, or a number that rises with time",
            "Write `at: <column>` or `order: <column>`, one of the two",
        )
    if mapping.changed and mapping.order:
        margin.note(("changed",), "An order has no times to tell changes by", "Take `changed` out")
    outcome = mapping.outcome
    if outcome and mapping.at and outcome.at is None and not outcome.lost_after:
        margin.note(
            ("outcome",),
            "Nothing says when a lead was won or lost",
            "Write `at: <column>` under `outcome`",
        )


def _note_properties(mapping: TableMapping, margin: Margin) -> None:
    named: list[tuple[Path, str]] = [
        (("activities", index, "properties", name), name)
        for index, entry in enumerate(mapping.activities) for name in entry.properties
    ]  # fmt: skip
    if mapping.event:
        named += [(("event", "properties", name), name) for name in mapping.event.properties]
    for path, name in named:
        if name in NO_PROPERTIES:
            margin.note(path, f"`{name}` is no property, but a part of each fact", "Rename it")


def _note_errors(error: ValidationError, margin: Margin) -> None:
    """Put every error into the margin, in words: the place, the reason, and what to do."""
    for one in error.errors(include_url=False):
        path = tuple(step for step in one["loc"] if step != "[key]")
        key = str(path[-1]) if path else "the mapping"
        if one["type"] == "missing":
            margin.note(path[:-1], f"`{key}` is missing", f"Add `{key}`")
        elif one["type"] == "extra_forbidden":
            margin.note(path, f"There is no `{key}` here", did_you_mean(key, _keys_at(path[:-1])))
        else:
            reason = str(one["msg"])
            margin.note(path, f"`{key}` does not fit: {reason}", "See `lead-scoring import --help`")


def _keys_at(path: Path) -> list[str]:
    parts: dict[Any, type[Part]] = {
        "at": InstantColumn, "changed": InstantColumn, "answers": ValueColumn,
        "properties": ValueColumn, "join": JoinEntry,
        "activities": ActivityEntry, "event": EventEntry, "outcome": OutcomeEntry,
    }  # fmt: skip
    named = [step for step in path if step in parts]
    part = parts[named[-1]] if named else TableMapping
    return [field.alias or name for name, field in part.model_fields.items()]
