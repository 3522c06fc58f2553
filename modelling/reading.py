"""A scoring model's text, read as YAML 1.2 with the line of everything in it.

`on` and `no` are words, `12:30` is text. What the parser trips over is said in a marketer's
words: most often a value begins with a sign that YAML keeps for itself, and quotes around it are
all it needs.
"""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq, TaggedScalar
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from modelling.mistakes import Margin, Path

SIZE_MAX = 1_000_000  # bytes; a model of a thousand rules is a fifth of it
NODES_MAX = 100_000  # aliases can unfold a small text into a huge one
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
        reading.margin.note(
            (), "The file is larger than a megabyte", "A model is a short text: split or shorten it"
        )
        return reading
    duplicates: list[tuple[str, int, int]] = []
    try:
        tree = _yaml(duplicates).load(io.StringIO(text))
    except MarkedYAMLError as error:
        _note_parser_error(error, text.splitlines(), reading)
        return reading
    except (YAMLError, ValueError) as error:
        reading.margin.note(
            (),
            f"This is no YAML: {str(error).splitlines()[0]}",
            "Compare it with the default model",
        )
        return reading
    _Walk(reading).walk(tree, ())
    for key, line, first in duplicates:
        _note_duplicate(key, line, first, reading)
    return reading


def _note_duplicate(key: str, line: int, first: int, reading: Reading) -> None:
    places = [
        path for path, at in reading.lines.items() if at == first and path and path[-1] == key
    ]
    place: Path = (*max(places, key=len, default=()), "again")
    reading.lines[place] = line
    reading.margin.note(
        place, f"`{key}` stands here twice (first in line {first})", "Keep one of them"
    )


def _yaml(duplicates: list[tuple[str, int, int]]) -> YAML:
    class Constructor(RoundTripConstructor):
        def check_mapping_key(
            self,
            node: Any,
            key_node: Any,
            mapping: Any,
            key: Any,
            value: Any,  # noqa: ARG002 - the library's signature
        ) -> bool:
            if key not in mapping:
                return True
            first = next(known for known, _ in node.value if known.value == key_node.value)
            duplicates.append((str(key), key_node.start_mark.line + 1, first.start_mark.line + 1))
            return False

    yaml = YAML(typ="rt")
    yaml.Constructor = Constructor
    return yaml


@dataclass(slots=True)
class _Walk:
    reading: Reading
    nodes: int = 0

    def walk(self, node: Any, path: Path) -> None:
        self.reading.content = self._plain(node, path)

    def _plain(self, node: Any, path: Path) -> Any:
        self.nodes += 1
        if self.nodes > NODES_MAX:
            self.reading.margin.note(
                (), "The file unfolds to too many values", "Use fewer `*` references"
            )
            return None
        if isinstance(node, CommentedMap):
            return self._mapping(node, path)
        if isinstance(node, CommentedSeq):
            return [self._item(node, index, path) for index in range(len(node))]
        if isinstance(node, (TaggedScalar, set)):
            self.reading.margin.note(path, "A value beginning with `!` is a YAML tag", QUOTES)
            return None
        return _scalar(node, path, self.reading.margin)

    def _mapping(self, node: CommentedMap, path: Path) -> dict[str, Any]:
        places = node.lc.data or {}
        plain: dict[str, Any] = {}
        for key, value in node.items():
            name = key if isinstance(key, str) else str(key)
            if key in places:
                self.reading.lines[*path, name] = places[key][0] + 1
            if key is None or isinstance(key, (tuple, dict, list)):
                self.reading.margin.note(
                    path, "A key beginning with `?`, `{` or `[` is no word", QUOTES
                )
                continue
            plain[str(name)] = self._plain(value, (*path, str(name)))
        return plain

    def _item(self, node: CommentedSeq, index: int, path: Path) -> Any:
        place = (node.lc.data or {}).get(index)
        if place is not None:
            self.reading.lines[*path, index] = place[0] + 1
        return self._plain(node[index], (*path, index))


def _scalar(value: Any, path: Path, margin: Margin) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    plain = (
        int(value)
        if isinstance(value, int)
        else float(value)
        if isinstance(value, float)
        else str(value)
    )
    if isinstance(plain, float) and not math.isfinite(plain):
        margin.note(path, "Infinity and not-a-number are no numbers here", "Write a number")
        return None
    return plain


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
        "A bracket or brace is not closed here",
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
