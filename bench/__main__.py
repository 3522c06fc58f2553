"""`python -m bench`: the table of docs/performance.md, measured on this machine.

What is drawn is drawn with fixed seeds. A bench tells and judges nothing: a missed goal stands in
the table, and the exit code stays 0.
"""

import argparse
import json
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.figure import Figure
from bench.rows import ROWS, measured
from bench.written_page import PAGE, write_page

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / ".local" / "bench.json"
_WIDTH = 110  # where nobody looks, or at a narrow terminal that wraps
_WORDS = {True: "[green]met", False: "[red]missed", None: ""}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the rows asked for, show one table, and write it to .local/bench.json."""
    asked = _arguments(arguments)
    if asked.write_page:
        write_page([Figure(**entry) for entry in json.loads(RESULTS.read_text("utf-8"))])
        print(f"{PAGE.relative_to(ROOT)} is written from {RESULTS.relative_to(ROOT)}.")
        return 0
    _forget_the_account()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)  # a row puts away what it started
    try:
        _measure(asked.row or list(ROWS))
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    return 0


def _measure(rows: Sequence[str]) -> None:
    console = Console(highlight=False)
    console.width = max(console.width, _WIDTH)
    figures: list[Figure] = []
    for row in rows:
        name, what = ROWS[row]
        console.print(f"Row {row}: {what}...")
        figures += measured(name)
        write_results(figures)
    console.print(table(figures))
    console.print(f"Also in {RESULTS.relative_to(ROOT)}.")


def write_results(figures: Sequence[Figure], file: Path = RESULTS) -> None:
    """Write what was measured as JSON, an object per figure."""
    file.parent.mkdir(parents=True, exist_ok=True)
    written = ",\n".join(json.dumps(figure._asdict(), ensure_ascii=False) for figure in figures)
    file.write_text(f"[\n{written}\n]\n", encoding="utf-8")


def table(figures: Sequence[Figure]) -> Table:
    """Show figures as a person reads them, a line between two rows."""
    shown = Table("Row", "What", "Value", "Unit", "Goal", "")
    shown.columns[2].justify = "right"
    for number, figure in enumerate(figures):
        ends = figure.row != figures[min(number + 1, len(figures) - 1)].row
        met = _WORDS[figure.met]
        value = f"{figure.value:,.4g}" if figure.value < 1000 else f"{figure.value:,.0f}"
        shown.add_row(
            figure.row, figure.what, value, figure.unit, figure.goal, met, end_section=ends
        )
    return shown


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measures the table of docs/performance.md: some five minutes on two cores.",
        epilog="The exit code is 0 when everything could be measured, goals missed or not.",
    )
    parser.add_argument(
        "--row", nargs="+", action="extend", choices=list(ROWS), help="these rows alone"
    )
    parser.add_argument(
        "--write-page", action="store_true", help="put the last results into docs/performance.md"
    )
    return parser.parse_args(arguments)


def _forget_the_account() -> None:
    """All is measured on this machine: the user's proxy, profile and keys are not for it."""
    for name in list(os.environ):
        if name.startswith("AWS_") or name.lower().endswith("_proxy"):
            del os.environ[name]


if __name__ == "__main__":
    sys.exit(main())
