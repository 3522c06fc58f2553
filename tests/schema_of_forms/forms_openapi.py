"""The form route as an OpenAPI document, made from a compiled model: one path per open form.

The document promises what section B does: what is refused, where, with which code, and in which
shape. A body's schema says exactly what a form takes of the fields it declares, so that a tester
may send anything the schema allows and must be accepted, and anything it forbids and must not be.
Patterns speak of what a stranger can put into JSON: surrogates do not occur in it.
"""

from collections.abc import Mapping
from typing import Any

from functions.intake.fact_line import REFERRER, UTM_NAMES
from functions.intake.form_submission import SUBMISSION_ID, TEST

Schema = dict[str, Any]

_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(
    chr(plane + 0xFFFE) + chr(plane + 0xFFFF) for plane in range(0, 0x110000, 0x10000)
)
_NO_LETTER = rf"\x00-\x1f\x7f-\x9f\u2028\u2029{_NONCHARACTERS}"
_LINE = rf"^ *\t*[^{_NO_LETTER}]*$"  # a tab may only stand first (B35)
_LINES = rf"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_NONCHARACTERS}]*$"
_ADDRESS = (
    r"^[a-z][a-z0-9]{0,20}(\.[a-z0-9]{1,20})?(\+[a-z0-9]{1,9})?@[a-z0-9]{1,20}\.(com|org|pl)$"
)
_WEBSITE = r"^(https?://)?[a-z0-9]{1,20}(\.[a-z0-9]{1,20})?\.(com|org|pl)(/[a-z0-9/?=&.-]{0,40})?$"
# a word like "none" is no address and loses nobody; what would lead somewhere else is refused (B36)
_LEADS_NOWHERE = rf"^(?! *[a-zA-Z][a-zA-Z0-9+.-]*:)(?!.*//)(?!.*\S\.\S) *\t*[^{_NO_LETTER}]*$"
_NO = "false|no|nie|nein|0|off|n|f"
_TICKED = rf"^(?! *\t*(?i:{_NO})?\s*$)[^{_NO_LETTER}]*$"
_YES_NO = ("true", "yes", "tak", "ja", "1", "on", "y", "t", *_NO.split("|"))
_TEXT: Schema = {"type": "string", "maxLength": 200, "pattern": _LINE}
_ANY_LINE: Schema = {"type": "string", "pattern": _LINE}
_NULL: Schema = {"type": "null"}
_NUMBER: Schema = {"type": "number", "minimum": -(2**63), "maximum": 2**63}
_OF_TYPE: Mapping[str, Schema] = {
    "text": {"anyOf": [_TEXT, {"type": "array", "maxItems": 20, "items": _TEXT}, _NULL]},
    "message": {"anyOf": [{"type": "string", "maxLength": 4096, "pattern": _LINES}, _NULL]},
    "number": {"anyOf": [_NUMBER, _ANY_LINE, _NULL]},
    "country": {"anyOf": [_ANY_LINE, _NULL]},
    "phone": {"anyOf": [_ANY_LINE, _NULL]},
    "date": {"anyOf": [_ANY_LINE, _NULL]},
    "yes_no": {"anyOf": [{"type": ["boolean", "integer"]}, _ANY_LINE, _NULL]},
    "url": {
        "anyOf": [
            {"type": "string", "pattern": _WEBSITE},
            {"type": "string", "pattern": _LEADS_NOWHERE},
            _NULL,
        ]
    },
}
CODES = {
    400: [
        *("duplicate_key", "empty_body", "invalid_encoding", "invalid_json", "invalid_number"),
        *("not_an_object", "too_deep"),
    ],
    403: ["origin_refused"],
    404: ["form_not_found"],
    413: ["body_too_large"],
    415: ["unsupported_encoding", "unsupported_media_type"],
    422: ["submission_id_reused", "too_many_fields", "validation_failed"],
    503: ["temporarily_unavailable"],
}
_OF_A_MISTAKE = [
    *("consent_required", "control_character", "email_local_not_ascii", "invalid_email"),
    *("invalid_id", "invalid_number", "invalid_text", "invalid_type", "invalid_url"),
    *("invalid_yes_no", "missing_field", "submission_id_reused", "too_long"),
]


def openapi_of_forms(model: Mapping[str, Any]) -> Schema:
    """Describe the routes of a compiled model's open forms, as OpenAPI 3.1."""
    open_forms = {name: form for name, form in model["forms"].items() if form.get("open", True)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Website forms", "version": model["version"]},
        "paths": {
            f"/forms/{name}": {"post": _post(name, form, model)}
            for name, form in open_forms.items()
        },
        "components": {
            "schemas": {
                **{f"Value{levels}": _value(levels) for levels in range(5)},
                **{f"Tick{levels}": _tick(levels) for levels in range(5)},
                "Accepted": _closed(
                    status={"const": "accepted"}, ignored=_NAMES, optional={"ignored"}
                ),
                "Queued": _closed(status={"const": "queued"}, ignored=_NAMES, optional={"ignored"}),
            },
            "headers": {
                name: {"required": True, "schema": schema} for name, schema in _HEADERS.items()
            },
        },
    }


