"""What the YAML parser trips over, said in a marketer's words, in the line where the slip is.

The parser notices a slip where it can read no further, which is often a line later, and speaks of
blocks and scalars. Here the line above is looked at too: for a space too few or too many, a colon
without one, a space pasted from a word processor. Else most often a value begins with a sign that
YAML keeps for itself, and quotes around it are all it needs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ruamel.yaml.error import MarkedYAMLError

from modelling.document import ModelDocument, RuleEntry

QUOTES = 'Put quotes around it: "..."'
WRITTEN_MAX = 80  # letters of a line that are shown
FOREIGN = "[\u00a0\u2007\u202f]"  # they look like a space, and YAML takes them for a letter
FOREIGN_REASON = (
    "A non-breaking space, pasted from a word processor, stands where a plain one belongs"
)
FOREIGN_ADVICE = "Delete it and type a plain one"

_FOREIGN_LINE = re.compile(rf"^ *(?:- *)?(?:\w+:)?{FOREIGN}")
_GLUED = re.compile(r"^\s*(?:- +)?(?P<key>[A-Za-z_]\w*):(?P<value>[^\s/].*)$")
_HYPHEN = re.compile(r"^\s*-(?P<rest>[A-Za-z_]\w*:.*)$")
_RULE = re.compile(r"^\s*-?\s*\{?\s*rule:\s*(?P<name>[^\s,}#]+)")
_KEY = re.compile(r"^ *(?:- +)?(?P<key>[A-Za-z_]\w*) *:")
_SECTIONS = ModelDocument.model_fields.keys() - {"fit", "engagement"}  # `halves` has these two
_ITEM = re.compile(r"^ *- ")


@dataclass(frozen=True, slots=True)
class Trouble:
    """What cannot be read: the rule it lies in, or nothing; the line, from 0; what to do."""

    rule: str
    line: int
    reason: str
    advice: str


def explain(error: MarkedYAMLError, lines: Sequence[str]) -> Trouble:
    """Say what is wrong, given the parser's error and the lines of the text."""
    said = " ".join(str(part) for part in (error.context, error.problem) if part)
    mark = error.problem_mark or error.context_mark
    line = min(mark.line, max(0, len(lines) - 1)) if mark else 0
    for look in (_foreign_space, _glued, _hyphen, _first_rule, _indent):
        if (trouble := look(said, line, lines)) is not None:
            return trouble
    written = lines[line].strip() if lines else ""
    for applies, reason, advice in (*_HINTS, _question(written)):
        if applies(said):
            return Trouble("", line, f"{reason} (`{written[:WRITTEN_MAX]}`)", advice)
    advice = "Look at the indent of this line and of the one above, or put quotes around the value"
    return Trouble("", line, f"`{written[:WRITTEN_MAX]}` cannot be read here", advice)


def missing_space(key: str, value: str) -> tuple[str, str]:
    """Give the reason and the advice for `points:15`."""
    value = value.partition(" #")[0].rstrip()[:WRITTEN_MAX]
    return f"No space stands after the colon of `{key}:{value}`", f"Write `{key}: {value}`"


def missing_hyphen(rule: str) -> tuple[str, str]:
    """Give the reason and the advice for a rule that begins without its `- `."""
    advice = f"Begin a new rule with `- `: `- rule: {rule[:WRITTEN_MAX]}`"
    return "A rule begins here, and nothing says so", advice


def _foreign_space(_: str, line: int, lines: Sequence[str]) -> Trouble | None:
    for near in _here_and_above(line, lines):
        if _FOREIGN_LINE.match(lines[near]):
            return Trouble(_rule_around(near, lines), near, FOREIGN_REASON, FOREIGN_ADVICE)
    return None


def _glued(said: str, line: int, lines: Sequence[str]) -> Trouble | None:
    if "expected ':'" not in said and "mapping values" not in said:
        return None
    for near in _here_and_above(line, lines):
        if found := _GLUED.match(lines[near]):
            reason, advice = missing_space(found["key"], found["value"])
            is_name = found["key"] == "rule"
            rule = found["value"].strip() if is_name else _rule_around(near, lines)
            return Trouble(rule, near, reason, advice)
    return None


