"""A stack as the command finds it in AWS: outputs, key, tables and bus, on moto.

moto's CloudFormation and its bus want libraries we have no other use for, so what these two answer
is given here; the bus puts its envelopes straight into the queue.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import boto3
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from moto import mock_aws

from cli.running_stack import LeadIds
from functions.intake.activity_event import Doors, MessageReader
from functions.leads.apply_facts import Move
from functions.leads.arrivals import Arrival
from functions.leads.lead_table import LeadTable
from functions.leads.surroundings import Surroundings
from functions.scoring.facts import Fact
from functions.scoring.instants import format_instant
from functions.scoring.rule_book import RuleBook
from functions.scoring.touches import Naming
from tests.fakes import RecordingTopic

NAME = "LeadScoring"
REGION = "eu-central-1"
ACCOUNT = "123456789012"
KEY = "k" * 64


@dataclass
class MotoStack:
    """What a test does to the stack; `deliver` is what the functions would do."""

    model: dict[str, Any]
    now: int
    topic: RecordingTopic
    outputs: dict[str, str]

    def client(self, service: str) -> Any:
        return boto3.client(service, region_name=REGION)  # type: ignore[call-overload]

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

    def messages(self) -> list[dict[str, Any]]:
        """Take what the bus put into the queue: the envelopes."""
        queue, taken = self.client("sqs"), []
        url = self.outputs["ActivityQueue"]
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
        outputs, secret = _resources()
        with patch.object(BaseClient, "_make_api_call", _answering(outputs, secret)):
            yield MotoStack(model, now, RecordingTopic(), outputs)


def _resources() -> tuple[dict[str, str], str]:
    queues = boto3.client("sqs", region_name=REGION)
    queue = queues.create_queue(QueueName="activities")["QueueUrl"]
    _table("leads", "lead")
    _table("facts", "lead", "fact")
    keys = boto3.client("secretsmanager", region_name=REGION)
    secret = keys.create_secret(Name="lead-id-key", SecretString=KEY)["ARN"]
    outputs = {
        "FormAddress": "https://forms.example.com/forms/",
        "ActivityBus": "activities",
        "ActivityQueue": queue,
        "LeadsTable": "leads",
        "FactsTable": "facts",
    }
    return outputs, secret


def _table(name: str, *keys: str) -> None:
    definitions: Any = [{"AttributeName": key, "AttributeType": "S"} for key in keys]
    schema: Any = [
        {"AttributeName": key, "KeyType": kind}
        for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
    ]
    boto3.client("dynamodb", region_name=REGION).create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=definitions,
        KeySchema=schema,
    )


def _answering(outputs: dict[str, str], secret: str) -> Callable[..., Any]:
    others = vars(BaseClient)["_make_api_call"]
    told = [{"OutputKey": name, "OutputValue": value} for name, value in outputs.items()]
    key = {
        "LogicalResourceId": "StorageLeadIdKey1",
        "PhysicalResourceId": secret,
        "ResourceType": "AWS::SecretsManager::Secret",
    }
    answers = {
        "DescribeStacks": {"Stacks": [{"Outputs": told}]},
        "ListStackResources": {"StackResourceSummaries": [key]},
    }

    def call(client: Any, operation: str, arguments: dict[str, Any]) -> Any:
        if operation == "PutEvents":
            return _put_events(arguments["Entries"], outputs["ActivityQueue"])
        if operation not in answers:
            return others(client, operation, arguments)
        if arguments["StackName"] != NAME:
            name = arguments["StackName"]
            error = {"Code": "ValidationError", "Message": f"Stack with id {name} does not exist"}
            raise ClientError({"Error": error}, operation)  # type: ignore[typeddict-item]
        return answers[operation]

    return call


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
