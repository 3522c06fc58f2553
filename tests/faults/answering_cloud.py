"""DynamoDB, SQS and SNS in dictionaries, answering the real clients with HTTP responses.

It knows exactly the calls and conditions our functions use and stops the test on any other. Fast
enough for thousands of fault plans; it passes the stores' contract suite, and a test compares its
answers with moto's, call by call.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from botocore.awsrequest import AWSResponse

from functions.leads.lead_lists import KEYS
from functions.leads.lead_table import decode
from tests.fakes import ITEM_BYTES_MAX, SETS, item_bytes
from tests.faults.fault_injector import refusal, response

WEIGHED_FROM = 100_000  # letters; nothing else of an item grows like its answers
VISIBILITY_MS = 200_000  # as the template sets it
Raw = Mapping[str, Any]  # an item in DynamoDB's own JSON; never changed, only replaced
_CONDITIONS = (
    "attribute_not_exists(#lead)",
    "attribute_not_exists(#key)",
    "#revision = :expected",
)


class UnknownCallError(BaseException):
    """A call AWS would refuse, or one we do not know: our code may take neither for a fault."""


@dataclass
class Message:
    """One message of a queue; it can be received from `visible_at` (UTC ms) on."""

    id: str
    body: str
    sent_at: int
    visible_at: int
    receives: int = 0


class Published(NamedTuple):
    """One message on the topic."""

    at: int
    alert_id: str
    message: Mapping[str, Any]


class Owed(NamedTuple):
    """An alert that was written into its lead, and when that was first (UTC ms)."""

    lead: str
    at: int


@dataclass
class AnsweringCloud:
    """What stands behind the clients. `away` names services that answer with errors only."""

    clock: Callable[[], int]
    leads: dict[str, Raw] = field(default_factory=dict)
    facts: dict[tuple[str, str], Raw] = field(default_factory=dict)
    queues: dict[str, list[Message]] = field(
        default_factory=lambda: {"activities": [], "parked": [], "refused": []}
    )
    published: list[Published] = field(default_factory=list)
    owed: dict[str, Owed] = field(default_factory=dict)
    lead_writes: int = 0
    away: frozenset[str] = frozenset()
    _ids: Iterator[int] = field(default_factory=count)

    def plant(self, client: Any) -> None:
        """Answer whatever this client sends."""
        client.meta.events.register_first("before-send", self.answer)

    def snapshot(self) -> "AnsweringCloud":
        """Copy all that is stored; items and alerts are never changed, only replaced."""
        return replace(
            self,
            leads=dict(self.leads),
            facts=dict(self.facts),
            queues={
                name: [replace(message) for message in held] for name, held in self.queues.items()
            },
            published=list(self.published),
            owed=dict(self.owed),
        )

    def become(self, other: "AnsweringCloud") -> None:
        """Be as a snapshot is; clients keep talking to this object."""
        vars(self).update(vars(other.snapshot()) | {"_ids": self._ids})

    def put_message(self, queue: str, body: str) -> Message:
        """Put a message into a queue; it can be received at once."""
        message = Message(f"message-{next(self._ids)}", body, self.clock(), self.clock())
        self.queues[queue].append(message)
        return message

    def answer(self, request: Any, event_name: str, **_more: object) -> AWSResponse:
        """Answer one request, as a handler of the client's event `before-send`."""
        service, operation = event_name.split(".")[1:]
        if service in self.away:
            return refusal(service, throttled=False)
        if service == "sns":
            return self._publish(
                parse_qs(request.body if isinstance(request.body, str) else request.body.decode())
            )
        answers: dict[str, Callable[[Any], AWSResponse]] = {
            "BatchGetItem": self._batch_get,
            "BatchWriteItem": self._batch_write,
            "PutItem": self._put,
            "Query": self._query,
            "SendMessage": self._send,
            "ChangeMessageVisibility": self._hide,
        }
        _must(operation in answers)
        return answers[operation](json.loads(request.body))

    def _batch_get(self, asked: Any) -> AWSResponse:
        (keys,) = (of["Keys"] for of in asked["RequestItems"].values())
        _must(len({key["lead"]["S"] for key in keys}) == len(keys) <= 100)
        found = [self.leads[name] for key in keys if (name := key["lead"]["S"]) in self.leads]
        return _json({"Responses": {"leads": found}, "UnprocessedKeys": {}})

    def _batch_write(self, asked: Any) -> AWSResponse:
        (puts,) = asked["RequestItems"].values()
        items = [put["PutRequest"]["Item"] for put in puts]
        _must(len({_fact_key(item) for item in items}) == len(items) <= 25)
        self.facts.update((_fact_key(item), item) for item in items)
        return _json({"UnprocessedItems": {}})

    def _put(self, asked: Any) -> AWSResponse:
        item = asked["Item"]
        if any(_is_empty_set(value) for value in item.values()):
            return _error("ValidationException")
        if len(item.get("answers", {}).get("S", "")) > WEIGHED_FROM and _is_too_big(item):
            return _error("ValidationException")
        if asked["TableName"] == "facts":
            return self._put_unless(asked, self.facts, _fact_key(item), item)
        answer = self._put_unless(asked, self.leads, item["lead"]["S"], item)
        if answer.status_code == 200:
            self.lead_writes += 1
            self._note_owed(item)
        return answer

    def _put_unless(self, asked: Any, table: dict[Any, Raw], key: object, item: Raw) -> AWSResponse:
        condition, stored = asked["ConditionExpression"], table.get(key)
        _must(condition in _CONDITIONS)
        if condition == "#revision = :expected":
            expected = asked["ExpressionAttributeValues"][":expected"]
            holds = stored is not None and stored.get("revision") == expected
        else:
            holds = stored is None
        if not holds:
            told = {"Item": stored} if stored is not None else {}
            return _error("ConditionalCheckFailedException", **told)
        table[key] = item
        return _json({})

    def _note_owed(self, item: Raw) -> None:
        if "alert" in item:
            alert_id = json.loads(item["alert"]["S"])["alert_id"]
            self.owed.setdefault(alert_id, Owed(item["lead"]["S"], self.clock()))

    def _query(self, asked: Any) -> AWSResponse:
        values = asked["ExpressionAttributeValues"]
        if asked["TableName"] == "facts":
            lead = values[":lead"]["S"]
            found = [item for key, item in sorted(self.facts.items()) if key[0] == lead]
            return _json({"Items": found})
        if asked["IndexName"] != "due":
            return self._listed(asked, values[":key"]["S"])
        return self._due(asked, values[":shard"]["N"], int(values[":until"]["N"]))

    def _listed(self, asked: Any, key: str) -> AWSResponse:
        """A page of a list that sales reads: keys only, in the order of its sort key."""
        partition, order = KEYS[asked["IndexName"]]
        _must(asked["ExpressionAttributeNames"] == {"#key": partition})
        found = sorted(
            (item[order]["S"] if order else "", lead)
            for lead, item in self.leads.items()
            if item.get(partition, {}).get("S") == key and (order is None or order in item)
        )
        if start := asked.get("ExclusiveStartKey"):
            after = (start[order]["S"] if order else "", start["lead"]["S"])
            found = [one for one in found if one > after]
        page = [
            {"lead": {"S": lead}, partition: {"S": key}} | ({order: {"S": place}} if order else {})
            for place, lead in found[: asked["Limit"]]
        ]
        more = {"LastEvaluatedKey": page[-1]} if len(found) > len(page) else {}
        return _json({"Items": page} | more)

    def _due(self, asked: Any, shard: str, until: int) -> AWSResponse:
        due = sorted(
            (int(item["due_at"]["N"]), lead)
            for lead, item in self.leads.items()
            if item.get("due_shard", {}).get("N") == shard and int(item["due_at"]["N"]) <= until
        )
        if start := asked.get("ExclusiveStartKey"):
            due = [one for one in due if one > (int(start["due_at"]["N"]), start["lead"]["S"])]
        page = [
            {"lead": {"S": lead}, "due_shard": {"N": shard}, "due_at": {"N": str(due_at)}}
            for due_at, lead in due[: asked["Limit"]]
        ]
        more = {"LastEvaluatedKey": page[-1]} if len(due) > len(page) else {}
        return _json({"Items": page} | more)

    def _send(self, asked: Any) -> AWSResponse:
        message = self.put_message(asked["QueueUrl"].rpartition("/")[2], asked["MessageBody"])
        return _json({"MessageId": message.id})

    def _hide(self, asked: Any) -> AWSResponse:
        """Set when a message comes again; its receipt handle is its id."""
        for message in self.queues[asked["QueueUrl"].rpartition("/")[2]]:
            if message.id == asked["ReceiptHandle"]:
                message.visible_at = self.clock() + asked["VisibilityTimeout"] * 1000
                return _json({})
        raise UnknownCallError

    def _publish(self, asked: dict[str, list[str]]) -> AWSResponse:
        names = {
            value[0]: key.rpartition(".")[0]
            for key, value in asked.items()
            if key.startswith("MessageAttributes.") and key.endswith(".Name")
        }
        alert_id = asked[f"{names['alert_id']}.Value.StringValue"][0]
        told = json.loads(json.loads(asked["Message"][0])["sqs"])
        self.published.append(Published(self.clock(), alert_id, told))
        xml = "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult>"
        return response(f"{xml}</PublishResponse>", kind="text/xml")


def _is_empty_set(value: Mapping[str, Any]) -> bool:
    return any(kind in SETS and not held for kind, held in value.items())


def _is_too_big(item: Raw) -> bool:
    return item_bytes(decode(item)) > ITEM_BYTES_MAX


def _must(known: object) -> None:
    if not known:
        raise UnknownCallError


def _fact_key(item: Raw) -> tuple[str, str]:
    return item["lead"]["S"], item["fact"]["S"]


def _json(told: Mapping[str, Any]) -> AWSResponse:
    return response(json.dumps(told))


def _error(code: str, **told: object) -> AWSResponse:
    kind = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "refused"}
    return response(json.dumps(kind | told), status=400)
