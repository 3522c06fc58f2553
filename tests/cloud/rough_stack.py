"""A stack in which faults of the platform happen within seconds, and what tests do to it.

It is the product's template, copied and changed in three places: messages come back after two
seconds, a marked record ends the process that reads it, and between the functions and the services
stand doors that can be shut. Three receives make a dead letter where a test says so. What the
template really says of each is asserted on the template (`tests/infra/template_promises.py`).
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from functions.leads.lead_table import decode, encode
from functions.scoring.instants import format_instant
from infra.local.local_stack import LocalStack
from infra.local.visitors import SOURCE
from tests.cloud.patched_copy import Template, resources
from tests.cloud.service_door import Door
from tests.cloud.stack_driving import lead_ids, now, read_lead_at, take_messages, wait_until
from tests.oracle import brute_force
from tests.vectors.scoring_vector import plain_document

ROUGH_MODEL = Path(__file__).with_name("rough_model.yaml")
WORKER = Path(__file__).with_name("dying_worker.py")
VISIBILITY_SECONDS = 2
RECEIVES, RECEIVES_OF_THE_TEMPLATE = 3, 30

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Doors:
    """What stands before the services, as the functions see them."""

    table: Door
    queues: Door


def make_rough(template: Template, doors: Doors) -> None:
    """Change a copy of the template in place."""
    for queue in resources(template, "AWS::SQS::Queue"):
        if "RedrivePolicy" in queue:
            queue["VisibilityTimeout"] = VISIBILITY_SECONDS
    for function in resources(template, "AWS::Lambda::Function"):
        function["Environment"]["Variables"] |= {
            "AWS_ENDPOINT_URL_DYNAMODB": doors.table.endpoint,
            "AWS_ENDPOINT_URL_SQS": doors.queues.endpoint,
        }
        if function["Handler"] == "functions.record_activity.handler":
            function["Handler"] = f"{WORKER.stem}.handler"


@dataclass(frozen=True, slots=True)
class RoughStack:
    stack: LocalStack
    doors: Doors

    @property
    def dead_letters(self) -> str:
        return self._queue("ActivityDeadLetters")

    @property
    def parking_dead_letters(self) -> str:
        return self._queue("ParkingDeadLetters")

    def _queue(self, output: str) -> str:
        return f"{self.stack.endpoint}/{self.stack.outputs[output].split('/', 3)[3]}"

    @contextmanager
    def consumer_off(self) -> Iterator[None]:
        """While the block runs nobody takes activities off their queue."""
        self._turn_consumer(on=False)
        try:
            yield
        finally:
            self._turn_consumer(on=True)

    def deliver_once(self, *, messages: int) -> None:
        """While the consumer is off: once so many can be seen, let it take what is there.

        A machine that is busy may take longer over a record than the two seconds after which the
        queue would bring it again; so a delivery is one delivery.
        """
        queue = self.stack.activity_queue
        wait_until("all can be taken", lambda: self.visible(queue) == messages)
        self._turn_consumer(on=True)
        wait_until("all are taken", lambda: self.visible(queue) == 0)
        self._turn_consumer(on=False)

    def _turn_consumer(self, *, on: bool) -> None:
        functions = self.stack.client("lambda")
        name = self.stack.functions["RecordActivity"]
        sources = functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
        for source in sources:
            if "Activities" in source["EventSourceArn"]:
                functions.update_event_source_mapping(UUID=source["UUID"], Enabled=on)

    @contextmanager
    def few_receives(self) -> Iterator[None]:
        """While the block runs a message is a dead letter after three receives."""
        self._set_receives(RECEIVES)
        try:
            yield
        finally:
            self._set_receives(RECEIVES_OF_THE_TEMPLATE)

    def _set_receives(self, number: int) -> None:
        queues = self.stack.client("sqs")
        for queue in (self.stack.activity_queue, self.stack.parking_queue):
            told = queues.get_queue_attributes(QueueUrl=queue, AttributeNames=["RedrivePolicy"])
            policy = json.loads(told["Attributes"]["RedrivePolicy"]) | {"maxReceiveCount": number}
            queues.set_queue_attributes(
                QueueUrl=queue, Attributes={"RedrivePolicy": json.dumps(policy)}
            )

    def send(self, queue: str, *bodies: object) -> None:
        """Puts messages on a queue; what is no text is written as JSON."""
        for body in bodies:
            text = body if isinstance(body, str) else json.dumps(body)
            self.stack.client("sqs").send_message(QueueUrl=queue, MessageBody=text)

    def envelope(self, detail: Line, *, at: int, **more: object) -> dict[str, Any]:
        """What the bus rule makes of an activity it took in at an instant."""
        event = {"source": SOURCE, "account": self.stack.account, "detail": dict(detail)}
        return {"ingested_at": format_instant(at), "event": event, **more}

    def waiting(self, queue: str) -> int:
        """How many messages lie on a queue, taken or not."""
        return self.visible(queue) + self._number(queue, "ApproximateNumberOfMessagesNotVisible")

    def visible(self, queue: str) -> int:
        """How many messages of a queue can be taken now."""
        return self._number(queue, "ApproximateNumberOfMessages")

    def _number(self, queue: str, name: str) -> int:
        told = self.stack.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=[name])
        return int(told["Attributes"][name])

    def parked(self) -> int:
        return self.waiting(self.stack.parking_queue)

    def item(self, address: str) -> dict[str, Any]:
        """The stored item of a lead, as the functions decode it; empty where there is none."""
        key = {"lead": {"S": lead_ids(self.stack)(address)}}
        told = self.stack.client("dynamodb").get_item(
            TableName=self.stack.leads_table, Key=key, ConsistentRead=True
        )
        return decode(told.get("Item", {}))

    def put_item(self, item: Mapping[str, Any]) -> None:
        self.stack.client("dynamodb").put_item(TableName=self.stack.leads_table, Item=encode(item))

    def alerts_of(self, address: str) -> list[dict[str, Any]]:
        """The alerts of one lead, once there are any; what came for others is gone then."""
        lead = lead_ids(self.stack)(address)
        told: list[dict[str, Any]] = []

        def look() -> bool:
            for message in take_messages(self.stack, self.stack.alert_inbox):
                alert = json.loads(json.loads(message["Body"])["Message"])
                told.extend([alert] if alert["lead"] == lead else [])
            return bool(told)

        wait_until("sales hears of it", look)
        return told

    def metric(self, function: str, name: str) -> int:
        """The sum of a count that a function wrote into its log."""
        told = self.stack.client("lambda").get_function_configuration(
            FunctionName=self.stack.functions[function]
        )
        logs = self.stack.client("logs").get_paginator("filter_log_events")
        pages = logs.paginate(logGroupName=told["LoggingConfig"]["LogGroup"])
        text = "\n".join(event["message"] for page in pages for event in page["events"])
        counted = re.findall(rf'"{name}":\[([0-9., ]+)\]', text)
        return sum(int(float(number)) for list_of in counted for number in list_of.split(","))

    def shows(self, *facts: Line) -> bool:
        """Whether each lead of the facts is shown as the oracle scores it from them."""
        at = now()
        told = oracle(facts, at=at)
        if not all(self.item(lead) for lead in told):
            return False
        return all(_figures(read_lead_at(self.stack, lead, at=at)) == told[lead] for lead in told)


def oracle(facts: tuple[Line, ...], *, at: int) -> dict[str, tuple[int, str]]:
    """Score and band of each lead, by the second opinion."""
    scored = brute_force.score(
        plain_document(ROUGH_MODEL), [dict(fact) for fact in facts], format_instant(at), ahead=False
    )
    return {lead: _figures(told) for lead, told in scored.items()}


def _figures(told: Mapping[str, Any]) -> tuple[int, str]:
    return told["score"], told["band"]


def page(lead: str, name: str, path: str = "/news", *, at: int | None = None) -> dict[str, Any]:
    """A page viewed just now, or at an instant, as a line of a fact file."""
    seen_at = format_instant(now() if at is None else at)
    return {"id": name, "lead": lead, "at": seen_at, "kind": "page_viewed", "path": path}
