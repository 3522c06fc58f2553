"""Runs the real handlers, through their real wiring, on moto's tables, queues and topic."""

import base64
import json
import logging
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import boto3
import pytest
from moto import mock_aws
from moto.backends import get_backend

from functions import capture_form, record_activity
from functions.runtime import telemetry, wiring
from functions.scoring.instants import DAY_MS
from tests.handlers.strangers_words import assert_nothing_is_echoed
from tests.handlers.told_lines import counted

EVENTS = Path(__file__).resolve().parents[2] / "events"
NOW = "2026-11-23T10:00:01Z"
_BY_ENVIRONMENT = (
    wiring.settings,
    wiring.model,
    wiring.book,
    wiring._surroundings,
    wiring.store,
    capture_form._capture,
    record_activity._recorder,
)
_CLIENTS = (wiring.client, wiring.queue, wiring._session)
_SERVICE = "tests"
ACCOUNT = "123456789012"  # moto's

MODEL: dict[str, Any] = {
    "layout": 1,
    "model": "for handlers",
    "version": "0123456789ab",
    "matching": "0123456789ab",
    "retention": 400 * DAY_MS,
    "bands": {"hot_above": 70, "cold_below": 30},
    "halves": {"fit": {"cap": 50, "floor": -50}, "engagement": {"cap": 50, "floor": -50}},
    "groups": {},
    "kinds": [
        *("form_submitted", "sales_answered", "page_viewed", "link_clicked", "email_sent"),
        *("email_delivered", "email_opened", "email_clicked", "email_bounced", "email_complained"),
        *("email_subscribed", "email_unsubscribed", "email_rejected", "email_delayed"),
        *("email_not_rendered", "email_preferences_changed"),
    ],
    "fields": {
        "name": {"type": "text", "also": ["full_name"]},
        "company": {"type": "text"},
        "phone": {"type": "phone"},
        "job_title": {"type": "text", "also": ["stanowisko"]},
        "company_size": {"type": "number", "also": ["employees", "liczba pracowników"]},
        "country": {"type": "country"},
        "message": {"type": "message"},
        "website": {"type": "url"},
        "trial": {"type": "yes_no"},
    },
    "derived": {},
    "rules": [
        {
            "type": "activity",
            "rule": "page",
            "half": "engagement",
            "group": None,
            "stage": None,
            "says": {},
            "activity": "page_viewed",
            "where": None,
            "when": None,
            "steps": [[0, 5], [30 * DAY_MS, 0]],
            "at_most": 5,
            "once_per": None,
        }
    ],
    "channels": [],
    "campaigns": {"read_from": "utm_campaign"},
    "experiments": {"read_from": "utm_content"},
    "forms": {
        "demo": {
            "open": True,
            "thanks": "https://www.example.com/thanks",
            "errors": "https://www.example.com/demo",
            "origins": ["https://www.example.com"],
            "honeypot": "fax_extension",
            "consent": {"field": "marketing_consent", "needed": False},
        },
        "bare": {
            "open": True,
            "thanks": "https://www.example.com/welcome",
            "errors": None,
            "origins": [],
            "honeypot": None,
            "consent": {"field": "terms", "needed": True},
        },
        "closed": {"open": False, "thanks": "https://www.example.com/thanks"},
    },
    "alerts": {
        "cooldown": 7 * DAY_MS,
        "language": "en",
        "time_zone": "Europe/Warsaw",
        "subject_names_company": True,
    },
    "ideal_leads": [],
    "countries": {"polska": "PL", "poland": "PL", "pl": "PL"},
}


def sample(name: str) -> dict[str, Any]:
    """One sample of `events/`, as the Lambda gets it."""
    loaded: dict[str, Any] = json.loads(_text(name))
    return loaded


@cache
def _text(name: str) -> str:
    return (EVENTS / f"{name}.json").read_text(encoding="utf-8")


