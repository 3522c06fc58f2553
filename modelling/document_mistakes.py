"""What pydantic says of a document, in words a marketer understands; and the document without what
was wrong.

Each wrong key is left out and the rest is checked on, so that one typing error does not hide the
other mistakes.
"""

from __future__ import annotations

import copy
import re
import types
import typing
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from functions.scoring.conditions import fold
from modelling.document import (
    HOURS_PATTERN,
    LANGUAGE_PATTERN,
    NAME_PATTERN,
    ORIGIN_PATTERN,
    SLUG_PATTERN,
    URL_PATTERN,
    WEEKDAYS_PATTERN,
    ModelDocument,
)
from modelling.durations import UNITS_MS, say_duration
from modelling.mistakes import Margin, Path, did_you_mean
from modelling.number_slips import number_advice

Words = tuple[str, str]
MAY_BE_NOTHING = frozenset({"cap", "floor", "errors", "honeypot", "consent", "group", "stage"})


def note_document_mistakes(error: ValidationError, margin: Margin) -> None:
    """Put every error into the margin, with the place, the reason and what to do."""
    for one in error.errors(include_url=False):
        path = _place(one["loc"])
        if (
            one["type"] == "string_type"
            and isinstance(one["input"], dict)
            and path[-1] in ("says", "asks")
        ):
            continue  # the other branch, a text per language, has the mistake
        reason, advice = _say(one, path)
        if one["type"] == "missing" or not margin.has_note_under(path):
            margin.note(path[:-1] if one["type"] == "missing" else path, reason, advice)


def note_nothing(content: object, margin: Margin, path: Path = ()) -> None:
    """Note each key with nothing after it: most often what belongs below it is not indented.

    Only where nothing has a meaning of its own (no cap, no honeypot) may nothing stand.
    """
    if isinstance(content, list):
        for index, one in enumerate(content):
            note_nothing(one, margin, (*path, index))
    elif isinstance(content, dict):
        for key, one in content.items():
            if margin.has_note_at((*path, key)):
                continue
            if one is None and key not in MAY_BE_NOTHING:
                margin.note(
                    (*path, key),
                    f"Nothing stands after `{key}`",
                    (
                        f"Leave it out, or write a value{_example((*path, key))}, indented "
                        "below it or on its line"
                    ),
                )
            else:
                note_nothing(one, margin, (*path, key))


def without_mistakes(content: object, error: ValidationError) -> ModelDocument | None:
    """Give the document without its wrong keys, for the checks that follow; None where nothing is
    left of it.
    """
    if not isinstance(content, dict):
        return None
    rest = copy.deepcopy(content)
    for length in (3, 2, 1):
        _prune(rest, error, length)
        try:
            return ModelDocument.model_validate(rest)
        except ValidationError as again:
            error = again
    return None


def _prune(rest: dict[str, Any], error: ValidationError, length: int) -> None:
    """Leave out what is wrong, as deep as `length` steps; the last of a list first."""
    places = {_place(one["loc"])[:length] for one in error.errors(include_url=False)}
    for place in sorted(places - {()}, key=_by_index, reverse=True):
        holder: Any = rest
        for step in place[:-1]:
            holder = holder[step] if _has(holder, step) else None
        if _has(holder, place[-1]):
            _leave_out(holder, place[-1], keeps_places=place[0] in ("fit", "engagement"))


def _by_index(place: Path) -> list[tuple[bool, str | int]]:
    return [(isinstance(step, int), step) for step in place]


def _leave_out(holder: Any, step: str | int, *, keeps_places: bool) -> None:
    if isinstance(holder, list) and keeps_places:
        holder[int(step)] = {}  # so that the rules after it are found where they stand
    else:
        del holder[step]


def _has(holder: object, step: str | int) -> bool:
    if isinstance(holder, dict):
        return step in holder
    return isinstance(holder, list) and isinstance(step, int) and step < len(holder)


def _place(location: tuple[str | int, ...]) -> Path:
    """Drop what pydantic adds to a place: the branches of a union, and the mark of a mapping's
    key.
    """
    return tuple(
        step
        for step in location
        if not (
            isinstance(step, str)
            and (step.startswith(("constrained-", "dict[", "str", "function-")) or step == "[key]")
        )
    )


def _say(one: Any, path: Path) -> Words:
    kind, given, context = one["type"], one["input"], one.get("ctx", {})
    key = _called(path)
    if "[key]" in one["loc"]:
        return _say_name(key, path)
    if kind == "extra_forbidden":
        return f"There is no `{key}` here", did_you_mean(key, _keys_at(path[:-1]))
    if kind == "missing":
        return f"`{key}` is missing", f"Add `{key}`{_example(path)}"
    if kind == "string_pattern_mismatch":
        advice = _without_accents(given) or f"Write {_FORMS[context['pattern']]}{_example(path)}"
        return f"`{key}` cannot be {_short(given)}", advice
    if kind in _REASONS:
        reason = _REASONS[kind].format(key=key, given=_short(given), **context)
        advice = f"Write {_ADVICE[kind].format(**context)}{_example(path)}"
        return reason, _as_it_was_meant(kind, given, key) or advice
    return f"`{key}` cannot be {_short(given)}", f"Write something that fits{_example(path)}"


