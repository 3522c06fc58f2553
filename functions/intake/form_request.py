"""Takes a form's fields out of an HTTP request, before anybody asks what they mean.

Checks go from cheap to dear: the form, who asks, size, type, encoding, syntax. A body is never
parsed before its size and depth are known, and nothing a stranger sends raises anything but a
RequestError.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from functions.intake.answer_reading import Mistake
from functions.intake.strict_json import UnreadableJsonError, holds_bad_number, parse_strictly

BODY_BYTES_MAX = 16 * 1024  # a form of fifty full answers
FIELDS_MAX = 50
_PAIRS_MAX = 100
_LIST_MAX = 20
_DEPTH_MAX = 5
JSON, URLENCODED = "application/json", "application/x-www-form-urlencoded"
ACCEPT_POST = f"{JSON}, {URLENCODED}"
_CHARSETS = frozenset({"", "utf-8", "utf8", "us-ascii"})


class RequestError(ValueError):
    """A request that is not accepted: HTTP status, code and the mistakes with their fields."""

    def __init__(self, status: int, code: str, mistakes: tuple[Mistake, ...] = ()) -> None:
        """Keep what the answer says, and none of the request."""
        super().__init__(code)
        self.status, self.code, self.mistakes = status, code, mistakes


@dataclass(frozen=True, slots=True)
class FormRequest:
    """A form's name and its fields as they were posted; a field sent more than once is a list."""

    form: str
    fields: dict[str, Any]


def form_of(event: Mapping[str, Any], model: Mapping[str, Any]) -> str | None:
    """Name of the open form a request is for, or None (B37)."""
    name = _mapping(event.get("pathParameters")).get("form")
    request = _mapping(_mapping(event.get("requestContext")).get("http"))
    if not isinstance(name, str) or request.get("method") != "POST":
        return None
    form = model["forms"].get(name)
    return name if form is not None and form.get("open", True) else None


def headers_of(event: Mapping[str, Any]) -> dict[str, str]:
    """Headers of a request by their name in small letters."""
    return {
        name.lower(): value
        for name, value in _mapping(event.get("headers")).items()
        if isinstance(value, str)
    }


def is_page(event: Mapping[str, Any]) -> bool:
    """Whether a browser waits for a page: a plain HTML form, without `Accept: application/json`."""
    headers = headers_of(event)
    return _media_type(headers)[0] == URLENCODED and JSON not in headers.get("accept", "").lower()


def read_request(event: Mapping[str, Any], model: Mapping[str, Any]) -> FormRequest:
    """Read a request as a form's fields, in the order of section B. Raises RequestError."""
    name = form_of(event, model)
    if name is None:
        raise RequestError(404, "form_not_found")
    headers = headers_of(event)
    _check_origin(headers, model["forms"][name])
    raw = _bytes(event)
    media_type = _check_media_type(headers)
    text = _text(raw)
    return FormRequest(name, _from_json(text) if media_type == JSON else _from_urlencoded(text))


def read_json_body(event: Mapping[str, Any]) -> dict[str, Any]:
    """Read a body that has to be a JSON object, by the same rules. Raises RequestError."""
    raw = _bytes(event)
    if _check_media_type(headers_of(event)) != JSON:
        raise RequestError(415, "unsupported_media_type")
    return _from_json(_text(raw))


def _check_origin(headers: Mapping[str, str], form: Mapping[str, Any]) -> None:
    """A form that lists origins takes no other page's; a server sends none (B38)."""
    origin, allowed = headers.get("origin"), form.get("origins")
    if origin is not None and allowed and origin not in allowed:
        raise RequestError(403, "origin_refused")


def _bytes(event: Mapping[str, Any]) -> bytes:
    body = event.get("body")
    if not isinstance(body, str):
        return b""
    encoded = bool(event.get("isBase64Encoded"))
    if len(body) > (BODY_BYTES_MAX * 4 // 3 + 4 if encoded else BODY_BYTES_MAX):
        raise RequestError(413, "body_too_large")
    try:
        raw = base64.b64decode(body, validate=True) if encoded else body.encode()
    except (binascii.Error, ValueError) as error:
        raise RequestError(400, "invalid_encoding") from error
    if len(raw) > BODY_BYTES_MAX:
        raise RequestError(413, "body_too_large")
    return raw


def _check_media_type(headers: Mapping[str, str]) -> str:
    if headers.get("content-encoding", "identity").strip().lower() not in {"identity", ""}:
        raise RequestError(415, "unsupported_encoding")
    media_type, charset = _media_type(headers)
    if media_type not in {JSON, URLENCODED}:
        raise RequestError(415, "unsupported_media_type")
    if charset not in _CHARSETS:
        raise RequestError(400, "invalid_encoding")
    return media_type


def _media_type(headers: Mapping[str, str]) -> tuple[str, str]:
    media_type, *parameters = headers.get("content-type", "").lower().split(";")
    charset = next((value for part in parameters if (value := _charset(part)) is not None), "")
    return media_type.strip(), charset


def _charset(parameter: str) -> str | None:
    name, _, value = parameter.partition("=")
    return value.strip().strip('"') if name.strip() == "charset" else None


def _text(raw: bytes) -> str:
    if not raw.strip():
        raise RequestError(400, "empty_body")
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise RequestError(400, "invalid_encoding") from error


def _from_json(text: str) -> dict[str, Any]:
    try:
        fields = parse_strictly(text, depth_max=_DEPTH_MAX)
    except UnreadableJsonError as error:
        raise RequestError(400, error.code) from error
    if holds_bad_number(fields):
        raise RequestError(400, "invalid_number")
    if not isinstance(fields, dict):
        raise RequestError(400, "not_an_object")
    _check_counts(fields)
    return fields


def _from_urlencoded(text: str) -> dict[str, Any]:
    if text.count("&") >= _PAIRS_MAX:
        raise RequestError(422, "too_many_fields")
    try:
        pairs = parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="strict")
    except UnicodeDecodeError as error:
        raise RequestError(400, "invalid_encoding") from error
    fields: dict[str, Any] = {}
    for name, value in pairs:
        if name in fields:
            first = fields[name]
            fields[name] = [*(first if isinstance(first, list) else [first]), value]
        else:
            fields[name] = value
    _check_counts(fields)
    return fields


def _check_counts(fields: Mapping[str, Any]) -> None:
    if len(fields) > FIELDS_MAX or _pairs(fields) > _PAIRS_MAX or _longest_list(fields) > _LIST_MAX:
        raise RequestError(422, "too_many_fields")


def _pairs(value: object) -> int:
    if isinstance(value, dict):
        return len(value) + sum(_pairs(part) for part in value.values())
    return sum(_pairs(part) for part in value) if isinstance(value, list) else 0


def _longest_list(value: object) -> int:
    parts = (
        list(value.values())
        if isinstance(value, dict)
        else value
        if isinstance(value, list)
        else []
    )
    own = len(parts) if isinstance(value, list) else 0
    return max([own, *(_longest_list(part) for part in parts)])


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
