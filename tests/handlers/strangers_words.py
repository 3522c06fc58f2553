"""All that a stranger says in an event, so that a test can look for it where it must not be."""

import base64
import json
import re
import urllib.parse
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from tests.handlers.told_lines import NEVER_SAID, our_words

_SHORTEST = 4  # letters: shorter ones stand in any text by chance


def words_of(event: Mapping[str, Any]) -> set[str]:
    """Values of headers, query, path and body that a test could recognise; no names of fields."""
    parts = ("headers", "queryStringParameters", "cookies", "pathParameters", "rawQueryString")
    found = {text for part in parts for text in _leaves(event.get(part))}
    found |= set(_leaves(_body_values(_body(event))))
    return {text for text in found if len(text) >= _SHORTEST}


def assert_nothing_is_echoed(
    answer: Mapping[str, Any], event: Mapping[str, Any], model: Mapping[str, Any]
) -> None:
    """An answer names fields and codes, never what was sent and never a name of our insides."""
    said = json.dumps(answer, ensure_ascii=False) + json.dumps(answer)
    assert not NEVER_SAID.search(said)
    for word in words_of(event):
        if word not in _ours() and word not in json.dumps(model):
            assert word not in said, "an answer says what was sent"


def _body(event: Mapping[str, Any]) -> str:
    body = event.get("body")
    if not isinstance(body, str):
        return ""
    if not event.get("isBase64Encoded"):
        return body
    try:
        return base64.b64decode(body).decode(errors="replace")
    except ValueError:
        return body


def _body_values(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pairs = re.findall(r"=([^&]*)", text)
        return [urllib.parse.unquote_plus(value) for value in pairs]


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for part in value.values():
            yield from _leaves(part)
    elif isinstance(value, list):
        for part in value:
            yield from _leaves(part)
    elif value is not None:
        yield str(value)


@cache
def _ours() -> str:
    return "\n".join(our_words())
