"""Which encoding a table's bytes are in: what is certain first, a guess last and never in silence.

A byte order mark is certain, and text that is valid UTF-8 is UTF-8. Of the rest the mapping's
`encoding` decides; where it says nothing, it is taken for what Excel writes in Poland, and told.
"""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass

GUESSED = "cp1250"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins as UTF-16's does: asked first
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_EXAMPLE_LETTERS_MAX = 60


class UnreadableTextError(ValueError):
    """The bytes are no text in the encoding they should be in; the message says what to do."""


@dataclass(frozen=True, slots=True)
class TableText:
    """A text whose lines end in LF; `guessed` is the encoding where nothing tells it."""

    text: str
    guessed: str | None = None


def text_of(raw: bytes, encoding: str | None) -> TableText:
    """Decode a table. Raises UnreadableTextError."""
    marked = next((name for mark, name in _MARKS if raw.startswith(mark)), None)
    if marked:
        return TableText(_decoded(raw, marked))
    try:
        if b"\0" not in raw:
            return TableText(_decoded(raw, "utf-8"))
    except UnreadableTextError:
        pass
    if encoding:
        return TableText(_decoded(raw, encoding))
    if b"\0" in raw:
        raise UnreadableTextError(
            "holds zero bytes: write `encoding: utf-16-le` (or utf-16-be) in the mapping, or save "
            "it as UTF-8"
        )
    return TableText(_decoded(raw, GUESSED), GUESSED)


def example_of(text: str, separator: str) -> str:
    """Give the first cell with a letter that is not ASCII."""
    line = next((line for line in text.split("\n") if not line.isascii()), "")
    cells = next(csv.reader(io.StringIO(line), delimiter=separator), [])
    return next((cell.strip() for cell in cells if not cell.isascii()), "")[:_EXAMPLE_LETTERS_MAX]


def _decoded(raw: bytes, encoding: str) -> str:
    try:
        text = raw.decode(encoding)
    except UnicodeError as error:
        guess = " (what else it could be, nothing says)" if encoding == GUESSED else ""
        raise UnreadableTextError(
            f"is not {encoding}{guess}; write its `encoding` in the mapping, or save it as UTF-8"
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")
