"""What happened to a lead, kept for good.

A fact never changes. Delivering it again gives an equal fact, so everything built from facts by
taking a maximum or a minimum is the same in any order and however often a fact comes.
"""

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Scalar = str | int | float | bool
Answer = Scalar | None

FORM_SUBMITTED = "form_submitted"
SALES_ANSWERED = "sales_answered"
SALES_CONTACTED, SALES_CONCLUDED = "sales_contacted", "sales_concluded"
SALES_ASSIGNED, SALES_POSTPONED = "sales_assigned", "sales_postponed"
SALES_TICKED, SALES_REJECTED = "sales_ticked", "sales_rejected"
TEAM_ASSIGNED = "team_assigned"
EMAIL_OPENED = "email_opened"
FORM, SALES = "form", "sales"
SALES_DID = frozenset(
    (
        SALES_ANSWERED,
        SALES_CONTACTED,
        SALES_CONCLUDED,
        SALES_ASSIGNED,
        SALES_POSTPONED,
        SALES_TICKED,
        SALES_REJECTED,
        TEAM_ASSIGNED,
    )
)  # what sales did with a lead, not what the lead did
ANSWERING = frozenset((FORM_SUBMITTED, SALES_ANSWERED))  # nothing else a lead does answers anything

_COME_ONCE = frozenset((FORM_SUBMITTED, TEAM_ASSIGNED))
_EMPTY: Mapping[str, Scalar] = MappingProxyType({})
_DIGEST_BYTES = 9  # 72 bits: two of a lead's thousands of facts collide once in 10^13 leads
_UNIT_SEPARATOR = "\x1f"
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def short_hash(*parts: str) -> str:
    """Twelve letters that stand for these texts: 72 bits of SHA-256, url-safe."""
    digest = hashlib.sha256(_UNIT_SEPARATOR.join(parts).encode("utf-8", "surrogatepass")).digest()
    return urlsafe_b64encode(digest[:_DIGEST_BYTES]).decode("ascii")


def canonical_json(value: object) -> str:
    """Write JSON in the one way that equal values share: sorted keys, no spaces."""
    return _CANONICAL.encode(value)


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened to one lead.

    `at` is UTC milliseconds. `answers`, of the kinds that answer, are typed values by declared
    field; None, from sales only, takes sales' answer back. `touch` holds the raw utm_* texts and
    the referrer; `{}` is a direct touch, None no touch at all.
    """

    lead: str
    at: int
    id: str
    kind: str
    email: str = ""
    properties: Mapping[str, Scalar] = field(default_factory=lambda: _EMPTY)
    answers: Mapping[str, Answer] = field(default_factory=lambda: _EMPTY)
    origin: str = FORM
    touch: Mapping[str, str] | None = None
    consent: bool | None = None
    machine: bool = False
    test: bool = False
    display_email: str = ""

    @property
    def is_form(self) -> bool:
        """Whether the lead itself wrote this, by a form."""
        return self.kind == FORM_SUBMITTED

    @property
    def comes_once(self) -> bool:
        """Whether its id alone tells it from others, and the first that is stored stands: a form
        has no instant but that of its first receipt, and the team gives a lead one owner.
        """
        return self.kind in _COME_ONCE

    @property
    def content_hash(self) -> str:
        """Short hash of all that the fact says, without whose it is and when it happened."""
        content = [
            self.kind,
            dict(self.properties),
            dict(self.answers),
            self.origin,
            None if self.touch is None else dict(self.touch),
            self.consent,
            self.machine,
            self.test,
        ]
        return short_hash(canonical_json(content))

    @property
    def identity(self) -> tuple[int, str, str]:
        """What makes two deliveries the same fact: instant, id and content; of what
        comes once the id alone.
        """
        if self.comes_once:
            return (0, self.id, self.kind)
        return (self.at, self.id, self.content_hash)

    @property
    def occurrence(self) -> str:
        """Short hash that stands for this fact in a ledger."""
        at, name, content = self.identity
        return short_hash(str(at), name, content)


def distinct(facts: Iterable[Fact]) -> list[Fact]:
    """Drop repeats; of what comes once and shares an id the earliest receipt stands.

    Content is hashed only where instant and id do not tell two facts apart already.
    """
    alike: dict[tuple[str, int, str, str], list[Fact]] = {}
    for fact in facts:
        once = fact.comes_once
        key = (fact.lead, 0 if once else fact.at, fact.id, fact.kind if once else "")
        alike.setdefault(key, []).append(fact)
    kept: list[Fact] = []
    for same in alike.values():
        kept += same if len(same) == 1 else _distinct_by_content(same)
    return kept


def _distinct_by_content(facts: Iterable[Fact]) -> Iterable[Fact]:
    kept: dict[tuple[int, str, str], Fact] = {}
    for fact in facts:
        other = kept.setdefault(fact.identity, fact)
        if (fact.at, fact.content_hash) < (other.at, other.content_hash):
            kept[fact.identity] = fact
    return kept.values()
