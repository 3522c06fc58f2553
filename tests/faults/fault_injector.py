"""Faults of AWS, put beneath the SDK's own retries: at the one method that sends an attempt.

Attempts are counted over all clients in the order they are made, and a plan says which of them is
struck and how. A crash derives from BaseException, so that nothing of ours catches it by accident.
What a fault costs in time (a time-out, the SDK's waiting) passes on the clock that is given.
"""

import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

ATTEMPT_MS = 3  # what an attempt takes that nothing disturbs
ANSWER = "answer"  # label of a handler's own answer on its way to whoever called
_NAMES_IN_BODY = re.compile(rb'"(IndexName|TableName|QueueUrl)":\s*"([^"]*)"')
_HEAD_OF_BODY = 200  # bytes; names stand before what a stranger wrote


class Mode(Enum):
    """How one attempt fails; the value reads in a test's id."""

    TIMED_OUT = "timed out before"
    THROTTLED = "throttled"
    FAILED = "server error"
    LOST = "answer lost"
    CRASH_BEFORE = "crash before"
    CRASH_AFTER = "crash after"
    UNDONE = "left undone"  # of a batch: answered well, with nothing of it done


ANY_CALL = tuple(mode for mode in Mode if mode is not Mode.UNDONE)
CRASHES = (Mode.CRASH_BEFORE, Mode.CRASH_AFTER)


class Fault(NamedTuple):
    """One fault: it strikes the attempt of this number, and where `whole_call` also every further
    attempt the SDK makes of the same call.
    """

    attempt: int
    mode: Mode
    whole_call: bool = False


class ProcessKilledError(BaseException):
    """Memory or time ran out, or the machine is gone: nothing in the process can catch it."""


class SetClock:
    """Stands in for the module `time`: sleeping takes no time but on this clock (UTC ms)."""

    def __init__(self, now: int) -> None:
        self.now = now

    def time_ns(self) -> int:
        return self.now * 1_000_000

    def sleep(self, seconds: float) -> None:
        self.now += round(seconds * 1000)


@dataclass
class FaultInjector:
    """Strikes attempts as planned, and notes every one.

    `meanwhile` is called with each attempt's label before it is made: what somebody else does then.
    """

    clock: SetClock
    faults: list[Fault] = field(default_factory=list)
    attempts: list[str] = field(default_factory=list)
    struck_at: list[int] = field(default_factory=list)
    meanwhile: Callable[[str], None] = lambda _: None
    _call: object = None
    _lasting: Mode | None = None
    _handlers: list[Any] = field(default_factory=list)

    def plan(self, faults: Sequence[Fault]) -> None:
        """Begin anew with these faults; the SDK forgets what it noted of earlier ones."""
        self.faults, self.attempts, self.struck_at = list(faults), [], []
        self.meanwhile = lambda _: None
        self._call = self._lasting = None
        for handler in self._handlers:
            quota = handler._retry_quota._quota
            quota._available_capacity = quota._max_capacity
            handler._retry_policy._retry_backoff._random = random.Random(0).random

    def plant(self, client: Any) -> None:
        """Stand between this client and what answers it."""
        endpoint, send = client._endpoint, client._endpoint._do_get_response

        def attempt(request: Any, operation: Any, context: Any) -> Any:
            label = label_of(operation.name, request.body)
            made = _Attempt(label, context, client, request.body)
            return self._attempt(made, lambda: send(request, operation, context))

        endpoint._do_get_response = attempt
        self._handlers.append(retry_handler(client))

    def loses_answer(self) -> bool:
        """Count a handler's own answer as an attempt; say whether it is lost on its way."""
        self.meanwhile(ANSWER)
        mode = self._mode(ANSWER, object())
        return mode is Mode.LOST

    def _attempt(self, made: "_Attempt", send: Callable[[], Any]) -> Any:
        self.meanwhile(made.label)
        mode = self._mode(made.label, made.call)
        self.clock.now += ATTEMPT_MS
        if mode is None:
            return send()
        if mode is Mode.CRASH_BEFORE:
            raise ProcessKilledError
        meta = made.client.meta
        if mode is Mode.TIMED_OUT:
            self.clock.sleep(meta.config.connect_timeout)
            return None, ConnectTimeoutError(endpoint_url=meta.endpoint_url)
        if mode not in {Mode.LOST, Mode.CRASH_AFTER}:
            return _instead(made, mode, send)
        send()
        if mode is Mode.CRASH_AFTER:
            raise ProcessKilledError
        self.clock.sleep(meta.config.read_timeout)
        return None, ReadTimeoutError(endpoint_url=meta.endpoint_url)

    def _mode(self, label: str, call: object) -> Mode | None:
        number = len(self.attempts)
        self.attempts.append(label)
        fault = next((fault for fault in self.faults if fault.attempt == number), None)
        if fault is not None:
            self._call, self._lasting = call, fault.mode if fault.whole_call else None
        mode = fault.mode if fault else self._lasting if call is self._call else None
        if mode is not None:
            self.struck_at.append(self.clock.now)
        return mode


