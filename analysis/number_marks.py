"""Which mark a column of numbers has for decimals, decided by all of its cells.

`1.200` alone may be twelve hundred or one and a fifth. Beside `1.234,56` it is twelve hundred,
beside `0.125` one and a fifth: no column has two readings, and what was decided of a cell that
could be read otherwise is told.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from functions.intake.number_reading import NoNumberError, number_meant
from functions.scoring.conditions import fold

COMMA, POINT = ",", "."
MARKS = {"comma": COMMA, "point": POINT}  # as a mapping says them
_NAMES = {mark: name for name, mark in MARKS.items()}
_NUMBER = re.compile(r"(?a)\d(?:[\d.,' \u00a0\u202f\u2019]*\d)?")
_SPACES = re.compile(r"[' \u00a0\u202f\u2019]")
_GAP_AFTER_MARK = re.compile(r"[.,][' \u00a0\u202f\u2019]")  # a list, no number
_EITHER = re.compile(r"(?a)[1-9]\d{0,2}[.,]\d{3}")


@dataclass(frozen=True, slots=True)
class Marks:
    """How a column writes decimals; None where its cells contradict each other, and then what may
    be either is no number. `note` says what a person should know of it.
    """

    decimal: str | None = POINT
    note: str = ""

    def read(self, cell: str) -> float | None:
        """Read a number as people or machines write it, None where it is none."""
        if cell.isascii() and cell.isdigit():
            return float(cell)
        try:
            plain = _NUMBER.sub(lambda found: self._plain(found[0]), cell)
            try:
                number = float(plain)
            except ValueError:
                number = number_meant(fold(plain)) if cell else math.nan
        except NoNumberError:
            return None
        return number if math.isfinite(number) else None

    def _plain(self, written: str) -> str:
        """Write a number as machines do; what has no mark stays. Raises NoNumberError."""
        if COMMA not in written and POINT not in written:
            return written
        tight = _SPACES.sub("", written)
        may_be_either = _EITHER.fullmatch(tight) is not None
        mark = self.decimal if may_be_either else _decimal_of(written)
        if mark is None or mark != (self.decimal or mark):
            raise NoNumberError
        whole, _, part = tight.replace(_other(mark), "").partition(mark)
        return f"{whole}.{part}0" if part else whole  # the nought keeps three digits decimals


def marks_of(column: str, cells: Iterable[str], stated: str | None) -> Marks:
    """Decide by all cells of a column; `stated` is what the mapping says, a comma or a point."""
    if stated:
        return Marks(stated)
    examples: dict[str | None, str] = {}  # by what they tell, None where they may be either
    either = 0
    for cell in cells:
        for written in _NUMBER.findall(cell):
            if COMMA not in written and POINT not in written:
                continue
            may_be_either = _EITHER.fullmatch(_SPACES.sub("", written)) is not None
            mark = POINT if may_be_either else _decimal_of(written)
            if mark is None or Marks(mark).read(cell) is None:
                continue
            examples.setdefault(None if may_be_either else mark, cell)
            either += may_be_either
    return _decided(column, examples, either)


def _decided(column: str, examples: dict[str | None, str], either: int) -> Marks:
    told = [mark for mark in (COMMA, POINT) if mark in examples]
    if len(told) > 1:
        example = examples.get(None)
        left = f"; {either:,} cells that may be either (`{example}`) are left out"
        return Marks(
            None,
            f"{column}: decimals have a comma in `{examples[COMMA]}` and a point in "
            f"`{examples[POINT]}`{left if either else ''}; write `decimal: comma` or `decimal: "
            "point` in the mapping to take one of them alone",
        )
    mark = told[0] if told else POINT
    if not either:
        return Marks(mark)
    read = Marks(mark).read(examples[None])
    why = f", as `{examples[mark]}` has a {_NAMES[mark]} for decimals" if told else ""
    otherwise = _NAMES[_other(mark)]
    return Marks(
        mark,
        f"{column}: `{examples[None]}` is read as {read:.15g}{why}; if that is wrong, write "
        f"`decimal: {otherwise}` in the mapping",
    )


def _decimal_of(written: str) -> str | None:
    """Tell which mark of a number is its decimal one, None where it is no number of any kind."""
    marks: list[str] = re.findall("[.,]", written)
    if _GAP_AFTER_MARK.search(written):
        return None
    last = marks[-1]
    if marks.count(last) == 1 and _is_whole(written.rpartition(last)[0], _other(last)):
        return last
    return _other(last) if _is_whole(written, last) else None


def _is_whole(written: str, mark: str) -> bool:
    """Whether it is a whole number, thousands apart by this mark or not at all."""
    tight = _SPACES.sub("", written)
    return tight.isdigit() or bool(re.fullmatch(rf"(?a)[1-9]\d{{0,2}}(?:\{mark}\d{{3}})+", tight))


def _other(mark: str) -> str:
    return POINT if mark == COMMA else COMMA
