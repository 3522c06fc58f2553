"""Values of a model as people write them: in one line, quoted only where YAML asks for it."""

import json
import re
from collections.abc import Mapping
from typing import Any

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_ /-]*[A-Za-z0-9]|[A-Za-z]|\d+ [a-z]+")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def in_one_line(value: Any) -> str:
    """Write plain dicts, lists and scalars in flow style, which reads back as the same."""
    if isinstance(value, Mapping):
        parts = (f"{plain_text(str(key))}: {in_one_line(one)}" for key, one in value.items())
        return "{" + ", ".join(parts) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(in_one_line, value)) + "]"
    return plain_text(value) if isinstance(value, str) else json.dumps(value)


def plain_text(text: str) -> str:
    """Write a text without quotes where YAML takes it for the same text."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return json.dumps(text, ensure_ascii=False)
