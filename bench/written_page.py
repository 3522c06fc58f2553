"""Puts the results of a whole run into docs/performance.md, between its two marks."""

import os
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.figure import Figure

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- figures: make bench ARGS=--write-page -->", "<!-- end of figures -->"
_WORDS = {True: "met", False: "**missed**"}


def write_page(figures: Sequence[Figure], page: Path = PAGE) -> None:
    """Replace the table and its date; the words around it are people's."""
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text("\n".join([before + BEGIN, *_lines(figures), END + after]), encoding="utf-8")


def as_text(value: float) -> str:
    """Write a value with three digits that say something, and thousands apart."""
    if value == int(value) or value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _lines(figures: Sequence[Figure]) -> Iterator[str]:
    day = datetime.now(UTC).strftime("%d %B %Y").lstrip("0")
    python = ".".join(map(str, sys.version_info[:2]))
    yield f"Measured on {day}, {os.cpu_count()} shared cores, Python {python}."
    yield ""
    yield "| # | What | Value | Goal | |"
    yield "| --- | --- | --- | --- | --- |"
    for row in dict.fromkeys(figure.row for figure in figures):
        yield from _lines_of(row, [figure for figure in figures if figure.row == row])


def _lines_of(row: str, figures: Sequence[Figure]) -> Iterator[str]:
    """A line for each figure with a goal, and one for all that stand beside them."""
    for figure in figures:
        if figure.met is not None:
            cells = (row, figure.what, _told(figure), figure.goal, _WORDS[figure.met])
            yield f"| {' | '.join(cells)} |"
    if beside := [f"{figure.what}: {_told(figure)}" for figure in figures if figure.met is None]:
        yield f"| {row} | *Beside:* {'; '.join(beside)} | | | |"


def _told(figure: Figure) -> str:
    return f"{as_text(figure.value)} {figure.unit}"
