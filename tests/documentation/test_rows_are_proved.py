"""Every row of the page of guarantees has a test that names it.

A test names its rows at the beginning of its name (`test_g5_d4_...`), or a parameter does at the
beginning of its id (`"B26-two-dots"`).
"""

import re
from collections import defaultdict
from pathlib import Path

from tests.documentation.alert_of_the_readme import ROOT

ROWS = re.compile(r"^(?:\| |- )\**([GBCKD]\d{1,2})\b", re.MULTILINE)
TEST = re.compile(r"def test_((?:[gbckd]\d{1,2}_)+)")
PARAMETER = re.compile(r"""["']([GBCKD]\d{1,2})-[^"'\n]+["']""")
NOT_PROMISED = {"G26"}  # a list of what nobody should expect


def rows_of_the_page() -> set[str]:
    return set(ROWS.findall((ROOT / "docs" / "guarantees.md").read_text("utf-8"))) - NOT_PROMISED


def proofs() -> dict[str, set[Path]]:
    """Rows and the files whose tests name them."""
    found: dict[str, set[Path]] = defaultdict(set)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        text = path.read_text("utf-8")
        named = [row for rows in TEST.findall(text) for row in rows.upper().split("_") if row]
        for row in (*named, *PARAMETER.findall(text)):
            found[row].add(path)
    return found


def test_every_row_has_a_test_that_names_it() -> None:
    rows = rows_of_the_page()
    assert len(rows) >= 25 + 47 + 39 + 12 + 18
    assert sorted(rows - set(proofs()), key=_in_order) == []


def test_no_test_names_a_row_that_is_not_there() -> None:
    assert sorted(set(proofs()) - rows_of_the_page(), key=_in_order) == []


def _in_order(row: str) -> tuple[str, int]:
    return row[0], int(row[1:])
