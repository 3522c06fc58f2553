"""Whatever a stranger writes, and wherever: it reaches the handlers, and no log line tells it.

A canary of its own is planted in every place of the real envelopes that somebody outside controls,
and in those that AWS fills in too where a handler might be tempted to log them. Each line is read
by `told_lines`; here every end a request can come to is reached with all canaries on board.
"""

import base64
import json
import traceback
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, get_type_hints

import pytest
from aws_lambda_typing.events import APIGatewayProxyEventV2, EventBridgeEvent, SQSEvent
from aws_lambda_typing.events.api_gateway_proxy import HTTP
from aws_lambda_typing.events.sqs import SQSMessage

from functions.entrances.activity_recorder import ActivityRecorder, NothingRecordedError
from functions.entrances.form_capture import FormCapture
from functions.intake.activity_event import MessageReader
from functions.intake.form_submission import Submission
from functions.leads.apply_facts import Move
from functions.runtime import telemetry, wiring
from functions.scoring.instants import format_instant
from tests.handlers.lambda_stage import MODEL, NOW, Stage, batch, request, sample
from tests.handlers.told_lines import CANARY, Ear, check_line

URLENCODED = "application/x-www-form-urlencoded"
HEADERS = (
    *("user-agent", "referer", "cookie", "x-forwarded-for", "x-forwarded-host", "x-real-ip"),
    *(
        "forwarded",
        "via",
        "authorization",
        "accept-language",
        "x-requested-with",
        "x-amzn-trace-id",
    ),
    *("x-amz-cf-id", "x-api-key", "content-disposition", "if-match", "from", "traceparent"),
)
FIELDS = (
    *MODEL["fields"],
    *("submission_id", "_next", "utm_source", "utm_medium", "utm_campaign", "utm_content"),
    *("utm_term", "referrer", "marketing_consent", "unknown", "score", "__proto__"),
)


@dataclass
class Aviary:
    """Gives each place a canary of its own, and knows where they all are."""

    planted: dict[str, str] = field(default_factory=dict)

    def __call__(self, place: str) -> str:
        return self.planted.setdefault(place, f"canary{len(self.planted):03d}x")

    def missing_from(self, event: object) -> list[str]:
        """Places whose canary an event, as a handler got it, does not hold."""
        texts = "\n".join(_texts(event))
        return [place for place, canary in self.planted.items() if canary not in texts]


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from (name, *_texts(part))
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, str):
        yield value
        if "=" in value or len(value) > 40:
            try:
                yield base64.b64decode(value, validate=True).decode(errors="replace")
            except ValueError:
                return


def fields(canary: Aviary) -> dict[str, Any]:
    """Every field a form may have, each with a canary."""
    told: dict[str, Any] = {name: canary(f"body.{name}") for name in FIELDS}
    return told | {
        "email": canary("body.email") + "@example.com",
        "website": f"https://{canary('body.website')}.example.com/",
        "_next": f"https://{canary('body._next')}.example.com/",
        canary("name of a field"): {"nested": [canary("body.nested"), {canary("name inside"): 1}]},
    }


def page_fields(canary: Aviary) -> str:
    return urllib.parse.urlencode(
        {name: value for name, value in fields(canary).items() if isinstance(value, str)}
        | {"name of a field": canary("name of a field")}
        | {"nested": canary("body.nested"), "inside": canary("name inside")}
    )


def posted(canary: Aviary, content: object, /, **more: Any) -> dict[str, Any]:
    """A request whose every header, parameter and cookie sings; `more` goes over it."""
    event = request(content)
    http = event["requestContext"]["http"]
    event["headers"] |= {name: canary(f"headers.{name}") for name in HEADERS}
    event["headers"] |= {
        "origin": "https://www.example.com",
        "x-" + canary("name of a header"): "x",
        "accept": f"*/*;q={canary('headers.accept')}",
        "content-type": f"application/json; boundary={canary('headers.content-type')}",
        "host": canary("headers.host"),
    }
    http |= {name: canary(f"http.{name}") for name in ("path", "userAgent", "sourceIp")}
    parameter = {canary("name of a parameter"): canary("queryStringParameters")}
    return event | {
        "cookies": [f"session={canary('cookies')}"],
        "queryStringParameters": parameter,
        "rawQueryString": urllib.parse.urlencode(parameter) + canary("rawQueryString"),
        "rawPath": "/forms/" + canary("rawPath"),
        "pathParameters": {"form": "demo", "proxy": canary("pathParameters")},
        **more,
    }


