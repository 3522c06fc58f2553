"""Each row that code, help, tests or pages name stands in requirements.md or guarantees.md."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("functions", "modelling", "cli", "infra", "tests", "events", "docs", "bench")
FILES = ("README.md", "CHANGELOG.md", "scoring-model.yaml", "Makefile")
SUFFIXES = {".py", ".md", ".yaml", ".json"}
ROW = re.compile(r"\b([RGBCKD][1-9][0-9]{0,2})\b")
DECLARED = re.compile(r"^(?:- |\| )`?([RGBCKD][1-9][0-9]{0,2})\b", re.MULTILINE)
DECISIONS = re.compile(r"# noqa.*|# type: ignore.*|\bB2B\b")


def texts() -> Iterator[tuple[Path, str]]:
    listed = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*"))]
    for path in (*listed, *(ROOT / name for name in FILES)):
        if path.is_file() and (path.suffix in SUFFIXES or path.name in FILES):
            yield path.relative_to(ROOT), DECISIONS.sub("", path.read_text(encoding="utf-8"))


def declared(page: str) -> list[str]:
    return DECLARED.findall((ROOT / "docs" / page).read_text(encoding="utf-8"))


def missing(named: Iterable[tuple[Path, str]]) -> set[str]:
    known = {*declared("requirements.md"), *declared("guarantees.md")}
    return {
        f"{path}: {row}" for path, text in named for row in ROW.findall(text) if row not in known
    }


def test_every_row_that_is_named_stands_on_a_page() -> None:
    assert missing(texts()) == set()


def test_a_row_that_stands_nowhere_is_found() -> None:
    unknown = "R" + "111"

    assert missing([(Path("rules.py"), f"# earns nothing ({unknown}), unlike R62")]) == {
        f"rules.py: {unknown}"
    }


def test_every_requirement_has_one_row_in_order() -> None:
    assert declared("requirements.md") == [f"R{number}" for number in range(1, 111)]


def test_no_guarantee_has_two_rows() -> None:
    rows = declared("guarantees.md")

    assert len(rows) == len(set(rows)) > 0
