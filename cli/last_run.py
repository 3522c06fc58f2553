"""What the last run of `try` gave, kept so that the next can say what changed."""

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from functions.scoring.score import Score

FILE = Path(".local") / "try.json"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run made of one person; points per rule, summed."""

    score: int
    band: str
    rules: dict[str, int]


def outcome(score: Score) -> Outcome:
    """Keep what is worth comparing of a score."""
    rules: dict[str, int] = {}
    for line in score.lines:
        rules[line.rule] = rules.get(line.rule, 0) + line.points
    return Outcome(score.total, score.band, rules)


def read_last_run() -> dict[str, Outcome] | None:
    """Give the last run by person; None where there was none, or an older version wrote it."""
    try:
        people: Mapping[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))["people"]
        return {name: Outcome(**person) for name, person in people.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def keep_run(outcomes: Mapping[str, Outcome]) -> None:
    """Keep a run for the next one to compare with."""
    people = {name: asdict(one) for name, one in outcomes.items()}
    with suppress(OSError):  # a folder one may only read: the next run has nothing to compare with
        FILE.parent.mkdir(parents=True, exist_ok=True)
        FILE.write_text(json.dumps({"people": people}, ensure_ascii=False), encoding="utf-8")


def changes(now: Outcome, last: Outcome | None) -> Iterable[str]:
    """Say what changed since the last run, one sentence each; nothing where nothing did."""
    if last is None:
        yield "new"
        return
    if now.band != last.band:
        yield f"{last.band} -> {now.band}"
    if now.score != last.score:
        yield f"score {now.score - last.score:+d}"
    for rule in sorted({*now.rules, *last.rules}):
        moved = now.rules.get(rule, 0) - last.rules.get(rule, 0)
        if moved:
            yield f"{rule} {moved:+d}"