def with_header(event: dict[str, Any], **headers: str) -> dict[str, Any]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return event | {"headers": event["headers"] | named}


def form(canary: Aviary) -> dict[str, Any]:
    return posted(canary, fields(canary) | {"marketing_consent": canary("body.marketing_consent")})


def form_of(change: Callable[[Aviary, dict[str, Any]], dict[str, Any]]) -> Any:
    """A form whose fields are changed before it is sent."""
    return lambda canary: posted(canary, change(canary, fields(canary)))


def page(canary: Aviary) -> dict[str, Any]:
    encoded = base64.b64encode(page_fields(canary).encode()).decode()
    event = posted(canary, "", body=encoded, isBase64Encoded=True)
    kind = f"{URLENCODED}; boundary={canary('headers.content-type')}"
    return with_header(event, content_type=kind)


def broken_body(text: str) -> Any:
    """Any body, with a canary in it where `?` stands."""
    return lambda canary: posted(canary, text.replace("?", canary("body")))


def away(**variables: str) -> Callable[[Stage, pytest.MonkeyPatch], None]:
    """Let some of the environment be a place where nothing answers."""

    def leave(stage: Stage, patch: pytest.MonkeyPatch) -> None:
        for name, value in variables.items():
            patch.setenv(name, value)
        stage.restart()

    return leave


def slipping(kind: type, name: str) -> Callable[[Stage, pytest.MonkeyPatch], None]:
    """Put a bug into a step of ours, whose message is all that the step was given."""

    def slip(*given: object, **named: object) -> Any:
        raise RuntimeError(repr((given, named)))

    return lambda _stage, patch: patch.setattr(kind, name, slip)


def fair(_stage: Stage, _patch: pytest.MonkeyPatch) -> None:
    """Nothing is away."""


NO_QUEUE = "https://sqs.eu-central-1.amazonaws.com/123456789012/away"
TABLE_AWAY = away(LEADS_TABLE="away")
ALL_AWAY = away(LEADS_TABLE="away", PARKING_QUEUE_URL=NO_QUEUE)
DEEP = '{"x": ' + "[" * 9 + '"?"' + "]" * 9 + "}"
FORMS: dict[str, tuple[Callable[[Aviary], dict[str, Any]], int, Any]] = {
    "accepted": (form, 201, fair),
    "accepted from a page": (page, 303, fair),
    "accepted as a test": (form_of(lambda _, told: told | {"test": True}), 201, fair),
    "a honeypot": (form_of(lambda c, told: told | {"fax_extension": c("honeypot")}), 201, fair),
    "no address": (form_of(lambda c, told: told | {"email": c("body.email")}), 422, fair),
    "a bad id": (
        form_of(lambda c, told: told | {"submission_id": c("body.submission_id") + "ł"}),
        422,
        fair,
    ),
    "no field": (lambda c: posted(c, {"x": c("only")}), 422, fair),
    "a bad answer": (form_of(lambda c, told: told | {"name": {"x": c("body.name")}}), 422, fair),
    "too many": (form_of(lambda c, told: told | {f"{n}": c("many") for n in range(99)}), 422, fair),
    "foreign page": (lambda c: with_header(form(c), origin=f"https://{c('origin')}"), 403, fair),
    "no form": (lambda c: form(c) | {"pathParameters": {"form": c("pathParameters")}}, 404, fair),
    "no type": (
        lambda c: with_header(form(c), content_type=f"text/{c('headers.content-type')}"),
        415,
        fair,
    ),
    "packed": (lambda c: with_header(form(c), content_encoding=c("packed")), 415, fair),
    "charset": (
        lambda c: with_header(
            form(c), content_type=f"application/json; charset={c('headers.content-type')}"
        ),
        400,
        fair,
    ),
    "no JSON": (broken_body('{"email": "?"'), 400, fair),
    "no object": (broken_body('["?"]'), 400, fair),
    "a key twice": (broken_body('{"?": 1, "?": 2}'), 400, fair),
    "no number": (broken_body('{"?": NaN}'), 400, fair),
    "too deep": (broken_body(DEEP), 400, fair),
    "too long": (broken_body("?" + "x" * 17_000), 413, fair),
    "no base64": (lambda c: form(c) | {"isBase64Encoded": True}, 400, fair),
    "no UTF-8": (
        lambda c: posted(
            c,
            "",
            body=base64.b64encode(b"\xff" + c("body").encode()).decode(),
            isBase64Encoded=True,
        ),
        400,
        fair,
    ),
    "parked": (form, 202, TABLE_AWAY),
    "a page parked": (page, 303, TABLE_AWAY),
    "nothing answers": (form, 503, ALL_AWAY),
    "nothing answers a page": (page, 503, ALL_AWAY),
    "a bug in the move": (form, 202, slipping(Move, "_settle")),
    "a bug in making a fact": (form, 503, slipping(Submission, "fact")),
    "a bug and no queue": (
        form,
        503,
        lambda stage, patch: (
            slipping(Move, "_let_in")(stage, patch),
            away(PARKING_QUEUE_URL=NO_QUEUE)(stage, patch),
        ),
    ),
}


