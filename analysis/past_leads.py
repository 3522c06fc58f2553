"""Leads whose end may be known, as they stood before it.

A score must be judged by what was known before the outcome: what came with it or after it (the
customer's first steps, a rep's last notes) would make every model look wise. Only where nothing was
known earlier counts what the lead did at the very instant of the outcome, for a table that knows
one day for both puts what happened before how it ended. Of whom even that is not known is left out,
and counted.

A lead is one case, so that no company of fifty deals stands for fifty leads: its first outcome
counts (docs/decisions/0028), and later ones are counted beside it. A rep who mends a result soon
after, the lead having done nothing in between, has said one outcome: it has the first instant and
the last result, but a win stands until it is taken back; rows of a table are outcomes each. What
was taken back never was; nor was the end of somebody not interested who wrote again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from analysis.fact_ids import ROWS_END
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
from functions.scoring.instants import DAY_MS
from functions.scoring.touches import Touch, Touches, merge_touches

WON, LOST = "won", "lost"
MENDED_WITHIN = 30 * DAY_MS  # a result is mended in days, an amount in weeks; then it is a new deal


@dataclass(frozen=True, slots=True)
class PastLead:
    """One lead: `at` is the instant to score it at (UTC ms), the last before its outcome (or that
    of its outcome, where all it did has that instant), or where it has none the end of what was
    read.

    `facts` are all until `at`, by instant: what a score is made from. `outcome` is won, lost,
    not_interested, disqualified, or None while open; `begun` the instant of the first fact, `touch`
    where it first came from; `later` the results of its outcomes after the one that counts.
    """

    lead: str
    outcome: str | None
    concluded_at: int | None
    amount: float | None
    at: int
    begun: int
    touch: Touch | None
    facts: tuple[Fact, ...]
    later: tuple[str, ...] = ()

    @property
    def won(self) -> bool:
        """Whether it bought."""
        return self.outcome == WON

    @property
    def own_facts(self) -> tuple[Fact, ...]:
        """What it did and what is known of it, without what sales did with it."""
        return tuple(fact for fact in self.facts if _is_own(fact))

    @property
    def contacted_at(self) -> int | None:
        """When sales first contacted it before the outcome, None where nobody noted it."""
        return min((fact.at for fact in self.facts if fact.kind == SALES_CONTACTED), default=None)


@dataclass(frozen=True, slots=True)
class Uncounted:
    """What a file has that counts for nothing: leads left out, and outcomes (`later`, and how many
    of them were won) of `several` leads that had one already.
    """

    left_out: int = 0
    several: int = 0
    later: int = 0
    later_won: int = 0

    @property
    def sentences(self) -> tuple[str, ...]:
        """It in words, nothing where everything counts."""
        told = []
        if self.left_out:
            told.append(
                f"{_leads(self.left_out)} left out: nothing is known of "
                f"{'it' if self.left_out == 1 else 'them'} before the outcome."
            )
        if self.several:
            told.append(
                f"{_leads(self.several)} had more than one outcome: the first counts, "
                f"{self.later:,} later ({self.later_won:,} won) not."
            )
        return tuple(told)

    @property
    def why_nothing(self) -> str:
        """What to tell who gave a file without any lead to count."""
        told = "no lead has an outcome: add facts of kind sales_concluded, result won or lost"
        return f"{told}. {self.sentences[0].removesuffix('.')}" if self.left_out else told

    def leaving_out(self, more: int) -> Uncounted:
        """The same with so many more leads left out."""
        return replace(self, left_out=self.left_out + more)


ALL_COUNTED = Uncounted()


@dataclass(frozen=True, slots=True)
class PastLeads:
    """The leads of a file in the order they began. `know_times` is false where instants were made
    up from an order: then no day, no month and no duration means anything.
    """

    leads: tuple[PastLead, ...]
    know_times: bool
    uncounted: Uncounted = ALL_COUNTED

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
    left_out = 0
    for lead, own in by_lead.items():
        facts_of = sorted((fact for fact in distinct(own) if not fact.test), key=_order)
        cases = _cases(facts_of)
        past = _past(lead, facts_of, cases, end)
        if past is not None:
            found.append(past)
        elif cases:
            left_out += 1
        if advance is not None:
            advance(1)
    found.sort(key=lambda past: (past.begun, past.lead))
    later = [one.later for one in found if one.later]
    uncounted = Uncounted(
        left_out, len(later), sum(map(len, later)), sum(one.count(WON) for one in later)
    )
    return PastLeads(tuple(found), not tell_an_order_only(read), uncounted)


@dataclass(frozen=True, slots=True)
class _Case:
    """One outcome: when it was first said, and what was last said of it."""

    at: int
    said_at: int
    result: str
    amount: float | None
    id: str

    @property
    def won(self) -> bool:
        return self.result == WON

    def is_mended(self, by: _Case) -> bool:
        """Whether this was said so soon after that it is the same outcome, said better."""
        if self.won and not by.won:
            return False
        both_of_a_table = self.id.endswith(ROWS_END) and by.id.endswith(ROWS_END)
        return by.said_at - self.said_at <= MENDED_WITHIN and not both_of_a_table


def _order(fact: Fact) -> tuple[int, int, str, str]:
    """By instant, and at one instant what happened before how it ended: of two ends the win."""
    if fact.kind != SALES_CONCLUDED:
        return fact.at, 0, fact.id, ""
    result = fact.properties.get("result")
    return fact.at, 1 if not result else 2 if result == WON else 3, fact.id, fact.content_hash


def _past(lead: str, facts: Sequence[Fact], cases: Sequence[_Case], end: int) -> PastLead | None:
    case = cases[0] if cases else None
    at = end if case is None else case.at - 1
    before = _until(facts, at)
    if case is not None and not any(_is_own(fact) for fact in before):
        together = tuple(fact for fact in facts if fact.at == case.at and _is_own(fact))
        if together:
            at, before = case.at, (*before, *together)
    if not before:
        return None
    return PastLead(
        lead=lead,
        outcome=case.result if case else None,
        concluded_at=case.at if case else None,
        amount=case.amount if case else None,
        at=at,
        begun=before[0].at,
        touch=merge_touches(Touches(), before).first,
        facts=before,
        later=tuple(one.result for one in cases[1:]),
    )


def _until(facts: Iterable[Fact], at: int) -> tuple[Fact, ...]:
    return tuple(fact for fact in facts if fact.at <= at and fact.kind != SALES_CONCLUDED)


def _cases(facts: Iterable[Fact]) -> list[_Case]:
    """Every outcome of a lead, in order; facts come by instant, conclusions last."""
    cases: list[_Case] = []
    moved = False  # whether the lead did anything since the newest outcome
    for fact in facts:
        if fact.machine:
            continue
        if fact.kind != SALES_CONCLUDED:
            moved = moved or _is_own(fact)
            if fact.is_form and cases and cases[-1].result == NOT_INTERESTED:
                cases.pop()
            continue
        said = _said(fact)
        if said is None:
            if cases and not _is_asked_again(cases[-1], fact):
                cases.pop()
        elif cases and not moved and cases[-1].is_mended(said):
            cases[-1] = replace(said, at=cases[-1].at)
        else:
            cases.append(said)
        moved = False
    return cases


def _said(fact: Fact) -> _Case | None:
    """What a conclusion says, None where it takes one back."""
    amount = fact.properties.get("amount")
    result = str(fact.properties.get("result") or "")
    if not result:
        return None
    worth = float(amount) if isinstance(amount, int | float) else None
    return _Case(fact.at, fact.at, result, worth, fact.id)


def _is_asked_again(case: _Case, fact: Fact) -> bool:
    """Whether taking an outcome back only brings a customer back to the call list."""
    return case.won and fact.at - case.said_at > MENDED_WITHIN


def _is_own(fact: Fact) -> bool:
    """Whether it is of the lead, not of what sales did with it."""
    return fact.kind == SALES_ANSWERED or fact.kind not in SALES_DID


def _leads(number: int) -> str:
    return "1 lead" if number == 1 else f"{number:,} leads"