class _Attempt(NamedTuple):
    """One attempt: its name, the call it belongs to, and what it asks."""

    label: str
    call: object
    client: Any
    body: bytes


def _instead(made: _Attempt, mode: Mode, send: Callable[[], Any]) -> Any:
    """Let the service answer without doing anything; it is then parsed as any answer is."""
    service = made.client.meta.service_model.service_name
    answer = (
        undone(made.body)
        if mode is Mode.UNDONE
        else refusal(service, throttled=mode is Mode.THROTTLED)
    )
    endpoint, events = made.client._endpoint, made.client._endpoint._event_emitter
    endpoint._event_emitter = _Refusing(events, answer)
    try:
        return send()
    finally:
        endpoint._event_emitter = events


class _Refusing:
    """Events of a client whose next request nobody hears: those who would answer it are not asked,
    for they would do it.
    """

    def __init__(self, events: Any, answer: AWSResponse) -> None:
        self._events, self._answer = events, answer

    def emit(self, name: str, **told: Any) -> Any:
        if name.startswith("before-send."):
            return [(None, self._answer)]
        return self._events.emit(name, **told)


class Body:
    """The bytes of an HTTP response, as urllib3 would hand them over."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, *_: object, **__: object) -> list[bytes]:
        return [self._content]


def response(
    content: str, *, status: int = 200, kind: str = "application/x-amz-json-1.0"
) -> AWSResponse:
    """One HTTP response."""
    raw: Any = Body(content.encode())
    headers: Any = {"content-type": kind}
    return AWSResponse("https://faults.test", status, headers, raw)


def refusal(service: str, *, throttled: bool) -> AWSResponse:
    """What DynamoDB, SQS or SNS answer when they throttle, or fail themselves."""
    if service == "sns":
        code, status = ("Throttling", 429) if throttled else ("ServiceUnavailable", 503)
        xml = f"<ErrorResponse><Error><Code>{code}</Code></Error></ErrorResponse>"
        return response(xml, status=status, kind="text/xml")
    if service == "sqs":
        code, status = ("RequestThrottled", 429) if throttled else ("InternalError", 500)
        return response(f'{{"__type": "com.amazonaws.sqs#{code}"}}', status=status)
    code, status = (
        ("ProvisionedThroughputExceededException", 400)
        if throttled
        else ("InternalServerError", 500)
    )
    return response(f'{{"__type": "com.amazonaws.dynamodb.v20120810#{code}"}}', status=status)


def undone(body: bytes) -> AWSResponse:
    """What DynamoDB answers to a batch that it throttled as a whole."""
    asked = json.loads(body)["RequestItems"]
    left = {"UnprocessedKeys": asked, "UnprocessedItems": asked, "Responses": {}}
    return response(json.dumps(left))


def label_of(operation: str, body: bytes | str | None) -> str:
    """Name an attempt by what it does to what: `PutItem leads`, `Query due`, `Publish`."""
    text = body.encode() if isinstance(body, str) else body or b""
    found = dict(_NAMES_IN_BODY.findall(text[:_HEAD_OF_BODY]))
    name = found.get(b"IndexName") or found.get(b"TableName") or found.get(b"QueueUrl")
    return operation if name is None else f"{operation} {name.decode().rpartition('/')[2]}"


def retry_handler(client: Any) -> Any:
    """The SDK's own retries of a client: the standard ones, and nothing beside them."""
    service = client.meta.service_model.service_id.hyphenize()
    handlers = client.meta.events._emitter._handlers.prefix_search(f"needs-retry.{service}.Any")
    owners = [getattr(handler, "__self__", None) for handler in handlers]
    (found,) = [owner for owner in owners if type(owner).__name__ == "RetryHandler"]
    return found
