"""What the world does to a running stack: posts a form, fills the bus, asks for leads."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any

from infra.local.cloud import opener
from infra.local.local_stack import LocalStack

SOURCE = "example.website"
ANSWER_SECONDS = 90


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` are found however they are written."""

    status: int
    headers: "Message[str, str]"
    body: str


class NotTaken(RuntimeError):
    """The stack did not take what was sent."""


def post_form(stack: LocalStack, form: str, answers: Mapping[str, Any]) -> tuple[int, str]:
    """The status and the body of the answer to a form sent as JSON."""
    body = json.dumps(answers).encode()
    return post(stack, form, body, {"content-type": "application/json"})


def post(stack: LocalStack, form: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
    answer = ask(stack, stack.form_address + form, method="POST", body=body, headers=headers)
    return answer.status, answer.body


def ask_sales(
    stack: LocalStack,
    method: str,
    path: str,
    *,
    token: str = "",
    body: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """What the sales API answers to `GET` and `/me`, with a token where there is one."""
    sent = dict(headers or {})
    if token:
        sent["authorization"] = f"Bearer {token}"
    if body is not None:
        sent["content-type"] = "application/json"
    return ask(
        stack,
        stack.sales_api + path,
        method=method,
        body=None if body is None else json.dumps(body).encode(),
        headers=sent,
    )


def ask(
    stack: LocalStack,
    address: str,
    *,
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """One exchange with the local cloud, whatever its status; a redirect is the answer itself."""
    request = urllib.request.Request(  # noqa: S310  the address is the local stack's
        address, data=body, headers=dict(headers or {}), method=method
    )
    try:
        with opener(stack.cloud, _Stay()).open(request, timeout=ANSWER_SECONDS) as answer:
            return Answer(answer.status, answer.headers, answer.read().decode())
    except urllib.error.HTTPError as answer:
        return Answer(answer.code, answer.headers, answer.read().decode())


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
