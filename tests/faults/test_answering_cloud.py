"""What answers beneath the clients keeps what a store keeps, and says what moto says."""

import inspect
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from moto import mock_aws
from moto.core.models import botocore_stubber

from functions.leads.lead_table import LeadStore
from functions.runtime import wiring
from tests.faults.answering_cloud import AnsweringCloud
from tests.faults.fault_injector import Fault, Mode
from tests.faults.fault_promises import hold_all
from tests.faults.fault_scenarios import SCENARIOS, Scenario
from tests.faults.fault_stage import SERVICES, FaultStage
from tests.leads import test_lead_stores

CONTRACT = [
    promise
    for name, promise in vars(test_lead_stores).items()
    if name.startswith("test_") and list(inspect.signature(promise).parameters) == ["store"]
]


@pytest.mark.parametrize("promise", CONTRACT, ids=lambda promise: promise.__name__)
def test_it_keeps_what_every_store_keeps(
    stage: FaultStage, promise: Callable[[LeadStore], None]
) -> None:
    stage.cloud.become(AnsweringCloud(lambda: stage.clock.now))
    stage.injector.plan([])
    promise(wiring.store())


def test_the_contract_is_the_stores_whole_suite() -> None:
    assert len(CONTRACT) >= 11


SIGNED = "AWS4-HMAC-SHA256 Credential=testing/20261123/eu-central-1/any/aws4_request, rest"


@dataclass
class Mirror:
    """Lets moto answer every request as well, and notes where it says something else."""

    cloud: AnsweringCloud
    compared: int = 0
    differ: list[str] = field(default_factory=list)

    def answer(self, request: Any, event_name: str, **_: object) -> AWSResponse:
        ours = self.cloud.answer(request, event_name)
        service, operation = event_name.split(".")[1:]
        if service in self.cloud.away or operation == "ChangeMessageVisibility":
            return ours  # moto is never away, and knows other receipts
        request.headers["Authorization"] = SIGNED
        theirs = botocore_stubber(event_name, request)
        assert theirs is not None
        alike = ours.status_code == theirs.status_code
        if service == "dynamodb":
            alike = alike and told(ours) == told(theirs)
        if not alike:
            self.differ.append(f"{operation}: {ours.content!r} {theirs.content!r}")
        self.compared += 1
        return ours


def told(answer: AWSResponse) -> dict[str, Any]:
    """What our code reads of an answer of DynamoDB, lists of a batch in one order."""
    content = json.loads(answer.content)
    content["__type"] = content.get("__type", "").rpartition("#")[2]
    for items in content.get("Responses", {}).values():
        items.sort(key=json.dumps)
    read = ("__type", "Responses", "Items", "Item", "LastEvaluatedKey")
    return {name: content[name] for name in read if name in content}


@pytest.fixture
def mirror(stage: FaultStage) -> Iterator[Mirror]:
    both = Mirror(stage.cloud)
    clients = [wiring.client(service, hasty=h) for service in SERVICES for h in (True, False)]
    for client in clients:
        client.meta.events.unregister("before-send", botocore_stubber)
        client.meta.events.unregister("before-send", stage.cloud.answer)
        client.meta.events.register_first("before-send", both.answer)
    yield both
    for client in clients:
        client.meta.events.unregister("before-send", both.answer)
        stage.cloud.plant(client)


@pytest.fixture
def moto_tables() -> Iterator[Callable[[], None]]:
    """Make moto's tables, queues and topic anew, empty."""
    with mock_aws():
        yield _make


def _make() -> None:
    region = "eu-central-1"
    dynamodb: Any = boto3.client("dynamodb", region_name=region)
    for name in dynamodb.list_tables()["TableNames"]:
        dynamodb.delete_table(TableName=name)
    _create(dynamodb, "leads", {"lead": "S"}, ("due", {"due_shard": "N", "due_at": "N"}))
    _create(dynamodb, "facts", {"lead": "S", "fact": "S"})
    for name in ("activities", "parked", "refused"):
        boto3.client("sqs", region_name=region).create_queue(QueueName=name)
    boto3.client("sns", region_name=region).create_topic(Name="alerts")


def _create(
    dynamodb: Any, name: str, keys: dict[str, str], *indexes: tuple[str, dict[str, str]]
) -> None:
    kinds = dict(keys)
    for _, index_keys in indexes:
        kinds |= index_keys
    more = {
        "GlobalSecondaryIndexes": [
            {
                "IndexName": index,
                "KeySchema": _schema(index_keys),
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
            for index, index_keys in indexes
        ]
    }
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=_schema(keys),
        AttributeDefinitions=[
            {"AttributeName": key, "AttributeType": kind} for key, kind in kinds.items()
        ],
        **(more if indexes else {}),
    )


def _schema(keys: dict[str, str]) -> list[dict[str, str]]:
    return [
        {"AttributeName": key, "KeyType": kind}
        for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
    ]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_it_says_what_moto_says(
    stage: FaultStage, mirror: Mirror, moto_tables: Callable[[], None], scenario: Scenario
) -> None:
    moto_tables()
    stage.prepare(scenario)
    reached = stage.play(scenario)
    hold_all(stage, scenario)
    writes = [number for number, label in enumerate(reached) if label == "PutItem leads"]
    for number in writes:  # the SDK repeats a write whose answer was lost, and meets its own
        moto_tables()
        stage.prepare(scenario)
        stage.play(scenario, [Fault(number, Mode.LOST)])
        hold_all(stage, scenario)
    assert mirror.differ == []
    assert mirror.compared > 0
