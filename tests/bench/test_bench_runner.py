"""The runner tells, keeps and judges nothing; the page names every row it measures."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from bench.__main__ import main, table, write_results
from bench.figure import Figure
from bench.rows import ROWS
from bench.time_to_alert import percentile
from bench.written_page import BEGIN, END, PAGE, as_text, write_page

FIGURES = [
    Figure("3", "an activity", 3, "requests", "3", met=True),
    Figure("3", "a form", 4, "requests", "3", met=False),
    Figure("4", "a peer", 0.5, "x"),
]


def test_results_are_kept_as_a_list_of_objects(tmp_path: Path) -> None:
    file = tmp_path / "made" / "bench.json"
    write_results(FIGURES, file)
    first, _, peer = json.loads(file.read_text(encoding="utf-8"))
    met = {"value": 3, "unit": "requests", "goal": "3", "met": True}
    assert first == {"row": "3", "what": "an activity"} | met
    none = {"value": 0.5, "unit": "x", "goal": "", "met": None}
    assert peer == {"row": "4", "what": "a peer"} | none


def test_one_table_shows_every_figure() -> None:
    assert table(FIGURES).row_count == len(FIGURES)


@pytest.mark.parametrize("row", sorted(ROWS))
def test_every_row_has_what_measures_it(row: str) -> None:
    assert find_spec(f"bench.{ROWS[row][0]}")


def test_help_says_that_a_missed_goal_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    assert "goals missed or not" in " ".join(capsys.readouterr().out.split())


def test_an_unknown_row_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--row", "12"])
    assert "12" in capsys.readouterr().err


def test_the_page_gets_the_figures_and_keeps_its_words(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    for _ in range(2):
        write_page(FIGURES, page)
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{BEGIN}\nMeasured on ")
    assert text.endswith(f"| 4 | *Beside:* a peer: 0.5 x | | | |\n{END}\nafter\n")
    assert "| 3 | a form | 4 requests | 3 | **missed** |" in text
    assert "old" not in text


@pytest.mark.parametrize("row", sorted(ROWS))
def test_the_page_names_every_row(row: str) -> None:
    assert f"\n| {row} | " in PAGE.read_text(encoding="utf-8")


def test_the_page_is_short() -> None:
    assert len(PAGE.read_text(encoding="utf-8").splitlines()) <= 90


@pytest.mark.parametrize(
    ("value", "text"), [(3.0, "3"), (0.4212, "0.421"), (26.86, "26.9"), (250000.4, "250,000")]
)
def test_values_are_written_as_people_read_them(value: float, text: str) -> None:
    assert as_text(value) == text


def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert percentile(range(1, 101), 99) == 99
    assert percentile([5.0], 99) == 5.0
