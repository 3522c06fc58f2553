"""A lead as it is stored: the merge of its facts, what was last computed from it, and the alert
it owes.

The item is the unit of atomicity: score, ledger and outbox change in one conditional write, so a
crash leaves a lead wholly before or wholly after it (G4). Attributes we do not know are carried
along untouched: a newer version may have written them (G24).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any

from functions.leads.contact import Contact, Silenced, merge_contact
from functions.scoring.answers import Given
from functions.scoring.facts import Fact, canonical_json
from functions.scoring.ledger import Ledger
from functions.scoring.rule_book import RuleBook
from functions.scoring.state import State
from functions.scoring.touches import Touch, Touches, merge_touches

LAYOUT = 1  # number of the item's shape; one lower and one higher are readable too
_LAYOUTS_READABLE = range(LAYOUT - 1, LAYOUT + 2)
_UNTOUCHED: Mapping[str, Any] = MappingProxyType({})

Item = Mapping[str, Any]


class LeadUnreadableError(Exception):
    """The stored item is corrupt or of an unknown layout: it is left as it is, and an alarm
    rings (D15).
    """


@dataclass(frozen=True, slots=True)
class Tip:
    """The fact that made a lead hot: what it was, when (UTC ms), and the rules it met."""

    kind: str
    at: int
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outbox:
    """An alert that waits in its lead: its id, when it was made, who may publish it until when
    (UTC ms).
    """

    alert_id: str
    made_at: int
    lease_until: int
    tip: Tip | None = None


@dataclass(frozen=True, slots=True)
class Merged:
    """All of a lead that is a merge of its facts: the same in any order, however often they
    come.
    """

    state: State = field(default_factory=State)
    touches: Touches = field(default_factory=Touches)
    contact: Contact = field(default_factory=Contact)
    first_seen: int | None = None
    real: bool = False
    tested: bool = False

    def merge(self, facts: Sequence[Fact], book: RuleBook) -> "Merged":
        """Take facts into account. Equal to itself where they change nothing."""
        if not facts:
            return self
        seen = [fact.at for fact in facts]
        return Merged(
            state=book.merge(self.state, facts),
            touches=merge_touches(self.touches, facts),
            contact=merge_contact(self.contact, facts),
            first_seen=min(seen if self.first_seen is None else [*seen, self.first_seen]),
            real=self.real or any(not fact.test for fact in facts if fact.is_form),
            tested=self.tested or any(fact.test for fact in facts),
        )

    @property
    def is_test(self) -> bool:
        """Whether only test submissions made it: left out of lists and reports."""
        return self.tested and not self.real


@dataclass(frozen=True, slots=True)
class Lead:
    """One stored lead. Revision 0 was never written; instants are UTC ms."""

    id: str
    merged: Merged = field(default_factory=Merged)
    revision: int = 0
    fit: int = 0
    engagement: int = 0
    score: int = 0
    band: str = "cold"
    as_of: int | None = None
    model: str | None = None
    matching: str | None = None
    last_seen: int | None = None
    outbox: Outbox | None = None
    alerted_at: int | None = None
    due_at: int | None = None
    rebuild_at: int | None = None
    refreshed_at: int | None = None
    call_order: str | None = None
    quality: str | None = None
    erased_at: int | None = None
    erased: bool = False
    unknown: Item = field(default_factory=lambda: _UNTOUCHED)

    def refuses(self, fact: Fact, *, received_at: int) -> bool:
        """Whether an erasure keeps this fact out: all it received before, and activities after
        (C32, B43).
        """
        if self.erased_at is None:
            return False
        return received_at <= self.erased_at or (self.erased and not fact.is_form)

    def reopened(self) -> "Lead":
        """Start anew after an erasure, keeping its instant and the lock number."""
        return Lead(self.id, revision=self.revision, erased_at=self.erased_at, unknown=self.unknown)


_PLAIN = (
    "revision",
    "fit",
    "engagement",
    "score",
    "band",
    "as_of",
    "model",
    "matching",
    "last_seen",
    "alerted_at",
    "due_at",
    "rebuild_at",
    "refreshed_at",
    "call_order",
    "quality",
    "erased_at",
)
_OURS = frozenset(
    {
        *_PLAIN,
        "lead", "layout", "email", "answers", "ledger", "touches", "contact", "first_seen",
        "real", "tested", "alert", "erased", "due_shard", "month", "do_not_contact", "no_marketing",
        "channel", "campaign", "experiment", "test",
    }
)  # fmt: skip


def read_lead(item: Item) -> Lead:
    """Read a stored item. Raises LeadUnreadableError where it is none of ours."""
    if item.get("layout") not in _LAYOUTS_READABLE:
        msg = "the lead's layout is not one this version reads"
        raise LeadUnreadableError(msg)
    try:
        return _read(item)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        msg = "the stored lead is damaged"
        raise LeadUnreadableError(msg) from error


def stored_form(lead: Lead) -> dict[str, Any]:
    """Write the attributes that are the lead itself; what indexes need is added where it is
    decided.
    """
    merged = lead.merged
    item: dict[str, Any] = dict(lead.unknown)
    item |= {name: value for name in _PLAIN if (value := getattr(lead, name)) is not None}
    item |= {
        "lead": lead.id,
        "layout": LAYOUT,
        "answers": _answers_text(merged.state),
        "ledger": _ledger_text(merged.state.ledger),
        "touches": canonical_json(
            [_touch_list(merged.touches.first), _touch_list(merged.touches.last)]
        ),
        "contact": canonical_json(_contact_list(merged.contact)),
        "first_seen": merged.first_seen,
    }
    item |= {name: 1 for name in ("real", "tested") if getattr(merged, name)}
    if merged.state.email:
        item["email"] = merged.state.email
    if lead.erased:
        item["erased"] = 1
    if lead.outbox:
        item["alert"] = canonical_json(asdict(lead.outbox))
    return {name: value for name, value in item.items() if value is not None}


def _read(item: Item) -> Lead:
    first, last = json.loads(item["touches"])
    merged = Merged(
        state=State(_ledger(item["ledger"]), _answers(item["answers"]), item.get("email", "")),
        touches=Touches(_touch(first), _touch(last)),
        contact=_contact(json.loads(item["contact"])),
        first_seen=item.get("first_seen"),
        real="real" in item,
        tested="tested" in item,
    )
    return Lead(
        id=item["lead"],
        merged=merged,
        outbox=_outbox(item.get("alert")),
        erased="erased" in item,
        unknown={name: value for name, value in item.items() if name not in _OURS},
        **{name: item[name] for name in _PLAIN if name in item},
    )


def _ledger_text(ledger: Ledger) -> str:
    return canonical_json([dict(ledger.occurrences), dict(ledger.newest)])


def _ledger(text: str) -> Ledger:
    occurrences, newest = json.loads(text)
    return Ledger(
        {rule: tuple((at, name) for at, name in kept) for rule, kept in occurrences.items()}, newest
    )


def _answers_text(state: State) -> str:
    return canonical_json({name: dict(given) for name, given in state.answers.items()})


def _answers(text: str) -> dict[str, dict[str, Given]]:
    return {
        name: {origin: Given(*given) for origin, given in by_origin.items()}
        for name, by_origin in json.loads(text).items()
    }


def _touch_list(touch: Touch | None) -> list[Any] | None:
    return None if touch is None else [touch.at, touch.id, dict(touch.raw)]


def _touch(parts: Sequence[Any] | None) -> Touch | None:
    return None if parts is None else Touch(*parts)


def _contact_list(contact: Contact) -> list[Any]:
    return [contact.silenced, contact.wrote_at, contact.agreed_at, contact.declined_at]


def _contact(parts: Iterable[Any]) -> Contact:
    silenced, *instants = parts
    return Contact(None if silenced is None else Silenced(*silenced), *instants)


def _outbox(text: str | None) -> Outbox | None:
    if text is None:
        return None
    parts = json.loads(text)
    tip = parts.pop("tip", None)
    if tip:
        tip = Tip(tip["kind"], tip["at"], tuple(tip["rules"]))
    return Outbox(**{name: parts[name] for name in ("alert_id", "made_at", "lease_until")}, tip=tip)
