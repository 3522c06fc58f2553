"""Feeds the samples of `events/` to a running stack as if they happened just now.

A sample is an envelope as a Lambda gets it; what a stranger sent is taken out of it and sent
the stranger's way: forms over HTTP, activities and mail events over their buses. Instants are
moved so that the samples' noon is now.
"""

import base64
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from infra.local.local_stack import LocalStack
from infra.local.prepare import ROOT
from infra.local.visitors import post, put_event

EVENTS = ROOT / "events"
NOON = datetime(2026, 11, 23, 10, 0, 1, tzinfo=UTC)  # when the samples were received
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")


def feed(stack: LocalStack, say: Callable[[str], None], *, now: datetime) -> int:
    """Sends every sample once; how many there were."""
    sent = 0
    for file in sorted(EVENTS.glob("*.json"), key=_forms_first):
        envelope = json.loads(moved(file.read_text(encoding="utf-8"), by=now - NOON))
        for what in _send(stack, envelope):
            say(f"   {file.stem.replace('_', ' ')}{what}")
            sent += 1
    return sent


def moved(text: str, *, by: timedelta) -> str:
    """The text with every instant in it moved; what is no instant of a calendar stays."""

    def later(found: re.Match[str]) -> str:
        try:
            return (datetime.fromisoformat(found[0]) + by).isoformat(timespec="milliseconds")
        except (ValueError, OverflowError):
            return found[0]

    return INSTANT.sub(later, text)


def _forms_first(file: Path) -> tuple[bool, str]:
    return (not file.stem.startswith("form_"), file.stem)


def _send(stack: LocalStack, envelope: dict[str, Any]) -> Iterator[str]:
    if envelope.get("rawPath", "").startswith("/forms/"):  # what sales asks needs a token
        yield _post(stack, envelope)
    for record in envelope.get("Records", []):
        yield _put(stack, record["body"])


def _post(stack: LocalStack, envelope: dict[str, Any]) -> str:
    body = envelope.get("body") or ""
    raw = base64.b64decode(body) if envelope.get("isBase64Encoded") else body.encode()
    kept = {"accept", "content-type", "origin"}
    headers = {k: v for k, v in envelope["headers"].items() if k.lower() in kept}
    status, _ = post(stack, envelope["rawPath"].removeprefix("/forms/"), raw, headers)
    return f": answered {status}"


def _put(stack: LocalStack, body: str) -> str:
    try:
        message = json.loads(body)
        event = message["event"]
    except (ValueError, KeyError):  # not from the bus: a parked form, or rubbish
        _queue(stack, body)
        return ": put on the queue"
    if message.get("replayed"):
        _queue(stack, body)  # the local cloud has no archive to replay from
        return ": put on the queue, as a replay would"
    if event["source"] == "aws.ses":
        put_event(
            stack,
            bus="default",
            source=stack.mail_source,
            kind=event["detail-type"],
            detail=event["detail"],
        )
        return ": put on the default bus"
    put_event(
        stack,
        bus=stack.bus,
        source=event["source"],
        kind=event["detail-type"],
        detail=event["detail"],
    )
    return ": put on the bus"


def _queue(stack: LocalStack, body: str) -> None:
    queue = stack.parking_queue if '"form":' in body else stack.activity_queue
    stack.client("sqs").send_message(QueueUrl=queue, MessageBody=body)
