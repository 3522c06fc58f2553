"""Past leads as examples to learn from: how each ended, and what was known before it did.

What sales did with a lead is left out: a rep calls who is likely to buy, so it tells of the rep.
What can never earn (opens, what a machine did, what a verdict passes over) is no activity to learn
from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.past_leads import PastLead, PastLeads, Uncounted
from functions.scoring.facts import EMAIL_OPENED, SALES_ANSWERED, Answer, Fact
from functions.scoring.rule_book import RuleBook


@dataclass(frozen=True, slots=True)
class Example:
    """One past lead: `at` is the instant it is scored at (UTC ms), `begun` that of its
    first fact, `known` what conditions may ask at `at`, `done` its activities until then that can
    count.
    """

    lead: str
    won: bool
    amount: float | None
    begun: int
    at: int
    facts: tuple[Fact, ...]
    known: Mapping[str, Answer]
    done: tuple[Fact, ...]


def examples_from(past: PastLeads, book: RuleBook) -> tuple[list[Example], Uncounted]:
    """Give every lead that has an outcome and was known before it, in the order they began, and
    what counts for nothing.
    """
    examples = [_example(lead, book) for lead in past.concluded if lead.own_facts]
    return examples, past.uncounted.leaving_out(len(past.concluded) - len(examples))


def _example(lead: PastLead, book: RuleBook) -> Example:
    own = lead.own_facts
    return Example(
        lead=lead.lead,
        won=lead.won,
        amount=lead.amount,
        begun=lead.begun,
        at=lead.at,
        facts=own,
        known=book.known(book.state(own), at=lead.at),
        done=tuple(
            fact for fact in book.ignoring.heard(own) if _may_count(fact, lead.at, book.retention)
        ),
    )


def _may_count(fact: Fact, at: int, retention: int) -> bool:
    if fact.machine or fact.kind in (EMAIL_OPENED, SALES_ANSWERED):
        return False
    return at - fact.at < retention
