"""Puts the results of a whole run into docs/performance.md, between its two marks."""

import os
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.figure import Figure

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- figures: make bench ARGS=--write-page -->", "<!-- end of figures -->"
_WORDS = {True: "met", False: "**missed**", None: ""}


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
    for figure in figures:
        cells = (figure.row, figure.what, f"{as_text(figure.value)} {figure.unit}", figure.goal)
        yield f"| {' | '.join(cells)} | {_WORDS[figure.met]} |"
