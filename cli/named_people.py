"""People known by name, to try a model on: one fact file each, named for what they did.

Their instants may be relative to now, `-3 days`, so that they are as fresh next year as today.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.fact_files import read_fact_files
from cli.problem import ProblemError
from functions.scoring.facts import Fact
from functions.scoring.instants import format_instant
from modelling.durations import parse_duration

SUFFIX = ".jsonl"


@dataclass(frozen=True, slots=True)
class Person:
    """A name, as the file says it, and what the person did."""

    name: str
    facts: tuple[Fact, ...]


def read_people(folder: Path, model: Any, *, at: int) -> list[Person]:
    """Read everybody of a folder as of an instant (UTC ms). Raises ProblemError."""
    files = sorted(folder.glob(f"*{SUFFIX}"))
    if not files:
        raise ProblemError(
            f"there is nobody in {folder}/; put a fact file there for each person, "
            f"named for what they did: gone_quiet{SUFFIX}"
        )
    return [_person(file, model, at) for file in files]


def _person(file: Path, model: Any, at: int) -> Person:
    lines = read_fact_files([str(file)], model, rewrite=_dated(at))
    facts = tuple(line.fact for line in lines)
    leads = {fact.lead for fact in facts}
    if len(leads) != 1:
        raise ProblemError(
            f"{file}: {len(leads)} leads stand in it; one person has one address and a file of "
            "their own"
        )
    name = file.stem.replace("_", " ")
    return Person(name[:1].upper() + name[1:], facts)


def _dated(now: int) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def dated(line: dict[str, Any]) -> dict[str, Any]:
        at = line.get("at")
        if not isinstance(at, str):
            return line
        ago = 0 if at == "now" else _ago(at)
        return line if ago is None else line | {"at": format_instant(now - ago)}

    return dated


def _ago(text: str) -> int | None:
    if not text.startswith("-"):
        return None
    try:
        return parse_duration(text[1:])
    except ValueError:
        return None  # the reader of lines says what is wrong with it