def _hyphen(_: str, line: int, lines: Sequence[str]) -> Trouble | None:
    for near in _here_and_above(line, lines):
        if found := _HYPHEN.match(lines[near]):
            rest = found["rest"].rstrip()[:WRITTEN_MAX]
            reason = f"No space stands after the hyphen of `-{rest}`"
            return Trouble("", near, reason, f"Write `- {rest}`")
    return None


def _first_rule(_: str, line: int, lines: Sequence[str]) -> Trouble | None:
    """Find the first rule of a section that lacks its hyphen, above the second one."""
    if line >= len(lines) or not _ITEM.match(lines[line]):
        return None
    for near in _contents_above(line, lines):
        if _ITEM.match(lines[near]) or lines[near][:1].isalpha():
            break
        if found := _RULE.match(lines[near]):
            return Trouble(found["name"], near, *missing_hyphen(found["name"]))
    return None


def _indent(said: str, line: int, lines: Sequence[str]) -> Trouble | None:
    """Find the line above that this one should begin below."""
    if not any(words in said for words in ("<block end>", "<document start>", "mapping values")):
        return None
    this = _beginning(lines[line])
    above = this and _above(this[0], line, lines)
    if not this or not above or this[1] == above[1]:
        return None
    side = "left" if this[1] < above[1] else "right"
    other = "the `- `" if above[0] == "- " else f"`{above[0]}`"
    reason = f"`{this[0]}` stands further {side} than {other} above it"
    advice = "Let both begin in the same column"
    if not _has_its_place(this[0]):
        advice += ", or what belongs to a key further right than it"
    return Trouble(_rule_around(line, lines), line, reason, advice)


def _beginning(line: str) -> tuple[str, int] | None:
    """Give the key a line begins with, or `- `, and its column."""
    if _ITEM.match(line):
        return "- ", line.index("-")
    found = _KEY.match(line)
    return (found["key"], found.start("key")) if found else None


def _above(key: str, line: int, lines: Sequence[str]) -> tuple[str, int] | None:
    """Give the key above that a misplaced one is compared with, and its column."""
    contents = [lines[near] for near in _contents_above(line, lines)]
    if key == "- ":
        found = (_beginning(content) for content in contents if _ITEM.match(content))
        return next(found, None)
    keys = [(one["key"], one.start("key")) for one in map(_KEY.match, contents) if one]
    beside = [one for one in keys if _belongs_beside(key, *one)]
    return next(iter(beside or keys), None)


def _has_its_place(key: str) -> bool:
    return key in _SECTIONS or key in RuleEntry.model_fields or key == "- "


def _belongs_beside(key: str, above: str, column: int) -> bool:
    if key in _SECTIONS:
        return column == 0
    return above == "rule" if key in RuleEntry.model_fields else True


def _rule_around(line: int, lines: Sequence[str]) -> str:
    """Give the name of the rule that a line lies in, or nothing."""
    for near in (line, *_contents_above(line, lines)):
        if found := _RULE.match(lines[near]):
            return found["name"].strip("\"'")
        if lines[near][:1].isalpha():  # the section begins
            break
    return ""


def _here_and_above(line: int, lines: Sequence[str]) -> Iterator[int]:
    if line < len(lines):
        yield line
    yield from list(_contents_above(line, lines))[:1]


def _contents_above(line: int, lines: Sequence[str]) -> Iterator[int]:
    """Give the lines above that are neither empty nor a comment, the nearest first."""
    for near in range(min(line, len(lines)) - 1, -1, -1):
        if (written := lines[near].strip()) and not written.startswith("#"):
            yield near


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


def _question(written: str) -> tuple[_Hint, str, str]:
    return (
        (lambda _: "? " in written or "[?" in written),
        "A value beginning with `?` is a YAML key",
        QUOTES,
    )
