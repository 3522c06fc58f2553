"""Which models ran, how far the leads have been brought under the newest, and what its weeks were:
small items by name and part, each with a lock number.

No person is in it: leads stand by their id, and only those a digest will name or a scan goes on at.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from functions.leads.lead_table import Conflict, Item, decode, encode, passing_faults
from functions.scoring.facts import canonical_json

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

__all__ = ["Conflict", "ModelStore", "ModelTable", "content_of", "model_item"]


class ModelStore(Protocol):
    """What rescoring and watching need beside the leads.

    Every read is consistent; each call raises TryLater. An item has `name`, `part` and `revision`;
    what else it holds is its owner's.
    """

    def look_up(self, name: str, part: str) -> Item | None:
        """Read one item, None where there is none."""

    def put(self, item: Item, *, expected: int) -> None:
        """Put the whole item if its revision still is `expected`, 0 for none. Raises Conflict."""

    def parts(self, name: str) -> Iterator[Item]:
        """Give all items of a name, in the order of their parts."""


@dataclass(frozen=True, slots=True)
class ModelTable:
    """The table in DynamoDB."""

    client: "DynamoDBClient"
    table: str

    def look_up(self, name: str, part: str) -> Item | None:
        """See ModelStore.look_up."""
        with passing_faults():
            answer = self.client.get_item(
                TableName=self.table, Key=encode({"name": name, "part": part}), ConsistentRead=True
            )
        raw = answer.get("Item")
        return decode(raw) if raw else None

    def put(self, item: Item, *, expected: int) -> None:
        """See ModelStore.put."""
        condition: dict[str, Any] = {
            "ConditionExpression": "attribute_not_exists(#name)",
            "ExpressionAttributeNames": {"#name": "name"},
        }
        if expected:
            condition = {
                "ConditionExpression": "#revision = :expected",
                "ExpressionAttributeNames": {"#revision": "revision"},
                "ExpressionAttributeValues": {":expected": {"N": str(expected)}},
            }
        with passing_faults():
            self.client.put_item(TableName=self.table, Item=encode(item), **condition)

    def parts(self, name: str) -> Iterator[Item]:
        """See ModelStore.parts."""
        start: dict[str, Any] = {}
        while True:
            with passing_faults():
                page = self.client.query(
                    TableName=self.table,
                    ConsistentRead=True,
                    KeyConditionExpression="#name = :name",
                    ExpressionAttributeNames={"#name": "name"},
                    ExpressionAttributeValues={":name": {"S": name}},
                    **start,
                )
            for raw in page["Items"]:
                yield decode(raw)
            if "LastEvaluatedKey" not in page:
                return
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def model_item(name: str, part: str, content: Mapping[str, Any]) -> Item:
    """Write what has a `revision` as an item; all else of it is one JSON text."""
    told = {key: value for key, value in content.items() if key != "revision"}
    revision = content["revision"]
    return {"name": name, "part": part, "revision": revision, "content": canonical_json(told)}


def content_of(item: Item) -> dict[str, Any]:
    """Read what `model_item` wrote."""
    content: dict[str, Any] = json.loads(item["content"])
    return content | {"revision": item["revision"]}
