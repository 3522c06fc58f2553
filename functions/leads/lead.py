"""A lead as it is stored: the merge of its facts, what was last computed from it, and the alert
it owes.

The item is the unit of atomicity: score, ledger and outbox change in one conditional write, so a
crash leaves a lead wholly before or wholly after it (G4). Attributes we do not know are carried
along untouched: a newer version may have written them (G24).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from types import MappingProxyType
from typing import Any, get_args

from functions.leads.contact import Barred, Contact, merge_contact
from functions.leads.dealings import (
    NOT_INTERESTED,
    Dealings,
    Said,
    dealings_text,
    merge_dealings,
    read_dealings,
)
from functions.scoring.answers import Given
from functions.scoring.facts import Fact, canonical_json
from functions.scoring.ledger import Ledger
from functions.scoring.model import Band
from functions.scoring.rule_book import RuleBook
from functions.scoring.state import State
from functions.scoring.touches import (
    UNKNOWN_FORM,
    FirstForm,
    Touch,
    Touches,
    merge_first_form,
    merge_touches,
)

HOT, ESCALATION = "hot", "escalation"  # kinds of what the topic carries: of one lead,
SUMMARY, DIGEST = "summary", "digest"  # and of many
LAYOUT = 1  # number of the item's shape; one lower and one higher are readable too
LEAD_BYTES_MAX = 100 * 1024  # of an item; DynamoDB takes 400 KB, and each write costs by size (G9)
_LAYOUTS_READABLE = range(LAYOUT - 1, LAYOUT + 2)
_UNTOUCHED: Mapping[str, Any] = MappingProxyType({})
_CONTACT = tuple(part.name for part in fields(Contact))

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
    """An alert that waits in its lead: its id, when it was made (UTC ms) and of which score.

    Until `lease_until` it belongs to whoever wrote it, or to nobody before sales is at work; then
    the sweep publishes it. `opens_at` is that opening, 0 where it may go at once.
    """

    alert_id: str
    made_at: int
    lease_until: int
    fit: int = 0
    engagement: int = 0
    tip: Tip | None = None
    opens_at: int = 0
    kind: str = HOT

    @property
    def owed_at(self) -> int:
        """When it should go out: what is late is measured from here (G16)."""
        return max(self.made_at, self.opens_at)


@dataclass(frozen=True, slots=True)
class Merged:
    """All of a lead that is a merge of its facts: the same in any order, however often they
    come.
    """

    state: State = field(default_factory=State)
    touches: Touches = field(default_factory=Touches)
    contact: Contact = field(default_factory=Contact)
    dealings: Dealings = field(default_factory=Dealings)
    first_seen: int | None = None
    wrote_really: bool = False
    tested_at: int | None = None
    first_form: FirstForm | None = None

    def merge(self, facts: Sequence[Fact], book: RuleBook) -> "Merged":
        """Take facts into account. Equal to itself where they change nothing."""
        if not facts:
            return self
        return Merged(
            state=book.merge(self.state, facts),
            touches=merge_touches(self.touches, facts),
            contact=merge_contact(self.contact, facts),
            dealings=merge_dealings(self.dealings, facts),
            first_seen=_least(self.first_seen, (fact.at for fact in facts)),
            wrote_really=self.wrote_really or any(f.is_form and not f.test for f in facts),
            tested_at=_least(self.tested_at, (fact.at for fact in facts if fact.test)),
            first_form=merge_first_form(self.first_form, facts),
        )

    @property
    def outcome(self) -> Said | None:
        """How it ended with sales, None while it is open."""
        return self.dealings.outcome(wrote_at=self.contact.wrote_at)

    @property
    def untold(self) -> bool:
        """Whether nobody may be told of it: silenced, or ended (G15)."""
        return self.contact.suppressed or self.outcome is not None

    @property
    def do_not_contact(self) -> str | None:
        """Why mailings must not go out, None where they may (R4)."""
        ended = self.dealings.concluded
        if ended is not None and ended.get("result") == NOT_INTERESTED:
            agreed_at = self.contact.agreed_at
            if agreed_at is None or agreed_at <= ended.at:
                return self.contact.do_not_contact or NOT_INTERESTED
        return self.contact.do_not_contact

    @property
    def is_test(self) -> bool:
        """Whether it is left out of lists and reports: it began with a test submission, and the
        person never sent a real form.
        """
        if self.tested_at is None or self.wrote_really:
            return False
        return self.first_seen is None or self.first_seen >= self.tested_at


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
    written_at: int | None = None
    model: str | None = None
    matching: str | None = None
    last_seen: int | None = None
    outbox: Outbox | None = None
    alerted_at: int | None = None
    due_at: int | None = None
    rebuild_at: int | None = None
    refreshed_at: int | None = None
    escalate_at: int | None = None
    band_since: int | None = None
    call_order: str | None = None
    quality: str | None = None
    rescored: str | None = None
    erased_at: int | None = None
    erased: bool = False
    unknown: Item = field(default_factory=lambda: _UNTOUCHED)

    def refuses(self, fact: Fact, *, received_at: int, silent: bool) -> bool:
        """Whether an erasure keeps this fact out: all it received before, and activities after
        (C32, B43).

        Of imports and replays (`silent`) also all that happened before: whether a replay carries
        the ingestion it first had is nowhere promised (D10).
        """
        if self.erased_at is None:
            return False
        known_at = min(fact.at, received_at) if silent else received_at
        return known_at <= self.erased_at or (self.erased and not fact.is_form)

    def reopened(self) -> "Lead":
        """Start anew after an erasure, keeping its instant and the lock number."""
        return Lead(self.id, revision=self.revision, erased_at=self.erased_at, unknown=self.unknown)


_PLAIN: Mapping[str, type] = MappingProxyType(
    {
        "revision": int, "fit": int, "engagement": int, "score": int, "band": str, "as_of": int,
        "written_at": int, "model": str, "matching": str, "last_seen": int, "alerted_at": int,
        "due_at": int, "rebuild_at": int, "refreshed_at": int, "call_order": str, "quality": str,
        "erased_at": int, "escalate_at": int, "band_since": int, "rescored": str,
    }
)  # fmt: skip
_TYPES = MappingProxyType(
    {**_PLAIN, "lead": str, "email": str, "first_seen": int, "tested_at": int}
)
_BANDS = frozenset(get_args(Band))
_OURS = frozenset(
    {
        *_PLAIN,
        "lead", "layout", "email", "answers", "ledger", "touches", "contact", "dealings", "alert",
        "erased", "first_seen", "tested_at", "wrote_really", "due_shard", "month", "do_not_contact",
        "no_marketing", "channel", "campaign", "experiment", "test", "owner_band", "external_id",
        "first_form",
    }
)  # fmt: skip


def read_lead(item: Item) -> Lead:
    """Read a stored item. Raises LeadUnreadableError where it is none of ours, or of a shape that
    would otherwise be a bug later, or be written back as half a lead (D15).
    """
    if item.get("layout") not in _LAYOUTS_READABLE:
        msg = "the lead's layout is not one this version reads"
        raise LeadUnreadableError(msg)
    try:
        _check(item)
        return _read(item)
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        msg = "the stored lead is damaged"
        raise LeadUnreadableError(msg) from error


def read_state(item: Item) -> State:
    """Read of a stored item what scoring needs, and no more. Raises as JSON does where it is
    damaged.
    """
    return State(_ledger(item["ledger"]), _answers(item["answers"]), item.get("email", ""))


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
        "dealings": dealings_text(merged.dealings),
        "first_seen": merged.first_seen,
        "tested_at": merged.tested_at,
        "wrote_really": 1 if merged.wrote_really else None,
    }
    if merged.state.email:
        item["email"] = merged.state.email
    if merged.first_form not in {None, UNKNOWN_FORM}:
        item["first_form"] = canonical_json(merged.first_form)
    if lead.erased:
        item["erased"] = 1
    if lead.outbox:
        item["alert"] = canonical_json(_outbox_parts(lead.outbox))
    return {name: value for name, value in item.items() if value is not None}


def _outbox_parts(outbox: Outbox) -> dict[str, Any]:
    """Leave out what most alerts have not: hours to wait for, another kind."""
    parts = asdict(outbox)
    usual = {"opens_at": 0, "kind": HOT}
    return {name: parts[name] for name in parts if parts[name] != usual.get(name, parts)}


def _check(item: Item) -> None:
    """Look at what is used as it is stored. Raises TypeError, ValueError."""
    for name, value in item.items():
        if name in _TYPES and type(value) is not _TYPES[name]:
            raise TypeError(name)
    if item.get("band", "cold") not in _BANDS:
        raise ValueError("band")
    _parsed(item.get("quality", "{}"), dict)


def _read(item: Item) -> Lead:
    first, last = json.loads(item["touches"])
    merged = Merged(
        state=read_state(item),
        touches=Touches(_touch(first), _touch(last)),
        contact=_contact(_parsed(item["contact"], list)),
        dealings=read_dealings(_parsed(item.get("dealings", "{}"), dict)),
        first_seen=item.get("first_seen"),
        wrote_really="wrote_really" in item,
        tested_at=item.get("tested_at"),
        first_form=_first_form(item),
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
    if not isinstance(newest, dict):
        raise TypeError("newest")
    return Ledger(
        {rule: tuple([(at, name) for at, name in kept]) for rule, kept in occurrences.items()},
        newest,
    )


def _answers_text(state: State) -> str:
    return canonical_json({name: dict(given) for name, given in state.answers.items()})


def _answers(text: str) -> dict[str, dict[str, Given]]:
    return {
        name: {origin: Given._make(given) for origin, given in by_origin.items()}
        for name, by_origin in json.loads(text).items()
    }


def _touch_list(touch: Touch | None) -> list[Any] | None:
    return None if touch is None else [touch.at, touch.id, dict(touch.raw)]


def _touch(parts: Sequence[Any] | None) -> Touch | None:
    return None if parts is None else Touch(*parts)


def _first_form(item: Item) -> FirstForm | None:
    """Read the form a lead first came by. One that sent forms before this was kept has none, and no
    later form is its first.
    """
    if "first_form" not in item:
        return UNKNOWN_FORM if "wrote_really" in item else None
    form = FirstForm(*_parsed(item["first_form"], list))
    if [type(part) for part in form] != [int, str, str]:
        raise TypeError("first_form")
    return form


def _contact_list(contact: Contact) -> list[Any]:
    return [getattr(contact, name) for name in _CONTACT]


def _contact(parts: Iterable[Any]) -> Contact:
    told = dict(zip(_CONTACT, parts, strict=False))
    barred = told.pop("barred", None)
    return Contact(barred=None if barred is None else Barred(*barred), **told)


def _outbox(text: str | None) -> Outbox | None:
    if text is None:
        return None
    parts = json.loads(text)
    tip = parts.pop("tip", None)
    if tip:
        tip = Tip(tip["kind"], tip["at"], tuple(tip["rules"]))
    names = ("alert_id", "made_at", "lease_until", "fit", "engagement", "opens_at", "kind")
    return Outbox(**{name: parts[name] for name in names if name in parts}, tip=tip)


def _parsed(text: str, kind: type) -> Any:
    """Read JSON that has to be of this kind."""
    value = json.loads(text)
    if not isinstance(value, kind):
        raise TypeError(kind.__name__)
    return value


def _least(instant: int | None, others: Iterable[int]) -> int | None:
    return min([*others] if instant is None else [*others, instant], default=None)
