"""A stack as the command finds it in AWS: outputs, key, tables and bus, on moto.

moto's CloudFormation and its bus want libraries we have no other use for, so what these two answer
is given here; the bus puts its envelopes straight into the queue.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from typing import Any
from unittest.mock import patch

import boto3
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from moto import mock_aws

from cli.running_stack import LeadIds
from cli.system_health import DEAD_LETTERS
from functions.intake.activity_event import Doors, MessageReader
from functions.leads.apply_facts import Move
from functions.leads.arrivals import Arrival
from functions.leads.lead_table import LeadTable
from functions.leads.surroundings import Surroundings
from functions.scoring.facts import Fact
from functions.scoring.instants import DAY_MS, format_instant
from functions.scoring.rule_book import RuleBook
from functions.scoring.touches import Naming
from tests.fakes import RecordingTopic

NAME = "LeadScoring"
REGION = "eu-central-1"
ACCOUNT = "123456789012"
KEY = "k" * 64
SWEEP_LOG = "expire-points-log"


@dataclass
class MotoStack:
    """What a test does to the stack; `deliver` is what the functions would do."""

    model: dict[str, Any]
    now: int
    topic: RecordingTopic
    outputs: dict[str, str]
    listeners: dict[str, list[dict[str, str]]] = field(default_factory=dict)  # by topic
    on_send: Callable[[str, str], None] | None = None  # told id and body of what is sent again
    failing: tuple[str, frozenset[str]] = ("", frozenset())
    deployed: dict[str, int] = field(default_factory=dict)  # UTC ms by CloudFormation's name
    erasing: Callable[[dict[str, Any]], dict[str, Any]] = lambda _: {}
    rescoring: Callable[[dict[str, Any]], dict[str, Any]] = lambda _: {}
    watching: Callable[[dict[str, Any]], dict[str, Any]] = lambda _: {}
    invoked: list[dict[str, Any]] = field(default_factory=list)
    called: set[str] = field(default_factory=set)  # calls of the command, as `sqs:SendMessage`
    is_heard: bool = True
    clients: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def unheard(self) -> Iterator[None]:
        """While the block runs, it is the system that calls, not the command."""
        self.is_heard = False
        try:
            yield
        finally:
            self.is_heard = True

    def client(self, service: str) -> Any:
        if service not in self.clients:
            self.clients[service] = boto3.client(service, region_name=REGION)  # type: ignore[call-overload]
        return self.clients[service]

    def table(self) -> LeadTable:
        names = (self.outputs["LeadsTable"], self.outputs["FactsTable"])
        return LeadTable(self.client("dynamodb"), *names, self.model["retention"])

    def move(self) -> Move:
        return Move(
            Surroundings(
                store=self.table(),
                publisher=self.topic,
                book=RuleBook(self.model),
                naming=Naming(self.model),
                clock=lambda: self.now,
                pause=lambda _: None,
                count=lambda *_: None,
                gauge=lambda *_: None,
            )
        )

    def happen(self, *facts: Fact) -> None:
        """Let facts of any leads arrive."""
        by_lead: dict[str, list[Arrival]] = {}
        for fact in facts:
            by_lead.setdefault(fact.lead, []).append(Arrival(fact, self.now))
        self.move().apply_many(by_lead)

    def put(self, queue: str, *bodies: str) -> None:
        """Put texts into the queue of an output."""
        for body in bodies:
            self.client("sqs").send_message(QueueUrl=self.outputs[queue], MessageBody=body)

    def fail_sends(self, code: str = "", *entries: str) -> None:
        """Let these entries of each batch fail from now on."""
        self.failing = (code, frozenset(entries))

    def send_batch(self, others: Callable[..., Any], arguments: dict[str, Any]) -> Any:
        """Send what does not fail, and tell whoever wants to know."""
        code, failing = self.failing
        entries = [one for one in arguments["Entries"] if one["Id"] not in failing]
        failed = [
            {"Id": one["Id"], "Code": code} for one in arguments["Entries"] if one["Id"] in failing
        ]
        answer = others("SendMessageBatch", arguments | {"Entries": entries})
        bodies = {one["Id"]: one["MessageBody"] for one in entries}
        told = self.on_send or (lambda *_: None)
        for taken in answer["Successful"]:
            told(taken["MessageId"], bodies[taken["Id"]])
        return answer | {"Failed": failed}

    def messages(self, name: str = "ActivityQueue") -> list[dict[str, Any]]:
        """Take what is in a queue: what the bus put there are the envelopes."""
        queue, taken = self.client("sqs"), []
        url = self.outputs[name]
        while found := queue.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in found:
                taken.append(json.loads(message["Body"]))
                queue.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return taken

    def deliver(self) -> int:
        """Read and apply what is in the queue, as record_activity does; gives the refusals."""
        reader = MessageReader(self.model, Doors(), LeadIds(KEY.encode()))
        refused = 0
        for event in self.messages():
            body = {"ingested_at": format_instant(self.now), "event": event}
            read = reader.read(json.dumps(body))
            refused += len(read.refusals)
            by_lead: dict[str, list[Arrival]] = {}
            for fact in read.facts:
                arrival = Arrival(fact, read.received_at, read.silent)
                by_lead.setdefault(fact.lead, []).append(arrival)
            self.move().apply_many(by_lead)
        return refused


@contextmanager
def moto_stack(model: dict[str, Any], *, now: int) -> Iterator[MotoStack]:
    """Bring the stack up while the block runs."""
    with mock_aws():
        stack = MotoStack(model, now, RecordingTopic(), _resources())
        with patch.object(BaseClient, "_make_api_call", _answering(stack)):
            yield stack


def _resources() -> dict[str, str]:
    queues = boto3.client("sqs", region_name=REGION)
    urls = {
        name: queues.create_queue(QueueName=name.casefold())["QueueUrl"]
        for name in ("ActivityQueue", "ParkingQueue", "RefusedQueue", *DEAD_LETTERS)
    }
    _table("leads", "lead", indexed=True)
    _table("facts", "lead", "fact")
    _table("models", "name", "part")
    keys = boto3.client("secretsmanager", region_name=REGION)
    secret = keys.create_secret(Name="lead-id-key", SecretString=KEY)["ARN"]
    outputs = {
        "FormAddress": "https://forms.example.com/forms/",
        "ActivityBus": "activities",
        "AlertTopic": f"arn:aws:sns:{REGION}:{ACCOUNT}:alerts",
        "AlarmTopic": f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms",
        **urls,
        "LeadsTable": "leads",
        "FactsTable": "facts",
        "LeadIdKey": secret,
        "ExpirePointsFunction": "expire-points",
        "EraseLeadFunction": "erase-lead",
        "ModelsTable": "models",
        "RescoreLeadsFunction": "rescore-leads",
        "WatchModelFunction": "watch-model",
    }
    boto3.client("logs", region_name=REGION).create_log_group(logGroupName=SWEEP_LOG)
    return outputs


def _table(name: str, *keys: str, indexed: bool = False) -> None:
    definitions: Any = [{"AttributeName": key, "AttributeType": "S"} for key in keys]
    more: Any = {}
    if indexed:
        indexes = {"due": ("due_shard", "due_at"), "owned": ("owner_band", "call_order")}
        definitions += [{"AttributeName": key, "AttributeType": "N"} for key in indexes["due"]]
        definitions += [{"AttributeName": key, "AttributeType": "S"} for key in indexes["owned"]]
        more["GlobalSecondaryIndexes"] = [
            {
                "IndexName": name,
                "KeySchema": _schema(*by),
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
            for name, by in indexes.items()
        ]
    boto3.client("dynamodb", region_name=REGION).create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=definitions,
        KeySchema=_schema(*keys),
        **more,
    )


def _schema(*keys: str) -> Any:
    return [
        {"AttributeName": key, "KeyType": kind}
        for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
    ]


def _answering(stack: MotoStack) -> Callable[..., Any]:
    outputs = stack.outputs
    others = vars(BaseClient)["_make_api_call"]

    def call(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
        if stack.is_heard:
            stack.called.add(f"{client.meta.service_model.service_name}:{operation}")
        if operation == "PutEvents":
            with stack.unheard():
                return _put_events(arguments["Entries"], outputs["ActivityQueue"])
        if operation == "SendMessageBatch":
            return stack.send_batch(partial(others, client), arguments)
        if operation == "ListSubscriptionsByTopic":
            return {"Subscriptions": stack.listeners.get(arguments["TopicArn"], [])}
        if operation == "Invoke":
            return _invoked(stack, json.loads(arguments["Payload"]))
        if operation == "GetFunctionConfiguration":
            return {"LoggingConfig": {"LogGroup": SWEEP_LOG}}
        if operation != "DescribeStacks":
            return others(client, operation, arguments)
        if arguments["StackName"] != NAME:
            name = arguments["StackName"]
            error = {"Code": "ValidationError", "Message": f"Stack with id {name} does not exist"}
            raise ClientError({"Error": error}, operation)  # type: ignore[typeddict-item]
        told = [{"OutputKey": name, "OutputValue": value} for name, value in outputs.items()]
        instants = {"CreationTime": stack.now - DAY_MS} | stack.deployed
        times = {name: datetime.fromtimestamp(at / 1000, tz=UTC) for name, at in instants.items()}
        return {"Stacks": [{"Outputs": told, **times}]}

    return call


def _invoked(stack: MotoStack, event: dict[str, Any]) -> dict[str, Any]:
    """What Lambda answers for the functions that erase, rescore and watch."""
    stack.invoked.append(event)
    try:
        is_rescore = {"begin", "segments"} & event.keys()
        asked = stack.rescoring if is_rescore else stack.erasing
        told = (stack.watching if "anew" in event else asked)(event)
    except Exception as error:  # noqa: BLE001  (so does Lambda)
        payload = {"errorType": type(error).__name__, "errorMessage": str(error)}
        return {"FunctionError": "Unhandled", "Payload": BytesIO(json.dumps(payload).encode())}
    return {"Payload": BytesIO(json.dumps(told).encode())}


def _put_events(entries: list[dict[str, Any]], queue: str) -> dict[str, Any]:
    sqs = boto3.client("sqs", region_name=REGION)
    for entry in entries:
        envelope = {
            "source": entry["Source"],
            "account": ACCOUNT,
            "detail-type": entry["DetailType"],
            "detail": json.loads(entry["Detail"]),
        }
        sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(envelope))
    return {"FailedEntryCount": 0, "Entries": [{"EventId": "1"} for _ in entries]}
