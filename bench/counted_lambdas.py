"""The real handlers on moto's AWS, with every request counted below the SDK.

The hook stands where botocore hands a signed request to the network, so that repeats by the SDK
would count too. moto answers behind it.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import boto3
from moto import mock_aws

from bench.metered_tables import FACTS, LEADS
from bench.product import batch_of, form_request, model
from functions import capture_form, record_activity
from functions.runtime import telemetry, wiring

REGION = "eu-central-1"
_KEYS = {LEADS: ("lead",), FACTS: ("lead", "fact")}


@dataclass(slots=True)
class CountedLambdas:
    """Handlers to call; each call gives the requests it made, in their order."""

    requests: list[str] = field(default_factory=list)

    def post(self, form: str, fields: Mapping[str, Any]) -> list[str]:
        """Post a form, which has to be accepted."""
        answer = capture_form.handler(form_request(form, fields), None)
        if answer["statusCode"] != 201:
            raise RuntimeError(f"the form was answered {answer}")
        return self._taken()

    def record(self, details: Sequence[Mapping[str, Any]]) -> list[str]:
        """Bring a batch of activities, of which none may come again."""
        answer = record_activity.handler(batch_of(details, at=wiring.clock()), None)
        if answer["batchItemFailures"]:
            raise RuntimeError("a record of the batch failed")
        return self._taken()

    def _taken(self) -> list[str]:
        taken, self.requests = self.requests, []
        return taken


@contextmanager
def counted_lambdas() -> Iterator[CountedLambdas]:
    """Start the functions cold on empty tables; what they write for CloudWatch goes nowhere."""
    with (
        redirect_stdout(StringIO()),
        TemporaryDirectory() as folder,
        mock_aws(),
        patch.dict(os.environ, _environment(Path(folder))),
    ):
        forget_what_is_warm()
        counted = CountedLambdas()

        def note(request: Any, **_: Any) -> None:
            counted.requests.append(_name(request))

        events = wiring._session().get_component("event_emitter")  # noqa: SLF001  below its surface
        events.register_first("before-send", note)
        try:
            yield counted
        finally:
            forget_what_is_warm()


def _environment(folder: Path) -> dict[str, str]:
    compiled = folder / "scoring-model.json"
    compiled.write_text(json.dumps(model()), encoding="utf-8")
    dynamodb: Any = boto3.client("dynamodb", region_name=REGION)
    for table, keys in _KEYS.items():
        kinds = zip(keys, ("HASH", "RANGE"), strict=False)
        dynamodb.create_table(
            TableName=table,
            KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in kinds],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            BillingMode="PAY_PER_REQUEST",
        )
    queue = boto3.client("sqs", region_name=REGION).create_queue(QueueName="any")["QueueUrl"]
    topic = boto3.client("sns", region_name=REGION).create_topic(Name="alerts")["TopicArn"]
    return {
        "AWS_DEFAULT_REGION": REGION,
        "LEADS_TABLE": LEADS,
        "FACTS_TABLE": FACTS,
        "ALERT_TOPIC_ARN": topic,
        "LEAD_ID_KEY": "a key for the bench",
        "ACTIVITY_QUEUE_URL": queue,
        "PARKING_QUEUE_URL": queue,
        "REFUSED_QUEUE_URL": queue,
        "MODEL_FILE": str(compiled),
        "POWERTOOLS_SERVICE_NAME": "bench",
        "POWERTOOLS_METRICS_NAMESPACE": "LeadScoring",
        "POWERTOOLS_LOG_LEVEL": "WARNING",
    }


def _name(request: Any) -> str:
    """What a request asks: `PutItem leads`, `BatchGetItem`, `Publish`."""
    target = request.headers.get("X-Amz-Target")
    if target is None:
        return str(dict(part.split("=", 1) for part in _text(request.body).split("&"))["Action"])
    asked = json.loads(_text(request.body))
    return " ".join([_text(target).rpartition(".")[2], *filter(None, [asked.get("TableName")])])


def _text(content: Any) -> str:
    if isinstance(content, dict):
        return "&".join(f"{name}={value}" for name, value in content.items())
    return content.decode() if isinstance(content, bytes) else str(content)


def forget_what_is_warm() -> None:
    """Start the functions anew: what they keep while they are warm is forgotten."""
    for module in (wiring, telemetry, capture_form, record_activity):
        for kept in vars(module).values():
            if hasattr(kept, "cache_clear"):
                kept.cache_clear()
