"""Leads and their history in DynamoDB, and the protocol any other store has to keep.

Items are plain mappings of text and whole numbers here; what else an item holds (a newer version
may have put it there) is carried along untouched. A time-out means "unknown", never "failed":
whoever catches TryLater reads again or repeats an idempotent step.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from functions.leads.history import Record, read_record, record_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

BATCH_GET_MAX = 100  # DynamoDB's limit for BatchGetItem
BATCH_WRITE_MAX = 25  # and for BatchWriteItem
UNPROCESSED_TRIES = 4  # with the SDK's own retries below; then the message backs off
KEY_BYTES_MAX = 2048  # of a partition key; an empty one is none either
DUE_PAGE = 100  # leads of one query of a shard

Item = Mapping[str, Any]


class TryLater(Exception):
    """The store did not answer as asked: throttled, away or timed out. What was done is unknown."""


class Conflict(Exception):
    """The lead is not at the revision it was read at; perhaps by our own write whose answer was
    lost.
    """

    def __init__(self, current: Item | None) -> None:
        """Carry the item as it is now, None where the store did not say."""
        super().__init__("the lead has another revision")
        self.current = current


class LeadStore(Protocol):
    """What the one move needs of a store. Every read is consistent."""

    def read(self, leads: Sequence[str]) -> dict[str, Item]:
        """Read many leads at once; unknown ones are absent. Raises TryLater."""

    def write(self, item: Item, *, expected: int) -> None:
        """Put the whole item if its revision still is `expected`, 0 for none. Raises Conflict,
        TryLater.
        """

    def remember(self, records: Sequence[Record]) -> None:
        """Put activities into the history; repeats are harmless. Raises TryLater."""

    def remember_once(self, record: Record) -> Record:
        """Put a fact that comes once unless its id is there; gives what is stored. Raises
        TryLater.
        """

    def history(self, lead: str) -> list[Record]:
        """Read all that is stored of one lead, as of now. Raises TryLater."""

    def due(self, shard: int, *, until: int) -> Iterator[str]:
        """Name the leads of a shard whose `due_at` (UTC ms) is not later than `until`. Raises
        TryLater.
        """


@dataclass(frozen=True, slots=True)
class LeadTable:
    """The two DynamoDB tables. `retention` in ms decides when TTL may delete a fact."""

    client: "DynamoDBClient"
    leads: str
    facts: str
    retention: int
    pause: Callable[[int], None] = lambda _: None

    def read(self, leads: Sequence[str]) -> dict[str, Item]:
        """See LeadStore.read."""
        found: dict[str, Item] = {}
        keys = [{"lead": {"S": lead}} for lead in dict.fromkeys(leads)]
        for start in range(0, len(keys), BATCH_GET_MAX):
            asked: Any = {
                self.leads: {"Keys": keys[start : start + BATCH_GET_MAX], "ConsistentRead": True}
            }
            for attempt in range(UNPROCESSED_TRIES):
                self.pause(_wait_ms(attempt))
                with passing_faults():
                    answer = self.client.batch_get_item(RequestItems=asked)
                for raw in answer["Responses"].get(self.leads, []):
                    item = decode(raw)
                    found[item["lead"]] = item
                asked = answer.get("UnprocessedKeys")
                if not asked:
                    break
            else:
                raise TryLater
        return found

    def write(self, item: Item, *, expected: int) -> None:
        """See LeadStore.write."""
        condition: dict[str, Any] = {
            "ConditionExpression": "attribute_not_exists(#lead)",
            "ExpressionAttributeNames": {"#lead": "lead"},
        }
        if expected:
            condition = {
                "ConditionExpression": "#revision = :expected",
                "ExpressionAttributeNames": {"#revision": "revision"},
                "ExpressionAttributeValues": {":expected": {"N": str(expected)}},
            }
        self._put(self.leads, item, condition)

    def remember(self, records: Sequence[Record]) -> None:
        """See LeadStore.remember."""
        puts = {
            record.key: encode(record_item(record, retention=self.retention)) for record in records
        }
        requests = [{"PutRequest": {"Item": item}} for item in puts.values()]
        for start in range(0, len(requests), BATCH_WRITE_MAX):
            asked: Any = {self.facts: requests[start : start + BATCH_WRITE_MAX]}
            for attempt in range(UNPROCESSED_TRIES):
                self.pause(_wait_ms(attempt))
                with passing_faults():
                    asked = self.client.batch_write_item(RequestItems=asked).get("UnprocessedItems")
                if not asked:
                    break
            else:
                raise TryLater

    def remember_once(self, record: Record) -> Record:
        """See LeadStore.remember_once."""
        item = record_item(record, retention=self.retention)
        try:
            self._put(self.facts, item, _absent("fact"))
        except Conflict as conflict:
            if conflict.current is None:
                raise TryLater from conflict
            return read_record(conflict.current)
        return record

    def history(self, lead: str) -> list[Record]:
        """See LeadStore.history."""
        records: list[Record] = []
        start: dict[str, Any] = {}
        while True:
            with passing_faults():
                page = self.client.query(
                    TableName=self.facts,
                    ConsistentRead=True,
                    KeyConditionExpression="#lead = :lead",
                    ExpressionAttributeNames={"#lead": "lead"},
                    ExpressionAttributeValues={":lead": {"S": lead}},
                    **start,
                )
            records += [read_record(decode(raw)) for raw in page["Items"]]
            if "LastEvaluatedKey" not in page:
                return records
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def due(self, shard: int, *, until: int) -> Iterator[str]:
        """See LeadStore.due. Pages on behind leads that stay due because they fail."""
        start: dict[str, Any] = {}
        while True:
            with passing_faults():
                page = self.client.query(
                    TableName=self.leads,
                    IndexName="due",
                    KeyConditionExpression="due_shard = :shard AND due_at <= :until",
                    ExpressionAttributeValues={
                        ":shard": {"N": str(shard)},
                        ":until": {"N": str(until)},
                    },
                    Limit=DUE_PAGE,
                    **start,
                )
            for raw in page["Items"]:
                yield raw["lead"]["S"]
            if "LastEvaluatedKey" not in page:
                return
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def _put(self, table: str, item: Item, condition: Mapping[str, Any]) -> None:
        with passing_faults():
            self.client.put_item(
                TableName=table,
                Item=encode(item),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **condition,
            )


def is_key(text: str) -> bool:
    """Whether DynamoDB takes this for a partition key, of a table or an index."""
    return 0 < len(text.encode(errors="replace")) <= KEY_BYTES_MAX


def encode(item: Item) -> dict[str, Any]:
    """Write an item in DynamoDB's own JSON: texts, whole numbers, and what was carried along as
    it is.
    """
    return {name: _encoded(value) for name, value in item.items()}


def decode(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Read an item of DynamoDB; attributes that are neither text nor whole number stay as they
    are.
    """
    return {name: _decoded(value) for name, value in raw.items()}