def _say_name(name: str, path: Path) -> Words:
    if path[-2:-1] in (("says",), ("asks",)):
        return f"`{name}` is no language here", "Write `en` or `pl`"
    if path[-2:-1] == ("hours",):
        return f"`{name}` is no day of the week here", "Write it as mon, or as mon-fri"
    usual = "Use letters, digits and underscores or hyphens, beginning with a letter"
    return f"`{name}` is no fitting name here", _without_accents(name) or usual


def _without_accents(name: object) -> str | None:
    """Say how to write a name whose only fault are its accents."""
    plain = fold(str(name))
    if str(name).isascii() or not re.match(SLUG_PATTERN, plain):
        return None
    return f"Use the letters a to z, without accents: `{plain}`"


def _as_it_was_meant(kind: str, given: object, key: str) -> str | None:
    """Say what to write instead of a slip whose meaning is plain."""
    if kind == "duration" and isinstance(given, str) and given in UNITS_MS:
        return f"Write `{key}: {say_duration(UNITS_MS[given])}`"
    advice = number_advice(given, key) if kind == "int_type" else None
    return advice if advice and "." not in str(given) else None


def _called(path: Path) -> str:
    if not path:
        return "the model"
    return f"entry {path[-1] + 1}" if isinstance(path[-1], int) else path[-1]


_REASONS = {
    "duration": "{reason}",
    "bucket": "`{key}`: `{value}` is neither an hour, a day nor whole days",
    "bound": "`{value}` does not say `{word}` and a number",
    "int_type": "`{key}` takes a whole number, not {given}",
    "int_from_float": "`{key}` takes a whole number, not {given}",
    "bool_type": "`{key}` takes true or false, not {given}",
    "string_type": "`{key}` takes a text, not {given}",
    "dict_type": "`{key}` takes names with values, not {given}",
    "model_type": "`{key}` takes names with values, not {given}",
    "list_type": "`{key}` takes a list, not {given}",
    "greater_than_equal": "`{key}` cannot be {given}: the least is {ge}",
    "less_than_equal": "`{key}` cannot be {given}: the most is {le}",
    "literal_error": "`{key}` cannot be {given}",
    "too_long": "`{key}` holds {actual_length}, and {max_length} is the limit",
    "too_short": "`{key}` is empty",
    "string_too_long": "`{key}` is longer than {max_length} characters",
    "string_too_short": "`{key}` is empty",
}
_ADVICE = {
    "duration": "a number and minutes, hours, days, weeks, months or years",
    "bucket": "hour, day, or a number of days",
    "bound": "`{word}` and a number",
    "int_type": "a number without quotes or decimals",
    "int_from_float": "a number without decimals",
    "bool_type": "true or false",
    "string_type": "a text; put quotes around it",
    "dict_type": "`name: value`, indented below it",
    "model_type": "`name: value`, indented below it",
    "list_type": "a list: `[one, other]`, or lines beginning with `- `",
    "greater_than_equal": "{ge} or more",
    "less_than_equal": "{le} or less",
    "literal_error": "one of {expected}",
    "too_long": "fewer",
    "too_short": "at least one",
    "string_too_long": "a shorter text",
    "string_too_short": "a text",
}
_FORMS = {
    URL_PATTERN: "a whole web address, beginning with https://",
    ORIGIN_PATTERN: "a website without a path, beginning with https://",
    SLUG_PATTERN: "letters, digits, hyphens and underscores, without spaces",
    NAME_PATTERN: "letters, digits and underscores, beginning with a letter",
    LANGUAGE_PATTERN: "a language's two letters",
    HOURS_PATTERN: "two clock times with a hyphen between, as 8:00-17:00",
    WEEKDAYS_PATTERN: "a weekday or several, as mon or mon-fri",
}


def _short(given: object) -> str:
    if isinstance(given, dict):
        return "names with values"
    if isinstance(given, list):
        return "a list"
    return f"`{str(given)[:60]}`" if not isinstance(given, bool) else f"`{str(given).lower()}`"


def _keys_at(path: Path) -> list[str]:
    part = _part_at(path)
    return list(part.model_fields) if part else []


def _example(path: Path) -> str:
    part = _part_at(path[:-1])
    field = part.model_fields.get(str(path[-1])) if part and path else None
    examples = (field.examples if field else None) or []
    return f", for example {_as_yaml(path[-1], examples[0])}" if examples else ""


def _as_yaml(key: object, value: object) -> str:
    return f"`{key}: {_flow(value)}`"


def _flow(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(one) for one in value) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _part_at(path: Path) -> type[BaseModel] | None:
    """Find the part of the document that describes a place."""
    here: Any = ModelDocument
    for step in path:
        if isinstance(here, type) and issubclass(here, BaseModel):
            field = here.model_fields.get(str(step))
            here = field.annotation if field else None
        else:
            here = _inside(here)
        here = _unwrapped(here)
    return here if isinstance(here, type) and issubclass(here, BaseModel) else None


def _unwrapped(annotation: Any) -> Any:
    while typing.get_origin(annotation) in (typing.Annotated, typing.Union, types.UnionType):
        annotation = next(one for one in typing.get_args(annotation) if one is not type(None))
    return annotation


def _inside(annotation: Any) -> Any:
    arguments = typing.get_args(annotation)
    if typing.get_origin(annotation) in (dict, Mapping):
        return arguments[1]
    return arguments[0] if arguments else None