def request(
    body: object,
    *,
    form: str = "demo",
    content_type: str | None = "application/json",
    **headers: str,
) -> dict[str, Any]:
    """A request of the HTTP API for a form; bytes come base64 encoded, as from a browser."""
    event = sample("form_posted_by_a_script")
    event["pathParameters"] = {"form": form}
    event["headers"] = {name.replace("_", "-"): value for name, value in headers.items()}
    if content_type is not None:
        event["headers"]["content-type"] = content_type
    event["isBase64Encoded"] = isinstance(body, bytes)
    if isinstance(body, bytes):
        event["body"] = base64.b64encode(body).decode()
    else:
        event["body"] = body if isinstance(body, str) else json.dumps(body)
    return event


def message(detail: object, *, ingested_at: str = NOW, **envelope: object) -> dict[str, Any]:
    """The body of a queue message with one event of the bus."""
    event = {
        "version": "0",
        "id": "7bf73129-1428-4cd3-a780-95db273d1602",
        "detail-type": "page_viewed",
        "source": "example.website",
        "account": "111122223333",
        "time": "2026-11-23T10:00:00Z",
        "region": "eu-central-1",
        "resources": [],
        "detail": detail,
    }
    return {"ingested_at": ingested_at, "event": event | envelope}


def batch(*bodies: object, receives: int = 1) -> dict[str, Any]:
    """A batch of SQS records with these bodies."""
    records = []
    for number, body in enumerate(bodies, start=1):
        record = json.loads(json.dumps(sample("page_viewed")["Records"][0]))
        record["messageId"] = f"message-{number}"
        record["body"] = body if isinstance(body, str) else json.dumps(body)
        record["attributes"]["ApproximateReceiveCount"] = str(receives)
        records.append(record)
    return {"Records": records}