def _wait_ms(attempt: int) -> int:
    """Nothing before the first try, then 50, 100, 200 ms: a throttled partition recovers slowly."""
    return 50 << (attempt - 1) if attempt else 0


def _absent(key: str) -> dict[str, Any]:
    """Condition that no item has this key; by a name of our own, for `lead` is a reserved word."""
    return {
        "ConditionExpression": "attribute_not_exists(#key)",
        "ExpressionAttributeNames": {"#key": key},
    }


def _encoded(value: object) -> Any:
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, int) and not isinstance(value, bool):
        return {"N": str(value)}
    if not isinstance(value, Mapping):
        raise TypeError("an item holds texts, whole numbers, and what was carried along")
    return value


def _decoded(value: Mapping[str, Any]) -> Any:
    if "S" in value:
        return value["S"]
    if "N" in value and value["N"].lstrip("-").isdigit():
        return int(value["N"])
    return value


@contextmanager
def passing_faults() -> Iterator[None]:
    """Turn what AWS answers instead of doing it into TryLater, a failed condition into Conflict."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            raw: Any = error.response.get("Item")
            raise Conflict(decode(raw) if raw else None) from error
        raise TryLater(error.response["Error"]["Code"]) from error
    except BotoCoreError as error:
        raise TryLater(type(error).__name__) from error
