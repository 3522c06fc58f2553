"""What requests to DynamoDB cost in units, from the items alone.

Sizes as AWS documents them ("DynamoDB item sizes and formats"): names and texts in UTF-8, a number
a byte per two digits and one more. A write costs a unit per started KB of the larger of the item
before and after, and for each index: one where an entry appears or goes, two where its key changes
(the old one goes, a new one comes), one where only what it projects changes, none where nothing
does. A read costs a unit per started 4 KB, half of one where it need not be consistent. Nothing
here is a transaction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WRITE_BYTES, READ_BYTES = 1024, 4096

Raw = Mapping[str, Mapping[str, Any]]  # an item in DynamoDB's own JSON


@dataclass(frozen=True, slots=True)
class Index:
    """An index of a table: its keys, and what it projects beside them and the table's key."""

    name: str
    keys: tuple[str, ...]
    projected: tuple[str, ...] = ()


LEAD_INDEXES = (  # infra/storage.py; a test compares
    Index("due", ("due_shard", "due_at")),
    Index("ranking", ("band", "call_order")),
    Index("owned", ("owner_band", "call_order")),
    Index("monthly", ("month", "lead"), ("quality",)),
    Index("no_contact", ("do_not_contact", "lead")),
    Index("external", ("external_id",)),
)


def size_of(item: Raw) -> int:
    """Bytes of an item."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def write_units(before: Raw | None, after: Raw | None) -> int:
    """Units of the table itself for a write; a write that its condition refused costs the same."""
    return started(max(size_of(before or {}), size_of(after or {}), 1), WRITE_BYTES)


def index_units(before: Raw | None, after: Raw | None, index: Index, key: str = "lead") -> int:
    """Units of one index for a write of the table whose partition key is `key`."""
    old, new = _entry(before, index, key), _entry(after, index, key)
    if old == new:
        return 0
    if old is None or new is None:
        return started(size_of(old or new or {}), WRITE_BYTES)
    if any(old[name] != new[name] for name in index.keys):
        return started(size_of(old), WRITE_BYTES) + started(size_of(new), WRITE_BYTES)
    return started(max(size_of(old), size_of(new)), WRITE_BYTES)


def read_units(read_bytes: int, *, consistent: bool) -> float:
    """Units of one item read, or of all that one query read."""
    units = started(max(read_bytes, 1), READ_BYTES)
    return units if consistent else units / 2


def started(size: int, block: int) -> int:
    """How many blocks of so many bytes are begun."""
    return -(-size // block)


def _entry(item: Raw | None, index: Index, key: str) -> dict[str, Mapping[str, Any]] | None:
    """What an index holds of an item, None where a key of the index is absent."""
    if item is None or any(name not in item for name in index.keys):
        return None
    names = dict.fromkeys((*index.keys, key, *index.projected))
    return {name: item[name] for name in names if name in item}


def _value_bytes(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    if kind == "N":
        digits = str(content).lstrip("-").replace(".", "").strip("0")
        return started(len(digits), 2) + 1 + int(str(content).startswith("-"))
    if kind in {"BOOL", "NULL"}:
        return 1
    return len(str(content).encode())
