"""Writes facts as lines of a fact file; reading such a line gives the same fact again.

Without persons a line keeps what was done and what can be counted, and drops what a person typed:
addresses, names, phones, all other free texts, and whatever holds an address.
"""

import json
from collections.abc import Mapping
from typing import Any

from functions.scoring.facts import Answer, Fact, short_hash
from functions.scoring.instants import format_instant

TYPED_BY_PERSONS = frozenset({"text", "message", "phone", "url"})  # types of fields
_PERSONAL = frozenset({"user_agent", "network"})  # properties that tell people apart


class FactWriter:
    """Writes facts under a model, whose fields say which answers a person typed freely."""

    def __init__(self, model: Mapping[str, Any], *, no_persons: bool) -> None:
        """Write with persons or without."""
        self._no_persons = no_persons
        self._countable = frozenset(
            name for name, field in model["fields"].items() if field["type"] not in TYPED_BY_PERSONS
        )

    def line(self, fact: Fact) -> bytes:
        """Write one fact as a line of UTF-8 JSON."""
        told = self._without_persons(fact) if self._no_persons else _told(fact)
        return json.dumps(told, ensure_ascii=False).encode() + b"\n"

    def _without_persons(self, fact: Fact) -> dict[str, Any]:
        told = {
            name: value
            for name, value in _told(fact).items()
            if name not in _PERSONAL and not _holds_address(value)
        }
        told |= {"lead": fact.lead, "id": short_hash(fact.id)}  # senders may build ids of names
        if fact.answers:
            told["answers"] = self._counted(fact.answers)
        return told

    def _counted(self, answers: Mapping[str, Answer]) -> dict[str, Answer]:
        return {name: value for name, value in answers.items() if name in self._countable}


def _told(fact: Fact) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": fact.id,
        "lead": fact.display_email or fact.email,
        "at": format_instant(fact.at),
        "kind": fact.kind,
        **(fact.touch or {}),
        **fact.properties,
    }
    if fact.answers:
        told["answers"] = dict(fact.answers)
    if fact.consent is not None:
        told["consent"] = fact.consent
    return told | {name: True for name in ("machine", "test") if getattr(fact, name)}


def _holds_address(value: object) -> bool:
    return isinstance(value, str) and ("@" in value or "%40" in value)
