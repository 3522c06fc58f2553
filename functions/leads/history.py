"""The history: every accepted fact as an item of its own, never changed.

An activity's key is its identity, so putting it again is harmless. What comes once has its id for a
key, so that the first receipt stands and a repeat can be told from other content under the same id
(B3, B4).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from functions.leads.lead import LeadUnreadableError
from functions.scoring.facts import FORM, FORM_SUBMITTED, TEAM_ASSIGNED, Fact, canonical_json
from functions.scoring.instants import DAY_MS, SECOND_MS

_ONCE = {FORM_SUBMITTED: "form", TEAM_ASSIGNED: "team"}
_ACTIVITY_KEY = "activity"
_TTL_SLACK_MS = DAY_MS  # facts stop counting by instant; deletion may only come after
_CONTENT = frozenset(part.name for part in fields(Fact)) - {"lead", "at", "kind"}
_AT_DIGITS = 15  # milliseconds until the year 33658: keys sort by instant


@dataclass(frozen=True, slots=True)
class Record:
    """One stored fact: with its receipt (UTC ms) and, of a form, the hash of what was received.

    `silent`: it came by an import or a replay, which tell nobody.
    """

    fact: Fact
    received_at: int
    received_hash: str = ""
    silent: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Partition and sort key of its item."""
        fact = self.fact
        if fact.comes_once:
            return (fact.lead, f"{_ONCE[fact.kind]}#{fact.id}")
        return (
            fact.lead,
            f"{_ACTIVITY_KEY}#{fact.at:0{_AT_DIGITS}d}#{fact.id}#{fact.content_hash}",
        )


def record_item(record: Record, *, retention: int) -> dict[str, Any]:
    """Write a record as an item. `expires_at` is in seconds, as DynamoDB's TTL wants it."""
    lead, key = record.key
    fact = record.fact
    item: dict[str, Any] = {
        "lead": lead,
        "fact": key,
        "at": fact.at,
        "kind": fact.kind,
        "content": canonical_json(_content(fact)),
        "received_at": record.received_at,
        "expires_at": (fact.at + retention + _TTL_SLACK_MS) // SECOND_MS,
    }
    if record.received_hash:
        item["received_hash"] = record.received_hash
    if record.silent:
        item["silent"] = 1
    return item


def read_record(item: Mapping[str, Any]) -> Record:
    """Read a stored record; what a newer version wrote beside what we know is passed over (G24).

    Raises LeadUnreadableError where it is damaged.
    """
    try:
        content = json.loads(item["content"])
        known = {name: value for name, value in content.items() if name in _CONTENT}
        fact = Fact(lead=item["lead"], at=item["at"], kind=item["kind"], **known)
        return Record(fact, item["received_at"], item.get("received_hash", ""), "silent" in item)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise LeadUnreadableError("a fact of the history is damaged") from error


def _content(fact: Fact) -> dict[str, Any]:
    content: dict[str, Any] = {
        "id": fact.id,
        "email": fact.email,
        "properties": dict(fact.properties),
        "answers": dict(fact.answers),
        "origin": fact.origin if fact.answers or fact.origin != FORM else "",
        "touch": None if fact.touch is None else dict(fact.touch),
        "machine": fact.machine,
        "test": fact.test,
        "display_email": fact.display_email,
    }
    kept = {name: value for name, value in content.items() if value or name == "id"}
    if fact.touch is not None:
        kept["touch"] = dict(fact.touch)
    if fact.consent is not None:
        kept["consent"] = fact.consent
    return kept
