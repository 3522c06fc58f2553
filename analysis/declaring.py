"""What facts speak of that a model does not declare yet: fields with their type, kinds of activity.

A model drops answers it did not ask for. Who learns from past leads wants to know of all of them,
so what a fact file answers is declared as what its values are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from functions.intake.answer_reading import TEXT_LETTERS_MAX, field_names, name_key
from functions.scoring.facts import ANSWERING
from modelling.condition_terms import COMBINING
from modelling.document import NAME_MAX, NAME_PATTERN
from modelling.field_entries import CONTROL_FIELDS

FIELDS_MAX = 200  # learned from; a model declares those of them that its rules use


@dataclass(frozen=True, slots=True)
class Declared:
    """Types of undeclared fields, and undeclared kinds of activity, in the order they came."""

    fields: Mapping[str, str]
    kinds: tuple[str, ...]

    def extend(self, compiled: Mapping[str, Any]) -> dict[str, Any]:
        """Give a compiled model that keeps these answers and knows these kinds."""
        fields = dict(compiled["fields"])
        for name, type_ in self.fields.items():
            fields[name] = {"type": type_, "also": []}
        kinds = sorted({*compiled["kinds"], *self.kinds})
        return {**compiled, "fields": fields, "kinds": kinds}


def declared_by(lines: Iterable[Mapping[str, Any]], compiled: Mapping[str, Any]) -> Declared:
    """Find what lines of a fact file speak of and the compiled model does not know."""
    known = field_names(compiled)
    kinds: dict[str, None] = {}
    types: dict[str, str] = {}
    for line in lines:
        kind = line.get("kind")
        if isinstance(kind, str) and kind not in compiled["kinds"] and _is_name(kind):
            kinds[kind] = None
        answers = line.get("answers")
        if kind not in ANSWERING or not isinstance(answers, dict):
            continue
        for name, value in answers.items():
            if name_key(name) in known or value in (None, "") or not _may_be_field(name):
                continue
            if name in types or len(types) < FIELDS_MAX:
                types[name] = _wider(types.get(name), _type_of(value))
    fields = {name: type_ for name, type_ in types.items() if type_}
    return Declared(_distinct(fields), tuple(kinds))


def _type_of(value: object) -> str:
    if isinstance(value, bool):
        return "yes_no"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "text" if len(value) <= TEXT_LETTERS_MAX and "\n" not in value else ""
    return ""


def _wider(before: str | None, now: str) -> str:
    """The type of both; empty where they differ, for a field takes values of one type."""
    return now if before in (None, now) else ""


def _distinct(fields: Mapping[str, str]) -> dict[str, str]:
    """Of names that forms cannot tell apart the first one."""
    kept: dict[str, str] = {}
    for name in fields:
        kept.setdefault(name_key(name), name)
    return {name: fields[name] for name in kept.values()}


def _is_name(name: str) -> bool:
    return bool(re.match(NAME_PATTERN, name)) and len(name) <= NAME_MAX


def _may_be_field(name: str) -> bool:
    return (
        _is_name(name)
        and name not in CONTROL_FIELDS
        and name not in COMBINING
        and not name.startswith("utm_")
        and name_key(name) != "email"
    )
