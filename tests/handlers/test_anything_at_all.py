"""Rows G17 and G18: whatever a stranger sends, the answer is one of ours and nothing raises."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.handlers.lambda_stage import batch, message, request
from tests.handlers.test_passing_faults import Scene


def per_push(examples: int) -> settings:
    """Settings of one law; together they make the 5,000 bodies of a push."""
    slow = [HealthCheck.too_slow]
    return settings(
        max_examples=examples, deadline=None, derandomize=True, suppress_health_check=slow
    )


STATUSES = {201, 303, 400, 403, 404, 413, 415, 422}
NAMES = st.sampled_from(
    [
        *("email", "name", "company_size", "country", "website", "message", "phone", "trial"),
        *("submission_id", "test", "_next", "utm_source", "referrer", "marketing_consent"),
        *("fax_extension", "score", "__proto__", "Stanowisko", ""),
    ]
)
LETTERS = st.text(st.characters(codec=None), max_size=12)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | LETTERS
    | st.sampled_from(["anna@example.com", "11-50", "\r\n", "\ud800", "Polska", "https://a.co"])
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(LETTERS, inner, max_size=3)
)
FIELDS = st.dictionaries(NAMES | LETTERS, VALUES, max_size=8)
LINES = st.dictionaries(
    st.sampled_from(["id", "lead", "email", "at", "kind", "v", "answers", "machine", "path", "x"]),
    VALUES | st.sampled_from(["page_viewed", "form_submitted", "2026-11-23T09:00:00Z"]),
)


def answered(event: dict[str, Any]) -> None:
    answer = Scene().capture(event)
    assert answer["statusCode"] in STATUSES
    for word in ("Traceback", "botocore", "/var/task", "arn:"):
        assert word not in answer["body"]


@per_push(1000)
@given(FIELDS)
def test_any_fields_are_answered(fields: dict[str, Any]) -> None:
    answered(request({"email": "anna@example.com"} | fields))


@per_push(1500)
@given(
    st.binary(max_size=200),
    st.sampled_from(["application/json", "application/x-www-form-urlencoded"]),
)
def test_any_bytes_are_answered(body: bytes, content_type: str) -> None:
    answered(request(body, content_type=content_type))


@per_push(500)
@given(VALUES, VALUES, VALUES)
def test_any_envelope_is_answered(headers: Any, body: Any, context: Any) -> None:
    answered(
        {"headers": headers, "body": body, "requestContext": context, "pathParameters": context}
    )
    answered(request({}) | {"headers": headers, "body": body})


@per_push(250)
@given(LINES, VALUES, st.sampled_from(["example.website", "aws.ses"]))
def test_any_activity_is_taken_or_refused(line: dict[str, Any], odd: Any, source: str) -> None:
    scene = Scene()
    bodies = (
        message({"lead": "anna@example.com"} | line, source=source),
        message({"activities": [line, odd]}, source=source),
        message(odd, source=source),
        message({"mail": odd, "click": odd, "eventType": "Click"}, source=source, time=odd),
        {"ingested_at": "2026-11-23T10:00:00Z", "form": odd},
        odd,
    )
    assert scene.record(batch(*bodies)) == {"batchItemFailures": []}
    assert all(json.loads(refused)["reason"] for refused in scene.refused.bodies)
