"""Leads worth a call are handed to whoever their territory belongs to.

A lead gets its owner when it first is warm or hot, and keeps it as a fact: the team may change, the
lead stays with whom it knows. What sales itself says of an owner always outranks the team's list.
"""

from dataclasses import replace

from functions.leads.history import Record
from functions.leads.lead import Lead
from functions.leads.surroundings import Surroundings
from functions.leads.writing import Writer
from functions.scoring.conditions import fold
from functions.scoring.facts import TEAM_ASSIGNED, Fact
from functions.scoring.rule_book import RuleBook

BY_TEAM = "team"  # id of the one such fact of a lead


class Handing:
    """Gives leads that are worth a call to whoever their territory belongs to."""

    def __init__(self, around: Surroundings, writer: Writer) -> None:
        """Stand on these surroundings; `writer` scores."""
        self._around = around
        self._writer = writer

    def handed(self, lead: Lead, *, now: int) -> Lead:
        """Give a scored lead an owner where it is to have one and has none. Raises TryLater.

        The first such fact in the history stands, whoever wrote it and whatever became of its
        writer, so that a repeat finds the same owner.
        """
        around = self._around
        dealings = lead.merged.dealings
        if not around.team.members or lead.band == "cold" or dealings.assigned or dealings.handed:
            return lead
        if lead.merged.is_test or lead.merged.outcome is not None:
            return lead
        told = territory_of(lead, around.book, around.naming(lead.merged.touches.first).channel)
        owner = around.team.owner_of(lead.id, told, at=now)
        if owner is None:
            return lead
        mine = Record(_handed_to(lead, owner, now), now, silent=True)
        stored = around.store.remember_once(mine)
        if lead.refuses(stored.fact, received_at=stored.received_at, silent=False):
            return lead  # an erasure is about to delete it: the next write asks again
        around.count("handed_out", 1)
        merged = lead.merged.merge([stored.fact], around.book)
        handed = replace(lead, merged=merged)
        if merged.state is lead.merged.state:  # no rule counts such facts: the score is the same
            return handed
        return self._writer.scored(handed, at=lead.as_of or now)


def territory_of(lead: Lead, book: RuleBook, channel: str) -> dict[str, str]:
    """Tell a lead's country, industry and channel as they compare; unknown ones are absent."""
    known = book.known(lead.merged.state, at=lead.as_of or 0)
    countries = (known.get(name) for name in book.fields_of("country"))
    country = next((code for code in countries if code is not None), None)
    told = {"country": country, "industry": known.get("industry"), "channel": channel}
    return {name: fold(str(value)) for name, value in told.items() if value not in {None, ""}}


def _handed_to(lead: Lead, owner: str, now: int) -> Fact:
    return Fact(
        lead=lead.id,
        at=now,
        id=BY_TEAM,
        kind=TEAM_ASSIGNED,
        email=lead.merged.state.email,
        properties={"owner": owner},
    )