@dataclass
class Spy:
    """What the objects behind the handlers were given."""

    got: list[Any] = field(default_factory=list)

    def on(self, patch: pytest.MonkeyPatch, kind: type, name: str) -> None:
        real = getattr(kind, name)

        def seen(mine: object, event: Any) -> Any:
            self.got.append(json.loads(json.dumps(event)))
            return real(mine, event)

        patch.setattr(kind, name, seen)


@pytest.fixture
def talkative(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Functions on which somebody turned on all that powertools can tell."""
    monkeypatch.setenv("POWERTOOLS_LOGGER_LOG_EVENT", "true")
    monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", "DEBUG")
    monkeypatch.setenv("AWS_LAMBDA_LOG_LEVEL", "DEBUG")
    telemetry.logger.cache_clear()
    stage.restart()
    yield stage
    telemetry.logger.cache_clear()


def lines_of(ear: Ear) -> list[dict[str, Any]]:
    return [check_line(line) for line in ear.lines()]


@pytest.mark.parametrize("end", FORMS)
def test_g17_no_line_tells_what_a_form_brought(
    talkative: Stage, monkeypatch: pytest.MonkeyPatch, ear: Ear, end: str
) -> None:
    send, status, weather = FORMS[end]
    canary, spy = Aviary(), Spy()
    spy.on(monkeypatch, FormCapture, "answer")
    weather(talkative, monkeypatch)
    answer = talkative.capture(send(canary))
    assert answer["statusCode"] == status
    (got,) = spy.got
    assert not canary.missing_from(got)
    assert len(canary.planted) > 25
    assert {line["message"] for line in lines_of(ear) if "message" in line} <= {
        *("form taken", "form refused", "bug")
    }
    assert len(lines_of(ear)) >= 2
    if status >= 400 or end == "a honeypot":
        assert not CANARY.search(json.dumps(answer))


def test_g17_canaries_of_a_form_sit_where_the_gateway_puts_what_strangers_send() -> None:
    canary = Aviary()
    event = posted(canary, fields(canary))
    known = set(get_type_hints(APIGatewayProxyEventV2))
    assert set(event) <= known
    assert {"path", "userAgent", "sourceIp"} <= set(get_type_hints(HTTP))
    sung = {name for name, part in event.items() if CANARY.search(json.dumps(part))}
    ours = {"version", "routeKey", "stageVariables", "isBase64Encoded"}
    assert sung == known - ours
    context = event["requestContext"] | {"http": None}
    assert not CANARY.search(json.dumps(context))  # AWS fills it in


def line(canary: Aviary, **more: Any) -> dict[str, Any]:
    """An activity whose every property sings, with names of properties too."""
    return {
        "id": canary("detail.id"),
        "lead": canary("detail.lead") + "@example.com",
        "at": "2026-11-23T09:59:00Z",
        "kind": "page_viewed",
        "path": "/" + canary("detail.path"),
        "user_agent": canary("detail.user_agent"),
        "network": canary("detail.network"),
        "method": canary("detail.method"),
        "utm_source": canary("detail.utm_source"),
        "referrer": canary("detail.referrer"),
        "points": canary("detail.points"),
        canary("name of a property"): canary("detail.property"),
        "nested": {canary("name inside"): [canary("detail.nested")]},
        "answers": {"name": canary("detail.answers"), canary("name of an answer"): "x"},
        **more,
    }


def told(canary: Aviary, detail: object, **envelope: Any) -> dict[str, Any]:
    """A message of the bus, with a canary in all of its envelope."""
    event = {
        "version": canary("event.version"),
        "id": canary("event.id"),
        "detail-type": canary("event.detail-type"),
        "source": canary("event.source"),
        "account": canary("event.account"),
        "time": canary("event.time"),
        "region": canary("event.region"),
        "resources": [canary("event.resources")],
        "replay-name": canary("event.replay-name"),
        canary("name in the envelope"): canary("event.unknown"),
        "detail": detail,
    }
    return {"ingested_at": NOW, "event": event | envelope, "x": canary("beside the event")}


def records(canary: Aviary, *bodies: object) -> dict[str, Any]:
    """A batch whose records sing in all that SQS would tell of them."""
    event = batch(*bodies)
    for number, record in enumerate(event["Records"]):
        for name in ("messageId", "receiptHandle", "md5OfBody", "awsRegion", "eventSource"):
            record[name] = canary(f"{name} {number}")
        record["eventSourceARN"] = f"arn:aws:sqs:x:{canary('arn')}:{canary('queue')}"
        record["attributes"]["SenderId"] = canary("SenderId")
        value = {"stringValue": canary("attribute"), "dataType": canary("dataType")}
        record["messageAttributes"] = {canary("name of an attribute"): value}
    return event


def one(change: Callable[[Aviary], object]) -> Callable[[Aviary], dict[str, Any]]:
    return lambda canary: records(canary, change(canary))


def of_line(**more: Any) -> Callable[[Aviary], dict[str, Any]]:
    """A batch with one activity; values may be functions of the aviary."""

    def built(canary: Aviary) -> dict[str, Any]:
        values = {name: value(canary) if callable(value) else value for name, value in more.items()}
        return records(canary, told(canary, line(canary, **values)))

    return built


def of_sample(name: str, *places: str) -> Callable[[Aviary], dict[str, Any]]:
    """A sample with canaries in place of some of its words."""

    def built(canary: Aviary) -> dict[str, Any]:
        body = sample(name)["Records"][0]["body"]
        for place in places:
            assert place in body
            body = body.replace(place, canary(place))
        return records(canary, body)

    return built


def raw(text: str) -> Callable[[Aviary], dict[str, Any]]:
    return lambda canary: records(canary, text.replace("?", canary("body")))


def hot(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    """A model under which one page makes a lead hot, and a link begins at our address."""
    (rule,) = MODEL["rules"]
    book = MODEL | {
        "rules": [rule | {"steps": [[0, 80], [400 * 86_400_000, 0]]}],
        "halves": {half: {"cap": None, "floor": None} for half in ("fit", "engagement")},
    }
    file = wiring.settings().model_file.with_name("hot.json")
    file.write_text(json.dumps(book), encoding="utf-8")
    patch.setenv("MODEL_FILE", str(file))
    stage.restart()


def hot_and_unheard(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    hot(stage, patch)
    away(ALERT_TOPIC_ARN="arn:aws:sns:eu-central-1:123456789012:away")(stage, patch)


def damaged(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    """A lead of another layout stands under whatever address is looked for."""
    patch.setattr(wiring, "lead_id", lambda _: "d" * 22)
    stage.restart()
    item = {"lead": {"S": "d" * 22}, "layout": {"N": "999"}, "x": {"S": "canary"}}
    stage.dynamodb.put_item(TableName="leads", Item=item)


def named(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    away(SENDERS=json.dumps([{"source": "example.website", "account": "111122223333"}]))(
        stage, patch
    )


PUT_OFF, RAISES = "put off", "raises"
MAIL = (
    "anna.nowak",
    "203.0.113.9",
    "autumn",
    "utm_source=news",
    "AppleWebKit",
    "leads",
)
ACTIVITIES: dict[str, tuple[Callable[[Aviary], dict[str, Any]], str, Any]] = {
    "accepted": (of_line(), "", fair),
    "a form": (of_line(kind="form_submitted"), "", fair),
    "turned hot": (of_line(at=lambda _: format_instant(wiring.clock())), "future", hot),
    "turned hot in time": (of_line(), "", hot),
    "turned hot unheard": (of_line(), "", hot_and_unheard),
    "a mail": (of_sample("email_clicked", *MAIL), "", fair),
    "a mail of no kind": (of_sample("email_clicked", "Click"), "unknown_kind", fair),
    "segment": (of_sample("page_viewed_told_by_segment", "ewa", "Prices"), "", fair),
    "parked": (of_sample("form_parked_while_the_table_was_away", "google", "cpc"), "", fair),
    "parked oddly": (
        of_sample("form_parked_while_the_table_was_away", "received_hash"),
        "malformed",
        fair,
    ),
    "no kind": (of_line(kind=lambda c: c("kind")), "unknown_kind", fair),
    "no instant": (of_line(at=lambda c: c("at")), "invalid_time", fair),
    "no lead": (of_line(lead=lambda c: c("detail.lead")), "invalid_lead", fair),
    "no id": (of_line(id=lambda c: c("detail.id") + "ł"), "invalid_id", fair),
    "no version": (of_line(v=lambda c: c("v")), "unsupported_version", fair),
    "no text": (of_line(title=lambda c: c("title") + "\x00"), "invalid_text", fair),
    "no answer": (
        of_line(
            kind="form_submitted", answers=lambda c: [c("detail.answers"), c("name of an answer")]
        ),
        "invalid_type",
        fair,
    ),
    "too large": (of_line(note=lambda c: c("note") * 9000), "too_large", fair),
    "no number": (raw('{"ingested_at": "2026-11-23T10:00:00Z", "?": -0}'), "malformed", fair),
    "too deep": (raw(DEEP.replace("[", "[" * 5).replace("]", "]" * 5)), "too_deep", fair),
    "no JSON": (raw('{"?": '), "malformed", fair),
    "no envelope": (raw('{"?": "?"}'), "malformed", fair),
    "no detail": (one(lambda c: told(c, c("detail"))), "invalid_json", fair),
    "no activities": (one(lambda c: told(c, {"activities": [c("line")]})), "not_an_object", fair),
    "not named": (of_line(), "source_not_allowed", named),
    "table away": (of_line(), RAISES, TABLE_AWAY),
    "table away for some": (
        lambda c: records(c, told(c, line(c)), c("rubbish")),
        PUT_OFF,
        TABLE_AWAY,
    ),
    "nowhere to keep aside": (raw("?"), RAISES, away(REFUSED_QUEUE_URL=NO_QUEUE)),
    "a damaged lead": (of_line(), RAISES, damaged),
    "a bug in reading": (of_line(), RAISES, slipping(MessageReader, "_event")),
    "a bug in the move": (of_line(), RAISES, slipping(Move, "_settle")),
    "a bug for all leads": (of_line(), RAISES, slipping(Move, "_remember")),
    "a bug for some": (
        lambda c: records(c, told(c, line(c)), c("rubbish")),
        PUT_OFF,
        slipping(Move, "_decide"),
    ),
}


@pytest.mark.parametrize("end", ACTIVITIES)
def test_g17_no_line_tells_what_an_activity_brought(
    talkative: Stage, monkeypatch: pytest.MonkeyPatch, ear: Ear, end: str
) -> None:
    send, outcome, weather = ACTIVITIES[end]
    canary, spy = Aviary(), Spy()
    spy.on(monkeypatch, ActivityRecorder, "record")
    weather(talkative, monkeypatch)
    event = send(canary)
    if outcome == RAISES:
        with pytest.raises(NothingRecordedError) as raised:
            talkative.record(event)
        written = "".join(traceback.format_exception(raised.value))  # as the runtime writes it
        assert not CANARY.search(written)
    else:
        failures = talkative.record(event)["batchItemFailures"]
        assert len(failures) == (outcome == PUT_OFF)
        reasons = [refused["reason"] for refused in talkative.sent("refused")]
        assert reasons == {"": [], PUT_OFF: ["malformed"]}.get(outcome, [outcome])
    (got,) = spy.got
    assert not canary.missing_from(got)
    assert len(canary.planted) > 10
    messages = {told_line["message"] for told_line in lines_of(ear) if "message" in told_line}
    assert "batch recorded" in messages
    assert messages <= {"batch recorded", "bug"}
    assert len(lines_of(ear)) >= 2


def test_g17_canaries_of_an_activity_sit_where_bus_and_queue_put_what_strangers_send() -> None:
    canary = Aviary()
    event = records(canary, told(canary, line(canary)))
    assert set(event) == set(get_type_hints(SQSEvent))
    (record,) = event["Records"]
    assert set(record) <= set(get_type_hints(SQSMessage))
    silent = {name for name, part in record.items() if not CANARY.search(json.dumps(part))}
    assert silent == set()
    envelope = json.loads(record["body"])
    sung = {name for name, part in envelope["event"].items() if CANARY.search(json.dumps(part))}
    assert set(get_type_hints(EventBridgeEvent)) <= sung


def test_c25_a_record_without_its_id_tells_its_key_and_no_more(talkative: Stage) -> None:
    event = records(canary := Aviary(), told(canary, line(canary)))
    del event["Records"][0]["messageId"]
    with pytest.raises(KeyError) as raised:
        talkative.record(event)
    assert not CANARY.search("".join(traceback.format_exception(raised.value)))


def by_body(event: dict[str, Any]) -> None:
    telemetry.logger().info(event["body"])


def by_headers(event: dict[str, Any]) -> None:
    telemetry.logger().info("form taken", extra={"request_id": event["headers"]["user-agent"]})


def by_another_key(event: dict[str, Any]) -> None:
    telemetry.logger().info("form taken", extra={"agent": "curl"})


def by_another_sentence(event: dict[str, Any]) -> None:
    telemetry.logger().info("Anna has sent a form")


def by_printing(event: dict[str, Any]) -> None:
    print(event["rawPath"])  # noqa: T201


def by_a_metric(event: dict[str, Any]) -> None:
    telemetry.count("refused_" + json.loads(event["body"])["name"])


def by_an_exception(event: dict[str, Any]) -> None:
    try:
        json.loads(event["body"])["canary"]
    except KeyError:
        telemetry.logger().exception("bug")


@pytest.mark.parametrize(
    "leak",
    [
        *(by_body, by_headers, by_another_key, by_another_sentence),
        *(by_printing, by_a_metric, by_an_exception),
    ],
)
def test_g17_a_handler_that_told_more_would_be_heard(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, ear: Ear, leak: Callable[[dict[str, Any]], None]
) -> None:
    real = FormCapture.answer

    def leaking(mine: FormCapture, event: dict[str, Any]) -> dict[str, Any]:
        leak(event)
        return real(mine, event)

    monkeypatch.setattr(FormCapture, "answer", leaking)
    stage.capture(form(Aviary()))
    wrong = [heard for heard in ear.lines() if not is_ours(heard)]
    assert len(wrong) == 1
    ear.heard.clear()


def is_ours(heard: str) -> bool:
    try:
        check_line(heard)
    except (AssertionError, ValueError):
        return False
    return True
