"""The two tables in memory, behind the four calls of the client that `LeadTable` makes.

Every request is counted, with the units it would cost; the product above it is the real one, its
encoding included.
"""

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from bench.units import LEAD_INDEXES, Raw, index_units, read_units, size_of, write_units

LEADS, FACTS = "leads", "facts"


@dataclass(slots=True)
class Meter:
    """Requests by their name, units by table (of reads and of writes) and by index (of writes)."""

    requests: Counter[str] = field(default_factory=Counter)
    reads: Counter[str] = field(default_factory=Counter)
    writes: Counter[str] = field(default_factory=Counter)
    indexes: Counter[str] = field(default_factory=Counter)

    @property
    def written(self) -> float:
        """Write units in all, indexes included."""
        return self.writes.total() + self.indexes.total()


@dataclass(slots=True)
class MeteredTables:
    """Stands for a DynamoDB client; `meter` may be put anew at any time."""

    meter: Meter = field(default_factory=Meter)
    leads: dict[str, Raw] = field(default_factory=dict)
    facts: dict[str, dict[str, Raw]] = field(default_factory=dict)
    due: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    def batch_get_item(self, *, RequestItems: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N803
        self.meter.requests["BatchGetItem"] += 1
        found = []
        for key in RequestItems[LEADS]["Keys"]:
            item = self.leads.get(key["lead"]["S"])
            self.meter.reads[LEADS] += int(read_units(size_of(item or {}), consistent=True))
            found += [item] if item else []
        return {"Responses": {LEADS: found}}

    def batch_write_item(self, *, RequestItems: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N803
        self.meter.requests["BatchWriteItem"] += 1
        for request in RequestItems[FACTS]:
            self._put_fact(request["PutRequest"]["Item"])
        return {}

    def put_item(self, *, TableName: str, Item: Raw, **condition: Any) -> dict[str, Any]:  # noqa: N803
        self.meter.requests[f"PutItem {TableName}"] += 1
        if TableName == FACTS:
            stored = self.facts.get(Item["lead"]["S"], {}).get(Item["fact"]["S"])
            _check(stored, condition)
            self._put_fact(Item)
        else:
            _check(self.leads.get(Item["lead"]["S"]), condition)
            self._put_lead(Item)
        return {}

    def query(self, *, TableName: str, **asked: Any) -> dict[str, Any]:  # noqa: N803
        self.meter.requests[f"Query {asked.get('IndexName', TableName)}"] += 1
        values = asked["ExpressionAttributeValues"]
        if TableName == FACTS:
            items = [item for _, item in sorted(self.facts.get(values[":lead"]["S"], {}).items())]
            read = sum(map(size_of, items))
            self.meter.reads[FACTS] += int(read_units(read, consistent=True))
            return {"Items": items}
        return self._due(values[":shard"]["N"], int(values[":until"]["N"]), asked)

    def fill(self, item: Raw) -> None:
        """Put a lead without counting it."""
        self._note_due(item)
        self.leads[item["lead"]["S"]] = item

    def _due(self, shard: str, until: int, asked: Mapping[str, Any]) -> dict[str, Any]:
        entries = self.due.get(shard, [])
        start = asked.get("ExclusiveStartKey")
        first = (
            bisect_right(entries, (int(start["due_at"]["N"]), start["lead"]["S"])) if start else 0
        )
        last = min(bisect_right(entries, (until, "\uffff")), first + asked["Limit"])
        items = [
            {"lead": {"S": lead}, "due_shard": {"N": shard}, "due_at": {"N": str(due_at)}}
            for due_at, lead in entries[first:last]
        ]
        read = sum(map(size_of, items))
        self.meter.reads["due halves"] += int(2 * read_units(read, consistent=False))
        answer: dict[str, Any] = {"Items": items}
        if len(items) == asked["Limit"]:
            answer["LastEvaluatedKey"] = items[-1]
        return answer

    def _put_fact(self, item: Raw) -> None:
        of_lead = self.facts.setdefault(item["lead"]["S"], {})
        self.meter.writes[FACTS] += write_units(of_lead.get(item["fact"]["S"]), item)
        of_lead[item["fact"]["S"]] = item

    def _put_lead(self, item: Raw) -> None:
        before = self.leads.get(item["lead"]["S"])
        self.meter.writes[LEADS] += write_units(before, item)
        for index in LEAD_INDEXES:
            self.meter.indexes[index.name] += index_units(before, item, index)
        self.fill(item)

    def _note_due(self, item: Raw) -> None:
        lead = item["lead"]["S"]
        before = self.leads.get(lead, {})
        if "due_shard" in before:
            entries = self.due[before["due_shard"]["N"]]
            del entries[bisect_left(entries, (int(before["due_at"]["N"]), lead))]
        if "due_shard" in item:
            entry = (int(item["due_at"]["N"]), lead)
            insort(self.due.setdefault(item["due_shard"]["N"], []), entry)


def _check(stored: Raw | None, condition: Mapping[str, Any]) -> None:
    """Refuse as the two conditions of `LeadTable` do: absent, or at the revision that was read."""
    values = condition.get("ExpressionAttributeValues")
    if values:
        meets = stored is not None and stored["revision"] == values[":expected"]
    else:
        meets = stored is None
    if not meets:
        answer: Any = {"Error": {"Code": "ConditionalCheckFailedException"}, "Item": stored}
        raise ClientError(answer, "PutItem")
