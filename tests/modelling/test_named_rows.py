"""Each row that code, help, tests or pages name stands in requirements.md or guarantees.md."""

import re
from collections.abc import Iterator
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


def test_every_row_that_is_named_stands_on_a_page() -> None:
    known = {*declared("requirements.md"), *declared("guarantees.md")}

    missing = {
        f"{path}: {row}" for path, text in texts() for row in ROW.findall(text) if row not in known
    }

    assert missing == set()


def test_every_requirement_has_one_row_in_order() -> None:
    assert declared("requirements.md") == [f"R{number}" for number in range(1, 111)]


def test_no_guarantee_has_two_rows() -> None:
    rows = declared("guarantees.md")

    assert len(rows) == len(set(rows)) > 0