@dataclass
class Stage:
    """What stands behind the handlers, and what became of it."""

    dynamodb: Any
    sqs: Any
    queues: Mapping[str, str]
    out: Callable[[], str] = str

    def restart(self) -> None:
        """Start the functions anew, so that they read their environment again."""
        for warm in (*_BY_ENVIRONMENT, telemetry._metrics):
            warm.cache_clear()

    def clear(self) -> None:
        """Forget everything stored and sent."""
        self.forget()
        for queue in self.queues:
            if _behind("sqs").queues[queue]._messages:
                self.sent(queue)
        (topic,) = _behind("sns").topics.values()
        topic.sent_notifications.clear()

    def capture(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a request; what is refused changes nothing, and no answer says what was sent."""
        before = self.held()
        answer = self.answer(event)
        assert_nothing_is_echoed(answer, event, MODEL)
        if is_refusal(answer):
            assert self.held() == before, "a refused form left something"
        return answer

    def answer(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a request, and ask nothing of it."""
        log_where_this_test_reads()
        return capture_form.handler(dict(event), None)

    def forget(self) -> None:
        """Empty both tables at once."""
        for stored in _behind("dynamodb").tables.values():
            stored.items.clear()

    def record(self, event: Mapping[str, Any]) -> dict[str, Any]:
        log_where_this_test_reads()
        return record_activity.handler(dict(event), None)

    def held(self) -> dict[str, Any]:
        """All that is stored, waits on a queue or was published."""
        stored = _behind("dynamodb").tables
        tables = {
            name: [item.to_json()["Attributes"] for item in stored[name].all_items()]
            for name in ("leads", "facts")
        }
        queues = _behind("sqs").queues
        waiting = {name: [each.body for each in queues[name]._messages] for name in self.queues}
        return tables | waiting | {"published": self.published()}

    def published(self) -> list[dict[str, Any]]:
        """What was published of leads that turned hot, as queues get it."""
        return [json.loads(bodies["sqs"]) for bodies in self.letters()]

    def letters(self) -> list[dict[str, str]]:
        """The same, worded for each protocol."""
        (topic,) = _behind("sns").topics.values()
        return [json.loads(sent[1]) for sent in topic.sent_notifications]

    def leads(self) -> dict[str, dict[str, Any]]:
        items = self.dynamodb.scan(TableName="leads", ConsistentRead=True)["Items"]
        return {item["lead"]["S"]: item for item in items}

    def facts(self) -> list[dict[str, Any]]:
        items = self.dynamodb.scan(TableName="facts", ConsistentRead=True)["Items"]
        return [{**json.loads(item["content"]["S"]), "kind": item["kind"]["S"]} for item in items]

    def sent(self, queue: str) -> list[dict[str, Any]]:
        """Take all messages from a queue."""
        found: list[dict[str, Any]] = []
        while True:
            got = self.sqs.receive_message(QueueUrl=self.queues[queue], MaxNumberOfMessages=10)
            if "Messages" not in got:
                return found
            for each in got["Messages"]:
                self.sqs.delete_message(
                    QueueUrl=self.queues[queue], ReceiptHandle=each["ReceiptHandle"]
                )
                found.append(json.loads(each["Body"]))

    def counted(self) -> dict[str, int]:
        """Sum of the metrics written since the last call, by name."""
        return counted(self.out())


def is_refusal(answer: Mapping[str, Any]) -> bool:
    """Whether an answer says that what was sent is the sender's mistake (B45 is nobody's)."""
    sent_back = "error=" in answer["headers"].get("location", "")
    return sent_back or 400 <= answer["statusCode"] < 500


def _behind(service: Literal["dynamodb", "sns", "sqs"]) -> Any:
    """What moto keeps of a service: queues can be looked into without taking from them."""
    return get_backend(service)[ACCOUNT]["eu-central-1"]


def log_where_this_test_reads() -> None:
    """The logger keeps the output it found when it was made, which was another test's."""
    for handler in logging.getLogger(_SERVICE).handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.stream = sys.stdout


def table(dynamodb: Any, name: str, *keys: str) -> None:
    kinds = ("HASH", "RANGE")
    dynamodb.create_table(
        TableName=name,
        KeySchema=[
            {"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, kinds, strict=False)
        ],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
        BillingMode="PAY_PER_REQUEST",
    )


@contextmanager
def lambda_stage(
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    *,
    model: Mapping[str, Any] = MODEL,
    **variables: str,
) -> Iterator[Stage]:
    """Build tables, queues and topic in moto, and start the functions cold on them."""
    compiled = folder / "scoring-model.json"
    compiled.write_text(json.dumps(model), encoding="utf-8")
    with mock_aws():
        region = "eu-central-1"
        dynamodb: Any = boto3.client("dynamodb", region_name=region)
        sqs: Any = boto3.client("sqs", region_name=region)
        sns: Any = boto3.client("sns", region_name=region)
        table(dynamodb, "leads", "lead")
        table(dynamodb, "facts", "lead", "fact")
        names = ("activities", "parked", "refused")
        queues = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in names}
        environment = {
            "AWS_DEFAULT_REGION": region,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "LEADS_TABLE": "leads",
            "FACTS_TABLE": "facts",
            "ALERT_TOPIC_ARN": sns.create_topic(Name="alerts")["TopicArn"],
            "LEAD_ID_KEY": "a key for tests only",
            "ACTIVITY_QUEUE_URL": queues["activities"],
            "PARKING_QUEUE_URL": queues["parked"],
            "REFUSED_QUEUE_URL": queues["refused"],
            "MODEL_FILE": str(compiled),
            "POWERTOOLS_SERVICE_NAME": _SERVICE,
            "POWERTOOLS_METRICS_NAMESPACE": "LeadScoring",
            "POWERTOOLS_LOG_LEVEL": "INFO",
            **variables,
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        for warm in (*_BY_ENVIRONMENT, *_CLIENTS):
            warm.cache_clear()
        yield Stage(dynamodb, sqs, queues)
