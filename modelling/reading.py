"""A scoring model's text, read as YAML 1.2 with the line of everything in it.

`on` and `no` are words, `12:30` is text. What the parser trips over is said in a marketer's
words: most often a value begins with a sign that YAML keeps for itself, and quotes around it are
all it needs.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from modelling.mistakes import Margin, Path

SIZE_MAX = 1_000_000  # characters; a model of a thousand rules is a fifth of it
NODES_MAX = 100_000  # aliases can unfold a small text into a huge one
DEPTH_MAX = 50  # the deepest condition that is allowed lies at half of it
TAG = "tag:yaml.org,2002:"
QUOTES = 'Put quotes around it: "..."'


@dataclass(slots=True)
class Reading:
    """What a text holds: plain dicts, lists and scalars, and the line (from 1) of each place."""

    content: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    margin: Margin = field(default_factory=Margin)


def read_model_text(text: str) -> Reading:
    """Read a model's text; what cannot be read is in the margin, and `content` is None then."""
    reading = Reading()
    if len(text) > SIZE_MAX:
        advice = "A model is a short text: shorten it"
        reading.margin.note((), "The file is larger than a megabyte", advice)
        return reading
    try:
        tree = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        _note_parser_error(error, text.splitlines(), reading)
    except (YAMLError, ValueError) as error:
        reason = f"This is no YAML: {str(error).splitlines()[0]}"
        reading.margin.note((), reason, "Compare it with the default model")
    except RecursionError:
        _note_depth((), reading.margin)
    else:
        reading.content = _Walk(reading, text).plain(tree, ()) if tree is not None else None
    return reading


@dataclass(slots=True)
class _Walk:
    reading: Reading
    text: str
    nodes: int = 0

    def plain(self, node: Node, path: Path) -> Any:
        """Give what a node holds; None where it is a mistake."""
        self.nodes += 1
        if self.nodes > NODES_MAX:
            reason = "The file unfolds to too many values"
            self.reading.margin.note((), reason, "Use fewer `*` references")
            return None
        if len(path) > DEPTH_MAX:
            _note_depth(path[:2], self.reading.margin)
            return None
        if isinstance(node, MappingNode) and self._begins_with(node, "?"):
            self.reading.margin.note(path, "A value beginning with `?` is a YAML key", QUOTES)
            return None
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self._item(child, (*path, index)) for index, child in enumerate(node.value)]
        return _scalar(node, path, self.reading.margin)

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        plain: dict[str, Any] = {}
        first: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, ScalarNode) or (key.value == "" and not key.style):
                self._note_at(line, (*path, "?"), "A key is no word here", QUOTES)
                continue
            name = str(key.value)
            if name in plain:
                reason = f"`{name}` stands here twice (first in line {first[name]})"
                self._note_at(line, (*path, name, "again"), reason, "Keep one of them")
                continue
            first[name] = self.reading.lines[*path, name] = line
            plain[name] = self.plain(value, (*path, name))
        return plain

    def _begins_with(self, node: Node, sign: str) -> bool:
        return self.text[node.start_mark.index : node.start_mark.index + 1] == sign

    def _item(self, node: Node, path: Path) -> Any:
        self.reading.lines[path] = node.start_mark.line + 1
        return self.plain(node, path)

    def _note_at(self, line: int, path: Path, reason: str, advice: str) -> None:
        self.reading.lines[path] = line
        self.reading.margin.note(path, reason, advice)


def _note_depth(path: Path, margin: Margin) -> None:
    margin.note(path, "The values lie too deep in one another", "Make several rules of it")


def _scalar(node: Node, path: Path, margin: Margin) -> Any:
    """Give the value of a scalar; dates stay texts, whatever YAML makes of them."""
    tag = str(node.tag)
    if not tag.startswith(TAG):
        margin.note(path, "A value beginning with `!` is a YAML tag", QUOTES)
        return None
    text = str(node.value)
    try:
        return _READERS.get(tag.removeprefix(TAG), str)(text)
    except ValueError:
        margin.note(
            path, f"`{text[:40]}` is no number here", "Write a number, or put quotes around"
        )
        return None


def _whole(text: str) -> int:
    plain = text.replace("_", "")
    try:
        return int(plain, 0)
    except ValueError:
        return int(plain)


def _decimal(text: str) -> float:
    number = float(text.replace("_", ""))
    if not math.isfinite(number):
        raise ValueError(text)
    return number


_READERS: dict[str, Callable[[str], Any]] = {
    "int": _whole,
    "float": _decimal,
    "bool": lambda text: text.lower() == "true",
    "null": lambda _: None,
}
_Hint = Callable[[str], bool]
_HINTS: tuple[tuple[_Hint, str, str], ...] = (
    (
        lambda said: "\\t" in said,
        "A tab stands where only spaces may stand",
        "Use spaces to indent",
    ),
    (lambda said: "alias" in said, "A value beginning with `*` is a YAML reference", QUOTES),
    (lambda said: "anchor" in said, "A value beginning with `&` is a YAML anchor", QUOTES),
    (lambda said: "'@'" in said, "A value may not begin with `@`", QUOTES),
    (lambda said: "'`'" in said, "A value may not begin with a backtick", QUOTES),
    (lambda said: "'%'" in said or "directive" in said, "A value may not begin with `%`", QUOTES),
    (
        lambda said: "mapping values are not allowed" in said,
        "A value holds `: `, or the indent is wrong",
        QUOTES,
    ),
    (lambda said: "tag" in said, "A value beginning with `!` is a YAML tag", QUOTES),
    (
        lambda said: "single document" in said,
        "A line `---` begins a second document",
        "Keep one model in a file",
    ),
    (
        lambda said: "flow" in said or "','" in said,
        "A bracket or brace is not closed, or a value in it holds `: `",
        "Close it, or put quotes around the value",
    ),
    (lambda said: "quoted scalar" in said, "A quotation mark is not closed", "Close it"),
)


def _note_parser_error(error: MarkedYAMLError, text: list[str], reading: Reading) -> None:
    said = " ".join(str(part) for part in (error.context, error.problem) if part)
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    reading.lines[()] = min(line, max(1, len(text)))
    written = text[mark.line].strip() if mark and mark.line < len(text) else ""
    for applies, reason, advice in (*_HINTS, _question(written)):
        if applies(said):
            reading.margin.note((), f"{reason} (`{written[:80]}`)", advice)
            return
    reading.margin.note(
        (),
        f"YAML cannot read `{written[:80]}`: {error.problem}",
        "Look at the indent, or put quotes around the value",
    )


def _question(written: str) -> tuple[_Hint, str, str]:
    return (
        (lambda _: "? " in written or "[?" in written),
        "A value beginning with `?` is a YAML key",
        QUOTES,
    )
