"""What the functions may write down: JSON lines with fixed keys, whose words are all our own.

A word is ours where it is a string constant of the code. Whatever else may stand in a line has a
shape that holds no sentence: a number, an instant, an exception's kind, a file and its line, the
id the gateway gave a request. What a stranger typed has no way through (E, G17).
"""

import ast
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

FUNCTIONS = Path(__file__).resolve().parents[2] / "functions"
CANARY = re.compile(r"canary", re.IGNORECASE)
NEVER_SAID = re.compile(r"Traceback|botocore|pydantic|/var/task|arn:|functions\.")
_PLACE = re.compile(r"\w+\.py:\d+|")
_SHAPES: Mapping[str, re.Pattern[str]] = {
    "level": re.compile(r"DEBUG|INFO|WARNING|ERROR"),
    "location": re.compile(r"[\w<>]+:\d+"),
    "timestamp": re.compile(r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\+0000"),
    "service": re.compile(r"tests"),
    "form": re.compile(r"demo|bare|contact|newsletter"),  # the open forms of tests' models
    "request_id": re.compile(r"[A-Za-z0-9=+/_-]{0,64}"),
    "kind": re.compile(r"[A-Z]\w+"),
    "place": _PLACE,
    "lead": re.compile(r"[\w-]{22}"),
}
_OF_OUR_WORDS = frozenset({"message", "code", "outcome"})
_COUNTED = frozenset({"records", "failed", "written"})
_SHARDS = range(17)
_EMF = frozenset({"_aws", "service"})


@cache
def our_words() -> frozenset[str]:
    """Every string constant of the functions' code."""
    return frozenset(
        node.value
        for file in FUNCTIONS.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def check_line(line: str) -> dict[str, Any]:
    """Read one line the functions wrote. Fails where it is not wholly ours."""
    assert not CANARY.search(line), "a log line says what a stranger sent"
    told: dict[str, Any] = json.loads(line)
    assert isinstance(told, dict)
    if "_aws" in told:
        _check_metrics(told)
        return told
    assert {"level", "location", "message", "timestamp", "service"} <= set(told)
    check_told(told)
    return told


def check_told(told: Mapping[str, Any]) -> None:
    """Check what a line tells, name by name. Fails where anything is not ours."""
    for name, value in told.items():
        if name in _OF_OUR_WORDS:
            assert value in our_words(), name
        elif name in _COUNTED:
            assert type(value) is int, name
        elif name == "shards":
            assert set(value) <= set(_SHARDS)
        else:
            assert name in _SHAPES, name
            assert value is None or _SHAPES[name].fullmatch(value), name


def _check_metrics(told: dict[str, Any]) -> None:
    (directive,) = told["_aws"]["CloudWatchMetrics"]
    names = {metric["Name"] for metric in directive["Metrics"]}
    assert set(told) == names | _EMF
    assert told["service"] == "tests"
    for name in names:
        reason = re.sub(r"^(refused|unavailable)_", "", name)
        assert name in our_words() or reason in our_words(), name
        assert all(type(value) in {int, float} for value in told[name])


def counted(lines: str) -> dict[str, int]:
    """Sum of the metrics in these lines, by name."""
    sums: dict[str, int] = {}
    for line in lines.splitlines():
        told = json.loads(line)
        for directive in told.get("_aws", {}).get("CloudWatchMetrics", []):
            for metric in directive["Metrics"]:
                name = metric["Name"]
                sums[name] = sums.get(name, 0) + int(sum(told[name]))
    return sums


@dataclass
class Ear:
    """Hears all that is written, and forgets nothing of it; `read` takes what is new."""

    read: Callable[[], tuple[str, str]]
    heard: list[str] = field(default_factory=list)

    def new(self) -> str:
        """What was written to standard output since the last call."""
        out, err = self.read()
        self.heard += [*out.splitlines(), *err.splitlines()]
        return out

    def lines(self) -> Iterator[str]:
        """Every line so far."""
        self.new()
        yield from self.heard