_NAMES: Schema = {"type": "array", "items": {"type": "string"}}
_HEADERS: Mapping[str, Schema] = {
    "strict-transport-security": {"type": "string", "pattern": "^max-age=[0-9]+"},
    "x-content-type-options": {"const": "nosniff"},
    "cache-control": {"const": "no-store"},
    "content-security-policy": {"type": "string", "pattern": "^default-src 'none'"},
    "referrer-policy": {"const": "no-referrer"},
}


def _post(name: str, form: Mapping[str, Any], model: Mapping[str, Any]) -> Schema:
    refused = {
        str(status): _answer(_problem(status, codes), "application/problem+json", status)
        for status, codes in CODES.items()
    }
    return {
        "operationId": f"post_{name}",
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _body(form, model)}},
        },
        "responses": {
            "201": _answer({"$ref": "#/components/schemas/Accepted"}, "application/json", 201),
            "202": _answer({"$ref": "#/components/schemas/Queued"}, "application/json", 202),
            **refused,
        },
    }


def _answer(schema: Schema, media_type: str, status: int) -> Schema:
    more = {
        415: {"accept-post": {"required": True, "schema": {"type": "string"}}},
        503: {"retry-after": {"required": True, "schema": {"type": "integer"}}},
    }
    shared = {name: {"$ref": f"#/components/headers/{name}"} for name in _HEADERS}
    return {
        "description": f"status {status}",
        "headers": shared | more.get(status, {}),
        "content": {f"{media_type}": {"schema": schema}},
    }


def _problem(status: int, codes: list[str]) -> Schema:
    mistake = _closed(field={"type": "string"}, code={"enum": _OF_A_MISTAKE})
    return _closed(
        type={"enum": [f"/errors/{code}" for code in codes]},
        status={"const": status},
        code={"enum": codes},
        request_id={"type": "string"},
        errors={"type": "array", "minItems": 1, "items": mistake},
        optional={"errors"},
    )


def _closed(*, optional: frozenset[str] | set[str] = frozenset(), **properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(set(properties) - optional),
        "additionalProperties": False,
    }


def _value(levels: int) -> Schema:
    """What may stand in a field nobody declared: at most so many levels below it (B14-B16)."""
    scalar: list[Schema] = [{"type": ["string", "boolean", "null"]}, _NUMBER]
    if not levels:
        return {"anyOf": scalar}
    inner = {"$ref": f"#/components/schemas/Value{levels - 1}"}
    nested: list[Schema] = [
        {"type": "array", "maxItems": 20, "items": inner},
        {"type": "object", "additionalProperties": inner},
    ]
    return {"anyOf": [*scalar, *nested]}


def _tick(levels: int) -> Schema:
    """What a box may be worth: whatever its `value=` says, and lists of that (B42)."""
    scalar: list[Schema] = [{"type": ["boolean", "null"]}, _NUMBER, _ANY_LINE]
    inner = {"$ref": f"#/components/schemas/Tick{levels - 1}"}
    return {
        "anyOf": [*scalar, *([{"type": "array", "maxItems": 20, "items": inner}] if levels else [])]
    }


def _body(form: Mapping[str, Any], model: Mapping[str, Any]) -> Schema:
    box = form.get("consent")
    answers = {name: _OF_TYPE[field["type"]] for name, field in model["fields"].items()}
    controls: dict[str, Schema] = {
        "email": {"type": "string", "pattern": _ADDRESS},
        SUBMISSION_ID: {"anyOf": [{"type": "string", "pattern": "^[ -~]{0,128}$"}, _NULL]},
        TEST: {"enum": [True, False, None, "", 0, 1, *_YES_NO]},
        **{touch: {"anyOf": [_ANY_LINE, _NULL]} for touch in (*UTM_NAMES, REFERRER)},
    }
    if box:
        ticked = {"anyOf": [{"const": True}, {"type": "string", "pattern": _TICKED}]}
        free = {"$ref": "#/components/schemas/Tick4"}
        controls[box["field"]] = ticked if box["needed"] else free
    needed = ["email", *([box["field"]] if box and box["needed"] else [])]
    return {
        "type": "object",
        "properties": controls | answers,
        "required": needed,
        "maxProperties": 50,
        "additionalProperties": {"$ref": "#/components/schemas/Value4"},
    }
