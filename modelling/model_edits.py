"""Changes of a model's text that leave all else as people wrote it, comments and order too.

The text is read again after each change: what was meant stands in it and nothing else is different,
or EditError says to do it by hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from modelling.plain_yaml import in_one_line
from modelling.reading import read_model_text

CHANGELOG, IGNORE = "changelog", "ignore"
ABOUT_CHANGES = "\n# What was changed and why, the newest first.\n"
ABOUT_VERDICTS = "\n# Activities found out later to be a machine's: they give no points.\n"


class EditError(ValueError):
    """A model's text is written in a way in which this change cannot be made."""


def with_note(source: str, note: str, *, day: str) -> str:
    """Add a line to a model's changelog, above the others. Raises EditError."""
    line = f"{day}: {note}"
    return _added(source, CHANGELOG, line, [json.dumps(line, ensure_ascii=False)], ABOUT_CHANGES)


def with_verdict(source: str, verdict: Mapping[str, Any]) -> str:
    """Add a verdict, as `modelling.document.IgnoreEntry` has it, above the others. Raises
    EditError.
    """
    lines = [f"{name}: {in_one_line(value)}" for name, value in verdict.items()]
    return _added(source, IGNORE, dict(verdict), lines, ABOUT_VERDICTS)


def without_verdict(source: str, name: str) -> str:
    """Take a verdict out. Raises KeyError where there is none of this name, EditError."""
    reading = read_model_text(source)
    written = _list(reading.content, IGNORE)
    names = [one.get("verdict") if isinstance(one, dict) else None for one in written]
    at = names.index(name) if name in names else None
    if at is None:
        raise KeyError(name)
    lines = source.splitlines(keepends=True)
    first = reading.lines[IGNORE, at] - 1
    dash = re.match(r"(\s*)- ", lines[first])
    if dash is None:
        raise EditError(_by_hand(IGNORE))
    end = first + 1
    while end < len(lines) and re.match(rf"{dash[1]}\s+\S", lines[end]):
        end += 1
    while lines[end - 1].lstrip().startswith("#"):
        end -= 1  # it may be about what follows
    before = "".join(lines[:first])
    if len(written) == 1:
        before = "".join(lines[: reading.lines[(IGNORE,)] - 1]).removesuffix(ABOUT_VERDICTS)
    rest = [one for one in written if one is not written[at]]
    return _checked(source, before + "".join(lines[end:]), IGNORE, rest)


def _added(source: str, key: str, entry: object, lines: list[str], about: str) -> str:
    """Put an entry of these lines first into the list under a key of the model."""
    source = re.sub(rf"(?m)^{key}:[ \t]*\[[ \t]*\]", f"{key}:", source)
    beginning = re.search(rf"(?m)^{key}:[ \t]*(#.*)?\n", source)
    others = re.match(
        r"(?:[ \t]*(?:#.*)?\n)*( *)- ", source[beginning.end() :] if beginning else ""
    )
    indent = others[1] if others else "  "
    text = "".join(f"{indent}{'- ' if not at else '  '}{line}\n" for at, line in enumerate(lines))
    if beginning:
        made = source[: beginning.end()] + text + source[beginning.end() :]
    else:
        end = "" if source.endswith("\n") else "\n"
        made = f"{source}{end}{about}{key}:\n{text}"
    return _checked(source, made, key, [entry, *_list(read_model_text(source).content, key)])


def _checked(source: str, made: str, key: str, entries: list[Any]) -> str:
    """Give the text made if it says what was meant and nothing else changed. Raises EditError."""
    before, after = (read_model_text(text).content for text in (source, made))
    wanted = {**(before or {}), key: entries}
    if not entries:
        del wanted[key]
    if after != wanted:
        raise EditError(_by_hand(key))
    return made


def _list(content: object, key: str) -> list[Any]:
    written = content.get(key) if isinstance(content, dict) else None
    return written if isinstance(written, list) else []


def _by_hand(key: str) -> str:
    return f"`{key}:` is written in a way that only people can change: mend it by hand"
