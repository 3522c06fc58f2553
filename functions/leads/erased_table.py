"""Who was erased and when, and the history as erasure sees it: keys to delete.

The register holds no person, only lead ids, and is never restored with the other tables: a restore
is erased by it again (D17). Its shards are read by key, so that nobody has to scan.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from functions.leads.lead_table import (
    BATCH_WRITE_MAX,
    UNPROCESSED_TRIES,
    Conflict,
    LeadTable,
    TryLater,
    decode,
    encode,
    passing_faults,
)
from functions.leads.listing import SHARDS, own_number
from functions.scoring.facts import FORM_SUBMITTED

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

PAGE_FACTS = 500  # of one page: an erasure looks at its clock between pages


@dataclass(frozen=True, slots=True)
class Entry:
    """A lead's newest erasure (UTC ms); `again_at`: when to look after it again, None for never."""

    lead: str
    erased_at: int
    again_at: int | None = None


@dataclass(frozen=True, slots=True)
class KeptFact:
    """A fact of the history, as far as it decides about its deletion; `received_at` in UTC ms."""

    key: str
    received_at: int
    is_form: bool


class ErasedStore(Protocol):
    """What erasure needs beside the leads. Each call raises TryLater."""

    def note(self, entry: Entry) -> None:
        """Write an erasure down, unless a later one of the same lead is there."""

    def entries(self, *, after: str | None = None) -> Iterator[Entry]:
        """Give all erasures, always in the same order; `after` a lead, those that follow it."""

    def kept(self, lead: str) -> Iterator[Sequence[KeptFact]]:
        """Give what the history holds of a lead, page by page, as of now."""

    def forget(self, lead: str, keys: Sequence[str]) -> None:
        """Delete facts of a lead's history; those that are gone already too."""


@dataclass(frozen=True, slots=True)
class ErasedTable:
    """The register in DynamoDB, and the history beside the leads."""

    client: "DynamoDBClient"
    erased: str
    history: LeadTable
    page_facts: int = PAGE_FACTS

    def note(self, entry: Entry) -> None:
        """See ErasedStore.note."""
        try:
            with passing_faults():
                self.client.put_item(
                    TableName=self.erased,
                    Item=encode(_item(entry)),
                    ConditionExpression="attribute_not_exists(#lead) OR erased_at <= :at",
                    ExpressionAttributeNames={"#lead": "lead"},
                    ExpressionAttributeValues={":at": {"N": str(entry.erased_at)}},
                )
        except Conflict:
            return

    def entries(self, *, after: str | None = None) -> Iterator[Entry]:
        """See ErasedStore.entries."""
        first = _shard(after) if after else 0
        for shard in range(first, SHARDS):
            start: dict[str, Any] = {}
            if after and shard == first:
                start = {"ExclusiveStartKey": encode({"shard": shard, "lead": after})}
            for page in self._pages(self.erased, "shard", {"N": str(shard)}, **start):
                for raw in page["Items"]:
                    item = decode(raw)
                    yield Entry(item["lead"], item["erased_at"], item.get("again_at"))

    def kept(self, lead: str) -> Iterator[Sequence[KeptFact]]:
        """See ErasedStore.kept."""
        for page in self._pages(
            self.history.facts,
            "lead",
            {"S": lead},
            Limit=self.page_facts,
            ProjectionExpression="fact, received_at, kind",
        ):
            yield [_kept(decode(raw)) for raw in page["Items"]]

    def forget(self, lead: str, keys: Sequence[str]) -> None:
        """See ErasedStore.forget."""
        requests: list[Any] = [
            {"DeleteRequest": {"Key": encode({"lead": lead, "fact": key})}} for key in keys
        ]
        for start in range(0, len(requests), BATCH_WRITE_MAX):
            asked: Any = {self.history.facts: requests[start : start + BATCH_WRITE_MAX]}
            for attempt in range(UNPROCESSED_TRIES):
                self.history.pause(50 * attempt)
                with passing_faults():
                    asked = self.client.batch_write_item(RequestItems=asked).get("UnprocessedItems")
                if not asked:
                    break
            else:
                raise TryLater

    def _pages(self, table: str, key: str, value: Any, **asked: Any) -> Iterator[Any]:
        while True:
            with passing_faults():
                page = self.client.query(
                    TableName=table,
                    ConsistentRead=True,
                    KeyConditionExpression="#key = :value",
                    ExpressionAttributeNames={"#key": key},
                    ExpressionAttributeValues={":value": value},
                    **asked,
                )
            yield page
            if "LastEvaluatedKey" not in page:
                return
            asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _item(entry: Entry) -> dict[str, Any]:
    item = {"shard": _shard(entry.lead), "lead": entry.lead, "erased_at": entry.erased_at}
    return item if entry.again_at is None else item | {"again_at": entry.again_at}


def _shard(lead: str) -> int:
    return own_number(lead) % SHARDS


def _kept(item: dict[str, Any]) -> KeptFact:
    """Read a fact; one that is damaged counts as received long ago, and goes."""
    received_at = item.get("received_at")
    return KeptFact(
        item["fact"],
        received_at if isinstance(received_at, int) else 0,
        item.get("kind") == FORM_SUBMITTED,
    )
