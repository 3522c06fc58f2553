"""A scoring model's text, read as YAML 1.2 with the line of everything in it.

`on` and `no` are words, `12:30` is text. A slip that is YAML all the same (a number with commas in
braces, a rule without its hyphen) is told once and read as it was meant, so that it does not
become a mistake of everything after it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from modelling.mistakes import Margin, Path
from modelling.unreadable import (
    FOREIGN,
    FOREIGN_ADVICE,
    FOREIGN_REASON,
    QUOTES,
    explain,
    missing_hyphen,
    missing_space,
)

SIZE_MAX = 1_000_000  # characters; a model of a thousand rules is a fifth of it
NODES_MAX = 100_000  # aliases can unfold a small text into a huge one
DEPTH_MAX = 50  # the deepest condition that is allowed lies at half of it
TAG = "tag:yaml.org,2002:"
HALVES = (("fit",), ("engagement",))
SEPARATED = re.compile(r"\d{1,3}(,\d{3})+")
GLUED = re.compile(rf"(?P<key>\w[\w ]*):(?P<space>{FOREIGN}*)(?P<value>[^\s/].*)")


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
        tree = _composed(text)
    except MarkedYAMLError as error:
        _note_parser_error(error, text.split("\n"), reading)
    except (YAMLError, ValueError) as error:
        reason = f"This is no YAML: {str(error).splitlines()[0]}"
        reading.margin.note((), reason, "Compare it with the default model")
    except RecursionError:
        _note_depth((), reading.margin)
    else:
        reading.content = _Walk(reading, text).plain(tree, ()) if tree is not None else None
    return reading


@lru_cache(maxsize=4)
def _composed(text: str) -> Node | None:
    """Parse it once, however often a command reads one text: nobody writes into the nodes."""
    tree: Node | None = YAML(typ="safe", pure=True).compose(text)
    return tree


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
        for key, value in self._mended(node, path):
            line = key.start_mark.line + 1
            if not isinstance(key, ScalarNode) or (key.value == "" and not key.style):
                self._note_at(line, (*path, "?"), "A key is no word here", QUOTES)
                continue
            name = self._name(str(key.value), line, path)
            if name == "rule" and name in plain and path[:1] in HALVES:
                self._note_at(line, (*path, name, "again"), *missing_hyphen(_plain_text(value)))
                break
            if name in plain:
                reason = f"`{name}` stands here twice (first in line {first[name]})"
                self._note_at(line, (*path, name, "again"), reason, "Keep one of them")
                continue
            first[name] = self.reading.lines[*path, name] = line
            plain[name] = self.plain(value, (*path, name))
        return plain

    def _name(self, written: str, line: int, path: Path) -> str:
        name = written.strip()
        if name != written and re.search(FOREIGN, written):
            self._note_at(line, (*path, name, "space"), FOREIGN_REASON, FOREIGN_ADVICE)
            return name
        return written

    def _mended(self, node: MappingNode, path: Path) -> list[tuple[Node, Node]]:
        """Give the pairs of a mapping; what was glued or torn apart in braces, as it was meant."""
        pairs: list[tuple[Node, Node]] = []
        for key, value in node.value:
            if pairs and _continues(pairs[-1][1], key, value):
                first, begun = pairs.pop()
                pairs.append((first, _as_scalar(begun, f"{begun.value},{key.value}")))
            elif glued := GLUED.fullmatch(_plain_text(key)):
                pairs.append(self._parted(key, value, glued, path))
            else:
                pairs.append((key, value))
        return pairs

    def _parted(
        self, key: Node, value: Node, glued: re.Match[str], path: Path
    ) -> tuple[Node, Node]:
        """Take a colon without a space after it for what it was meant to be, and say so."""
        said = missing_space(glued["key"], glued["value"])
        if not _is_nothing(value):  # of `when:{country: Poland}` the parser took `when:{country`
            said = missing_space(glued["key"], f"{glued['value']}: {_plain_text(value)}")
        if glued["space"]:
            said = (FOREIGN_REASON, FOREIGN_ADVICE)
        self._note_at(key.start_mark.line + 1, (*path, glued["key"]), *said)
        meant = glued["value"] if _is_nothing(value) else ""
        return _as_scalar(key, glued["key"]), _as_scalar(key, meant)

    def _begins_with(self, node: Node, sign: str) -> bool:
        return self.text[node.start_mark.index : node.start_mark.index + 1] == sign

    def _item(self, node: Node, path: Path) -> Any:
        self.reading.lines[path] = node.start_mark.line + 1
        return self.plain(node, path)

    def _note_at(self, line: int, path: Path, reason: str, advice: str) -> None:
        self.reading.lines[path] = line
        self.reading.margin.note(path, reason, advice)


def _continues(begun: Node, key: Node, value: Node) -> bool:
    """Tell whether `000` is the rest of the number `1,000`, which commas have torn apart."""
    rest = _plain_text(key)
    return _is_nothing(value) and bool(SEPARATED.fullmatch(f"{_plain_text(begun)},{rest}"))


def _is_nothing(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.value == "" and not node.style


def _plain_text(node: Node) -> str:
    """Give the text of a scalar without quotes."""
    return str(node.value) if isinstance(node, ScalarNode) and not node.style else ""


def _as_scalar(node: Node, text: str) -> ScalarNode:
    if not text:
        return ScalarNode(f"{TAG}null", text, node.start_mark, node.end_mark)
    kind = "int" if re.fullmatch(r"-?[1-9]\d*|0", text) else "str"
    return ScalarNode(f"{TAG}{kind}", text, node.start_mark, node.end_mark)


def _note_parser_error(error: MarkedYAMLError, text: list[str], reading: Reading) -> None:
    trouble = explain(error, text)
    place: Path = (trouble.rule,) if trouble.rule else ()
    reading.lines[place] = trouble.line + 1
    reading.margin.note(place, trouble.reason, trouble.advice)


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
