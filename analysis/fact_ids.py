"""The id of an imported fact: made from what it says, never from where its row stands.

A table that is exported again, grown or sorted otherwise, gives each fact the id it had, so that it
counts once; two tables never share an id for different facts. What several rows tell alike is as
many facts, told apart by a running number, unless the mapping names a column that holds a row's own
id. What carries an instant of its own is known by that: two deals of a lead that tell of one
webinar tell of the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from analysis.made_up_instants import ORDERED
from functions.intake.answer_reading import AnswerError
from functions.intake.fact_line import read_id
from functions.scoring.facts import canonical_json, short_hash

IMPORTED = "import-"
ROWS_END = "-end"  # ends the id of how a row's lead or deal ended
_OWN_LETTERS_MAX = 100  # of 128 that an id may have: the rest is for what stands beside it


class Teller(NamedTuple):
    """Which row tells a fact: its own id, its place (None where it does not matter which row it
    is), and its number, where rows have no instants but an order.
    """

    own: str = ""
    place: int | None = None
    number: float | None = None


@dataclass(slots=True)
class FactIds:
    """Gives ids to the facts of one table; `column` is the one with a row's own id."""

    column: str | None = None
    ordered: bool = False
    rows: int = 0
    rows_without_id: int = 0
    _alike: set[int] = field(default_factory=set)  # rows that tell what one before them did
    _given: set[str] = field(default_factory=set)
    _told: dict[str, tuple[int, int]] = field(default_factory=dict)  # the last row, and the turns

    def teller(self, row: Mapping[str, str], number: float | None) -> Teller:
        """Tell a row from others, each row once."""
        own = row[self.column] if self.column else ""
        self.rows += 1
        self.rows_without_id += self.column is not None and not own
        return Teller(_readable(own) if own else "", self.rows, number)

    def of(
        self, line: Mapping[str, Any], teller: Teller, *, is_row: bool = False, began: str = ""
    ) -> str | None:
        """Give the id of a fact, None where it was told before. `is_row`: the fact is what its row
        is about, and has the row's own id; `began`: when the row did whose end it is.
        """
        # in an order the made-up instant moves with other rows, the number does not
        content = {**line, "began": began} if began else dict(line)
        if teller.number is not None:
            content |= {"at": teller.number, "began": None}
        hashed = short_hash(canonical_json(content))
        prefix = ORDERED if self.ordered else ""
        if teller.own:
            given = f"{prefix}{teller.own}" if is_row else f"{prefix}{teller.own}-{hashed}"
        else:
            given = f"{prefix or IMPORTED}{hashed}{self._turn(hashed, teller.place)}"
        if began:
            given += ROWS_END
        key = f"{given} {hashed}"
        if key in self._given:
            return None
        self._given.add(key)
        return given

    def notes(self) -> Iterator[str]:
        """Say which rows could not be told apart."""
        if self._alike:
            yield (
                f"{len(self._alike):,} rows tell what another row tells too, and count again; "
                "where a row has an id of its own, write `id: <column>` in the mapping"
            )
        if self.rows_without_id:
            yield (
                f"{self.column}: {self.rows_without_id:,} rows have no id and are known by what "
                "they say"
            )

    def _turn(self, hashed: str, place: int | None) -> str:
        """Number the rows that tell a fact; a row that tells it twice has one number."""
        if place is None:
            return ""
        last, turns = self._told.get(hashed, (0, 0))
        turns += last != place
        self._told[hashed] = (place, turns)
        if turns == 1:
            return ""
        self._alike.add(place)
        return f"-{turns}"


def _readable(own: str) -> str:
    """Give a row's own id as facts may have it, or a short one that stands for it."""
    try:
        read = read_id(own)
    except AnswerError:
        return short_hash(own)
    return own if read and len(own) <= _OWN_LETTERS_MAX else short_hash(own)
