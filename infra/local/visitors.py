"""What the world does to a running stack: posts a form, puts an activity on the bus."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from infra.local.cloud import opener
from infra.local.local_stack import LocalStack

SOURCE = "example.website"
ANSWER_SECONDS = 30


class NotTaken(RuntimeError):
    """The stack did not take what was sent."""


def post_form(stack: LocalStack, form: str, answers: Mapping[str, Any]) -> tuple[int, str]:
    """The status and the body of the answer to a form sent as JSON."""
    body = json.dumps(answers).encode()
    return post(stack, form, body, {"content-type": "application/json"})


def post(stack: LocalStack, form: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
    request = urllib.request.Request(  # noqa: S310  the address is the local stack's
        stack.form_address + form, data=body, headers=dict(headers), method="POST"
    )
    try:
        with opener(stack.cloud, _Stay()).open(request, timeout=ANSWER_SECONDS) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.read().decode()


def put_activity(stack: LocalStack, detail: Mapping[str, Any]) -> None:
    """Puts one activity, or several of one message, on the bus."""
    put_event(
        stack, bus=stack.bus, source=SOURCE, kind=str(detail.get("kind", "facts")), detail=detail
    )


def put_event(
    stack: LocalStack, *, bus: str, source: str, kind: str, detail: Mapping[str, Any]
) -> None:
    entry = {
        "EventBusName": bus,
        "Source": source,
        "DetailType": kind,
        "Detail": json.dumps(detail),
    }
    answer = stack.client("events").put_events(Entries=[entry])
    if answer["FailedEntryCount"]:
        raise NotTaken(str(answer["Entries"]))


class _Stay(urllib.request.HTTPRedirectHandler):
    """A form's thank-you page is somewhere else: the redirect itself is the answer."""

    def redirect_request(self, *_: Any) -> None:
        return None
