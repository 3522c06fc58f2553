"""Finding leads by an index: call lists, whom nobody may mail, who has this id in a CRM.

An index gives names and their order, as of a moment ago. What is shown of a lead is read and
computed after (G10).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from functions.leads.lead_table import encode, passing_faults

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

RANKING, OWNED, NO_CONTACT, EXTERNAL = "ranking", "owned", "no_contact", "external"
MONTHLY = "monthly"
KEYS: Mapping[str, tuple[str, str | None]] = {  # partition and sort key of each index
    RANKING: ("band", "call_order"),
    OWNED: ("owner_band", "call_order"),
    NO_CONTACT: ("do_not_contact", "lead"),
    EXTERNAL: ("external_id", None),
}


class Listed(NamedTuple):
    """One lead in an index, and its sort key there; empty where the index has none."""

    lead: str
    order: str


class LeadLists(Protocol):
    """What lists need of a store."""

    def page(
        self, index: str, key: str, *, after: Listed | None = None, limit: int
    ) -> list[Listed]:
        """Name up to `limit` leads under a key of an index, in order, those behind `after`. Fewer
        are the end. Raises TryLater.
        """

    def qualities(self, month: str) -> Iterator[str]:
        """Give what reports read of each lead first seen in a month (as 2026-11). Raises
        TryLater.
        """


@dataclass(frozen=True, slots=True)
class LeadIndexes:
    """The indexes of the table `leads`."""

    client: "DynamoDBClient"
    leads: str

    def page(
        self, index: str, key: str, *, after: Listed | None = None, limit: int
    ) -> list[Listed]:
        """See LeadLists.page: one request, as keys are far from a page's megabyte."""
        partition, order = KEYS[index]
        asked: dict[str, Any] = {}
        if after is not None:
            start = {"lead": after.lead, partition: key} | ({order: after.order} if order else {})
            asked["ExclusiveStartKey"] = encode(start)
        with passing_faults():
            page = self.client.query(
                TableName=self.leads,
                IndexName=index,
                KeyConditionExpression="#key = :key",
                ExpressionAttributeNames={"#key": partition},
                ExpressionAttributeValues={":key": {"S": key}},
                Limit=limit,
                **asked,
            )
        return [
            Listed(item["lead"]["S"], item[order]["S"] if order else "") for item in page["Items"]
        ]

    def qualities(self, month: str) -> Iterator[str]:
        """See LeadLists.qualities: one request a megabyte, which is some thousands of leads."""
        start: dict[str, Any] = {}
        while True:
            with passing_faults():
                page = self.client.query(
                    TableName=self.leads,
                    IndexName=MONTHLY,
                    KeyConditionExpression="#month = :month",
                    ExpressionAttributeNames={"#month": "month"},
                    ExpressionAttributeValues={":month": {"S": month}},
                    **start,
                )
            yield from (item["quality"]["S"] for item in page["Items"] if "quality" in item)
            if "LastEvaluatedKey" not in page:
                return
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
