"""What tests do to a running stack, and how they wait: for what they can see, never for a time.

A lead is read by the code of `lead-scoring show`; facts are imported the way of
`lead-scoring send --import`; forms are posted over HTTP.
"""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cli.fact_files import SOURCE
from cli.running_stack import LeadIds, RunningStack
from cli.show_lead import read_view
from functions.scoring.rule_book import RuleBook
from infra.local.cloud import LocalCloud
from infra.local.deployment import local_client, local_session
from infra.local.lead_reading import rule_book
from infra.local.local_stack import LocalStack

PAUSE_SECONDS = 0.1
SOON_SECONDS = 60.0  # a cold start takes one, a busy machine many
ENTRIES_MAX = 10  # of one PutEvents call

Line = Mapping[str, Any]


def now() -> int:
    """UTC milliseconds."""
    return time.time_ns() // 1_000_000


def wait_until(what: str, happened: Callable[[], object], *, seconds: float = SOON_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, f"after {seconds:.0f} s still not: {what}"
        time.sleep(PAUSE_SECONDS)


def import_facts(stack: LocalStack, *messages: Iterable[Line]) -> None:
    """Puts imports on the bus; the facts of one message are taken in their order."""
    entries = [
        {
            "EventBusName": stack.bus,
            "Source": SOURCE,
            "DetailType": "facts",
            "Detail": json.dumps({"import": True, "activities": list(facts)}),
        }
        for facts in messages
    ]
    for first in range(0, len(entries), ENTRIES_MAX):
        answer = stack.client("events").put_events(Entries=entries[first : first + ENTRIES_MAX])
        assert not answer["FailedEntryCount"], answer


def facts_kept(stack: LocalStack) -> set[tuple[str, str]]:
    """Lead id and key of every fact in the history."""
    pages = (
        stack.client("dynamodb")
        .get_paginator("scan")
        .paginate(
            TableName=stack.facts_table,
            ConsistentRead=True,
            ProjectionExpression="#lead, fact",
            ExpressionAttributeNames={"#lead": "lead"},
        )
    )
    return {(item["lead"]["S"], item["fact"]["S"]) for page in pages for item in page["Items"]}


def is_idle(stack: LocalStack) -> bool:
    """Whether no activity waits, and none is being worked on."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    told = stack.client("sqs").get_queue_attributes(
        QueueUrl=stack.activity_queue, AttributeNames=names
    )
    return all(int(told["Attributes"][name]) == 0 for name in names)


def take_messages(stack: LocalStack, queue: str) -> list[dict[str, Any]]:
    """Everything on a queue, taken off it."""
    queues, taken = stack.client("sqs"), []
    while messages := queues.receive_message(
        QueueUrl=queue, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
    ).get("Messages"):
        for message in messages:
            queues.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            taken.append(message)
    return taken


def lead_ids(stack: LocalStack) -> LeadIds:
    return _known(stack).lead_ids()


def read_lead_at(stack: LocalStack, address: str, *, at: int) -> dict[str, Any]:
    """A lead as `lead-scoring show --json` tells it at an instant."""
    book: RuleBook = rule_book(stack.model)
    return read_view(_known(stack), book, address, at=at).as_object()


@dataclass(frozen=True, slots=True, kw_only=True)
class _KnownStack(RunningStack):
    """The stack as the command line knows it; what each command would ask for is asked once."""

    cloud: LocalCloud
    asked: list[LeadIds] = field(default_factory=list)

    def client(self, service: str) -> Any:
        return local_client(service, self.cloud)

    def lead_ids(self) -> LeadIds:
        if not self.asked:
            self.asked.append(RunningStack.lead_ids(self))
        return self.asked[0]


_KNOWN: dict[tuple[LocalCloud, str], _KnownStack] = {}


def _known(stack: LocalStack) -> _KnownStack:
    key = (stack.cloud, stack.model)
    if key not in _KNOWN:
        _KNOWN[key] = _KnownStack(
            name=stack.stack,
            place="a stack of the tests",
            form_address=stack.form_address,
            bus=stack.bus,
            activity_queue=stack.activity_queue,
            leads_table=stack.leads_table,
            facts_table=stack.facts_table,
            session=local_session(),
            outputs=stack.outputs,
            deployed_at=0,
            endpoint=stack.endpoint,
            model_file=stack.model,
            cloud=stack.cloud,
        )
    return _KNOWN[key]
