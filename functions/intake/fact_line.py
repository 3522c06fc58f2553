"""Reads one line of a fact file, which is also what one activity on the bus looks like, as a fact.

Reading depends on nothing but the line, the instant it was received and the model, so that a line
delivered twice is the same fact, and is refused for the same reason whenever it comes again.
"""

from collections.abc import Callable, Mapping
from typing import Any

from functions.intake.answer_reading import (
    TEXT_BYTES_MAX,
    TEXT_LETTERS_MAX,
    AnswerError,
    Mistake,
    cut,
    read_answers,
    read_property,
    read_text,
    read_yes_no,
)
from functions.intake.email_address import AddressError, read_address
from functions.intake.machine_made import is_made_by_machine
from functions.intake.refusal import Refusal, refusal_of
from functions.intake.sales_line import read_sales
from functions.scoring.facts import (
    FORM,
    FORM_SUBMITTED,
    SALES,
    SALES_ANSWERED,
    SALES_DID,
    Answer,
    Fact,
    Scalar,
    canonical_json,
    short_hash,
)
from functions.scoring.instants import MINUTE_MS, format_instant, parse_instant
from functions.scoring.touches import ENTERED_BY

UTM_NAMES = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")
REFERRER = "referrer"
AHEAD_MAX_MS = (
    5 * MINUTE_MS
)  # clocks differ; further ahead is a mistake, and would lead the ledger for years
_ID_LETTERS_MAX = 128
_PROPERTIES_MAX = 50
_NAME_BYTES_MAX = 100
_VERSION = 1
# ours, or points that only a model gives (C17); `answers` is read field by field
NO_PROPERTIES = frozenset(
    {
        "id",
        "lead",
        "email",
        "at",
        "kind",
        "v",
        "machine",
        "test",
        "import",
        "consent",
        "answers",
        "points",
        "score",
    }
)


def read_fact(
    line: Mapping[str, Any],
    *,
    received_at: int | None,
    model: Mapping[str, Any],
    lead_id: Callable[[str], str],
    source: str = "",
) -> Fact | Refusal:
    """Read one line as a fact, or refuse it with every mistake (rows C8-C21, C38, C39).

    `received_at` is the instant of ingestion (UTC ms) that "future" and "too old" are judged by;
    None judges neither. `lead_id` turns a canonical address into the lead's id. `source` takes part
    in the id of a line without one.
    """
    mistakes: list[Mistake] = []

    def read(
        field: str, reader: Callable[[Any], Any], value: object
    ) -> Any:  # what the reader gives, or None
        try:
            return reader(value)
        except (AnswerError, AddressError, ValueError) as error:
            code = getattr(error, "code", None) or _CODES[field]
            mistakes.append(Mistake(field, _CODES.get(field, code)))
            return None

    kind = read("kind", lambda value: _known_kind(value, model), line.get("kind"))
    read("v", _known_version, line.get("v"))
    address = read("lead", _address, line.get("lead", line.get("email")))
    at = read("at", lambda value: _instant(value, received_at, model), line.get("at"))
    stated_id = read("id", _id, line.get("id"))
    machine, test, consent = (
        read(name, _flag, line.get(name)) for name in ("machine", "test", "consent")
    )
    properties = _properties(line, kind, mistakes)
    if kind in SALES_DID:
        properties, misread = read_sales(kind, properties, model)
        mistakes += misread
    answers = _answers(line, kind, model, mistakes)
    if mistakes:
        return refusal_of(*mistakes)
    return Fact(
        lead=lead_id(address.canonical),
        at=at,
        id=stated_id or _derived_id(line, source=source, kind=kind, at=at),
        kind=kind,
        email=address.canonical,
        properties=properties,
        answers=answers,
        origin=SALES if kind == SALES_ANSWERED else FORM,
        touch=_touch(line, kind),
        consent=consent,
        machine=bool(machine) or _is_machine(line),
        test=bool(test),
        display_email=address.display if kind == FORM_SUBMITTED else "",
    )


def _touch(line: Mapping[str, Any], kind: str) -> dict[str, str] | None:
    """A lead that sales entered was touched by sales: nothing else that sales does touches it."""
    if kind == SALES_ANSWERED and line.get(ENTERED_BY) == SALES:
        return {ENTERED_BY: SALES}
    return read_touch(line, always=kind == FORM_SUBMITTED)


