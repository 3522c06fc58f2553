"""Scores as people read them: highest first, with the reason of every point.

What a stranger typed is shown as text: never as markup, never as a control sequence.
"""

import sys
from collections.abc import Mapping

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from functions.scoring.explanation import Line, says
from functions.scoring.forecast import Step
from functions.scoring.instants import format_instant
from functions.scoring.rule_book import RuleBook
from functions.scoring.score import Score

WIDTH_OF_A_FILE = 160  # columns where nobody's terminal says how many
BAND_STYLES = {"hot": "bold red", "warm": "yellow", "cold": "blue"}
_BOUNDS = {"cap": "no more than the cap of {of} allows", "floor": "no less than the floor of {of}"}


def console() -> Console:
    """Where tables go: the terminal, or a file wide enough to read."""
    return Console(width=None if sys.stdout.isatty() else WIDTH_OF_A_FILE, highlight=False)


def print_scores(scores: Mapping[str, Score], *, language: str) -> None:
    """Print a table of leads, highest score first (R5)."""
    table = score_columns("Lead")
    table.add_column("Why", overflow="fold")
    table.add_column("Next")
    for lead, score in sorted(scores.items(), key=lambda pair: (-pair[1].total, pair[0])):
        reasons = [reason(score.book, line, language=language) for line in score.lines]
        table.add_row(
            Text(lead, overflow="fold"),
            *score_cells(score),
            Text("\n".join(reasons) or "no points", overflow="fold"),
            Text(next_step(score)),
            end_section=True,
        )
    console().print(table if scores else "No facts, no leads.")


def score_columns(first: str) -> Table:
    """Begin a table whose rows start with `first` and then say a score (R48)."""
    table = Table(box=box.SIMPLE, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column(first, overflow="fold")
    for name in ("Score", "Fit", "Engagement"):
        table.add_column(name, justify="right")
    table.add_column("Band")
    return table


def score_cells(score: Score) -> tuple[Text, Text, Text, Text]:
    """Say a score in four cells: total, fit, engagement, band."""
    return (
        Text(str(score.total), style="bold"),
        Text(str(score.fit)),
        Text(str(score.engagement)),
        band_text(score.band),
    )


def band_text(band: str) -> Text:
    """Say a band in its colour."""
    return Text(band, style=BAND_STYLES[band])


def reason(book: RuleBook, line: Line, *, language: str) -> str:
    """Say one line of an explanation, `+15 Looked at the prices (until 30 Nov)` (R7)."""
    until = f" (until {day(line.until)})" if line.until is not None else ""
    return f"{line.points:+d} {rule_words(book, line.rule, language=language)}{until}"


def rule_words(book: RuleBook, rule: str, *, language: str) -> str:
    """Say a rule in its own words, and a bound as what it does."""
    if rule in book.place:
        return says(book, rule, language=language)
    bound, _, of = rule.partition(" ")
    return _BOUNDS[bound].format(of=of)


def next_step(score: Score) -> str:
    """Say what comes next if nothing happens: the next band, else the next change of points."""
    steps = score.forecast
    turning = next((step for step in steps if step.band != score.band), None)
    if turning is not None:
        return f"{turning.band} on {day(turning.at)}"
    return step_words(steps[0]) if steps else "stays"


def step_words(step: Step) -> str:
    """Say one step of a forecast."""
    return f"{step.score} on {day(step.at)}"


def day(at: int) -> str:
    """The UTC day of an instant."""
    return format_instant(at)[:10]
