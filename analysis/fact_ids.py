"""The id of an imported fact: made from what it says, never from where its row stands.

A table that is exported again, grown or sorted otherwise, gives each fact the id it had, so that it
counts once; two tables never share an id for different facts. A row that stands twice is two
facts, told apart by a running number, unless the mapping names a column that holds a row's own id.
What carries an instant of its own is known by that: two deals of a lead that tell of one webinar
tell of the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
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
    """Which row tells a fact, where that matters: its own id, else which of several equal rows it
    is; and its number, where rows have no instants but an order.
    """

    own: str = ""
    turn: int = 1
    number: float | None = None


@dataclass(slots=True)
class FactIds:
    """Gives ids to the facts of one table. `mapped` are the columns whose cells make rows equal,
    `column` the one with a row's own id.
    """

    mapped: Sequence[str]
    column: str | None = None
    ordered: bool = False
    equal_rows: int = 0
    rows_without_id: int = 0
    _rows: Counter[tuple[str, ...]] = field(default_factory=Counter)
    _given: set[str] = field(default_factory=set)

    def teller(self, lead: str, row: Mapping[str, str], number: float | None) -> Teller:
        """Tell a row from others, each row once."""
        own = row[self.column] if self.column else ""
        if own:
            return Teller(_readable(own), number=number)
        self.rows_without_id += self.column is not None
        cells = (lead, *(row[name] for name in self.mapped))
        self._rows[cells] += 1
        turn = self._rows[cells]
        self.equal_rows += turn > 1
        return Teller("", turn, number)

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
            turn = f"-{teller.turn}" if teller.turn > 1 else ""
            given = f"{prefix or IMPORTED}{hashed}{turn}"
        if began:
            given += ROWS_END
        key = f"{given} {hashed}"
        if key in self._given:
            return None
        self._given.add(key)
        return given

    def notes(self) -> Iterator[str]:
        """Say which rows could not be told apart."""
        if self.equal_rows:
            yield (
                f"{self.equal_rows:,} rows repeat another in all that is mapped, and count again; "
                "where a row has an id of its own, write `id: <column>` in the mapping"
            )
        if self.rows_without_id:
            yield (
                f"{self.column}: {self.rows_without_id:,} rows have no id and are known by what "
                "they say"
            )


def _readable(own: str) -> str:
    """Give a row's own id as facts may have it, or a short one that stands for it."""
    try:
        read = read_id(own)
    except AnswerError:
        return short_hash(own)
    return own if read and len(own) <= _OWN_LETTERS_MAX else short_hash(own)
