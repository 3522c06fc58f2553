"""Every lead of the table, page by page, in segments that several invocations read at once.

The scan is for what concerns every lead: a rescore. It may be a second old; whoever writes what it
read does so on the revision it read.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from functions.leads.lead_table import Item, decode, encode, passing_faults

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

SCAN_PAGE = 500  # leads of one request: at 2 KB each the megabyte a page of DynamoDB may have


class Page(NamedTuple):
    """Items of one page, and the lead after which the next one begins; None after the last."""

    items: list[Item]
    next: str | None


class LeadScan(Protocol):
    """What a rescore reads."""

    def page(self, segment: int, segments: int, *, after: str | None) -> Page:
        """Give the leads of a segment that follow `after`, always in one order. Raises TryLater."""


@dataclass(frozen=True, slots=True)
class TableScan:
    """A parallel scan of the table."""

    client: "DynamoDBClient"
    leads: str
    limit: int = SCAN_PAGE

    def page(self, segment: int, segments: int, *, after: str | None) -> Page:
        """See LeadScan.page."""
        start: dict[str, Any] = {}
        if after is not None:
            start = {"ExclusiveStartKey": encode({"lead": after})}
        with passing_faults():
            answer = self.client.scan(
                TableName=self.leads,
                Segment=segment,
                TotalSegments=segments,
                Limit=self.limit,
                **start,
            )
        last = decode(answer.get("LastEvaluatedKey", {})).get("lead")
        return Page([decode(raw) for raw in answer["Items"]], last)