def read_touch(raw: Mapping[str, Any], *, always: bool) -> dict[str, str] | None:
    """Raw utm_* texts and referrer; what is unreadable counts as not said, what is long is cut.

    A form always has a touch (`{}` is direct), an activity only where it carries a utm_*: a page
    seen from another page of the website is no new touch.
    """
    touch = {name: text for name in (*UTM_NAMES, REFERRER) if (text := _touch_text(raw.get(name)))}
    return touch if always or any(name in touch for name in UTM_NAMES) else None


def read_id(value: object) -> str | None:
    """Read an id a sender gave: at most 128 printable characters; empty is none. Raises
    AnswerError.
    """
    if value is None or value == "":
        return None
    if (
        not isinstance(value, str)
        or len(value) > _ID_LETTERS_MAX
        or not value.isascii()
        or not value.isprintable()
    ):
        raise AnswerError("invalid_id")
    return value


_id = read_id
_CODES = {"kind": "unknown_kind", "v": "unsupported_version", "lead": "invalid_lead"}


def _known_kind(value: object, model: Mapping[str, Any]) -> str:
    if not isinstance(value, str) or value not in model["kinds"]:
        raise AnswerError("unknown_kind")
    return value


def _known_version(value: object) -> None:
    if value is not None and str(value).partition(".")[0] != str(_VERSION):
        raise AnswerError("unsupported_version")


def _address(value: object) -> Any:
    if not isinstance(value, str):
        raise AnswerError("invalid_lead")
    return read_address(value)


def _instant(value: object, received_at: int | None, model: Mapping[str, Any]) -> int:
    if not isinstance(value, str):
        raise AnswerError("invalid_time")
    try:
        at = parse_instant(value)
    except ValueError as error:
        raise AnswerError("invalid_time") from error
    if received_at is not None and at > received_at + AHEAD_MAX_MS:
        raise AnswerError("future")
    if received_at is not None and at < received_at - model["retention"]:
        raise AnswerError("too_old")
    return at


def _flag(value: object) -> bool | None:
    return None if value is None else read_yes_no(value)


def _properties(
    line: Mapping[str, Any], kind: str | None, mistakes: list[Mistake]
) -> dict[str, Scalar]:
    properties: dict[str, Scalar] = {}
    for name, value in line.items():
        if name in NO_PROPERTIES or value is None or isinstance(value, dict | list):
            continue
        if kind == SALES_ANSWERED and name == ENTERED_BY:
            continue  # its touch
        if kind == FORM_SUBMITTED and name != "form":
            continue
        try:
            properties[_property_name(name)] = read_property(value)
        except AnswerError as error:
            mistakes.append(Mistake("property", error.code))
    if len(properties) > _PROPERTIES_MAX:
        mistakes.append(Mistake("property", "too_many_fields"))
    return properties


def _property_name(name: str) -> str:
    read_property(name)
    if len(name.encode()) > _NAME_BYTES_MAX:
        raise AnswerError("too_long")
    return name


def _answers(
    line: Mapping[str, Any], kind: str | None, model: Mapping[str, Any], mistakes: list[Mistake]
) -> dict[str, Answer]:
    if kind not in {FORM_SUBMITTED, SALES_ANSWERED}:
        return {}
    raw = line.get("answers")
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        mistakes.append(Mistake("answers", "invalid_type"))
        return {}
    result = read_answers(raw, model, keep_nulls=kind == SALES_ANSWERED)
    mistakes.extend((*result.mistakes, *result.unread))
    return result.answers


def _is_machine(line: Mapping[str, Any]) -> bool:
    return is_made_by_machine(
        user_agent=line.get("user_agent"), network=line.get("network"), method=line.get("method")
    )


def _touch_text(value: object) -> str:
    if not isinstance(value, str):
        return ""
    try:
        return read_text(cut(value.strip()[:TEXT_LETTERS_MAX], TEXT_BYTES_MAX).strip())
    except AnswerError:
        return ""


def _derived_id(line: Mapping[str, Any], *, source: str, kind: str, at: int) -> str:
    content = {
        name: value
        for name, value in line.items()
        if name not in {"lead", "email", "at", "kind", "id"}
    }
    return short_hash(source, kind, format_instant(at), canonical_json(content))
