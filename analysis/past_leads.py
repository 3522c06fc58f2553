"""Leads whose end may be known, as they stood before it.

A score must be judged by what was known before the outcome: what came with it or after it (the
customer's first steps, a rep's last notes) would make every model look wise. A lead that was
concluded several times in a row ends with the first of these instants and the last of these
results: a rep mends a result after it is there. One that was open in between (the outcome taken
back, or somebody not interested who wrote again) ended when it was concluded since.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from analysis.made_up_instants import tell_an_order_only
from functions.leads.dealings import NOT_INTERESTED
from functions.scoring.facts import (
    SALES_ANSWERED,
    SALES_CONCLUDED,
    SALES_CONTACTED,
    SALES_DID,
    Fact,
    distinct,
)
from functions.scoring.touches import Touch, Touches, merge_touches

WON, LOST = "won", "lost"


@dataclass(frozen=True, slots=True)
class PastLead:
    """One lead: `at` is the instant to score it at (UTC ms), the last before its outcome, or where
    it has none the end of what was read.

    `facts` are all until `at`, by instant: what a score is made from. `outcome` is won, lost,
    not_interested, disqualified, or None while open; `begun` the instant of the first fact, `touch`
    where it first came from.
    """

    lead: str
    outcome: str | None
    concluded_at: int | None
    amount: float | None
    at: int
    begun: int
    touch: Touch | None
    facts: tuple[Fact, ...]

    @property
    def won(self) -> bool:
        """Whether it bought."""
        return self.outcome == WON

    @property
    def own_facts(self) -> tuple[Fact, ...]:
        """What it did and what is known of it, without what sales did with it."""
        return tuple(
            fact for fact in self.facts if fact.kind == SALES_ANSWERED or fact.kind not in SALES_DID
        )

    @property
    def contacted_at(self) -> int | None:
        """When sales first contacted it before the outcome, None where nobody noted it."""
        return min((fact.at for fact in self.facts if fact.kind == SALES_CONTACTED), default=None)


@dataclass(frozen=True, slots=True)
class PastLeads:
    """The leads of a file in the order they began. `know_times` is false where instants were made
    up from an order: then no day, no month and no duration means anything.
    """

    leads: tuple[PastLead, ...]
    know_times: bool

    @property
    def concluded(self) -> tuple[PastLead, ...]:
        """Those whose end is known."""
        return tuple(lead for lead in self.leads if lead.outcome is not None)


def past_leads(
    facts: Iterable[Fact], *, at: int | None = None, advance: Callable[[int], None] | None = None
) -> PastLeads:
    """Make past leads of facts, in any order and however often they come; tests are left out.

    `at` (UTC ms) reads nothing later; without it the newest fact is the end.
    """
    by_lead: dict[str, list[Fact]] = {}
    read = [fact for fact in facts if at is None or fact.at <= at]
    for fact in read:
        by_lead.setdefault(fact.lead, []).append(fact)
    end = at if at is not None else max((fact.at for fact in read), default=0)
    found: list[PastLead] = []
    for lead, own in by_lead.items():
        past = _past(lead, sorted(distinct(own), key=lambda fact: (fact.at, fact.id)), end)
        if past is not None:
            found.append(past)
        if advance is not None:
            advance(1)
    found.sort(key=lambda past: (past.begun, past.lead))
    return PastLeads(tuple(found), know_times=not tell_an_order_only(read))


def _past(lead: str, facts: list[Fact], end: int) -> PastLead | None:
    facts = [fact for fact in facts if not fact.test]
    began, newest = _conclusion(facts)
    at = end if began is None else began.at - 1
    before = tuple(fact for fact in facts if fact.at <= at and fact.kind != SALES_CONCLUDED)
    if not before:
        return None
    amount = newest.properties.get("amount") if newest else None
    return PastLead(
        lead=lead,
        outcome=str(newest.properties["result"]) if newest else None,
        concluded_at=began.at if began else None,
        amount=float(amount) if isinstance(amount, int | float) else None,
        at=at,
        begun=before[0].at,
        touch=merge_touches(Touches(), before).first,
        facts=before,
    )


def _conclusion(facts: Iterable[Fact]) -> tuple[Fact | None, Fact | None]:
    """The first and the newest conclusion since the lead was last open; None while it is."""
    first: Fact | None = None
    newest: Fact | None = None
    for fact in facts:
        if fact.machine:
            continue
        if fact.kind == SALES_CONCLUDED:
            newest = fact if fact.properties.get("result") else None
            first = (first or newest) if newest else None
        elif fact.is_form and newest and newest.properties["result"] == NOT_INTERESTED:
            first = newest = None
    return first, newest
