"""Leads made up with a known truth: who they are, what they did, and how likely each buys."""

import random
from collections.abc import Sequence
from typing import Any

from analysis.column_table import Table
from analysis.table_import import Imported, import_table
from analysis.table_mapping import read_mapping
from modelling.compile import compile_document
from tests.analysis.measure import BASE, Past, past_of_lines

COLUMNS = (
    *("Id", "Number", "Source", "Job", "Size", "Visits", "Asked", "Bought", "Value"),
    *("Verdict", "Note"),
)
MAPPING = """\
lead: Id
order: Number
empty: ["-"]
answers:
  source: Source
  job: Job
  size: {column: Size, type: number}
activities:
  - {kind: site_used, properties: {visits: {column: Visits, type: number}}}
  - {kind: demo_asked, properties: {channel: Asked}}
outcome: {column: Bought, won: 1, lost: 0, amount: Value}
"""


def made_up_rows(leads: int, *, seed: int, strength: float = 1.0) -> list[list[str]]:
    """Rows of leads of whom bosses, larger companies and those who ask for a demo buy more,
    students and those without a job less; `Verdict` and `Note` are written down afterwards.
    """
    drawn = random.Random(seed)
    return [_row(number, drawn, strength) for number in range(leads)]


def _row(number: int, drawn: random.Random, strength: float) -> list[str]:
    source = drawn.choices(["search", "ads", "fair", "-"], [5, 3, 1, 1])[0]
    job = drawn.choices(["boss", "clerk", "student", ""], [2, 4, 2, 2])[0]
    size = drawn.choice([3, 8, 20, 60, 150, 400])
    visits = drawn.choice([0, 0, 1, 2, 3, 5, 8])
    asked = drawn.random() < 0.3
    odds = strength * (
        {"boss": 1.5, "student": -1.5, "": -1.0}.get(job, 0.0)
        + (0.8 if size >= 60 else 0.0)
        + 0.12 * visits
        + (1.2 if asked else 0.0)
        - 1.5
    )
    bought = drawn.random() < 1 / (1 + 2.718281828 ** (-odds))
    verdict = drawn.choices(["High", "Low"], [97, 3] if bought else [3, 97])[0]
    note = ("paid" if bought else "no money") if drawn.random() < 0.6 else ""
    return [
        f"lead {number}", str(10_000 + 3 * number), source, job, str(size), str(visits),
        "phone" if asked else "", "1" if bought else "0",
        str(drawn.choice([100, 200, 900])) if bought else "", verdict, note,
    ]  # fmt: skip


def imported(rows: Sequence[Sequence[str]], mapping: str = MAPPING, **changes: Any) -> Imported:
    """Import rows as the command does, under a model with nothing in it unless told otherwise."""
    table = Table(COLUMNS, tuple(tuple(row) for row in rows))
    return import_table(table, read_mapping(mapping).mapping, compile_document(BASE | changes))


def made_up_past(leads: int, *, seed: int, strength: float = 1.0) -> Past:
    """Give made-up leads as examples to learn from."""
    return past_of_lines(imported(made_up_rows(leads, seed=seed, strength=strength)))
