"""What is known of a stored lead at an instant, under the model one asks with.

What is stored is used where it can be: under the same matching rules, for instants not before the
lead's newest fact. Else its history is read, for a ledger keeps only the newest.
"""

from dataclasses import replace

from functions.leads.lead import Lead, Merged
from functions.leads.lead_table import LeadStore
from functions.scoring.rule_book import RuleBook
from functions.scoring.state import State


def as_of(lead: Lead, book: RuleBook, table: LeadStore, *, at: int) -> Merged:
    """Give what is merged of a lead under this model at an instant (UTC ms)."""
    earlier = lead.last_seen is not None and at < lead.last_seen
    if lead.matching == book.matching and not earlier:
        return lead.merged
    facts = [
        record.fact
        for record in table.history(lead.id)
        if not lead.refuses(record.fact, received_at=record.received_at, silent=record.silent)
    ]
    if earlier:
        return Merged().merge([fact for fact in facts if fact.at <= at], book)
    stored = lead.merged
    state = State(book.state(facts).ledger, stored.state.answers, stored.state.email)
    return replace(stored, state=state)
