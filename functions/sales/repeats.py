"""What a caller asks again: the same request under the same key is the same facts, another one is
refused (B4).

Each fact keeps a mark of the request that it came by: of its key, and of what it said. A fact
without one (of a fact file, or of before there were marks) is compared by what it says itself.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from functions.leads.history import Record
from functions.scoring.facts import Fact, canonical_json, short_hash

REUSED = "idempotency_key_reused"
ID_MAX = 128  # letters of a fact's id
_BY = "by"  # who sent it: a colleague's retry is the same request


class ReusedError(ValueError):
    """Another request came under this key before."""


def mark_of(kind: str, key: str, body: Mapping[str, Any]) -> str:
    """Mark a request: a short hash of its key, which is of one kind of fact, and of its body."""
    return f"{short_hash(kind, key)}.{short_hash(canonical_json(body))}"


def below(key: str, *parts: str) -> str:
    """Name one of the facts that a request writes."""
    name = "/".join((key, *parts))
    return name if len(name) <= ID_MAX else f"{key[: ID_MAX - 13]}/{short_hash(name)}"


def came_before(
    records: Iterable[Record], mark: str, names: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], Record]:
    """Find what a request of this mark wrote, by kind and id; of a fact without a mark by `names`
    alone. Raises ReusedError.
    """
    key, _, _ = mark.partition(".")
    wanted = frozenset(names)
    found: dict[tuple[str, str], Record] = {}
    for record in records:
        name = (record.fact.kind, record.fact.id)
        if record.received_hash.partition(".")[0] == key:
            if record.received_hash != mark:
                raise ReusedError
            found[name] = record
        elif name in wanted and not record.received_hash:
            found.setdefault(name, record)
    return found


def check_says(stored: Record, fact: Fact) -> None:
    """Raise ReusedError where a fact without a mark says something else than this one."""
    if not stored.received_hash and _said(stored.fact) != _said(fact):
        raise ReusedError


def is_same(stored: Fact, fact: Fact) -> bool:
    """Whether they say the same, and by the same caller."""
    return stored.properties == fact.properties and stored.answers == fact.answers


def _said(fact: Fact) -> tuple[dict[str, Any], dict[str, Any]]:
    told = {name: value for name, value in fact.properties.items() if name != _BY}
    return told, dict(fact.answers)
